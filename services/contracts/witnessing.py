"""Taking a signature: every reason against it at once, or its row.

A signature is a signed statement (`services.protocol.signatures`) whose statement names what it is about:

    {"what": "contract", "about_id": "<id>", "side": "purchaser", "digest": "<sha-256>"}

`what` is contract, supplement, amendment, termination or acceptance. With the contract's envelope and the trust
anchors anybody can check it without the suite.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.objection import Objection
from services.chassis.refusal import refuse_if
from services.contracts.models import Signature
from services.contracts.queries import lots
from services.contracts.refusals import refusal
from services.contracts.rules import signing
from services.contracts.rules.reasons import objection
from services.protocol import certificates, signatures
from services.protocol.reasons import ProtocolError

Signed = dict[str, Any]
Keep = Callable[[Signature], object]


def expected(what: str, about_id: str, side: str, digest: str) -> dict[str, str]:
    """What a genuine signature states, exactly."""
    return {"what": what, "about_id": about_id, "side": side, "digest": digest}


def objections(
    session: Session, by: Caller, what: str, about_id: str, side: str, digest: str, signed: Signed, now: datetime
) -> list[Objection]:
    """Why this signature does not count: over another text, an unfit certificate, or not genuine."""
    found = signing.digest_objections(str(signed["statement"].get("digest", "")), digest)
    try:
        fingerprint = certificates.fingerprint(signed["certificate"])
    except ProtocolError as error:
        return [*found, objection("signature_not_genuine", "电子签名法13", "signed.certificate", reason=error.message)]
    found += signing.certificate_objections(lots.certificate(session, fingerprint), by.person_id or "", now)
    expect = expected(what, about_id, side, str(signed["statement"].get("digest", "")))
    for reason in signatures.verify(signed, expect):
        found.append(objection("signature_not_genuine", "电子签名法13", "signed", reason=str(reason)))
    return found


def take(
    session: Session,
    by: Caller,
    what: str,
    about_id: str,
    side: str | None,
    digest: str,
    signed: Signed,
    before: Collection[Objection],
    now: datetime,
    note: str | None = None,
) -> Signature:
    """Record the signature, or refuse with everything against it. before: objections found already (who may sign)."""
    found = list(before)
    if side is not None:
        found += objections(session, by, what, about_id, side, digest, signed, now)
    refuse_if(found)
    row = Signature(
        about_id=about_id,
        side=side,
        about=what,
        person_id=by.person_id,
        person_name=by.name,
        fingerprint=signed["signer"],
        digest=digest,
        signed=dict(signed),
        note=note,
        at=now,
    )
    with refuse_on("pk_signature", refusal("already_signed", "法46", side=side)):
        session.add(row)
        session.flush()
    return row
