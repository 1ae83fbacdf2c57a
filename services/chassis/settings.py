"""What a department's process must be told, read once at start.

Every missing or unreadable name is reported at once, so an operator mends them in one go.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REHEARSAL = "rehearsal"
PRODUCTION = "production"


class SettingsError(Exception):
    """The settings cannot be used; the message names each fault, one a line."""


@dataclass(frozen=True)
class Settings:
    """The chassis' own settings. Times in seconds.

    profile: "rehearsal" (the clock may be moved forward) or "production".
    max_workers: calls one process works on at once; also how many it takes from the broker ahead.
    senders_checked: refuse events whose broker user is not the department they claim to come from (off only
        where one broker user serves all departments).
    """

    profile: str
    amqp_uri: str
    database_url: str
    ops_port: int
    department_key_file: Path
    trust_dir: Path
    store_url: str
    log_level: str = "INFO"
    max_workers: int = 16
    hearing_workers: int = 8
    senders_checked: bool = True
    heartbeat: int = 10


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment.

    Raises `SettingsError` naming everything that is missing or wrong.
    """
    env = os.environ if environment is None else environment
    faults: list[str] = []

    def text(name: str) -> str:
        value = env.get(name, "")
        if not value:
            faults.append(f"{name} is missing")
        return value

    def number(name: str, default: int, least: int) -> int:
        raw = env.get(name, str(default))
        if not raw.isdigit() or int(raw) < least:
            faults.append(f"{name} must be a whole number of at least {least}, not {raw!r}")
            return default
        return int(raw)

    profile = text("SUNSHINE_PROFILE")
    if profile and profile not in (REHEARSAL, PRODUCTION):
        faults.append(f"SUNSHINE_PROFILE must be {REHEARSAL} or {PRODUCTION}, not {profile!r}")
    key_file = Path(text("DEPARTMENT_KEY_FILE"))
    if str(key_file) != "." and not key_file.is_file():
        faults.append(f"DEPARTMENT_KEY_FILE: there is no file {key_file}")
    trust_dir = Path(text("TRUST_DIR"))
    if str(trust_dir) != "." and not trust_dir.is_dir():
        faults.append(f"TRUST_DIR: there is no folder {trust_dir}")
    found = Settings(
        profile=profile,
        amqp_uri=text("AMQP_URI"),
        database_url=text("DATABASE_URL"),
        ops_port=number("OPS_PORT", 0, 0),
        department_key_file=key_file,
        trust_dir=trust_dir,
        store_url=text("STORE_URL"),
        log_level=env.get("LOG_LEVEL", "INFO"),
        max_workers=number("MAX_WORKERS", 16, 1),
        hearing_workers=number("HEARING_WORKERS", 8, 1),
        senders_checked=env.get("EVENT_SENDERS", "checked") != "shared",
        heartbeat=number("AMQP_HEARTBEAT", 10, 1),
    )
    if faults:
        raise SettingsError("these settings must be mended before the department can start:\n  " + "\n  ".join(faults))
    return found
