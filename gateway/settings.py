"""What the gateway must be told, read once at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REHEARSAL, PRODUCTION = "rehearsal", "production"


class SettingsError(Exception):
    """The settings cannot be used; the message names each fault, one a line."""


@dataclass(frozen=True)
class Settings:
    """The gateway's settings.

    secret: signs cookies and cursors; at least 32 bytes.
    secure_cookies: off only for a rehearsal on plain HTTP.
    uploads_dir: uploads under way, shared by the gateway's processes; beside the store where that is a folder.
    largest_body: bytes a JSON request may have; uploads have their own limit.
    calls_a_minute: how often one caller may ask, before 429.
    reads_kept: seconds an answer for everybody is served without asking the departments again; 0 for never.
    longest_wait: seconds a request may wait for a thread before it is told to come back.
    """

    profile: str
    amqp_uri: str
    trust_dir: Path
    store_url: str
    secret: bytes
    secure_cookies: bool = True
    largest_body: int = 1_000_000
    largest_upload: int = 2_147_483_648
    calls_a_minute: int = 600
    in_flight: int = 256
    reads_kept: float = 1.0
    longest_wait: float = 2.0
    uploads_dir: Path = Path("/var/tmp/sunshine-uploads")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises `SettingsError` naming everything that is missing or wrong."""
    env = os.environ if environment is None else environment
    faults: list[str] = []

    def text(name: str) -> str:
        value = env.get(name, "")
        if not value:
            faults.append(f"{name} is missing")
        return value

    def number(name: str, default: int) -> int:
        raw = env.get(name, str(default))
        if not raw.isdigit() or int(raw) < 1:
            faults.append(f"{name} must be a whole number of at least 1, not {raw!r}")
            return default
        return int(raw)

    profile = text("SUNSHINE_PROFILE")
    if profile and profile not in (REHEARSAL, PRODUCTION):
        faults.append(f"SUNSHINE_PROFILE must be {REHEARSAL} or {PRODUCTION}, not {profile!r}")
    trust_dir = Path(text("TRUST_DIR"))
    secret_file = text("GATEWAY_SECRET_FILE")
    secret = b""
    if secret_file:
        try:
            secret = Path(secret_file).read_bytes().strip()
        except OSError as error:
            faults.append(f"GATEWAY_SECRET_FILE cannot be read: {error.strerror}")
        if secret and len(secret) < 32:
            faults.append("GATEWAY_SECRET_FILE must hold at least 32 bytes")
    settings = Settings(
        profile=profile,
        amqp_uri=text("AMQP_URI"),
        trust_dir=trust_dir,
        store_url=text("STORE_URL"),
        secret=secret,
        secure_cookies=env.get("SECURE_COOKIES", "no" if profile == REHEARSAL else "yes") == "yes",
        largest_body=number("LARGEST_BODY", 1_000_000),
        largest_upload=number("LARGEST_UPLOAD", 2_147_483_648),
        calls_a_minute=number("CALLS_A_MINUTE", 600),
        in_flight=number("CALLS_IN_FLIGHT", 256),
        longest_wait=number("LONGEST_WAIT_MS", 2000) / 1000,
        uploads_dir=Path(env.get("UPLOADS_DIR") or _beside(env.get("STORE_URL", ""))),
    )
    if faults:
        raise SettingsError("these settings must be mended before the gateway can start:\n  " + "\n  ".join(faults))
    return settings


def _beside(store_url: str) -> str:
    scheme, _, path = store_url.rpartition("://")
    return f"{path.rstrip('/')}/uploads" if scheme in ("", "file") and path else str(Settings.uploads_dir)
