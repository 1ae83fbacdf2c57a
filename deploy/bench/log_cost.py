"""LOG: what the log costs on the hot path: submissions a second with it and without it."""

from __future__ import annotations

from deploy import broker_rights
from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns

SECONDS = 4.0


def measure(ground: Ground) -> Measured:
    """The same command of the same department, 16 callers at once: a row, a journal entry, a durable commit, an answer.

    With the log, the process seals the journal into the tree meanwhile and signs it every three seconds; without, the
    journal is written and nothing else is done with it (`source.unlogged`). Nothing is sent to the bus either way.
    """

    def way(module: str) -> float:
        with ground.running(SOURCE, module=module):
            asked = ["-m", "deploy.bench.callers", "submitting", ground.uri(broker_rights.GATEWAY), str(SECONDS)]
            return ground.ask(asked)["rate"]

    figures = take_turns({"ours": lambda: way("service"), "theirs": lambda: way("unlogged")})
    middle = medians(figures)
    return Measured(
        name="LOG",
        title="submissions with the log, 16 callers",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.8,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="submissions/s",
        against="the same department without its log: journalled, never sealed or signed",
        rounds=figures,
    )
