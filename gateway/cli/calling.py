"""`sunshine call`: any request of the API, signed in, repeated safely, its refusals explained."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.api import READING
from gateway.cli.desk import Desk, read_object
from gateway.cli.ending import USAGE, Stop
from gateway.cli.spoken import command, option
from gateway.cli.words import say


@command("call")
@click.argument("method", type=click.Choice(["GET", "POST", "PUT", "PATCH", "DELETE"], case_sensitive=False))
@click.argument("path")
@option("--data", type=click.Path(exists=True, dir_okay=False, allow_dash=True), help="option.data")
@option("--query", multiple=True, metavar="NAME=VALUE", help="option.query")
@option("--output", "-o", type=click.Path(dir_okay=False), help="option.output")
def call(desk: Desk, method: str, path: str, data: str | None, query: tuple[str, ...], output: str | None) -> None:
    """One request; the answer on stdout, or in a file as it came."""
    method = method.upper()
    fields: Any = read_object(data) if data is not None else None if method in READING else {}
    headers = {} if method in READING else {"Idempotency-Key": desk.request_id()}
    answer = desk.anybody.send(method, path, headers=headers, fields=fields, query=_named(query))
    if output is not None:
        Path(output).write_bytes(answer.content)
        return desk.screen.tell({"status": answer.status_code, "file": output}, say("kept", file=output))
    if not answer.content:
        return desk.screen.tell({"status": answer.status_code}, say("done"))
    if "json" in answer.headers.get("Content-Type", ""):
        return desk.screen.tell(answer.json())
    if desk.settings.as_json:
        return desk.screen.tell({"status": answer.status_code, "text": answer.text})
    sys.stdout.buffer.write(answer.content)
    return None


def _named(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise Stop(USAGE, "query_malformed", say("query_malformed", told=pair))
        found.setdefault(name, []).append(value)
    return found
