"""Dated rows of law: thresholds, centralised catalogue, categories."""

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, every, query
from services.registry import law_rows, queries
from services.registry.entrypoints.room import Room
from services.registry.rules.days import day_of
from services.registry.schemas import rule_data as wire

Answer = dict[str, Any]


class RuleData(Room):
    """What the law's data say on a day."""

    @command(wire.PublishRuleData, permission="rule_data.publish")
    def publish_rule_data(self, given: Answer, by: Caller) -> Answer:
        """Publish rows of one kind in force from a day."""
        rows = law_rows.publish(self.act(by), given["kind"], given["in_force_from"], given["entries"])
        return {"kind": given["kind"], "on": given["in_force_from"].isoformat(), "entries": rows}

    @query(wire.ReadRuleData, permission=PUBLIC)
    def rule_data(self, wanted: Answer, by: Caller) -> Answer:
        """The rows of one kind in force on a day."""
        on = wanted["on"] or day_of(self.now())
        return {
            "kind": wanted["kind"],
            "on": on.isoformat(),
            "entries": queries.rule_data.in_force(self.db, wanted["kind"], on),
        }

    @every(seconds=60)
    def publish_shipped_rule_data(self) -> None:
        """Publish what the suite ships, of each kind of which nothing was ever published."""
        law_rows.publish_shipped(self.act(Caller()))
