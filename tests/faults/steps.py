"""The steps between a request and the last acknowledgement of what came of it, at which `trap.py` can kill."""

from __future__ import annotations

OF_THE_SENDER = (
    "before_commit",
    "after_commit",
    "before_the_answer_is_sent",
    "before_the_request_is_acknowledged",
    "before_sealing",
    "after_sealing",
    "between_publish_and_confirm",
    "after_confirm",
)
OF_THE_LISTENER = ("before_the_effect", "after_the_effect", "before_the_event_is_acknowledged")
STEPS = OF_THE_SENDER + OF_THE_LISTENER
