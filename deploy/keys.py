"""What the suite's parts prove themselves with: made once, kept under `.run/secrets`, readable by the owner only.

Passwords of the database and broker users; one Ed25519 key per department, whose public halves every department finds
in the trust folder as `<department>.pem`; the secret with which the gateway signs what browsers hand back.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.places import Places

_PRIVATE = 0o600


def write_secret(file: Path, content: bytes) -> None:
    """Write a file nobody else may read, whole or not at all."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(handle, "wb") as output:
        output.write(content)
    fresh.replace(file)


def passwords(places: Places, names: Iterable[str]) -> dict[str, str]:
    """A password for each name, the same at every start. Letters and digits only, so they may stand in an address."""
    file = places.secrets / "passwords.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_hex(20) for name in missing}
        write_secret(file, json.dumps(known, indent=1, sort_keys=True).encode())
    return known


def department_key(places: Places, department: str) -> Path:
    """The department's private key (PKCS #8 PEM), made on first use; its public half goes to the trust folder."""
    file = places.secrets / f"{department}.pem"
    if not file.exists():
        fresh = Ed25519PrivateKey.generate()
        write_secret(
            file,
            fresh.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (places.trust / f"{department}.pem").write_bytes(public)
    return file


def gateway_secret(places: Places) -> Path:
    """The file with the gateway's signing secret, 64 hexadecimal digits."""
    file = places.secrets / "gateway.secret"
    if not file.exists():
        write_secret(file, secrets.token_hex(32).encode())
    return file
