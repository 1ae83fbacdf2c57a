"""Messages, what went out of them by which channel, and the partners' webhooks."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base, Code, Json, JsonList, Key, Name, Number, Uuid, When, new_id


class Message(Base):
    """What one person was told about one event: in both languages, as it stood then."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", name="uq_message_event_id_person_id"),
        Index("ix_message_person_id_number", "person_id", "number"),
    )

    number: Mapped[Number]
    id: Mapped[Uuid] = mapped_column(unique=True, default=new_id)
    event_id: Mapped[Code]
    event: Mapped[Code]
    person_id: Mapped[Uuid]
    about: Mapped[Name]
    words: Mapped[Json]
    urgent: Mapped[bool]
    at: Mapped[When]
    read_at: Mapped[When | None]


class Delivery(Base):
    """One message (or event) by one channel to one recipient: tried until sent or given up, never sent anew once sent.

    recipient: the person, or the webhook. content: what goes out. try_at: not before; null once settled.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient", "channel", name="uq_delivery_event_id_recipient_channel"),
        CheckConstraint("channel IN ('email','sms','webhook')", name="channel_known"),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        Index("ix_delivery_waiting", "channel", "try_at", postgresql_where=text("try_at IS NOT NULL")),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    event_id: Mapped[Code]
    event: Mapped[Code]
    recipient: Mapped[Uuid] = mapped_column(index=True)
    channel: Mapped[Code]
    address: Mapped[Name]
    content: Mapped[Json]
    queued_at: Mapped[When]
    tries: Mapped[int]
    try_at: Mapped[When | None]
    sent_at: Mapped[When | None]
    given_up_at: Mapped[When | None]
    last_fault: Mapped[Name | None]


class Preference(Base):
    """Which channels a person wants besides the inbox, and in which language; absent: e-mail."""

    __tablename__ = "preference"

    person_id: Mapped[Key]
    email: Mapped[bool]
    sms: Mapped[bool]
    language: Mapped[Code | None]


class Webhook(Base):
    """A partner's address that public events are sent to, signed. `events`: which, empty for all."""

    __tablename__ = "webhook"

    id: Mapped[Key] = mapped_column(default=new_id)
    organisation_id: Mapped[Uuid] = mapped_column(index=True)
    url: Mapped[Name]
    secret: Mapped[Code]
    events: Mapped[JsonList]
    registered_by: Mapped[Uuid]
    registered_at: Mapped[When]
    failing_since: Mapped[When | None]
    ended_at: Mapped[When | None]
    ended_because: Mapped[Name | None]


class Reminder(Base):
    """That somebody was reminded of a duty: once for each due time and stage (soon, overdue)."""

    __tablename__ = "reminder"

    duty_id: Mapped[Key]
    stage: Mapped[Key]
    due: Mapped[When] = mapped_column(primary_key=True)
    at: Mapped[When]
