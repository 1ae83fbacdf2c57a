"""Are these rows of law fit to be published? (法7, 法8: catalogue and thresholds are published by those entitled)"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from services.chassis.objection import Objection
from services.registry.rules.categories import covers, is_code


def objections(kind: str, rows: Sequence[Mapping[str, Any]], known_categories: Collection[str]) -> list[Objection]:
    """Why these rows may not be published; each objection is beside its row.

    `known_categories`: codes in force on the first day of the rows, for rows that hang below them.
    """
    found = []
    codes = {*known_categories, *(row["key"] for row in rows)} if kind == "category" else set()
    for place, row in enumerate(rows):
        where = f"entries.{place}"
        if kind == "threshold":
            found += _threshold(row, where)
        elif not isinstance(row["value"], Mapping):
            found.append(Objection("row_value", "The value of this row is an object.", "", f"{where}.value"))
        elif not is_code(row["key"]):
            found.append(
                Objection(
                    "category_unknown",
                    f"{row['key']} is not a category code.",
                    "",
                    f"{where}.key",
                    {"category": row["key"]},
                )
            )
        elif kind == "category":
            found += _category(row, codes, where)
    return found


def _threshold(row: Mapping[str, Any], where: str) -> list[Objection]:
    try:
        right = isinstance(row["value"], str) and Decimal(row["value"]) > 0
    except InvalidOperation:
        right = False
    if right:
        return []
    return [Objection("row_value", "A threshold's value is an amount of yuan as text.", "法8", f"{where}.value")]


def _category(row: Mapping[str, Any], codes: Collection[str], where: str) -> list[Objection]:
    parent = row["value"].get("parent")
    if parent is None and len(row["key"]) == 1:
        return []
    if parent in codes and parent != row["key"] and covers(parent, row["key"]):
        return []
    message = f"{row['key']} hangs below a category in force whose code it begins with."
    return [Objection("category_parent", message, "", f"{where}.value.parent", {"category": row["key"]})]
