from __future__ import annotations

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class HeardNote(Base):
    __tablename__ = "heard_note"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
