"""May this certificate serve this purpose for this person now? (电子签名法 13, 16, 21)

Facts only: whether the chain leads to a trust anchor and whether a list revokes it was found out before
(`services.registry.trust`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.chassis.objection import Objection

SIGNING: Final = "signing"
ENCRYPTION: Final = "encryption"
PURPOSES: Final = (SIGNING, ENCRYPTION)

SIGNING_KEYS: Final = ("RSA", "P-256", "P-384", "Ed25519")
ENCRYPTION_KEYS: Final = ("RSA",)
KNOWN_BUT_UNAVAILABLE: Final = ("SM2",)
SMALLEST_RSA: Final = 2048


@dataclass(frozen=True)
class CertificateFacts:
    """What was read from a certificate. `usages`: the KeyUsage names set, e.g. `digital_signature`."""

    key_kind: str
    key_bits: int
    usages: frozenset[str]
    not_before: datetime
    not_after: datetime
    chain_faults: Sequence[Objection] = ()
    is_authority: bool = False
    revoked_at: datetime | None = None


def objections(facts: CertificateFacts, purpose: str, at: datetime) -> list[Objection]:
    """Why the certificate may not serve `purpose` at the machine's time `at`; empty means it may."""
    found = _key(facts, purpose) + _purpose(facts, purpose)
    if at < facts.not_before:
        found.append(_dated("certificate_not_yet_valid", "is valid only from", facts.not_before))
    if at >= facts.not_after:
        found.append(_dated("certificate_expired", "expired on", facts.not_after))
    if facts.revoked_at is not None and facts.revoked_at <= at:
        found.append(revoked(facts.revoked_at))
    return found + list(facts.chain_faults)


def revoked(at: datetime) -> Objection:
    """The objection to a certificate revoked at that moment."""
    return _dated("certificate_revoked", "was revoked on", at)


def _dated(code: str, what: str, moment: datetime) -> Objection:
    day = f"{moment:%Y-%m-%d}"
    return Objection(code, f"The certificate {what} {day}.", "签名法21", "pem", {"date": day})


def _key(facts: CertificateFacts, purpose: str) -> list[Objection]:
    kinds = SIGNING_KEYS if purpose == SIGNING else ENCRYPTION_KEYS
    if facts.key_kind in KNOWN_BUT_UNAVAILABLE:
        message = f"{facts.key_kind} is known but not available in this build."
        return [Objection("key_kind_unavailable", message, "", "pem", {"kind": facts.key_kind})]
    if facts.key_kind not in kinds:
        listed = ", ".join(kinds)
        return [
            Objection(
                "key_kind_unfit",
                f"A {purpose} key is one of {listed}; this is {facts.key_kind}.",
                "",
                "pem",
                {"kind": facts.key_kind, "kinds": listed, "purpose": purpose},
            )
        ]
    if facts.key_kind == "RSA" and facts.key_bits < SMALLEST_RSA:
        message = f"The RSA key has {facts.key_bits} bits; at least {SMALLEST_RSA} are needed."
        figures = {"bits": f"{facts.key_bits}", "least": f"{SMALLEST_RSA}"}
        return [Objection("key_too_small", message, "", "pem", figures)]
    return []


def _purpose(facts: CertificateFacts, purpose: str) -> list[Objection]:
    fit = {
        SIGNING: {"digital_signature"},
        ENCRYPTION: {"key_encipherment", "data_encipherment"},
    }[purpose]
    if facts.is_authority or not fit & facts.usages:
        return [
            Objection(
                "certificate_wrong_purpose",
                f"The certificate is not made for {purpose}; its key usage says "
                f"{', '.join(sorted(facts.usages)) or 'nothing'}.",
                "签名法21",
                "pem",
                {"purpose": purpose, "usages": ", ".join(sorted(facts.usages))},
            )
        ]
    return []
