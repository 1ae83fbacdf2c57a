"""What time it is, asked once per call.

The law's time is the machine's; in a rehearsal it is that plus an offset kept in the department's database, which moves
forward only, so a training day can pass in a minute. Production refuses to start on a database where an offset stands.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.refusal import refuse
from services.chassis.settings import REHEARSAL

OFFSET = "SELECT seconds FROM clock_offset"
_OFFSET = text(OFFSET)


def offset_seconds(session: Session) -> float:
    """How far the rehearsal's clock is from the machine's, in seconds; 0 where it was never moved."""
    with session.no_autoflush:  # asking the time must not write a row that is still being filled in
        return float(session.execute(_OFFSET).scalar() or 0.0)


def law_time(session: Session, profile: str, offset: float | None = None) -> datetime:
    """The law's time now, aware UTC. offset: the rehearsal's clock from the machine's, where it is known already."""
    machine = datetime.fromtimestamp(time.time(), UTC)
    if profile != REHEARSAL:
        return machine
    return machine + timedelta(seconds=offset_seconds(session) if offset is None else offset)


def move(session: Session, profile: str, seconds: float) -> None:
    """Set the offset, in a rehearsal; the first time to anywhere, then forward only.

    Raises `Refusal`: `clock_stands` in production, `clock_goes_forward` for a smaller offset than the present one.
    """
    if profile != REHEARSAL:
        refuse("clock_stands", "The clock can be moved in a rehearsal only.")
    present = session.execute(text("SELECT seconds FROM clock_offset FOR UPDATE")).scalar()
    if present is not None and seconds < present:
        refuse("clock_goes_forward", f"The clock moves forward only; it stands {present:.0f} s from the machine's.")
    session.execute(
        text(
            'INSERT INTO clock_offset ("only", seconds) VALUES (true, :seconds) '
            'ON CONFLICT ("only") DO UPDATE SET seconds = :seconds'
        ),
        {"seconds": seconds},
    )


def check_profile(session: Session, profile: str) -> None:
    """Raise RuntimeError when a production service stands on a database whose clock a rehearsal has moved."""
    if profile != REHEARSAL and session.execute(_OFFSET).first() is not None:
        raise RuntimeError("this database's clock was moved by a rehearsal; production refuses to run on it")
