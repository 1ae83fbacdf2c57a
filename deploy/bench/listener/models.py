"""What the listener keeps: one row for each thing heard."""

from __future__ import annotations

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Heard(Base):
    __tablename__ = "heard_thing"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    round: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
