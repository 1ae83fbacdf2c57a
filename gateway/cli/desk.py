"""What every command works with: the settings of this call, the screen, the API as the person signed in."""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import click

from gateway.cli import keys, state
from gateway.cli.api import Api, address
from gateway.cli.ending import NOT_ALLOWED, USAGE, Stop
from gateway.cli.screen import Screen
from gateway.cli.words import say
from services.protocol.canonical import parse_any

TOKEN_KEPT = 480.0
"""Seconds; a token is good for ten minutes."""


@dataclass
class Settings:
    """The options every command takes."""

    as_json: bool = False
    lang: str = "zh"
    url: str = ""
    account: str = ""
    patience: float = 30.0
    request_id: str = ""
    quiet: bool = False


@dataclass
class Desk:
    """One call of the program."""

    settings: Settings = field(default_factory=Settings)
    _numbers: int = 0
    _apis: list[Api] = field(default_factory=list)

    @cached_property
    def screen(self) -> Screen:
        """Where to speak."""
        return Screen(json=self.settings.as_json, quiet=self.settings.quiet)

    @cached_property
    def url(self) -> str:
        """The address: as told, else the one last signed in to."""
        told = self.settings.url or state.current().get("url", "")
        if not told:
            raise Stop(USAGE, "url_missing", say("url_missing"))
        return address(told)

    @property
    def account(self) -> str:
        """Which of one's own sessions at that address."""
        told = self.settings.account
        return told or (state.current().get("account", "") if state.current().get("url") == self.url else "") or "main"

    @cached_property
    def session(self) -> state.Session | None:
        """The session kept for this address and account, if any."""
        return state.load_session(self.url, self.account)

    @cached_property
    def anybody(self) -> Api:
        """The API, as somebody unnamed where nobody is signed in, else as who is."""
        made = Api(self.url, self.settings.patience, self._authorization)
        self._apis.append(made)
        return made

    @property
    def api(self) -> Api:
        """The API as the person signed in. Stops (`not_signed_in`) where nobody is."""
        if self.session is None:
            raise Stop(NOT_ALLOWED, "not_signed_in", say("not_signed_in"))
        return self.anybody

    def close(self) -> None:
        """Let go of connections."""
        for each in self._apis:
            each.close()

    def request_id(self) -> str:
        """The Idempotency-Key of the next change: as told, else a fresh one; several of one call are numbered."""
        self._numbers += 1
        self.settings.request_id = self.settings.request_id or str(uuid.uuid4())
        return self.settings.request_id if self._numbers == 1 else f"{self.settings.request_id}-{self._numbers}"

    def signer(self, certificate: str | None, key: str | None, passphrase_file: IO[bytes] | None) -> keys.Signer:
        """The caller's key: from the files named, else from where it lay at sign-in. Stops (`certificate_unnamed`)."""
        if certificate is None:
            kept = self.session if self.settings.url or state.current().get("url") else None
            if kept is None or not kept.certificate:
                raise Stop(USAGE, "certificate_unnamed", say("certificate_unnamed"))
            certificate, key = kept.certificate, key or kept.key
        return keys.load(certificate, key, lambda name: passphrase(name, passphrase_file))

    def _authorization(self, fresh: bool) -> Mapping[str, str]:
        session = self.session
        if session is None:
            return {}
        if fresh or not session.token or time.time() > session.token_until:
            self._fetch_token(session)
        return {"Authorization": f"Bearer {session.token}"}

    def _fetch_token(self, session: state.Session) -> dict[str, Any]:
        path = f"/sessions/{session.session_id}/tokens"
        told: dict[str, Any] = self.anybody.json(
            "POST", path, fields={"secret": session.secret}, anonymous=True, request_id=str(uuid.uuid4())
        )
        session.token, session.token_until = str(told["token"]), time.time() + TOKEN_KEPT
        session.person_id = str(told.get("person_id") or "")
        state.save_session(session)
        return told

    def who(self) -> dict[str, Any]:
        """Who is signed in and what they may do, without the token. Stops where nobody is."""
        if self.session is None:
            raise Stop(NOT_ALLOWED, "not_signed_in", say("not_signed_in"))
        told = self._fetch_token(self.session)
        return {name: value for name, value in told.items() if name != "token"}


def passphrase(name: str, file: IO[bytes] | None) -> bytes:
    """The passphrase of a key file: the first line of `file`, else asked for without echo."""
    if file is not None:
        return file.readline().rstrip(b"\r\n")
    asked: str = click.prompt(say("passphrase", file=name), hide_input=True, err=True, type=str)
    return asked.encode()


def read_object(place: str, *, exact: bool = False) -> dict[str, Any]:
    """A JSON object from a file, `-` for stdin. Stops (`file_no_json`).

    exact: it will be signed or sealed, so no doubled names and no numbers but integers (`services.protocol.canonical`).
    """
    data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    try:
        found = parse_any(data) if exact else json.loads(data)
    except ValueError as error:
        raise Stop(USAGE, "file_no_json", say("file_no_json", file=place, reason=error)) from None
    if not isinstance(found, dict):
        raise Stop(USAGE, "file_no_json", say("file_no_json", file=place, reason=type(found).__name__))
    return found


def write_file(place: str | Path, content: Any) -> None:
    """Write JSON for people and programs to read."""
    Path(place).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def pages(api: Api, path: str, items: str, query: Mapping[str, Any], *, everything: bool) -> Iterator[dict[str, Any]]:
    """The pages of a list, one or all of them; `items`: the member that holds the lines."""
    after = query.get("after")
    while True:
        page: dict[str, Any] = api.get(path, **{**query, "after": after})
        yield page
        after = page.get("next")
        if not everything or not after or not page.get(items):
            return
