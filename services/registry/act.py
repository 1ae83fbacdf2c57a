"""One call at work, as the functions that record need it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.journal import Announcement
from services.registry.rules.days import day_of


@dataclass(frozen=True)
class Act:
    """A change under way: its transaction, the law's moment, the machine's moment, who acts, and the department's key.

    Certificates, challenges and sessions live by the machine's time (`machine`), everything else by the law's (`now`).
    """

    db: Session
    announce: Callable[[Announcement], Any]
    now: datetime
    by: Caller
    machine: datetime
    key: Ed25519PrivateKey
    former_keys: tuple[Ed25519PublicKey, ...] = ()

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return day_of(self.now)

    @property
    def person(self) -> str:
        """Whom the record names as having acted."""
        return self.by.person_id or self.by.actor

    @property
    def public_keys(self) -> tuple[Ed25519PublicKey, ...]:
        """The keys under which this department's challenges may be signed."""
        return (self.key.public_key(), *self.former_keys)


def machine_time() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)
