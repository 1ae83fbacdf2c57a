"""Whose secrecy has ended: enquiries, appointments and webhooks are for the entitled alone.

Who asked what, and who came when, is no matter of the public.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from services.chassis.log.reading import PERSONAL


def secrecy(db: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """See `services.chassis.log.reading.Secrecy`."""
    return dict.fromkeys(subjects, PERSONAL)
