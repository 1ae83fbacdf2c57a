"""The pieces releases are made of: parties, values, moments, documents, lots."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from services.notify import settings
from services.notify.happening import Happening
from services.notify.models import Lot, Organisation
from services.notify.rules.merging import merged_by_id

# The unified social credit code (GB 32100) has no entry in org-id.guide yet; X marks the scheme as ours until it has.
SCHEME = "X-CN-USCC"
CATEGORY_SCHEME = "x_CN-PINMU"  # the Ministry of Finance's catalogue of procurement items
METHODS = {
    "open_tender": ("open", "公开招标"),
    "invited_tender": ("selective", "邀请招标"),
    "negotiation": ("limited", "竞争性谈判"),
    "consultation": ("limited", "竞争性磋商"),
    "inquiry": ("limited", "询价"),
    "single_source": ("direct", "单一来源采购"),
    "framework": ("selective", "框架协议"),
}


def number(amount: Decimal) -> int | float:
    """A JSON number for an amount: yuan with two places fit a double up to 90 million million."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def value(amount: Decimal | None) -> dict[str, Any] | None:
    """An OCDS Value in yuan."""
    return None if amount is None else {"amount": number(amount), "currency": "CNY"}


def date(moment: datetime) -> str:
    """A moment to the second, UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def known(**fields: Any) -> dict[str, Any]:
    """The fields that are known: neither None nor empty."""
    return {key: each for key, each in fields.items() if each not in (None, [], {}, "")}


def party(what: Happening, organisation_id: str | None, *roles: str, name: str | None = None) -> dict[str, Any] | None:
    """A party with its roles, described as registry last said."""
    if not organisation_id:
        return None
    row = what.db.get(Organisation, organisation_id)
    legal = name or (row.name if row else None) or organisation_id
    identifier = None
    if row is not None and row.credit_code:
        identifier = {"scheme": SCHEME, "id": row.credit_code, "legalName": legal}
    scale = row.size if row is not None and row.size in ("micro", "small", "medium", "large") else None
    return known(
        id=party_id(what, organisation_id), name=legal, identifier=identifier, roles=list(roles),
        details=known(scale=scale),
    )  # fmt: skip


def party_id(what: Happening, organisation_id: str) -> str:
    """The scheme and code where there is one, else our own id."""
    row = what.db.get(Organisation, organisation_id)
    return f"{SCHEME}-{row.credit_code}" if row is not None and row.credit_code else organisation_id


def reference(what: Happening, organisation_id: str, name: str | None = None) -> dict[str, Any]:
    """How a party is referred to elsewhere in the release."""
    row = what.db.get(Organisation, organisation_id)
    return known(id=party_id(what, organisation_id), name=name or (row.name if row else None))


def centre(what: Happening) -> dict[str, Any] | None:
    """The centre, which runs the procedure."""
    row = what.db.scalars(select(Organisation).where(Organisation.kind == "centre").order_by(Organisation.id)).first()
    return party(what, row.id, "procuringEntity") if row else None


def parties(*found: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Each party once, with all its roles in this release."""
    once: dict[str, dict[str, Any]] = {}
    for each in found:
        if each is None:
            continue
        roles = [*once.get(each["id"], {}).get("roles", []), *each["roles"]]
        once[each["id"]] = {**each, "roles": sorted(set(roles))}
    return list(once.values())


def document(key: str, kind: str, title: str, published: datetime, path: str, lots: list[str] | None = None) -> Any:
    """A document on our public pages."""
    return known(
        id=key, documentType=kind, title=title, url=f"{settings.current().public_url}{path}",
        datePublished=date(published), format="text/html", language="zh", relatedLots=lots,
    )  # fmt: skip


def lots_ended(what: Happening, compiled: dict[str, Any], changed: list[dict[str, Any]]) -> dict[str, Any]:
    """The tender's part of a release in which lots end: they, and the tender itself when none is left."""
    after = merged_by_id(compiled.get("tender", {}).get("lots", []), changed)
    ends = {each.get("status") for each in after}
    tender: dict[str, Any] = {"id": tender_id(what), "lots": changed}
    if not ends & {"active", "planned", "planning", None}:
        tender["status"] = next(each for each in ("complete", "unsuccessful", "cancelled") if each in ends)
    return tender


def tender_id(what: Happening) -> str:
    """The tender's id within its process: the project's."""
    return str(what.fact.get("project_id") or (what.project.id if what.project else ""))


def lot_title(what: Happening) -> str:
    """The lot's title, or the project's."""
    lot: Lot | None = what.lot
    return lot.title if lot else (what.project.title if what.project else "")
