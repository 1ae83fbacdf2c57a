"""Thresholds, the centralised catalogue and the category tree as dated rows."""

from marshmallow import fields

from services.chassis.wire import Day, Schema, Text
from services.registry.schemas.fields import BUDGET_LEVELS, RULE_KINDS, many, one_of, word


class RuleRow(Schema):
    """One dated rule. `value`: an amount as text for a threshold, an object for the other kinds."""

    key = word(required=True)
    value = fields.Raw(required=True)
    article = Text(most=80, required=True)
    checked = fields.Boolean(required=True, truthy={True}, falsy={False})
    in_force_until = Day(load_default=None, allow_none=True)
    unit = word(load_default="none")
    bound = word(load_default="none")
    objects = many(one_of(("goods", "services", "works")), 3, load_default=list)
    budget_levels = many(one_of(BUDGET_LEVELS), 4, load_default=list)
    zh = Text(required=True)
    en = Text(required=True)


class PublishRuleData(Schema):
    """Rows of one kind in force from one day; earlier rows of the same key and scope give way that day."""

    kind = one_of(RULE_KINDS, required=True)
    in_force_from = Day(required=True)
    entries = many(fields.Nested(RuleRow), 2000, required=True)


class ReadRuleData(Schema):
    """The rows of one kind in force on a day (today unless told)."""

    kind = one_of(RULE_KINDS, required=True)
    on = Day(load_default=None, allow_none=True)


class RuleData(Schema):
    """Rows in force, by key."""

    kind = fields.String()
    on = Day()
    entries = fields.List(fields.Dict(keys=fields.String()))
