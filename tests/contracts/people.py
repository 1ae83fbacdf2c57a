"""People, firms and keys of the rehearsal, as the registry would announce them. All of it is invented."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.chassis.caller import Caller
from services.protocol import certificates, signatures
from services.registry.permissions import grants

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / "deploy/rehearsal/rehearsal.json",)
NAMESPACE = uuid.UUID("6f1c0f9e-0d5c-4f5e-9f0a-3a1e0c7b2d11")
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


@cache
def rehearsal() -> dict[str, Any]:
    """The rehearsal's file."""
    found: dict[str, Any] = json.loads(next(place for place in PLACES if place.exists()).read_text("utf-8"))
    return found


def id_of(*words: str) -> str:
    """A steady uuid for a named thing."""
    return str(uuid.uuid5(NAMESPACE, ":".join(words)))


def organisation(key: str) -> dict[str, Any]:
    """One organisation of the file, with its id."""
    found = next(each for each in rehearsal()["organisations"] if each["key"] == key)
    return {**found, "id": id_of("organisation", key)}


@dataclass
class Person:
    """Somebody with a key and a certificate; signs statements as a client would."""

    key: str
    name: str
    organisation: dict[str, Any]
    roles: list[str]
    id: str = ""
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    certificate: str = ""

    def __post_init__(self) -> None:
        self.id = id_of("person", self.key)
        self.certificate = certificates.to_pem(issue(self.name, self.private_key.public_key()))

    @property
    def caller(self) -> Caller:
        """The caller the registry's token would make of this person."""
        return Caller(
            person_id=self.id,
            name=self.name,
            organisation_id=self.organisation["id"],
            organisation_kind=self.organisation["kind"],
            roles=frozenset(self.roles),
            grants=grants(self.roles),
            certificate=self.fingerprint,
            session_id=id_of("session", self.key),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return certificates.fingerprint(self.certificate)

    def sign(self, what: str, about_id: str, side: str, digest: str) -> dict[str, Any]:
        """A signed statement about something of the department."""
        said = signatures.statement(what, digest, about_id=about_id, side=side)
        return signatures.build(said, self.private_key, self.certificate)


@cache
def authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A rehearsal authority: its key and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演练签发机构")])
    made = _builder(name, name, key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    return key, made.sign(key, hashes.SHA256())


def issue(name: str, public_key: ec.EllipticCurvePublicKey) -> x509.Certificate:
    """A certificate for a person."""
    key, issuer = authority()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(subject, issuer.subject, public_key).add_extension(x509.BasicConstraints(False, None), True)
    return made.sign(key, hashes.SHA256())


def anchors() -> list[str]:
    """What an outsider trusts."""
    return [certificates.to_pem(authority()[1])]


@cache
def person(key: str) -> Person:
    """One person of the file (keys are made once a run)."""
    found = next(each for each in rehearsal()["people"] if each["key"] == key)
    return Person(key, found["name"], organisation(found["org"]), found["roles"])


def everybody() -> list[Person]:
    """Everybody of the file."""
    return [person(each["key"]) for each in rehearsal()["people"]]


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST)
        .not_valid_after(LAST - timedelta(days=1))
    )
