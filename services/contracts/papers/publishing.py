"""A signed contract as the public reads it, without its secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.contracts.models import Contract
from services.contracts.papers.letters import day_in_words, letter
from services.contracts.rules.publication import KINDS

CLAUSES_OF = {
    "items": (),
    "acceptance_standard": ("acceptance_standard",),
    "delivery_place": ("delivery_goods", "delivery_services"),
    "payment_terms": ("payment",),
    "supplier_account": ("payment",),
    "contacts": ("parties",),
}


def text(contract: Contract, secrets: Sequence[Mapping[str, str]]) -> str:
    """The publication's text.

    secrets: {term, kind}; the clauses that hold a withheld term are replaced by the reason.
    """
    data = contract.data["contract"]
    withheld = {clause: each for each in secrets for clause in CLAUSES_OF[each["term"]]}
    lines = []
    for clause in data["clauses"]:
        lines.append(clause["title"])
        if clause["key"] in withheld:
            lines.append(_reason(withheld[clause["key"]]))
        elif clause["key"] in ("payment", "parties"):
            lines += [_without_account(line, data) for line in clause["text"]]
        else:
            lines += clause["text"]
        if clause["key"] == "object":
            lines += _items(data, next((each for each in secrets if each["term"] == "items"), None))
    values = {
        "no": contract.no,
        "project_title": data["project"]["title"],
        "project_no": data["project"]["no"],
        "lot_no": str(data["lot"]["no"]),
        "lot_title": data["lot"]["title"],
        "purchaser_name": data["purchaser"]["name"],
        "supplier_name": data["supplier"]["name"],
        "amount": data["amount"],
        "amount_in_words": data["amount_in_words"],
        "signed_on": day_in_words(contract.signed_at) if contract.signed_at else "",
        "clauses": "\n".join(lines),
        "digest": contract.digest,
    }
    return letter("publication", values)


def _items(data: Mapping[str, object], secret: Mapping[str, str] | None) -> list[str]:
    if secret is not None:
        return [_reason(secret)]
    items = data["items"]
    assert isinstance(items, list)
    return [letter("item", each) for each in items]


def _without_account(line: str, data: Mapping[str, object]) -> str:
    """A bank account is nobody's to read but the payer's."""
    supplier = data["supplier"]
    account = str(supplier["account"]) if isinstance(supplier, Mapping) else ""
    return line.replace(account, "（略）") if account else line


def _reason(secret: Mapping[str, str]) -> str:
    return letter("withheld", {"term": secret["term"], "kind": KINDS[secret["kind"]]})
