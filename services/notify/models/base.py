"""Where every table of the department hangs, and the column kinds they share."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from services.chassis.database import NAMING

Uuid = Annotated[str, mapped_column(String(36))]
Key = Annotated[str, mapped_column(String(36), primary_key=True)]
Code = Annotated[str, mapped_column(String(60))]
Hex = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(300))]
Words = Annotated[str, mapped_column(String(20000))]
Yuan = Annotated[Decimal, mapped_column(Numeric(18, 2))]
When = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB(none_as_null=True))]
JsonList = Annotated[list[Any], mapped_column(JSONB(none_as_null=True))]
Number = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


class Base(DeclarativeBase):
    """The department's own tables."""

    metadata = MetaData(naming_convention=NAMING)


def new_id() -> str:
    """A fresh uuid, as text."""
    return str(uuid.uuid4())
