"""What the offline verifier says of a project's public record, asked on somebody's behalf."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gateway.api.records import record_of
from gateway.portal.words import moment, words
from services.protocol import reasons
from services.protocol.reasons import Reason
from services.protocol.verify.check import Trust, check

SPOKEN = ("file_", "note_", "checkpoint_", "log_", "record_", "draw_", "keys_", "json_")
"""The beginnings of the codes a record's check can end in."""


def of_project(project_id: str, tongue: str) -> list[dict[str, Any]]:
    """Each finding: {"about", "yes", "shown", "reasons", "cautions"}, in words of this language, in Beijing time."""
    record = json.dumps(record_of(project_id), ensure_ascii=False).encode()
    found = check([("", [record])], Trust())
    return [
        {
            "about": each.name.removeprefix(" / "),
            "yes": each.yes,
            "shown": _said(each.shown, tongue),
            "reasons": _said(each.reasons, tongue),
            "cautions": _said(each.cautions, tongue),
        }
        for each in found
    ]


def sentences(tongue: str) -> dict[str, str]:
    """What the reader's browser needs to say its findings: sentences by code, with `{figure}` blanks; and the page's
    own words for it.
    """
    told = {code: each[tongue] for code, each in reasons.words().items() if code.startswith(SPOKEN)}
    ours = {key: each[tongue] for key, each in words().items() if key.startswith("verify.")}
    return told | ours


def _said(told: Iterable[Reason], tongue: str) -> list[str]:
    return [reasons.say(_in_beijing(each), tongue) for each in told]


def _in_beijing(reason: Reason) -> Reason:
    """The same reason, its time as people here read it."""
    time = reason.figures.get("time")
    if not time:
        return reason
    return Reason(reason.code, str(reason), **{**reason.figures, "time": moment(time)})
