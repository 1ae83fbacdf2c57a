"""`sunshine sign`: contracts, agreements, acceptances, evaluation reports, opening records, any file, by certificate.

Before anything is signed its digest is computed here from the text that was fetched: nobody signs a number alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateway.cli.desk import Desk, write_file
from gateway.cli.ending import AWAY, SAID_NO, Stop
from gateway.cli.spoken import Function, command, group, keys_options, option
from gateway.cli.transfer import sha256_of
from gateway.cli.words import say
from services.protocol import canonical, signatures

sign = group("sign")


def _signing(function: Function) -> Function:
    for made in (
        option("--output", "-o", type=click.Path(dir_okay=False), help="option.output_signed"),
        option("--yes", is_flag=True, help="option.yes"),
    ):
        function = made(function)
    return keys_options(function)


def _signed(desk: Desk, options: dict[str, Any], what: str, digest: str, about: str, **more: Any) -> dict[str, Any]:
    """Say what is about to be signed, ask, sign, keep it where told."""
    signer = desk.signer(options["certificate"], options["key"], options["passphrase_file"])
    if not options["yes"]:
        desk.screen.note(say("about_to_sign", what=what, about=about, digest=digest))
        click.confirm(say("sign_really"), abort=True, err=True)
    made = signatures.build(signatures.statement(what, digest, **more), signer.key, signer.pem)
    if options["output"]:
        write_file(options["output"], made)
    return made


def _same(content: Any, digest: Any) -> str:
    """The digest told, if it is that of the content fetched. Stops (`digest_of_another`)."""
    if content is None or digest is None:
        raise Stop(AWAY, "not_ready", say("not_ready"))
    computed = canonical.digest(content)
    if computed != digest:
        raise Stop(SAID_NO, "digest_of_another", say("digest_of_another", told=digest, computed=computed))
    return computed


@command("contract")
@click.argument("contract_id")
@option("--side", type=click.Choice(["supplier", "purchaser"]), required=True, help="option.side")
@_signing
def sign_contract(desk: Desk, contract_id: str, side: str, **options: Any) -> None:
    """A side's signature over the contract's envelope."""
    contract = desk.api.get(f"/contracts/{contract_id}")
    digest = _same(contract["data"], contract["digest"])
    signed = _signed(desk, options, "contract", digest, contract["no"] or contract_id, about_id=contract_id, side=side)
    _posted(desk, f"/contracts/{contract_id}/signatures", {"signed": signed})


@command("agreement")
@click.argument("contract_id")
@click.argument("agreement_id")
@option("--side", type=click.Choice(["supplier", "purchaser"]), required=True, help="option.side")
@_signing
def sign_agreement(desk: Desk, contract_id: str, agreement_id: str, side: str, **options: Any) -> None:
    """A side's signature over a change to a contract."""
    told = _within(desk, contract_id, "agreements", agreement_id)
    digest = _same(told["data"], told["digest"])
    signed = _signed(desk, options, told["kind"], digest, agreement_id, about_id=agreement_id, side=side)
    _posted(desk, f"/agreements/{agreement_id}/signatures", {"signed": signed})


@command("acceptance")
@click.argument("contract_id")
@click.argument("acceptance_id")
@option("--note", help="option.note")
@_signing
def sign_acceptance(desk: Desk, contract_id: str, acceptance_id: str, note: str | None, **options: Any) -> None:
    """A member's signature over an acceptance certificate."""
    told = _within(desk, contract_id, "acceptances", acceptance_id)
    digest = _same(told["data"], told["digest"])
    side = f"member:{desk.who()['person_id']}"
    signed = _signed(desk, options, "acceptance", digest, acceptance_id, about_id=acceptance_id, side=side)
    _posted(desk, f"/acceptances/{acceptance_id}/signatures", {"signed": signed} | ({"note": note} if note else {}))


def _within(desk: Desk, contract_id: str, list_name: str, wanted: str) -> dict[str, Any]:
    account = desk.api.get(f"/contracts/{contract_id}/account")
    found = next((each for each in account.get(list_name, []) if each["id"] == wanted), None)
    if found is None:
        raise click.BadParameter(say("not_in_contract", wanted=wanted))
    return dict(found)


@command("report")
@click.argument("lot_id")
@option("--capacity", type=click.Choice(["member", "supervisor"]), default="member", help="option.capacity")
@option("--dissent", default="", help="option.dissent")
@_signing
def sign_report(desk: Desk, lot_id: str, capacity: str, dissent: str, **options: Any) -> None:
    """A member's signature over the evaluation report, or the supervisor's countersignature."""
    report = desk.api.get(f"/lots/{lot_id}/report")
    digest = _same(report["body"], report["digest"])
    said = {name: value for name, value in report["statement"].items() if name not in ("what", "digest")}
    more: dict[str, Any] = {**said, "capacity": capacity, "dissent": dissent}
    signed = _signed(desk, options, str(report["statement"]["what"]), digest, lot_id, **more)
    fields: dict[str, Any] = {"signed": signed}
    if capacity == "supervisor":
        return _posted(desk, f"/lots/{lot_id}/report/countersignature", fields)
    return _posted(desk, f"/lots/{lot_id}/report/signatures", fields | ({"dissent": dissent} if dissent else {}))


@command("opening")
@click.argument("lot_id")
@_signing
def sign_opening(desk: Desk, lot_id: str, **options: Any) -> None:
    """The signature of one of those present over the record of an opening."""
    opening = desk.api.get(f"/lots/{lot_id}/opening")
    digest = _same(opening["record"], opening["record_digest"])
    signed = _signed(desk, options, "opening_record", digest, lot_id, lot=lot_id)
    _posted(desk, f"/lots/{lot_id}/opening/signatures", {"signed": signed})


@command("file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@option("--what", required=True, help="option.what")
@_signing
def sign_file(desk: Desk, file: str, what: str, **options: Any) -> None:
    """A detached statement about any file, without a network."""
    signed = _signed(desk, {**options, "output": options["output"] or f"{file}.signed.json"}, what,
                     sha256_of(Path(file)), file)  # fmt: skip
    into = options["output"] or f"{file}.signed.json"
    desk.screen.tell({"file": into, "signed": signed}, say("signed_kept", file=into))


def _posted(desk: Desk, path: str, fields: dict[str, Any]) -> None:
    answer = desk.api.change("POST", path, fields, desk.request_id())
    desk.screen.tell({"signed": fields["signed"], "answer": answer}, say("signed"))


for each in (sign_contract, sign_agreement, sign_acceptance, sign_report, sign_opening, sign_file):
    sign.add_command(each)
