"""Accepted: templates and tender documents."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Digest, Id, Moment, Money, Ratio, Schema, Text
from services.tendering.schemas.fields import (
    FACTOR_KINDS,
    METHODS,
    OBJECTS,
    category,
    count,
    flag,
    many,
    maybe,
    one_of,
    word,
)


class Factor(Schema):
    """One factor of a scheme; points are whole. technical: counts where ties go by technical score (214-25)."""

    key = word(required=True)
    title = Text(required=True)
    points = count(1000, 0, required=True)
    kind = one_of(FACTOR_KINDS, required=True)
    technical = flag(load_default=True)
    standard = maybe(Text, most=4000)


class Conditions(Schema):
    """Contract terms the notice announces."""

    delivery_days = maybe(count, most=10_000, least=1)
    warranty_months = maybe(count, most=600)
    payment_terms = many(Text(most=500), 20, load_default=list)
    payment_days = maybe(count, most=3650, least=1)
    performance_bond_percent = maybe(Ratio)
    joint_rule = maybe(word)
    delivery_place = maybe(Text, most=500)
    acceptance_standard = maybe(Text, most=4000)


class LotInDocument(Schema):
    """A lot as the document describes it. floor is there to be objected to. deductions: name → share off ("0.15")."""

    no = count(999, 1, required=True)
    title = Text(required=True)
    object = one_of(OBJECTS, required=True)
    category = category(required=True)
    budget = Money(required=True)
    ceiling = maybe(Money)
    floor = maybe(Money)
    award_method = one_of(METHODS, required=True)
    standard = flag(load_default=False)
    fixed_price = flag(load_default=False)
    reserved_for_small = flag(load_default=False)
    consortium_allowed = flag(load_default=False)
    deductions = fields.Dict(keys=word(), values=Ratio(), load_default=dict)
    factors = many(fields.Nested(Factor), 200, load_default=list)
    bid_bond = maybe(Money)
    conditions = fields.Nested(Conditions, load_default=dict)
    requirements = maybe(Text, most=20_000, least=0)
    abnormally_low = fields.Dict(keys=word(), values=Ratio(), load_default=dict)
    minimum_exception = maybe(word)


class Qualification(Schema):
    """A qualification requirement; special: beyond those of 法22."""

    key = word(required=True)
    title = Text(most=2000, required=True)
    special = flag(load_default=False)


class Attachment(Schema):
    """A file of the document, in the store by its digest."""

    name = Text(required=True)
    digest = Digest(required=True)
    size = count(1 << 40, 0, required=True)


class Content(Schema):
    """A tender document's content; a draft may lack anything but what is required here."""

    closes_at = maybe(Moment)
    available_until = maybe(Day)
    room = maybe(Text)
    bid_validity_days = maybe(count, most=730, least=1)
    qualifications = many(fields.Nested(Qualification), 100, load_default=list)
    lots = many(fields.Nested(LotInDocument), 200, load_default=list)
    clauses = fields.Dict(keys=word(), values=fields.Dict(keys=word(), values=fields.Raw()), load_default=dict)
    attachments = many(fields.Nested(Attachment), 200, load_default=list)


class DraftDocument(Schema):
    """Begin the document from a template (found by object and procedure unless told); content as far as it is known."""

    project_id = Id(required=True)
    template_key = maybe(word)
    content = fields.Nested(Content, load_default=None, allow_none=True)


class EditDocument(Schema):
    """Replace the content. revision: the one that was read, so that nobody's work is written over."""

    document_id = Id(required=True)
    revision = count(1_000_000, 1, required=True)
    content = fields.Nested(Content, required=True)


class OnDocument(Schema):
    """A move that needs nothing but the document."""

    document_id = Id(required=True)


class CheckDocument(Schema):
    """Everything that stands against a document as it is; publication: the day whose law counts, today unless told."""

    document_id = Id(required=True)
    publication = maybe(Day)


class ReviewDocument(Schema):
    """The reviewer approves. judged: forms of discrimination (条例20) looked for, by code."""

    document_id = Id(required=True)
    judged = many(word(), 20, load_default=list)


class ReturnDocument(Schema):
    """Sent back to the officer with reasons."""

    document_id = Id(required=True)
    reasons = Text(most=4000, required=True)


class PublishTemplate(Schema):
    """A version of a template; clauses in full."""

    key = word(required=True)
    version = word(required=True)
    object = one_of(OBJECTS, required=True)
    procedure = word(required=True)
    in_force_from = Day(required=True)
    title = fields.Dict(keys=one_of(("zh", "en")), values=Text(), required=True)
    clauses = many(fields.Dict(keys=word()), 200, 1, required=True)
    content = fields.Dict(keys=word(), load_default=dict)


class ListTemplates(Schema):
    """Templates in force on a day (today unless told), by object and procedure where told."""

    on = maybe(Day)
    object = one_of(OBJECTS, load_default=None, allow_none=True)
    procedure = maybe(word)
