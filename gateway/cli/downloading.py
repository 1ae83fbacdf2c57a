"""`sunshine download`: files by digest, and what verifying offline needs: records, logs, proofs, keys, anchors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.api import Api
from gateway.cli.desk import Desk, read_object, write_file
from gateway.cli.ending import AWAY, BROKEN, SAID_NO, Stop
from gateway.cli.spoken import Function, command, group, option
from gateway.cli.transfer import download as fetch
from gateway.cli.words import say
from services.protocol import certificates
from services.protocol.encoding import is_digest

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")
_PAGE = 500
download = group("download")


def _into(function: Function) -> Function:
    return option("--output", "-o", type=click.Path(dir_okay=False), help="option.output")(function)


@command("file")
@click.argument("digest")
@option("--of", required=True, metavar="PATH", help="option.of")
@option("--via", metavar="DIGEST", help="option.via")
@_into
def download_file(desk: Desk, digest: str, of: str, via: str | None, output: str | None) -> None:
    """A file of the store by its SHA-256."""
    _one(desk, desk.anybody, digest, of, via, Path(output or digest))


@command("document")
@click.argument("project_id")
@_into
def download_document(desk: Desk, project_id: str, output: str | None) -> None:
    """Take a project's tender document: that it was taken is recorded, and secret until the closing."""
    taken = desk.api.change("POST", f"/projects/{project_id}/downloads", {}, desk.request_id())
    of = f"/projects/{project_id}/downloads/own"
    _one(desk, desk.api, str(taken["digest"]), of, None, Path(output or f"document-{project_id}.json"))


def _one(desk: Desk, api: Api, digest: str, of: str, via: str | None, into: Path) -> None:
    if not is_digest(digest):
        raise click.BadParameter(say("digest_malformed"), param_hint="DIGEST")
    with desk.screen.progress(into.name) as advance:
        went_on = fetch(api, digest, of, via, into, advance)
    told = {"file": str(into), "digest": digest, "size": into.stat().st_size, "resumed": went_on}
    desk.screen.tell(told, say("fetched", file=into, size=told["size"], digest=digest))


@command("record")
@click.argument("project_id")
@_into
def download_record(desk: Desk, project_id: str, output: str | None) -> None:
    """A project's record with its proofs, for `sunshine verify`."""
    _keep(desk, desk.anybody.get(f"/projects/{project_id}/record"), output or f"record-{project_id}.json")


@command("transcript")
@click.argument("lot_id")
@_into
def download_transcript(desk: Desk, lot_id: str, output: str | None) -> None:
    """The transcript of the draw behind a published result."""
    told = desk.anybody.get(f"/lots/{lot_id}/result")
    if not told.get("transcript"):
        raise Stop(BROKEN, "transcript_missing", say("transcript_missing"))
    _keep(desk, told["transcript"], output or f"draw-{lot_id}.json")


@command("evidence")
@click.argument("contract_id")
@_into
def download_evidence(desk: Desk, contract_id: str, output: str | None) -> None:
    """A contract's envelope with its signatures."""
    _keep(desk, desk.api.get(f"/contracts/{contract_id}/evidence"), output or f"contract-{contract_id}.json")


@command("proof")
@click.argument("receipt", type=click.Path(exists=True, dir_okay=False))
@_into
def download_proof(desk: Desk, receipt: str, output: str | None) -> None:
    """The proof that what a receipt promised stands in the log."""
    said = read_object(receipt).get("receipt")
    if not isinstance(said, dict) or not is_digest(said.get("leaf")):
        raise click.BadParameter(say("no_receipt", file=receipt), param_hint="RECEIPT")
    named = [each for each in DEPARTMENTS if each in str(said.get("log", "")).replace("/", " ").split()]
    for department in named or DEPARTMENTS:
        if desk.anybody.get(f"/logs/{department}/checkpoint").get("origin") == said.get("log"):
            proof = desk.anybody.get(f"/logs/{department}/inclusion", leaf=said["leaf"])
            return _keep(desk, proof, output or f"{Path(receipt).stem}-proof.json")
    raise Stop(SAID_NO, "log_not_here", say("log_not_here", log=said.get("log")))


@command("checkpoint")
@click.argument("department", type=click.Choice(DEPARTMENTS))
@_into
def download_checkpoint(desk: Desk, department: str, output: str | None) -> None:
    """A log's newest checkpoint, a signed note."""
    newest = _newest(desk, department)
    into = Path(output or f"{department}-{newest['size']}.checkpoint")
    into.write_text(str(newest["checkpoint"]), "utf-8")
    desk.screen.tell({"file": str(into), **newest}, say("kept", file=into))


@command("log")
@click.argument("department", type=click.Choice(DEPARTMENTS))
@_into
def download_log(desk: Desk, department: str, output: str | None) -> None:
    """A whole log: its entries in order, each checkpoint behind the last entry it covers."""
    newest = _newest(desk, department)
    into = Path(output or f"{department}.log.jsonl")
    fresh = into.with_name(into.name + ".part")
    with desk.screen.progress(into.name, in_bytes=False) as advance, fresh.open("w", encoding="utf-8") as file:
        for line in _lines(desk.anybody, department, newest):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if "position" in line:
                advance(line["position"] + 1, int(newest["size"]))
    fresh.replace(into)
    desk.screen.tell({"file": str(into), "origin": newest["origin"], "size": newest["size"]},
                     say("log_kept", file=into, size=newest["size"]))  # fmt: skip


def _newest(desk: Desk, department: str) -> dict[str, Any]:
    newest: dict[str, Any] = desk.anybody.get(f"/logs/{department}/checkpoint")
    if not newest["checkpoint"]:
        raise Stop(AWAY, "no_checkpoint", say("no_checkpoint"))
    return newest


def _lines(api: Api, department: str, newest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"kind": "sunshine.log", "version": 1, "origin": newest["origin"]}
    size, notes = int(newest["size"]), dict(_checkpoints(api, department))
    notes[size] = newest["checkpoint"]
    after = -1
    while after + 1 < size:
        page = api.get(f"/logs/{department}/entries", after=after, at_most=_PAGE)["entries"]
        if not page:
            raise Stop(BROKEN, "log_ends_early", say("log_ends_early", size=size, position=after + 1))
        for each in page[: size - after - 1]:
            yield {name: each[name] for name in ("position", "leaf", "entry") if name in each}
            if each["position"] + 1 in notes:
                yield {"checkpoint": notes[each["position"] + 1]}
        after = page[-1]["position"]


def _checkpoints(api: Api, department: str) -> Iterator[tuple[int, str]]:
    after = 0
    while page := api.get(f"/logs/{department}/checkpoints", after=after, at_most=_PAGE)["checkpoints"]:
        yield from ((int(each["size"]), each["checkpoint"]) for each in page)
        after = int(page[-1]["size"])


@command("trust")
@click.argument("folder", type=click.Path(file_okay=False), default="sunshine-trust")
def download_trust(desk: Desk, folder: str) -> None:
    """The logs' keys (keys.txt) and the certificate authorities (anchor-*.pem): compare them with printed ones."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    keys = [key for name in DEPARTMENTS for key in desk.anybody.get(f"/logs/{name}/checkpoint")["keys"]]
    (place / "keys.txt").write_text("".join(f"{key}\n" for key in dict.fromkeys(keys)), "utf-8")
    anchors = [str(each) for each in desk.anybody.get("/trust-anchors")["anchors"]]
    chain, now = _own_chain(desk), datetime.now(UTC)
    anchors += [pem for pem in chain if pem not in anchors and not certificates.faults(pem, anchors, now, chain)]
    for number, pem in enumerate(anchors, start=1):
        (place / f"anchor-{number}.pem").write_text(pem, "ascii")
    told = {"folder": str(place), "keys": keys, "anchors": [certificates.fingerprint(pem) for pem in anchors]}
    desk.screen.tell(told, say("trust_kept", folder=place, keys=len(keys), anchors=len(anchors)))


def _own_chain(desk: Desk) -> list[str]:
    """The authorities above one's own certificate: those below an anchor, where somebody is signed in."""
    if desk.session is None:
        return []
    told = desk.api.get(f"/certificates/{desk.session.fingerprint}")
    return [str(each) for each in told.get("chain") or []]


def _keep(desk: Desk, content: Any, into: str) -> None:
    write_file(into, content)
    desk.screen.tell({"file": into}, say("kept", file=into))


for each in (download_file, download_document, download_record, download_transcript, download_evidence, download_proof,
             download_checkpoint, download_log, download_trust):  # fmt: skip
    download.add_command(each)
