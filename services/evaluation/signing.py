"""Is this signature under the report good, and whose is it?

The statement signed is `{"what": "evaluation_report", "digest": <the body's>, "pdf_digest": …, "lot_id": …,
"version": …, "capacity": "member" or "supervisor", "dissent": <the text, empty for none>}`: who signs a different
opinion signs that opinion too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.refusal import Objection
from services.evaluation.models import EnrolledCertificate, Evaluation, Report, ReportSignature
from services.protocol import signatures

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk

WHAT = "evaluation_report"


def statement(made: Report, lot_id: str, capacity: str, dissent: str) -> dict[str, Any]:
    """What one signs."""
    return signatures.statement(
        WHAT,
        made.digest,
        pdf_digest=made.pdf_digest,
        lot_id=lot_id,
        version=made.version,
        capacity=capacity,
        dissent=dissent,
    )


def objections(
    db: Session, made: Report, lot_id: str, by: Caller, capacity: str, wanted: Mapping[str, Any], now: datetime
) -> list[Objection]:
    """Why this signature is not taken: twice, another statement, another's, revoked, expired or a certificate not for
    signing."""
    signed = wanted["signed"]
    found = []
    if db.get(ReportSignature, (made.id, by.person_id)) is not None:
        found.append(Objection("report_signed_already", "You have signed this report, or your refusal is on record."))
    expected = statement(made, lot_id, capacity, wanted["dissent"])
    for reason in signatures.verify(signed, expect=expected):
        found.append(
            Objection("signature_wrong", f"The signature is not good: {reason}", "", "signed", {"reason": str(reason)})
        )
    if found:
        return found
    certificate = db.get(EnrolledCertificate, signed["signer"])
    if certificate is None or certificate.person_id != by.person_id:
        found.append(Objection("signature_of_another", "The certificate is not enrolled in your name.", "", "signed"))
    elif certificate.purpose != "signing":
        found.append(Objection("certificate_purpose", "The certificate is not for signing.", "", "signed"))
    elif certificate.revoked_at is not None and certificate.revoked_at <= now:
        found.append(Objection("certificate_revoked", "The certificate is revoked.", "", "signed"))
    elif certificate.not_after is not None and certificate.not_after < now:
        found.append(Objection("certificate_expired", "The certificate has expired.", "", "signed"))
    return found


def keep(
    desk: Desk,
    found: Evaluation,
    made: Report,
    person_id: str,
    name: str,
    capacity: str,
    signed: dict[str, Any] | None,
    dissent: str,
) -> None:
    """Put a signature, or the refusal of one, on record."""
    desk.db.add(
        ReportSignature(
            report_id=made.id,
            person_id=person_id,
            name=name,
            capacity=capacity,
            signed=signed,
            dissent=dissent,
            at=desk.now(),
        )
    )
    desk.db.flush()
    desk.tell(
        "report_signed",
        f"lot:{found.lot_id}",
        lot_id=found.lot_id,
        report_id=made.id,
        person_id=person_id,
        capacity=capacity,
        digest=made.digest,
        dissent=bool(dissent),
        refused=signed is None,
        at=desk.now(),
    )
