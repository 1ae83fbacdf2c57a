"""P11: more instances of a service whose work waits, against the straight line."""

from __future__ import annotations

from deploy import broker_rights
from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns

INSTANCES = (1, 2, 4, 8)
WAIT_MS = 20
SECONDS = 3.0
ROUNDS = 5


def measure(ground: Ground) -> Measured:
    """Each instance works on one call at a time, and each call waits 20 ms; the ratio is the worst of 2, 4 and 8."""
    figures: dict[str, list[float]] = {}
    callers = ["-m", "deploy.bench.waiters", ground.uri(broker_rights.GATEWAY), str(WAIT_MS), str(SECONDS)]
    for instances in INSTANCES:
        with ground.running(SOURCE, instances=instances, workers=1):
            found = take_turns({str(instances): lambda: ground.ask(callers)["rate"]}, ROUNDS)
        figures |= found
    middle = medians(figures)
    per_instance = {count: middle[str(count)] / (count * middle["1"]) for count in INSTANCES}
    worst = min(INSTANCES[1:], key=lambda count: per_instance[count])
    return Measured(
        name="P11",
        title=f"throughput with {', '.join(map(str, INSTANCES))} instances of a service whose work waits {WAIT_MS} ms",
        ratio=per_instance[worst],
        at_least=0.9,
        ours=middle[str(worst)],
        theirs=worst * middle["1"],
        unit="calls/s",
        against=f"one instance's throughput times the number of instances; the worst was {worst}",
        rounds=figures,
        notes=", ".join(f"{count}: {middle[str(count)]:.0f}/s" for count in INSTANCES),
    )
