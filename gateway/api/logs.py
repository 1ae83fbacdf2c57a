"""The departments' logs: checkpoints, entries and proofs, for everybody who wants to witness."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from gateway.api import answers
from gateway.api.routes import Route
from services.chassis.wire import Digest, Id, Schema

DESCRIPTION = "日志与证明 Logs and proofs"
DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")


class Nothing(Schema):
    """Nothing is asked."""


class ReadEntries(Schema):
    """Entries behind a position, -1 for the beginning."""

    after = fields.Integer(load_default=-1, validate=validate.Range(min=-1))
    at_most = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class ReadInclusion(Schema):
    """One entry, named by its id, its leaf, its position, or its subject with a value it holds."""

    entry_id = Id()
    leaf = Digest()
    position = fields.Integer(validate=validate.Range(min=0))
    subject = fields.String(validate=validate.Length(1, 200))
    holds = fields.String(validate=validate.Length(1, 200))

    @validates_schema
    def one_name(self, data: dict[str, object], **_: object) -> None:
        """An entry is named once."""
        if set(data) != {"subject", "holds"} and (len(data) != 1 or not data.keys() & {"entry_id", "leaf", "position"}):
            raise ValidationError("Name the entry by exactly one of entry_id, leaf, position, and subject with holds.")


class ReadConsistency(Schema):
    """Two sizes of the log; `later` is the newest checkpoint's where it is not given."""

    earlier = fields.Integer(required=True, validate=validate.Range(min=0))
    later = fields.Integer(validate=validate.Range(min=0))


class ReadCheckpoints(Schema):
    """The checkpoints of more than so many entries."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    at_most = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))


class ReadRecord(Schema):
    """Everything about these subjects, as of a moment where one is given, proved by the checkpoint of a size."""

    subjects = fields.List(
        fields.String(validate=validate.Length(1, 200)), required=True, validate=validate.Length(1, 500)
    )
    after = fields.Integer(load_default=-1, validate=validate.Range(min=-1))
    until = fields.AwareDateTime()
    size = fields.Integer(validate=validate.Range(min=1))


def _of(name: str) -> tuple[Route, ...]:
    def at(path: str, method: str, accepts: type[Schema], said: type | None, summary: str) -> Route:
        return Route("GET", f"/logs/{name}/{path}", f"{name}.{method}", accepts, said, summary=summary, public=True)

    record = Route(
        "POST", f"/logs/{name}/record", f"{name}.log_record", ReadRecord, asks=True, public=True,
        summary="This log's part of a record: the entries of some subjects with their proofs.",
    )  # fmt: skip
    return (
        at("checkpoint", "log_newest", Nothing, answers.Newest, "The newest checkpoint, and the keys that sign it."),
        at("checkpoints", "log_checkpoints", ReadCheckpoints, answers.Checkpoints, "Checkpoints, smallest first."),
        at("entries", "log_entries", ReadEntries, answers.Entries, "Entries in order, as far as the caller may see."),
        at("inclusion", "log_inclusion", ReadInclusion, None, "The file that proves one entry."),
        at("consistency", "log_consistency", ReadConsistency, None, "The file that proves one state became another."),
        at("witnessed", "log_witnessed", Nothing, answers.Witnessed, "What this department saw of the other logs."),
        record,
    )


ROUTES: tuple[Route, ...] = tuple(route for name in DEPARTMENTS for route in _of(name))
