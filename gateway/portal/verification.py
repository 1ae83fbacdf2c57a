"""What the offline verifier says of a project's public record, asked on somebody's behalf."""

from __future__ import annotations

import json
from typing import Any

from gateway.api.records import record_of
from services.protocol.reasons import say
from services.protocol.verify.check import Trust, check


def of_project(project_id: str, tongue: str) -> list[dict[str, Any]]:
    """Each finding: {"about", "yes", "shown", "reasons"}, in words of this language."""
    record = json.dumps(record_of(project_id), ensure_ascii=False).encode()
    found = check([(f"project-{project_id}.json", [record])], Trust())
    return [
        {
            "about": each.name,
            "yes": each.yes,
            "shown": [say(reason, tongue) for reason in each.shown],
            "reasons": [say(reason, tongue) for reason in each.reasons],
        }
        for each in found
    ]
