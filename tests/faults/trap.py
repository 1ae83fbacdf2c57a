"""Start a department of the pair that kills itself (-9) at one exact step.

    python -m tests.faults.trap alpha before_commit

Only this process is prepared; the department's code is what it always is.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402  after the patch
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from sqlalchemy.orm import Session  # noqa: E402

from services.chassis import hearing, inbox, launch, publishing, relay, rpc  # noqa: E402
from tests.faults.steps import STEPS  # noqa: E402


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def after(owner: Any, name: str, when: Callable[[Any], bool] = lambda answer: True) -> None:
    plain = getattr(owner, name)

    def then_die(*given: Any, **named: Any) -> Any:
        answer = plain(*given, **named)
        if when(answer):
            die()
        return answer

    setattr(owner, name, then_die)


def after_the_commit_of_a_change() -> None:
    """The session that stored an answer has just committed."""
    plain_store, plain_commit = inbox.store, Session.commit
    stored: list[Session] = []

    def store(session: Session, *given: Any) -> None:
        plain_store(session, *given)
        stored.append(session)

    def commit(self: Session) -> None:
        plain_commit(self)
        if self in stored:
            die()

    setattr(inbox, "store", store)  # noqa: B010  a trap, not code
    setattr(Session, "commit", commit)  # noqa: B010  a trap, not code


def between_publish_and_confirm() -> None:
    before(publishing.ConfirmingPublisher, "_await_confirms")


POINTS: dict[str, Callable[[], None]] = {
    "before_commit": lambda: before(inbox, "store"),
    "after_commit": after_the_commit_of_a_change,
    "before_the_answer_is_sent": lambda: before(rpc.RpcServer, "_send"),
    "before_the_request_is_acknowledged": lambda: before(rpc, "acknowledge"),
    "before_sealing": lambda: before(relay.ledger, "append"),
    "after_sealing": lambda: after(relay, "seal", lambda sealed: sealed > 0),
    "between_publish_and_confirm": between_publish_and_confirm,
    "after_confirm": lambda: after(publishing.ConfirmingPublisher, "publish"),
    "before_the_effect": lambda: before(hearing.HearingEntrypoint, "take"),
    "after_the_effect": lambda: before(hearing.HearingEntrypoint, "_after"),
    "before_the_event_is_acknowledged": lambda: before(hearing, "acknowledge"),
}

if __name__ == "__main__":
    assert set(POINTS) == set(STEPS), "a step has no trap, or a trap no step"
    POINTS[sys.argv[2]]()
    sys.exit(launch.main([f"tests.pair.{sys.argv[1]}.service"]))
