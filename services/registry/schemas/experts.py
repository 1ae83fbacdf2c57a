"""The expert library and the eligible pool of a draw."""

from marshmallow import fields

from services.chassis.wire import Day, Heard, Id, Moment, Schema, Text
from services.registry.schemas.fields import (
    LANGUAGES,
    POSITIONS,
    RELATIONS,
    Category,
    Email,
    Page,
    Percent,
    Phone,
    many,
    one_of,
    word,
)


class Employer(Schema):
    """Where an expert works or worked; `until` null: still."""

    org_name = Text(required=True)
    organisation_id = Id(load_default=None, allow_none=True)
    position = one_of(POSITIONS, load_default="employee")
    from_ = Day(data_key="from", required=True)
    until = Day(load_default=None, allow_none=True)


class Shareholding(Schema):
    """A share of a firm, in percent."""

    org_name = Text(required=True)
    organisation_id = Id(load_default=None, allow_none=True)
    percent = Percent(required=True)
    from_ = Day(data_key="from", load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)


class Relative(Schema):
    """Kin as 条例9-4 counts it, with the unit and position where there is one."""

    name = Text(most=60, required=True)
    relation = one_of(RELATIONS, required=True)
    org_name = Text(load_default=None, allow_none=True)
    organisation_id = Id(load_default=None, allow_none=True)
    position = one_of(POSITIONS, load_default="employee")


class Away(Schema):
    """Days on which an expert cannot come, both included."""

    from_ = Day(data_key="from", required=True)
    until = Day(required=True)


class ExpertFacts(Schema):
    """What an expert's file declares."""

    region = Text(most=40)
    specialties = many(Category(), 50)
    employers = many(fields.Nested(Employer), 50)
    shareholdings = many(fields.Nested(Shareholding), 50)
    kin = many(fields.Nested(Relative), 50)
    available = fields.Boolean(truthy={True}, falsy={False})
    away = many(fields.Nested(Away), 100)


class EnrolExpert(ExpertFacts):
    """A new expert's file; admission is a step of its own."""

    name = Text(most=60, required=True)
    email = Email(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    language = one_of(LANGUAGES, load_default="zh")
    region = Text(most=40, required=True)
    specialties = many(Category(), 50, least=1, required=True)
    employers = many(fields.Nested(Employer), 50, load_default=list)
    shareholdings = many(fields.Nested(Shareholding), 50, load_default=list)
    kin = many(fields.Nested(Relative), 50, load_default=list)
    available = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    away = many(fields.Nested(Away), 100, load_default=list)


class ChangeExpert(ExpertFacts):
    """New facts; what is not named stays. Specialties and region are finance's to change."""

    person_id = Id(required=True)


class ExpertNamed(Schema):
    """One expert."""

    person_id = Id(required=True)


class SuspendExpert(Schema):
    """Suspend from a day (today unless told) until a last day, or until lifted."""

    person_id = Id(required=True)
    ground = word(required=True)
    decision_no = Text(most=80, required=True)
    from_ = Day(data_key="from", load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)


class ReleaseExpert(Schema):
    """Take an expert out of the library, or lift the suspension."""

    person_id = Id(required=True)
    reason = Text(most=500, required=True)


class Performance(Schema):
    """One line of an expert's record."""

    lot_id = fields.String()
    kind = fields.String()
    points = fields.Integer()
    note = fields.String()
    at = Moment()


class Expert(Schema):
    """An expert's file as it is kept now. `state`: enrolled, admitted, suspended or left."""

    person_id = Id()
    name = fields.String()
    state = fields.String()
    region = fields.String()
    specialties = fields.List(fields.String())
    employers = fields.List(fields.Dict(keys=fields.String()))
    shareholdings = fields.List(fields.Dict(keys=fields.String()))
    kin = fields.List(fields.Dict(keys=fields.String()))
    available = fields.Boolean()
    away = fields.List(fields.Dict(keys=fields.String()))
    version = fields.Integer()
    admitted_at = Moment(allow_none=True)
    left_at = Moment(allow_none=True)
    performance = fields.List(fields.Nested(Performance))


class ListExperts(Page):
    """Experts by specialty (a category they cover) and region."""

    category = Category(load_default=None, allow_none=True)
    region = Text(most=40, load_default=None, allow_none=True)


class Bidder(Schema):
    """A bidder as a draw must know it."""

    organisation_id = Id(load_default=None, allow_none=True)
    name = Text(required=True)
    responsible_person = Text(most=60, load_default=None, allow_none=True)
    controllers = many(Text(), 50, load_default=list)


class AskExpertPool(Schema):
    """Who may be drawn. `categories`: the lots'; `when`: the evaluation's moment; `regions`: empty for everywhere.

    What the caller does not know of a bidder (responsible person, controllers) is filled in from the registry by id.
    """

    categories = many(Category(), 100, least=1, required=True)
    when = Moment(required=True)
    bidders = many(fields.Nested(Bidder), 2000, load_default=list)
    purchaser_id = Id(load_default=None, allow_none=True)
    purchaser_name = Text(load_default=None, allow_none=True)
    regions = many(Text(most=40), 50, load_default=list)


class PoolMember(Schema):
    """One who may be drawn, and for which of the categories."""

    person_id = Id()
    name = fields.String()
    region = fields.String()
    specialties = fields.List(fields.String())
    covers = fields.List(fields.String())


class PoolOut(Schema):
    """One who may not, with every reason (objections)."""

    person_id = Id()
    name = fields.String()
    reasons = fields.List(fields.Dict(keys=fields.String()))


class ExpertPool(Schema):
    """The pool sorted by person id, and each other expert with the reasons. `as_of`: when it was asked."""

    as_of = Moment()
    pool = fields.List(fields.Nested(PoolMember))
    out = fields.List(fields.Nested(PoolOut))


class ExpertPerformanceHeard(Heard):
    """evaluation: expert_performance_recorded."""

    person_id = Id(required=True)
    lot_id = fields.String(required=True)
    kind = fields.String(required=True)
    points = fields.Integer(required=True)
    note = fields.String(load_default="", allow_none=True)
    at = Moment(required=True)
