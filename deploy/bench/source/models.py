"""What the source keeps: how many things it told in each round."""

from __future__ import annotations

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis.database import NAMING


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Told(Base):
    __tablename__ = "told"

    round: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]
