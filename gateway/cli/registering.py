"""`sunshine register`: a supplier registers itself, fills in its file, submits it for review."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import click

from gateway.cli import keys
from gateway.cli.desk import Desk, read_object
from gateway.cli.ending import USAGE, Stop
from gateway.cli.signing_in import sign_in
from gateway.cli.spoken import command, group, keys_options
from gateway.cli.transfer import sha256_of, upload
from gateway.cli.words import say
from services.protocol import certificates
from services.protocol.encoding import b64url

_POSSESSION = b"sunshine-possession-v1\n"
register = group("register")
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@command("new")
@click.argument("file", type=_FILE)
@keys_options
def register_new(desk: Desk, file: str, certificate: str | None, key: str | None,
                 passphrase_file: IO[bytes] | None) -> None:
    """POST /suppliers with proof of the key, then sign in."""
    told = read_object(file)
    if not {"organisation", "person"} <= told.keys():
        raise Stop(USAGE, "registration_incomplete", say("registration_incomplete", file=file))
    signer = desk.signer(certificate, key, passphrase_file)
    fields = {"organisation": told["organisation"], "person": told["person"], "certificate": _offered(desk, signer)}
    made = desk.anybody.json("POST", "/suppliers", fields=fields, request_id=desk.request_id(), anonymous=True)
    sign_in(desk, signer, remember=True)
    desk.screen.tell(made, say("registered", organisation=made["organisation_id"]))


def _offered(desk: Desk, signer: keys.Signer) -> dict[str, Any]:
    """The certificate with a signature that shows its key is at hand."""
    asked = desk.anybody.json("POST", "/certificates/challenges", fields={"pem": signer.pem}, anonymous=True,
                              request_id=desk.request_id())  # fmt: skip
    if asked["wrapped"] is not None:
        raise Stop(USAGE, "not_a_signing_key", say("not_a_signing_key"))
    algorithm, signature = certificates.sign(signer.key, _POSSESSION + str(asked["challenge"]).encode())
    proof = {"challenge": asked["challenge"], "algorithm": algorithm, "signature": b64url(signature)}
    return {"pem": signer.pem, "chain": signer.chain, "proof": proof}


@command("draft")
@click.argument("file", type=_FILE)
def register_draft(desk: Desk, file: str) -> None:
    """PATCH the draft; a document with a `path` is uploaded and goes in by its digest."""
    told = read_object(file)
    beside = Path.cwd() if file == "-" else Path(file).parent
    if "documents" in told:
        told["documents"] = [_with_digest(desk, each, beside) for each in told["documents"]]
    made = desk.api.change("PATCH", "/suppliers/own/draft", told, desk.request_id())
    desk.screen.tell(made, say("drafted", version=made["version"], state=made["state"]))


def _with_digest(desk: Desk, document: dict[str, Any], beside: Path) -> dict[str, Any]:
    if "path" not in document:
        return document
    file = beside / str(document["path"])
    if not file.is_file():
        raise Stop(USAGE, "file_missing", say("file_missing", file=file))
    digest = sha256_of(file)
    with desk.screen.progress(file.name) as advance:
        upload(desk.api, file, digest, desk.request_id(), None, advance)
    return {**{name: value for name, value in document.items() if name != "path"}, "digest": digest}


@command("submit")
def register_submit(desk: Desk) -> None:
    """Submit the draft for review."""
    made = desk.api.change("POST", "/suppliers/own/submission", {}, desk.request_id())
    desk.screen.tell(made, say("submitted_for_review", version=made["version"]))


@command("show")
def register_show(desk: Desk) -> None:
    """The own file: standing, version in force, version in the making."""
    desk.screen.tell(desk.api.get("/suppliers/own"))


for each in (register_new, register_draft, register_submit, register_show):
    register.add_command(each)
