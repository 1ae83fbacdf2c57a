"""What every table of the registry stands on."""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

from services.chassis.database import NAMING


class Base(DeclarativeBase):
    """All tables of this department."""

    metadata = MetaData(naming_convention=NAMING)


def new_id() -> str:
    """A fresh uuid4 as text."""
    return str(uuid4())


Key = Annotated[str, mapped_column(String(36), primary_key=True, default=new_id)]
Reference = Annotated[str, mapped_column(String(36))]
Word = Annotated[str, mapped_column(String(60))]
Line = Annotated[str, mapped_column(String(200))]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
