"""The whole house for tests of the API: five departments as processes, and the gateway before them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask

from gateway.settings import REHEARSAL, Settings
from services.registry.permissions import ROLES, grants
from services.registry.session_keys import TOKEN_LIFE, SessionKeys
from tests.pair.running import Running, until

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")


@dataclass
class Keys:
    """Each department's key, and the folder of their public halves."""

    folder: Path
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "trust").mkdir(parents=True, exist_ok=True)
        for name in DEPARTMENTS:
            key = self.keys[name] = Ed25519PrivateKey.generate()
            (self.folder / f"{name}.key").write_bytes(
                key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            )
            (self.folder / "trust" / f"{name}.pem").write_bytes(
                key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            )

    def token(self, role: str, person_id: str = "", organisation_id: str = "") -> str:
        """A session token of somebody with this role, as registry would sign it."""
        now = time.time()
        claims: dict[str, Any] = {
            "sub": person_id or str(uuid.uuid4()),
            "name": "演练人员",
            "org": organisation_id or str(uuid.uuid4()),
            "org_kind": next(iter(ROLES[role]), ""),
            "roles": [role],
            "may": grants([role]),
            "cert": "0" * 64,
            "sid": str(uuid.uuid4()),
            "exp": int(now) + TOKEN_LIFE,
        }
        return SessionKeys(self.keys["registry"]).token(claims, now)


def settings(keys: Keys, amqp_uri: str, **more: Any) -> Settings:
    """A rehearsal gateway's settings, with nothing to wait for."""
    return Settings(
        profile=REHEARSAL,
        amqp_uri=amqp_uri,
        trust_dir=keys.folder / "trust",
        store_url=f"file://{keys.folder}/store",
        secret=b"a secret of the tests, long enough",
        secure_cookies=False,
        uploads_dir=keys.folder / "uploads",
        calls_a_minute=more.pop("calls_a_minute", 1_000_000),
        reads_kept=more.pop("reads_kept", 0.0),
        **more,
    )


@dataclass
class House:
    """Everything running. `app`: the gateway."""

    keys: Keys
    app: Flask
    processes: list[Running]

    def headers(self, role: str) -> dict[str, str]:
        """The Authorization header of somebody with this role; none for nobody."""
        return {"Authorization": f"Bearer {self.keys.token(role)}"} if role else {}


def start(keys: Keys, amqp_uris: dict[str, str], database_urls: dict[str, str]) -> list[Running]:
    """Start the five departments, one process each, and wait until all are ready."""
    running = [Running(name, amqp_uris[name], database_urls[name], keys.folder) for name in DEPARTMENTS]
    try:
        for each in running:
            each.start_as(["-m", "services.chassis.launch", each.name])
        for each in running:
            until(each.ready, within=300)
    except BaseException:
        for each in running:
            each.end()
        raise
    return running
