"""One reason why the answer is no.

The only chassis module that `rules/` may import: standard library only, no session, no clock.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Objection:
    """A reason, complete enough to be acted on.

    code: stable snake_case name, the key of the translated sentence in the department's `words.json`.
    message: the same in English, a whole sentence with the figures and what would satisfy it.
    article: where it is written, "87-55" (short name and article number), empty where no law is behind it.
    field: path of what is objected to, "items.0.price", empty where it is the whole.
    figures: what the translated sentence fills in; strings only.
    """

    code: str
    message: str
    article: str = ""
    field: str = ""
    figures: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The objection as it crosses the wire (strings and one flat mapping of strings)."""
        return {
            "code": self.code,
            "message": self.message,
            "article": self.article,
            "field": self.field,
            "figures": dict(self.figures),
        }
