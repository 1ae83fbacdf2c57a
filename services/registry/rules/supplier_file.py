"""What must a supplier's file hold before it may be submitted? (法22, 条例17)

A draft may lack anything; a submission may not. Every fault comes back at once, each beside its field.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.chassis.objection import Objection
from services.registry.rules.categories import is_code

SIZES: Final = ("micro", "small", "medium", "large")

REQUIRED_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    # field: (what it is, article)
    "name": ("the registered name", "法22"),
    "address": ("the registered address", "法22"),
    "responsible_person": ("the legal representative or person in charge", "法22"),
    "contact_name": ("a contact", "法22"),
    "contact_phone": ("the contact's telephone number", "法22"),
    "contact_email": ("the contact's e-mail address", "法22"),
    "bank_name": ("the bank", "法22"),
    "bank_account": ("the bank account", "法22"),
    "size": ("the size class: micro, small, medium or large", "46-2"),
}

REQUIRED_DOCUMENTS: Final[Mapping[str, tuple[str, str]]] = {
    # kind: (what it is, article)
    "business_licence": ("business licence or equal proof", "条例17-1"),
    "financial_report": ("financial report", "条例17-2"),
    "tax_and_social_security": ("proof of taxes and social security paid", "条例17-2"),
    "capability": ("proof of equipment and technical ability", "条例17-3"),
    "no_violation_statement": ("written statement: no major violation within three years", "条例17-4"),
}
CATEGORY_DOCUMENT: Final = "qualification"
DOCUMENT_KINDS: Final = (*REQUIRED_DOCUMENTS, CATEGORY_DOCUMENT, "other")


def objections(content: Mapping[str, Any], today: date, known_categories: Sequence[str]) -> list[Objection]:
    """Why this file may not be submitted today; empty means it may.

    `content`: the draft as its schema loaded it (the fields above, `categories`, `documents` of
    `{kind, digest, valid_until, categories}`). `known_categories`: the codes of the tree in force.
    """
    found = [
        Objection("field_missing", f"Fill in {what} before submitting.", article, name, {"what": what})
        for name, (what, article) in REQUIRED_FIELDS.items()
        if not content.get(name)
    ]
    documents = content.get("documents") or []
    kinds = {each["kind"] for each in documents}
    found += [
        Objection("document_missing", f"Add the document: {what}.", article, "documents", {"kind": kind, "what": what})
        for kind, (what, article) in REQUIRED_DOCUMENTS.items()
        if kind not in kinds
    ]
    for place, each in enumerate(documents):
        found += _document_objections(each, f"documents.{place}", today)
    return found + category_objections(content.get("categories") or [], known_categories, "categories")


def category_objections(codes: Sequence[str], known: Sequence[str], where: str) -> list[Objection]:
    """One objection for each code that is not in the category tree in force."""
    return [
        Objection("category_unknown", f"{code} is not a category in force.", "", f"{where}.{place}", {"category": code})
        for place, code in enumerate(codes)
        if not is_code(code) or code not in known
    ]


def _document_objections(document: Mapping[str, Any], where: str, today: date) -> list[Objection]:
    until = document.get("valid_until")
    if until is not None and until < today:
        figures = {"until": until.isoformat(), "today": today.isoformat()}
        return [
            Objection(
                "document_already_expired",
                f"The document expired on {until}; add one valid on {today}.",
                "条例17",
                f"{where}.valid_until",
                figures,
            )
        ]
    if document["kind"] == CATEGORY_DOCUMENT and not document.get("categories"):
        return [
            Objection(
                "document_without_category",
                "Name the categories this qualification is for.",
                "条例17",
                f"{where}.categories",
            )
        ]
    return []
