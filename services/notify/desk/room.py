"""What every room of the department shares: its parts, hearing a fact, telling of an own one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.journal import Announcement, Entry
from services.notify import telling
from services.notify.happening import Effect, Happening

Fact = dict[str, Any]
Answer = dict[str, Any]
_OWN = uuid.UUID("1f7d6c1a-4c1e-5f0e-8c55-3a9c1a1b2c3d")


class Room:
    """The parts a call brings, and the few steps every entrypoint takes."""

    db: Session
    now: Callable[[], datetime]
    announce: Callable[[Announcement], Entry]
    plumbing: Any

    def follow(self, fact: Fact, envelope: Fact, *effects: Effect) -> None:
        """Let a heard fact have its effects here, then tell the people and the partners concerned."""
        what = Happening.heard(self.db, self.now(), fact, envelope)
        for effect in effects:
            effect(what)
        self.db.flush()
        telling.tell(what)
        telling.tell_partners(what)

    def tell(self, event: str, key: str, subject: str, fact: Fact) -> None:
        """Tell people of something of our own; once for each key ("<thing>:<stage>")."""
        what = Happening(self.db, self.now(), self.name_of(event, key), event, "notify", subject, self.now(), fact, {})
        self.db.flush()
        telling.tell(what)

    @staticmethod
    def name_of(event: str, key: str) -> str:
        """The id under which something of our own is told: the same for the same key."""
        return str(uuid.uuid5(_OWN, f"{event}/{key}"))

    def person(self, by: Caller) -> str:
        """Who calls, as a person; programs of departments have no inbox."""
        return by.person_id or by.actor
