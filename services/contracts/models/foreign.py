"""What other departments told us: our own copies, fed by their events and by nothing else.

No foreign keys between them: a fact may arrive before the one it follows from.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words, Yuan


class Organisation(Base):
    """A purchaser, supplier, the centre … as the registry last described it."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    kind: Mapped[Code | None]
    name: Mapped[Name | None]
    credit_code: Mapped[Code | None]
    size: Mapped[Code | None]
    standing: Mapped[Code | None]
    address: Mapped[Name | None]
    contact: Mapped[Name | None]
    bank_account: Mapped[Name | None]

    @property
    def barred(self) -> bool:
        """Whether it is excluded from procurement now."""
        return self.standing == "barred"


class Person(Base):
    """A person and the roles it holds now."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name | None]
    organisation_id: Mapped[Uuid | None]


class Appointment(Base):
    """A role somebody holds; until None: no end was told."""

    __tablename__ = "appointment"

    person_id: Mapped[Key]
    role: Mapped[Code] = mapped_column(primary_key=True)
    organisation_id: Mapped[Uuid | None]
    ended: Mapped[bool] = mapped_column(default=False)


class EnrolledCertificate(Base):
    """A certificate bound to a person."""

    __tablename__ = "enrolled_certificate"

    fingerprint: Mapped[Hex] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid]
    purpose: Mapped[Code | None]
    pem: Mapped[str | None]
    chain: Mapped[JsonList] = mapped_column(default=list)
    not_after: Mapped[When | None]
    revoked_at: Mapped[When | None]
    reason: Mapped[Words | None]


class Project(Base):
    """A procurement, as tendering announced it."""

    __tablename__ = "project"

    id: Mapped[Key]
    no: Mapped[Name | None]
    title: Mapped[Name | None]
    purchaser_id: Mapped[Uuid | None]
    purchaser_name: Mapped[Name | None]
    officer_id: Mapped[Uuid | None]
    reviewer_id: Mapped[Uuid | None]
    procedure: Mapped[Code | None]
    budget_level: Mapped[Code | None]
    fiscal_year: Mapped[int | None]
    funding: Mapped[Name | None]
    plan_no: Mapped[Name | None]
    rules_date: Mapped[When | None]
    cancelled_at: Mapped[When | None]


class Lot(Base):
    """A separately awarded part, with the contract terms its document fixed.

    rules_date is the project's. nonce: this department's part in a draw for joint places, secret until an award.
    present: who took part in the opening.
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
    conditions: Mapped[Json]
    bid_bond: Mapped[Yuan | None]
    document_digest: Mapped[Hex | None]
    noticed_at: Mapped[When | None]
    nonce: Mapped[Hex | None]
    present: Mapped[JsonList] = mapped_column(default=list)
    failed_at: Mapped[When | None]
    failure: Mapped[Json | None]


class OpenedBid(Base):
    """A bid as it was opened; sheet: the whole price sheet."""

    __tablename__ = "opened_bid"

    bid_id: Mapped[Key]
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    supplier_id: Mapped[Uuid]
    supplier_name: Mapped[Name]
    credit_code: Mapped[Code | None]
    price: Mapped[Yuan | None]
    sheet: Mapped[Json]
    manifest_digest: Mapped[Hex | None]
    files_digest: Mapped[Hex | None]
    consortium: Mapped[JsonList]
    status: Mapped[Code]


class Ranking(Base):
    """A settled ranking; the latest of a lot is the one that counts. id: the event that brought it."""

    __tablename__ = "ranking"
    __table_args__ = (Index("ix_ranking_lot", "lot_id", "settled_at"),)

    id: Mapped[Key]
    lot_id: Mapped[Uuid]
    project_id: Mapped[Uuid]
    method: Mapped[Code | None]
    settled_at: Mapped[When]
    received_at: Mapped[When]
    report_digest: Mapped[Hex | None]
    panel: Mapped[JsonList]
    places: Mapped[JsonList]
    rejected: Mapped[JsonList]


class HeardDispute(Base):
    """A challenge or a complaint; lots empty: the whole project."""

    __tablename__ = "heard_dispute"

    id: Mapped[Key]
    kind: Mapped[Code]
    project_id: Mapped[Uuid | None] = mapped_column(index=True)
    lots: Mapped[JsonList]
    about: Mapped[Code | None]
    supplier_id: Mapped[Uuid | None]
    lodged_at: Mapped[When | None]
    closed_at: Mapped[When | None]
    suspends: Mapped[JsonList]
    suspended_until: Mapped[When | None]
    upheld: Mapped[bool | None]
    outcome: Mapped[Code | None]
    decision_no: Mapped[Name | None]
    settled_at: Mapped[When | None]


class Survey(Base):
    """What a party thought of it, one answer a side."""

    __tablename__ = "survey"

    contract_id: Mapped[Key]
    side: Mapped[Code] = mapped_column(primary_key=True)
    organisation_id: Mapped[Uuid | None]
    score: Mapped[int]
    satisfied: Mapped[bool]
    at: Mapped[When]
