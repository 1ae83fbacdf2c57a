"""What a department announces about logs: its own checkpoints, and what was wrong with another's."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from marshmallow import fields

from services.chassis.journal import Announcement, EventType
from services.chassis.wire import Digest, Heard, Moment, Schema


class CheckpointMade(Schema):
    """A department's log as it signed it. `consistency`: the proof (hex) that it extends the one of `size_before`."""

    checkpoint = fields.String(required=True)
    size_before = fields.Integer(required=True)
    consistency = fields.List(Digest(), required=True)


class CheckpointHeard(CheckpointMade):
    """The same, heard: fields added later are ignored."""

    class Meta(Heard.Meta):
        pass


class LogAlarm(Schema):
    """What was wrong with a log. kind: fork, rollback, forged or silence; `figures` are texts, `message` is English."""

    about = fields.String(required=True)
    kind = fields.String(required=True)
    message = fields.String(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    at = Moment(required=True)


CATALOGUE: dict[str, EventType] = {
    "checkpoint_made": EventType("checkpoint_made", 1, CheckpointMade),
    "log_alarm": EventType("log_alarm", 1, LogAlarm),
}


def checkpoint_made(department: str, note: str, size_before: int, consistency: Sequence[bytes]) -> Announcement:
    """The log has been signed anew."""
    payload = {"checkpoint": note, "size_before": size_before, "consistency": [each.hex() for each in consistency]}
    return Announcement("checkpoint_made", 1, f"log:{department}", CheckpointMade().dump(payload))


def log_alarm(
    department: str, about: str, kind: str, message: str, figures: Mapping[str, str], at: datetime
) -> Announcement:
    """This department says that something is wrong with the log `about` (its origin)."""
    payload = {"about": about, "kind": kind, "message": message, "figures": dict(figures), "at": at}
    return Announcement("log_alarm", 1, f"log:{department}", LogAlarm().dump(payload))
