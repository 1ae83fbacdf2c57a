"""May this sealed bid be accepted?

Nothing here depends on what other bids there are: before the closing no answer may give that away. Related firms and
double participation are found when the bids are opened (`takers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Scope
from services.tendering.rules.reasons import objection


@dataclass(frozen=True)
class Bidder:
    """What the registry told of the supplier. categories: subtrees it may bid in, none for all."""

    standing: str
    size: str | None = None
    categories: Sequence[str] = ()
    barred_until: date | None = None
    prepared_the_project: bool = False


@dataclass(frozen=True)
class Terms:
    """What the lot asks for. invited: None when everybody may bid, else whether this supplier is invited or named."""

    procedure: str
    object: str
    category: str
    reserved_for_small: bool
    invited: bool | None


@dataclass(frozen=True)
class Certificate:
    """The certificate the bid is signed with, as the registry told of it."""

    person_id: str
    purpose: str
    not_after: datetime
    revoked_at: datetime | None = None


def bidder_objections(book: Book, day: date, bidder: Bidder | None, terms: Terms) -> list[Objection]:
    """Why this supplier may not bid for this lot. day: the notice's."""
    if bidder is None:
        return [objection("supplier_unknown", "法22")]
    found = []
    if bidder.standing != "admitted":
        found.append(objection("supplier_not_admitted", "法22", standing=bidder.standing))
    if bidder.categories and not any(terms.category.startswith(each) for each in bidder.categories):
        found.append(
            objection("category_not_open", "法22", category=terms.category, categories=", ".join(bidder.categories))
        )
    if terms.invited is False:
        found.append(objection("not_invited", "法34", procedure=terms.procedure))
    if terms.reserved_for_small and terms.object != "goods" and bidder.size == "large":
        found.append(objection("reserved_for_small_firms", "46-4", size=bidder.size))
    if bidder.prepared_the_project and terms.procedure != "single_source":
        row = book.find("prepared_the_project", day, Scope(object=terms.object))
        found.append(objection("prepared_the_project", row.article if row else "条例18"))
    return found


def certificate_objections(certificate: Certificate | None, person_id: str | None, now: datetime) -> list[Objection]:
    """Why this certificate does not carry the signature of this person now (签名法13)."""
    if certificate is None:
        return [objection("certificate_not_enrolled", "签名法13", "signed.signer")]
    found = []
    if certificate.person_id != person_id:
        found.append(objection("certificate_of_another", "签名法13", "signed.signer"))
    if certificate.purpose != "signing":
        found.append(objection("certificate_not_for_signing", "签名法13", "signed.signer", purpose=certificate.purpose))
    if certificate.not_after <= now:
        found.append(
            objection("certificate_expired", "签名法13", "signed.signer", not_after=certificate.not_after.isoformat())
        )
    if certificate.revoked_at is not None and certificate.revoked_at <= now:
        found.append(
            objection("certificate_revoked", "签名法13", "signed.signer", revoked_at=certificate.revoked_at.isoformat())
        )
    return found


def late(book: Book, day: date, object_: str, closes_at: datetime | None, at: datetime) -> list[Objection]:
    """Is it too late? Equal to the closing is late (87-33, 招法28)."""
    if closes_at is None or at < closes_at:
        return []
    row = book.coded("late_bid", "late_bid", day, Scope(object=object_))
    return [
        objection(
            "bid_late", row.article if row else "87-33", "lot_id", closes_at=closes_at.isoformat(), at=at.isoformat()
        )
    ]
