"""P1: gateway → service → gateway, 16 request threads, against nameko's own standalone proxy."""

from __future__ import annotations

from deploy import broker_rights
from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns

SECONDS = 3.0


def measure(ground: Ground) -> Measured:
    """Both call the echo of one and the same process of the chassis."""

    def way(name: str, user: str) -> float:
        return ground.ask(["-m", "deploy.bench.callers", name, ground.uri(user), str(SECONDS)])["rate"]

    with ground.running(SOURCE):
        figures = take_turns(
            {
                "ours": lambda: way("ours", broker_rights.GATEWAY),
                "theirs": lambda: way("stock", broker_rights.PARTNER),
            }
        )
    middle = medians(figures)
    return Measured(
        name="P1",
        title="gateway → service → gateway echo, 16 threads",
        ratio=middle["ours"] / middle["theirs"],
        at_least=4.0,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="calls/s",
        against="nameko's ClusterRpcProxy, one kept open per thread, the same service process",
        rounds=figures,
    )
