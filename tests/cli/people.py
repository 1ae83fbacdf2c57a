"""Somebody with a certificate, made for a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from services.protocol import certificates

SIGNER = "Synthetic signer"


def issued(name: str = SIGNER) -> tuple[Any, str]:
    """A key with its self-signed certificate, good now; the same for the same name."""
    return _issued(name)


@cache
def _issued(name: str) -> tuple[Any, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    return key, certificates.to_pem(builder.sign(key, SHA256()))


def pem_files(folder: Path, name: str = SIGNER, password: bytes | None = None) -> list[str]:
    """The options that name a certificate and its key."""
    key, pem = issued(name)
    (folder / "me.pem").write_text(pem)
    (folder / "me.key").write_bytes(certificates.private_key_pem(key, password))
    return ["-c", str(folder / "me.pem"), "-k", str(folder / "me.key")]


def pkcs12_file(folder: Path, password: bytes) -> Path:
    """The same in one PKCS#12 file."""
    key, pem = issued()
    place = folder / "me.p12"
    sealed = BestAvailableEncryption(password)
    place.write_bytes(pkcs12.serialize_key_and_certificates(b"me", key, certificates.load(pem), None, sealed))
    return place
