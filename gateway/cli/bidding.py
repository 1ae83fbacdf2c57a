"""`sunshine submit`, `replace`, `withdraw`: a sealed folder is handed in; the receipt is checked and kept."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.cli import sealing
from gateway.cli.desk import Desk, read_object, write_file
from gateway.cli.ending import REFUSED, SAID_NO, USAGE, Stop
from gateway.cli.spoken import command, option
from gateway.cli.transfer import sha256_of, upload
from gateway.cli.words import language, say
from services.protocol import reasons
from services.protocol import receipt as receipts
from services.protocol.log.note import Key
from services.protocol.sealing import manifest as manifests

_NOTES = ".uploads.json"


@command("submit")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
def submit(desk: Desk, folder: str) -> None:
    """Hand a bid in; another live bid of one's own for the lot stops it (that is `replace`)."""
    manifest = _sealed(Path(folder))
    live = _live(desk, manifest["lot"])
    if live and live["id"] != manifest["bid"]:
        raise Stop(REFUSED, "bid_there", say("bid_there", bid=live["id"]))
    _hand_in(desk, Path(folder), manifest)


@command("replace")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
def replace(desk: Desk, folder: str) -> None:
    """Put a new bid in the place of the live one; only if the new one is accepted does the old one go."""
    manifest = _sealed(Path(folder))
    if _live(desk, manifest["lot"]) is None:
        raise Stop(REFUSED, "nothing_to_replace", say("nothing_to_replace"))
    _hand_in(desk, Path(folder), manifest)


@command("withdraw")
@click.argument("lot_id")
@option("--yes", is_flag=True, help="option.yes")
@option("--output", "-o", type=click.Path(dir_okay=False), help="option.output")
def withdraw(desk: Desk, lot_id: str, yes: bool, output: str | None) -> None:
    """Take the live bid back; a record stays, no content."""
    if not yes:
        click.confirm(say("withdraw_really"), abort=True, err=True)
    answer = desk.api.change("POST", f"/lots/{lot_id}/bids/own/withdrawal", {}, desk.request_id())
    into = Path(output or f"withdrawal-{lot_id}.json")
    write_file(into, answer["receipt"])
    _genuine(desk, answer["receipt"], {"kind": "withdrawal"}, into)
    desk.screen.tell({"receipt": str(into), **answer}, say("withdrawn", file=into))


def _sealed(folder: Path) -> dict[str, Any]:
    """The manifest of a folder whose ciphertexts are the ones it names. Stops (`sealed_otherwise`)."""
    manifest = read_object(str(folder / sealing.MANIFEST), exact=True)
    signed = read_object(str(folder / sealing.SIGNED), exact=True)
    faults = [*manifests.faults(manifest)] or manifests.signature_faults(manifest, signed)
    if faults:
        raise Stop(USAGE, faults[0].code, "; ".join(reasons.say(each, language()) for each in faults))
    for part, name in (("price", sealing.PRICE), ("files", sealing.FILES)):
        if sha256_of(folder / name) != manifest[part]["digest"]:
            raise Stop(SAID_NO, "sealed_otherwise", say("sealed_otherwise", file=folder / name))
    return manifest


def _live(desk: Desk, lot_id: str) -> dict[str, Any] | None:
    """One's own bid that counts now."""
    told = desk.api.get(f"/lots/{lot_id}/bids/own")["bids"]
    return next((each for each in told if not each["replaced_at"] and not each["withdrawn_at"]), None)


def _hand_in(desk: Desk, folder: Path, manifest: dict[str, Any]) -> None:
    """Upload, submit, check the receipt, keep it.

    The request id follows from the signed manifest: handing the same folder in twice is one and the same request.
    """
    for part, name in (("price", sealing.PRICE), ("files", sealing.FILES)):
        file = folder / name
        with desk.screen.progress(say("uploading", file=name)) as advance:
            upload(desk.api, file, manifest[part]["digest"], desk.request_id(), folder / _NOTES, advance)
    signed = read_object(str(folder / sealing.SIGNED), exact=True)
    request_id = f"bid-{hashlib.sha256((folder / sealing.SIGNED).read_bytes()).hexdigest()}"
    fields = {"manifest": manifest, "signed": signed}
    answer = desk.api.change("POST", f"/lots/{manifest['lot']}/bids", fields, request_id)
    into = folder / sealing.RECEIPT
    write_file(into, answer["receipt"])
    digest = manifests.digest(manifest)
    _genuine(desk, answer["receipt"], {"kind": "bid", "digest": digest}, into)
    (folder / _NOTES).unlink(missing_ok=True)
    time = answer["receipt"]["receipt"]["time"]
    desk.screen.tell({**answer, "receipt_file": str(into), "receipt_genuine": True},
                     say("bid_accepted", time=time, file=into))  # fmt: skip


def _genuine(desk: Desk, signed: Any, expect: dict[str, str], kept: Path) -> None:
    """Stop (`receipt_false`) unless the department's log key signed exactly this; the receipt is kept either way."""
    texts = desk.anybody.get("/logs/tendering/checkpoint")["keys"]
    keys = [Ed25519PublicKey.from_public_bytes(Key.read(text).raw) for text in texts]
    said = signed.get("key") if isinstance(signed, dict) else None
    key = next((each for each in keys if receipts.key_id(each) == said), None)
    faults = receipts.verify(signed, key, expect) if key else [reasons.Reason("receipt_other_key", "")]
    if faults:
        told = "; ".join(reasons.say(each, language()) for each in faults)
        raise Stop(SAID_NO, "receipt_false", say("receipt_false", file=kept, reason=told))


def proof_of(folder: Path) -> list[Path]:
    """The files of a sealed folder that `sunshine verify` can check."""
    names = (sealing.RECEIPT, sealing.SIGNED, sealing.MANIFEST)
    return [folder / name for name in names if (folder / name).exists()]


