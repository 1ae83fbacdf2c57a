"""What is remembered between two commands: the session, where the key lies, nonces that wait to be revealed.

    $XDG_STATE_HOME/sunshine/          (~/.local/state/sunshine), mode 0700
        current.json                   the address and account last signed in to
        sessions/<address>-<account>.json    mode 0600: session id and secret, a short-lived token, paths of the key
        nonces/<digest>.json           mode 0600: a seat's nonces of a draw, secret until revealed

A private key is never copied here; of a key only the path is noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.cli.ending import USAGE, Stop
from gateway.cli.words import say


@dataclass
class Session:
    """A session by certificate. token_until: unix seconds of this machine's clock."""

    url: str
    account: str
    session_id: str
    secret: str
    fingerprint: str
    person_id: str = ""
    certificate: str = ""
    key: str = ""
    token: str = ""
    token_until: float = 0.0


def folder() -> Path:
    """Where state is kept, made with mode 0700."""
    base = os.environ.get("XDG_STATE_HOME") or ""
    place = (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state") / "sunshine"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def write_private(place: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, place)


def write_json(place: Path, content: Any) -> None:
    """The same for JSON."""
    write_private(place, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_json(place: Path) -> dict[str, Any] | None:
    """What was kept there; None where there is nothing. Stops where it is not ours."""
    try:
        found = json.loads(place.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise Stop(USAGE, "state_malformed", say("state_malformed", file=place)) from None
    return found if isinstance(found, dict) else None


def load_session(url: str, account: str) -> Session | None:
    """The session kept for an address and account."""
    kept = read_json(_session_file(url, account))
    return Session(**kept) if kept else None


def save_session(session: Session) -> None:
    """Keep a session."""
    write_json(_session_file(session.url, session.account), asdict(session))


def forget_session(session: Session) -> None:
    """Sign out on this machine."""
    _session_file(session.url, session.account).unlink(missing_ok=True)


def current() -> Mapping[str, str]:
    """The address and account last signed in to: {"url", "account"}, {} for none."""
    return read_json(folder() / "current.json") or {}


def set_current(url: str, account: str) -> None:
    """From here on this address and account are meant where none is named."""
    write_json(folder() / "current.json", {"url": url, "account": account})


def nonces_file(draw: str, seat: str) -> Path:
    """Where a seat's nonces of a draw wait: round → {"pool_digest", "nonce"}."""
    named = hashlib.sha256(f"{draw}|{seat}".encode()).hexdigest()[:32]
    return folder() / "nonces" / f"{named}.json"


def _session_file(url: str, account: str) -> Path:
    host = urlsplit(url).netloc.replace(":", "_")
    named = hashlib.sha256(f"{url}|{account}".encode()).hexdigest()[:12]
    return folder() / "sessions" / f"{host}-{named}.json"
