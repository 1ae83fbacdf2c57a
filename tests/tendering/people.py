"""The rehearsal's organisations and people, with keys and certificates made once per session."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from services.chassis.caller import Caller
from services.protocol import certificates
from services.registry.permissions import grants

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = (ROOT / "deploy/rehearsal/rehearsal.json",)
NAMESPACE = uuid.UUID("7a1c3a52-5b0e-4a3b-9c3e-0d7f0b1a2c3d")
BORN, DIES = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
HOLDERS = ("zhao", "qian", "zhou", "zheng", "feng")


@cache
def rehearsal() -> dict[str, Any]:
    """The rehearsal's data: invented people and firms, lawful shapes."""
    found: dict[str, Any] = json.loads(next(each for each in PLACES if each.is_file()).read_text("utf-8"))
    return found


def id_of(key: str) -> str:
    """The id of an organisation or person of the rehearsal, the same in every test."""
    return str(uuid.uuid5(NAMESPACE, key))


@dataclass(frozen=True)
class Keys:
    """A private key with its certificate."""

    key: Any
    pem: str

    @property
    def fingerprint(self) -> str:
        return certificates.fingerprint(self.pem)


@cache
def signing(key: str) -> Keys:
    """A person's signing key."""
    return _certified(key, ec.generate_private_key(ec.SECP256R1()), encipher=False)


@cache
def encryption(key: str) -> Keys:
    """A key holder's encryption key."""
    return _certified(key, rsa.generate_private_key(65537, 2048), encipher=True)


def organisation_of(person: str) -> dict[str, Any]:
    """The organisation a person of the rehearsal works in."""
    home = _person(person)["org"]
    return next(each for each in rehearsal()["organisations"] if each["key"] == home)


def caller(person: str) -> Caller:
    """The person as their session's token would bring them."""
    told, home = _person(person), organisation_of(person)
    return Caller(
        person_id=id_of(person),
        name=told["name"],
        organisation_id=id_of(home["key"]),
        organisation_kind=home["kind"],
        roles=frozenset(told["roles"]),
        grants=grants(told["roles"]),
        certificate=signing(person).fingerprint,
        session_id=id_of(f"session of {person}"),
    )


def agent_of(supplier: str) -> Caller:
    """The supplier's agent."""
    return caller(f"agent-{supplier}")


def _person(key: str) -> dict[str, Any]:
    return next(each for each in rehearsal()["people"] if each["key"] == key)


def _certified(name: str, key: Any, *, encipher: bool) -> Keys:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=not encipher, content_commitment=not encipher, key_encipherment=encipher,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BORN)
        .not_valid_after(DIES)
        .add_extension(usage, critical=True)
    )
    made = builder.sign(key, hashes.SHA256())
    return Keys(key, certificates.to_pem(made))
