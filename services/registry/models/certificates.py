"""Certificates and sessions. Their times are the machine's, not the law's: a rehearsal moves no certificate."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base, Key, Line, Moment, Word


class Certificate(Base):
    """A certificate bound to a person; `fingerprint` is the SHA-256 over its DER, hex."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("purpose IN ('signing','encryption')", name="purpose_known"),
        Index("ix_certificate_issuer_serial", "issuer", "serial"),
    )

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), index=True)
    purpose: Mapped[Word]
    key_kind: Mapped[Word]
    subject: Mapped[str] = mapped_column(String(500))
    issuer: Mapped[str] = mapped_column(String(500))
    serial: Mapped[Word]
    pem: Mapped[str] = mapped_column(Text)
    chain: Mapped[list[str]] = mapped_column(JSONB)
    not_before: Mapped[Moment]
    not_after: Mapped[Moment]
    enrolled_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    revoked_because: Mapped[Word | None]


class Session(Base):
    """A session opened with a signing certificate. `secret_digest`: SHA-256 (hex) of what fetches its tokens."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_person_open", "person_id", postgresql_where=text("ended_at IS NULL")),)

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"))
    fingerprint: Mapped[str] = mapped_column(String(64), ForeignKey("certificate.fingerprint"), index=True)
    secret_digest: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_because: Mapped[Line | None]


class SpentChallenge(Base):
    """A session challenge that was answered: good once. Kept until it would be stale anyway."""

    __tablename__ = "spent_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    stale_at: Mapped[Moment] = mapped_column(index=True)


class IssuedCertificate(Base):
    """A certificate the rehearsal authority made (签名法24: what was certified is kept)."""

    __tablename__ = "issued_certificate"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    serial: Mapped[Word] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(String(500))
    purpose: Mapped[Word]
    issued_at: Mapped[Moment] = mapped_column(index=True)
