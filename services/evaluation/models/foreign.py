"""What other departments told us: our own copies, fed by their events and by nothing else.

No foreign keys between them: a fact may arrive before the one it follows from.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Yuan


class Organisation(Base):
    """A supplier, purchaser, the centre … as the registry last described it."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    kind: Mapped[Code]
    name: Mapped[Name]
    size: Mapped[Code | None]
    standing: Mapped[Code | None]


class Person(Base):
    """A person, as the registry last described it."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name]
    organisation_id: Mapped[Uuid | None]


class EnrolledCertificate(Base):
    """A certificate bound to a person; revoked_at None: not told so."""

    __tablename__ = "enrolled_certificate"

    fingerprint: Mapped[Hex] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(index=True)
    purpose: Mapped[Code | None]
    pem: Mapped[str | None]
    not_after: Mapped[When | None]
    revoked_at: Mapped[When | None]


class Project(Base):
    """A procurement, as tendering announced it. notice_day: the day its rules are those of."""

    __tablename__ = "project"

    id: Mapped[Key]
    no: Mapped[Name | None]
    title: Mapped[Name | None]
    purchaser_id: Mapped[Uuid | None]
    purchaser_name: Mapped[Name | None]
    region: Mapped[Name | None]
    notice_day: Mapped[date | None] = mapped_column(Date)
    cancelled_at: Mapped[When | None]


class Participant(Base):
    """Somebody named on a project: officer, reviewer, host, a seat's key holder, a supervisor; at_opening: held a key
    there."""

    __tablename__ = "participant"

    project_id: Mapped[Key]
    person_id: Mapped[Uuid] = mapped_column(primary_key=True)
    capacity: Mapped[Code] = mapped_column(primary_key=True)
    at_opening: Mapped[bool] = mapped_column(default=False)


class Lot(Base):
    """A separately awarded part, with what its document fixed for the evaluation.

    deductions: policy → rate as text. factors: list of {key, title, points, kind}. low_shares: the document's own
    shares for abnormally low prices, empty where it has none.
    """

    __tablename__ = "lot"

    id: Mapped[Key]
    project_id: Mapped[Uuid] = mapped_column(index=True)
    no: Mapped[int | None]
    title: Mapped[Name | None]
    object: Mapped[Code | None]
    category: Mapped[Code | None]
    budget: Mapped[Yuan | None]
    ceiling: Mapped[Yuan | None]
    procedure: Mapped[Code | None]
    award_method: Mapped[Code | None]
    reserved_for_small: Mapped[bool] = mapped_column(default=False)
    deductions: Mapped[Json] = mapped_column(default=dict)
    factors: Mapped[JsonList] = mapped_column(default=list)
    low_shares: Mapped[Json] = mapped_column(default=dict)
    exception: Mapped[Code | None]
    awarded_at: Mapped[When | None]
    published_at: Mapped[When | None]
    performed_at: Mapped[When | None]


class OpenedBid(Base):
    """A bid as it was opened. place: its order of receipt; sheet: the whole price sheet; status: opened or faulty."""

    __tablename__ = "opened_bid"

    bid_id: Mapped[Key]
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    place: Mapped[int]
    supplier_id: Mapped[Uuid]
    supplier_name: Mapped[Name]
    credit_code: Mapped[Code | None]
    received_at: Mapped[When | None]
    price: Mapped[Yuan | None]
    sheet: Mapped[Json]
    consortium: Mapped[JsonList]
    files_digest: Mapped[Hex | None]
    status: Mapped[Code]
    fault: Mapped[Name | None]


class Dispute(Base):
    """A challenge or complaint that may reach into an evaluation; lots empty: the whole project."""

    __tablename__ = "dispute"

    id: Mapped[Key]
    kind: Mapped[Code]
    project_id: Mapped[Uuid | None] = mapped_column(index=True)
    lots: Mapped[JsonList]
    about: Mapped[Code | None]
    lodged_at: Mapped[When | None]
    closed_at: Mapped[When | None]
    upheld: Mapped[bool | None]
    outcome: Mapped[Code | None]
    decision_no: Mapped[Name | None]
