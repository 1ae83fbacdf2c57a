"""What there is of open data, month by month."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.working_days import SHANGHAI
from services.notify.models import Process, Release


def releases_by_month(db: Session) -> dict[str, int]:
    """"2026-05" → how many releases, newest month first."""
    wanted = select(Release.month, func.count()).group_by(Release.month).order_by(Release.month.desc())
    return dict(db.execute(wanted).all())


def begun_by_month(db: Session) -> dict[str, int]:
    """Month of Beijing → how many processes began in it; months without are not named."""
    month = func.to_char(func.timezone(SHANGHAI.tzname(None), Process.begun_at), "YYYY-MM")
    return dict(db.execute(select(month, func.count()).group_by(month)).all())
