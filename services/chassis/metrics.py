"""What each process counts, for Prometheus; served by `ops.py`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter("chassis_calls_total", "Calls taken from the bus, by method and how they ended", ["method", "outcome"])
CALL_SECONDS = Histogram(
    "chassis_call_seconds",
    "Seconds from taking a call to its answer",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
HEARD = Counter(
    "chassis_heard_total", "Events heard, by source, event and how they ended", ["source", "event", "outcome"]
)
TICKS = Counter("chassis_ticks_total", "Turns of the clock's work, by method and how they ended", ["method", "outcome"])
RELAYED = Counter("chassis_relayed_total", "Journal rows announced and confirmed by the broker")
UNROUTED = Counter("chassis_unrouted_total", "Announced events that no department was listening for")
RELAY_POSITION = Gauge("chassis_relay_position", "Position up to which the journal has been announced")
SEALED_POSITION = Gauge("chassis_sealed_position", "Number of journal rows in the log")
DEAD = Counter("chassis_dead_total", "Messages set aside for an operator", ["queue"])
