"""The contract as data: made from the document's terms, the winning bid and what the parties fill in.

What is signed is the envelope ``{"contract": …, "files": […]}``: the contract's data and the digests of the DOCX and
PDF rendered from it, as canonical JSON (`services.protocol.canonical`); its SHA-256 is the digest under every
signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.objection import Objection
from services.chassis.wire import moment_text
from services.contracts.models import Award, Lot, Project
from services.contracts.papers.template import template
from services.contracts.queries import lots
from services.contracts.rules import blanks, bonds, law, terms
from services.contracts.rules import items as item_rules
from services.contracts.rules.amount_in_words import in_words

LAW_OF_CONTRACT = ("contract_signing", "contract_as_document", "payment", "performance_bond_most", "supplements_most")
AS_NOTIFIED, AS_APPOINTED = "以该方书面通知为准", "采购人指定地点"
PARTY_BLANKS = ("delivery_place", "supplier_account", "purchaser_contact", "supplier_contact")


@dataclass(frozen=True)
class Draft:
    """A generated contract and everything that stands against it."""

    data: dict[str, Any]
    departures: list[terms.Departure]
    objections: list[Objection]


def draft(session: Session, award: Award, lot: Lot, project: Project, no: str, given: Mapping[str, Any]) -> Draft:
    """Generate the contract of an announced award. given: {"terms": …, "reasons": …} from the drafter."""
    day = lots.rules_day(project, lot)
    bid = lots.opened_bid(session, award.bid_id)
    sheet = bid.sheet if bid else {}
    found, divided = item_rules.from_sheet(sheet, lot.title or "", award.amount)
    listed = [each.as_dict() for each in found]
    fixed = terms.fixed_terms(lot.conditions, sheet, law.row("payment", day).number)
    fixed |= {"amount": f"{award.amount:.2f}", "items": listed}
    drafted = fixed | {key: each for key, each in given["terms"].items() if key in terms.BY_KEY}
    departed = terms.departures(fixed, drafted, given["reasons"])
    agreed = {key: each for key, each in drafted.items() if key not in ("amount", "items")}
    parties = {key: given["terms"][key] for key in PARTY_BLANKS if key in given["terms"]}
    purchaser, supplier = lots.organisation(session, award.purchaser_id), lots.organisation(session, award.supplier_id)
    parties.setdefault("supplier_account", supplier.bank_account or AS_NOTIFIED)
    parties.setdefault("purchaser_contact", purchaser.contact or AS_NOTIFIED)
    parties.setdefault("supplier_contact", supplier.contact or AS_NOTIFIED)
    parties.setdefault("delivery_place", agreed.get("delivery_place") or AS_APPOINTED)
    percent = None if agreed.get("performance_bond_percent") is None else Decimal(agreed["performance_bond_percent"])
    values = {
        **agreed,
        **parties,
        "amount": f"{award.amount:.2f}",
        "amount_in_words": in_words(award.amount),
        "items": listed,
        "payment_terms": [payment_in_words(each) for each in agreed.get("payment_terms", [])],
        "performance_bond_amount": f"{bonds.required_performance_bond(award.amount, percent):.2f}",
        "purchaser_name": project.purchaser_name or purchaser.name or "",
        "supplier_name": award.supplier_name,
        "project_title": project.title or "",
        "project_no": project.no or project.plan_no or "",
        "lot_no": str(lot.no),
        "lot_title": lot.title or "",
        "notice_no": award.notice_no or "",
    }
    form = template(day, lot.object or "")
    clauses = blanks.applying(form["clauses"], lot.object or "goods", values)
    strangers = {key: each for key, each in given["terms"].items() if key not in form["blanks"]}
    found_objections = [
        *terms.objections(departed),
        *item_rules.objections(found),
        *bonds.percent_objections(percent, day),
        *blanks.objections(form["blanks"], blanks.blanks_in(clauses), values | strangers),
    ]
    if found_objections:
        return Draft({}, departed, found_objections)
    data = {
        "form": f"{form['form']}/{form['version']}",
        "title": form["title"],
        "no": no,
        "project": {"id": award.project_id, "no": values["project_no"], "title": values["project_title"]},
        "lot": {"id": lot.id, "no": lot.no, "title": lot.title, "object": lot.object, "category": lot.category},
        "purchaser": _party(
            award.purchaser_id, values["purchaser_name"], purchaser.credit_code, parties["purchaser_contact"]
        ),
        "supplier": _party(award.supplier_id, award.supplier_name, supplier.credit_code, parties["supplier_contact"])
        | {"account": parties["supplier_account"]},
        "amount": values["amount"],
        "amount_in_words": values["amount_in_words"],
        "items": listed,
        "items_divided": divided,
        "terms": agreed | {key: parties[key] for key in ("delivery_place",) if key in parties},
        "departures": [each.as_dict() for each in departed],
        "clauses": [
            {"key": each["key"], "title": each["title"], "text": [blanks.fill(line, values) for line in each["text"]]}
            for each in clauses
        ],
        "basis": {
            "award_id": award.id,
            "notice_no": award.notice_no,
            "announced_at": None if award.announced_at is None else moment_text(award.announced_at),
            "bid_id": award.bid_id,
            "manifest_digest": bid.manifest_digest if bid else None,
            "files_digest": bid.files_digest if bid else None,
            "document_digest": lot.document_digest,
        },
        "law": [law.row(key, day).version for key in LAW_OF_CONTRACT],
    }
    return Draft(data, departed, [])


def payment_in_words(term: Any) -> str:
    """One payment term for people: a text as it is, {key or title, percent, days} as a clause."""
    if not isinstance(term, Mapping):
        return str(term)
    title = term.get("title") or term.get("key") or "支付"
    text = f"{title}：合同总价的 {term['percent']}%" if term.get("percent") is not None else str(title)
    return text + (f"，收到发票之日起 {term['days']} 日内" if term.get("days") is not None else "")


def required_bond(data: Mapping[str, Any]) -> Decimal:
    """What performance bond a contract's data asks, yuan; 0.00 where none."""
    percent = data["terms"].get("performance_bond_percent")
    return bonds.required_performance_bond(Decimal(data["amount"]), None if percent is None else Decimal(percent))


def delivery_days(data: Mapping[str, Any]) -> int | None:
    """The days the contract gives for delivery."""
    days = data["terms"].get("delivery_days")
    return None if days is None else int(days)


def _party(organisation_id: str, name: str, credit_code: str | None, contact: str) -> dict[str, Any]:
    return {"id": organisation_id, "name": name, "credit_code": credit_code, "contact": contact}
