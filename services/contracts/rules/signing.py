"""May this person sign this agreement, now, with this certificate?

法43, 法44, 法46; 电子签名法13: the signature is the signer's own, made under a certificate in force, over exactly
this content. One signature a side, by someone the side has appointed. The arithmetic of the signature itself is
`services.protocol.signatures`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

PURCHASER = "purchaser"
SUPPLIER = "supplier"
SIGNING_ROLES = {PURCHASER: frozenset({"purchaser.officer"}), SUPPLIER: frozenset({"supplier.agent"})}


@dataclass(frozen=True)
class Certificate:
    """A certificate as the registry told us. purpose: "signing" or "encryption"."""

    fingerprint: str
    person_id: str
    purpose: str
    not_after: datetime | None
    revoked_at: datetime | None


def side_of(organisation_id: str | None, purchaser_id: str, supplier_id: str) -> str | None:
    """Which side the organisation is, or None."""
    if organisation_id is None:
        return None
    return {purchaser_id: PURCHASER, supplier_id: SUPPLIER}.get(organisation_id)


def signer_objections(side: str | None, roles: Collection[str], signed_sides: Collection[str]) -> list[Objection]:
    """Why this person may not sign for a side: not a party, not appointed to, or the side has signed."""
    if side is None:
        return [objection("not_a_party", "法43")]
    found = []
    if not SIGNING_ROLES[side] & set(roles):
        needed = ", ".join(sorted(SIGNING_ROLES[side]))
        found.append(objection("signer_not_appointed", "法43", side=side, role=needed))
    if side in signed_sides:
        found.append(objection("already_signed", "法46", side=side))
    return found


def certificate_objections(certificate: Certificate | None, person_id: str, now: datetime) -> list[Objection]:
    """Why this certificate does not carry the person's signature now. None: we were never told of it."""
    if certificate is None:
        return [objection("certificate_not_enrolled", "电子签名法13")]
    found = []
    if certificate.person_id != person_id:
        found.append(objection("certificate_of_another", "电子签名法13"))
    if certificate.purpose != "signing":
        found.append(objection("certificate_purpose", "电子签名法13"))
    if certificate.revoked_at is not None and certificate.revoked_at <= now:
        since = certificate.revoked_at.isoformat()
        found.append(objection("certificate_revoked", "电子签名法15", since=since))
    if certificate.not_after is not None and certificate.not_after < now:
        until = certificate.not_after.isoformat()
        found.append(objection("certificate_expired", "电子签名法13", until=until))
    return found


def digest_objections(signed: str, current: str) -> list[Objection]:
    """A signature counts only over the present text's digest."""
    if signed == current:
        return []
    return [objection("other_digest", "电子签名法13", "digest", signed=signed[:12], current=current[:12])]
