"""The registry's own settings, read once.

TRUST_ANCHORS_DIR        folder of `*.pem` (certificates trusted by themselves) and `*.crl` (revocation lists)
REHEARSAL_AUTHORITY_DIR  rehearsal profile only: where the rehearsal authority keeps its keys; made when it is empty.
                         In a rehearsal without either folder: `rehearsal-authority` beside DEPARTMENT_KEY_FILE
BOOTSTRAP_CERTIFICATE    SHA-256 fingerprints, comma-separated, of who may claim the first administration
PUBLIC_COMMANDS_A_MINUTE how many self-registrations, and how many rehearsal certificates, are taken in a minute (600)

Production needs TRUST_ANCHORS_DIR and takes no rehearsal authority. In a rehearsal those whose certificates were issued
with `authority issue … --administrator` may claim the first administration as well.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.chassis.settings import PRODUCTION, REHEARSAL, SettingsError

BESIDE_THE_KEY = "rehearsal-authority"


@dataclass(frozen=True)
class RegistrySettings:
    """Where trust comes from, and how much the public may ask in a minute."""

    trust_anchors_dir: Path | None
    rehearsal_authority_dir: Path | None
    bootstrap_certificates: frozenset[str]
    public_commands_a_minute: int


def read(environment: Mapping[str, str]) -> RegistrySettings:
    """Settings from an environment. Raises `SettingsError` with every fault."""
    faults: list[str] = []
    anchors = _folder(environment, "TRUST_ANCHORS_DIR")
    authority = _folder(environment, "REHEARSAL_AUTHORITY_DIR")
    if anchors is None and authority is None:
        if environment.get("SUNSHINE_PROFILE") == REHEARSAL and environment.get("DEPARTMENT_KEY_FILE"):
            authority = Path(environment["DEPARTMENT_KEY_FILE"]).parent / BESIDE_THE_KEY
        else:
            faults.append("TRUST_ANCHORS_DIR is missing (in a rehearsal, REHEARSAL_AUTHORITY_DIR will do)")
    if anchors is not None and not anchors.is_dir():
        faults.append(f"TRUST_ANCHORS_DIR: there is no folder {anchors}")
    if authority is not None and environment.get("SUNSHINE_PROFILE") == PRODUCTION:
        faults.append("REHEARSAL_AUTHORITY_DIR has no place in production")
    named = [each.strip().lower() for each in environment.get("BOOTSTRAP_CERTIFICATE", "").split(",") if each.strip()]
    faults += [
        f"BOOTSTRAP_CERTIFICATE: {each!r} is not a SHA-256 fingerprint in hex"
        for each in named
        if len(each) != 64 or set(each) - set("0123456789abcdef")
    ]
    pace = environment.get("PUBLIC_COMMANDS_A_MINUTE", "600")
    if not pace.isdigit() or pace == "0":
        faults.append(f"PUBLIC_COMMANDS_A_MINUTE must be a whole number of at least 1, not {pace!r}")
        pace = "600"
    if faults:
        raise SettingsError("these settings of the registry must be mended:\n  " + "\n  ".join(faults))
    return RegistrySettings(anchors, authority, frozenset(named), int(pace))


@lru_cache(maxsize=1)
def current() -> RegistrySettings:
    """This process's settings."""
    return read(os.environ)


def _folder(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
