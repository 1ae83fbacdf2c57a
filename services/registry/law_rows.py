"""Thresholds, the centralised catalogue and the category tree: published as dated rows, announced to the others."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.chassis.database import refuse_on
from services.chassis.refusal import refuse_if
from services.registry import events, queries
from services.registry.act import Act
from services.registry.models import RuleRow
from services.registry.refusals import no
from services.registry.rules.rule_rows import objections
from services.registry.schemas.rule_data import PublishRuleData
from services.registry.schemas.rule_data import RuleRow as Wire

SHIPPED = Path(__file__).parent / "law"
KINDS = ("category", "threshold", "centralised_catalogue")


def publish(act: Act, kind: str, in_force_from: date, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one kind in force from a day, announced. Raises `Refusal`: `rules_object`, `row_published_already`."""
    tops = queries.rule_data.category_children(act.db, in_force_from) if kind == "category" else {}
    refuse_if(objections(kind, entries, {code for codes in tops.values() for code in codes}))
    rows = [{**Wire().dump(each), "in_force_from": in_force_from.isoformat()} for each in entries]
    taken = no("row_published_already", "A row of this key and scope begins on that day already.", field="entries")
    with refuse_on("uq_rule_row_version", taken):
        act.db.add_all(
            RuleRow(
                kind=kind,
                key=row["key"],
                scope=scope_of(row),
                in_force_from=in_force_from,
                row=row,
                published_by=act.person,
                published_at=act.now,
            )
            for row in rows
        )
        act.db.flush()
    act.announce(events.rule_data_published(kind, rows, in_force_from))
    return rows


def publish_shipped(act: Act) -> int:
    """Publish what the suite ships, of each kind of which nothing was ever published; how many kinds."""
    missing = [kind for kind in KINDS if not queries.rule_data.has_any(act.db, kind)]
    for kind in missing:
        for part in shipped(kind):
            publish(act, kind, part["in_force_from"], part["entries"])
    return len(missing)


@lru_cache(maxsize=3)
def shipped(kind: str) -> tuple[dict[str, Any], ...]:
    """The rows that come with the suite, as `PublishRuleData` loads them, oldest first."""
    told = json.loads((SHIPPED / f"{kind}.json").read_text("utf-8"))
    parts = [PublishRuleData().load({"kind": kind, **part}) for part in told]
    return tuple(sorted(parts, key=lambda part: part["in_force_from"]))


def scope_of(row: Mapping[str, Any]) -> str:
    """What tells rows of one key apart."""
    return "+".join([*sorted(row["objects"]), *sorted(row["budget_levels"])])
