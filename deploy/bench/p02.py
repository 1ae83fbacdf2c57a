"""P2: gateway → service → gateway, 16 request threads, against a bare pika echo."""

from __future__ import annotations

from deploy import broker_rights
from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns

SECONDS = 3.0


def measure(ground: Ground) -> Measured:
    """Ours with deadline, token check, schema and session; the opponent with nothing but the message."""

    def way(name: str, user: str) -> float:
        return ground.ask(["-m", "deploy.bench.callers", name, ground.uri(user), str(SECONDS)])["rate"]

    admin = ground.uri(broker_rights.ADMIN)
    with ground.running(SOURCE), ground.program("bare-echo", ["-m", "deploy.bench.bare_echo", admin]):
        figures = take_turns(
            {
                "ours": lambda: way("ours", broker_rights.GATEWAY),
                "theirs": lambda: way("bare", broker_rights.ADMIN),
            }
        )
    middle = medians(figures)
    return Measured(
        name="P2",
        title="gateway → service → gateway echo, 16 threads",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.6,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="calls/s",
        against="pika's SelectConnection on both sides, direct reply-to, 16 always in flight, nothing else done",
        rounds=figures,
    )
