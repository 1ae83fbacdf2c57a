"""`sunshine turn` and `prove-key`: what a seat holder does with the key that unwraps. The key stays here.

A key that belongs on a machine without a network: `turn LOT --fetch shares.json` on one machine, `turn LOT --shares
shares.json --turned turned.json` on the other, `turn LOT --post turned.json` on the first again.
"""

from __future__ import annotations

from typing import IO, Any

import click

from gateway.cli import keys
from gateway.cli.desk import Desk, passphrase, read_object, write_file
from gateway.cli.ending import USAGE, Stop
from gateway.cli.spoken import Function, command, keys_options, option
from gateway.cli.words import say
from services.protocol.sealing import holding
from services.protocol.sealing import turning as protocol
from services.protocol.sealing.sheet import SealingSheet

_PAGE = 500
BIDS_A_TURN = 2_000
"""A turn says a hundred and eighty bytes of each bid, and the gateway takes a million."""


def _encryption_options(function: Function) -> Function:
    for made in (
        option("--encryption-passphrase-file", type=click.File("rb"), help="option.passphrase_file"),
        option("--encryption-key", type=click.Path(exists=True, dir_okay=False), help="option.encryption_key"),
        option("--encryption-certificate", type=click.Path(exists=True, dir_okay=False),
               help="option.encryption_certificate"),
    ):  # fmt: skip
        function = made(function)
    return function


@command("turn")
@click.argument("lot_id")
@_encryption_options
@keys_options
@option("--fetch", type=click.Path(dir_okay=False), help="option.fetch")
@option("--shares", type=click.Path(exists=True, dir_okay=False), help="option.shares")
@option("--turned", type=click.Path(dir_okay=False), help="option.turned")
@option("--post", type=click.Path(exists=True, dir_okay=False), help="option.post")
def turn(desk: Desk, lot_id: str, encryption_certificate: str | None, encryption_key: str | None,
         encryption_passphrase_file: IO[bytes] | None, certificate: str | None, key: str | None,
         passphrase_file: IO[bytes] | None, fetch: str | None, shares: str | None, turned: str | None,
         post: str | None) -> None:
    """Fetch the wrapped shares, unwrap them here, post them signed."""
    if fetch is not None:
        wrapped = _wrapped(desk, lot_id)
        write_file(fetch, wrapped)
        return desk.screen.tell({"file": fetch, "bids": len(wrapped["manifests"])},
                                say("shares_kept", bids=len(wrapped["manifests"]), file=fetch))  # fmt: skip
    if post is not None:
        return _post(desk, lot_id, read_object(post, exact=True)["turns"])
    wrapped = read_object(shares, exact=True) if shares is not None else _wrapped(desk, lot_id)
    if encryption_certificate is None:
        raise Stop(USAGE, "encryption_key_unnamed", say("encryption_key_unnamed"))
    unwraps = keys.load(encryption_certificate, encryption_key,
                        lambda name: passphrase(name, encryption_passphrase_file))  # fmt: skip
    signs = desk.signer(certificate, key, passphrase_file)
    turns = [made for each in wrapped["sheets"]
             for made in _turns(desk, lot_id, each, wrapped["manifests"], unwraps, signs)]  # fmt: skip
    if turned is not None:
        write_file(turned, {"turns": turns})
        return desk.screen.tell({"file": turned, "turns": turns}, say("turned_kept", file=turned))
    return _post(desk, lot_id, turns)


def _turns(desk: Desk, lot_id: str, told: dict[str, Any], manifests: list[dict[str, Any]], unwraps: keys.Signer,
           signs: keys.Signer) -> list[dict[str, Any]]:
    sheet = SealingSheet(told["sheet"])
    if sheet.lot != lot_id:
        raise Stop(USAGE, "sheet_of_another_lot", say("sheet_of_another_lot", lot=sheet.lot))
    mine = [each for each in manifests if each["sheet"] == sheet.digest]
    made = []
    for begin in range(0, len(mine), BIDS_A_TURN):
        with desk.screen.progress(say("unwrapping"), in_bytes=False) as advance:
            part = mine[begin : begin + BIDS_A_TURN]
            made.append(protocol.turn(unwraps.key, sheet, unwraps.fingerprint, part, advance))
    return [{"turned": each, "signed": protocol.sign(each, signs.key, signs.pem)} for each in made]


def _wrapped(desk: Desk, lot_id: str) -> dict[str, Any]:
    """All pages: every sheet once, every manifest."""
    sheets: dict[str, Any] = {}
    manifests: list[Any] = []
    after: Any = None
    while True:
        page = desk.api.get(f"/lots/{lot_id}/opening/wrapped-shares", limit=_PAGE, after=after)
        sheets |= {SealingSheet(each["sheet"]).digest: each for each in page["sheets"]}
        manifests += page["manifests"]
        after = page.get("next")
        if not after:
            return {"sheets": list(sheets.values()), "manifests": manifests}


def _post(desk: Desk, lot_id: str, turns: list[dict[str, Any]]) -> None:
    answers = [desk.api.change("POST", f"/lots/{lot_id}/opening/shares", each, desk.request_id()) for each in turns]
    last = answers[-1] if answers else {"short": [], "waiting_for": []}
    lines = [say("turned", bids=sum(len(each["turned"]["shares"]) for each in turns))]
    lines += [say("waiting_for", seats=", ".join(last["waiting_for"]))] if last.get("waiting_for") else []
    lines += [say("short", bids=", ".join(last["short"]))] if last.get("short") else []
    desk.screen.tell({"answers": answers}, *lines)


@command("prove-key")
@_encryption_options
def prove_key(desk: Desk, encryption_certificate: str | None, encryption_key: str | None,
              encryption_passphrase_file: IO[bytes] | None) -> None:
    """Answer every test put to the caller before a notice is published."""
    if encryption_certificate is None:
        raise Stop(USAGE, "encryption_key_unnamed", say("encryption_key_unnamed"))
    unwraps = keys.load(encryption_certificate, encryption_key,
                        lambda name: passphrase(name, encryption_passphrase_file))  # fmt: skip
    proven = []
    for each in desk.api.get("/key-tests/own")["tests"]:
        if each["test"]["holder"] == unwraps.fingerprint:
            answer = {"answer": holding.answer(unwraps.key, each["test"])}
            desk.api.change("POST", f"/key-holders/{each['holder_id']}/proof", answer, desk.request_id())
            proven.append(each["holder_id"])
    desk.screen.tell({"proven": proven}, say("proven", tests=len(proven)))
