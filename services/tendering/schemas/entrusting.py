"""Accepted: entrustments, plans, people of a project, its end."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Id, Moment, Money, Ratio, Schema, Text
from services.tendering.schemas.fields import (
    BUDGET_LEVELS,
    OBJECTS,
    Page,
    category,
    count,
    flag,
    many,
    maybe,
    one_of,
    word,
)


class EntrustedItem(Schema):
    """One thing to be bought: its category, kind and budget in yuan."""

    category = category(required=True)
    title = Text(required=True)
    object = one_of(OBJECTS, required=True)
    budget = Money(required=True)
    quantity = maybe(Ratio)
    unit = maybe(Text, most=20)
    imported = flag(load_default=False)


class DraftEntrustment(Schema):
    """A purchaser's request to the centre to buy. ground: why another procedure than open tender (法29–32).

    excluded: suppliers who designed, specified, managed or supervised the project (条例18).
    """

    title = Text(required=True)
    plan_no = Text(most=60, required=True)
    fiscal_year = count(2100, 2000, required=True)
    funding = Text(required=True)
    procedure = word(required=True)
    ground = maybe(word)
    items = many(fields.Nested(EntrustedItem), 200, 1, required=True)
    budget_level = one_of(BUDGET_LEVELS, load_default=None, allow_none=True)
    region = maybe(Text)
    wanted_by = maybe(Day)
    note = maybe(Text, most=4000)
    excluded = many(Id(), 50, load_default=list)
    previous_project_id = maybe(Id)


class EditEntrustment(DraftEntrustment):
    """The same, written anew; only while it is a draft or was returned."""

    project_id = Id(required=True)


class OnProject(Schema):
    """A move that needs nothing but the project."""

    project_id = Id(required=True)


class ReturnProject(Schema):
    """Sent back with reasons."""

    project_id = Id(required=True)
    reasons = Text(most=4000, required=True)


class ConfirmPlan(Schema):
    """Finance confirms. budget: the ceiling (the items' total unless told). approval_no: of another procedure."""

    project_id = Id(required=True)
    budget = maybe(Money)
    procedure = maybe(word)
    approval_no = maybe(Text)


class RecordApproval(Schema):
    """An approval on record (another procedure, imports)."""

    project_id = Id(required=True)
    approval_no = Text(required=True)


class AcceptEntrustment(Schema):
    """The centre accepts, naming officer and reviewer; no: the project number, made up unless told."""

    project_id = Id(required=True)
    officer_id = Id(required=True)
    reviewer_id = Id(required=True)
    host_id = maybe(Id)
    no = maybe(Text, most=60)


class AssignPeople(Schema):
    """Other people for a project; who is not named stays."""

    project_id = Id(required=True)
    officer_id = maybe(Id)
    reviewer_id = maybe(Id)
    host_id = maybe(Id)


class CancelProject(Schema):
    """The task itself is cancelled (法36)."""

    project_id = Id(required=True)
    reason = Text(most=4000, required=True)


class TenderAgain(Schema):
    """Tender failed lots of one project again, by the same procedure or, with its ground, another."""

    lot_ids = many(Id(), 200, 1, required=True)
    procedure = maybe(word)
    ground = maybe(word)


class ReadProject(Schema):
    """Which project."""

    project_id = Id(required=True)


class ReadLot(Schema):
    """Which lot."""

    lot_id = Id(required=True)


class ListProjects(Page):
    """Projects, newest first; purchaser: only this one's."""

    purchaser_id = maybe(Id)


class Nothing(Schema):
    """Nothing is asked."""


class ExtendCalendar(Schema):
    """A year as the State Council's notice has it: its days of rest and its make-up working days."""

    year = count(2100, 2026, required=True)
    rest = many(Day(), 200, 1, required=True)
    make_up = many(Day(), 60, required=True)
    source = Text(required=True)


class ExtendDuty(Schema):
    """More time for a duty, with the reason the waiting party is told."""

    obligation_id = Id(required=True)
    due = Moment(required=True)
    reason = Text(most=2000, required=True)


class ReadLaw(Schema):
    """The rules in force on a day (today unless told); key: only these."""

    on = maybe(Day)
    key = maybe(word)
