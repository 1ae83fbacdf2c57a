"""The gateway's line to the departments, over RabbitMQ.

Smallest example::

    bus = Bus("amqp://gateway:…@127.0.0.1:5672/sunshine")
    answer = bus.call("registry", "ping", {}, within=2.0)

One connection and one I/O thread per process serve the calls of all request threads. What a caller may count on:

* a call ends by its deadline, with an answer or with one of the exceptions of `gateway.bus.outcomes`;
* `BusAway` and `BusFull` mean that nothing was done; `OutcomeUnknown` means that it may have been done, and that
  repeating it with the same request id is safe;
* at most `in_flight` calls are under way at once, the next one is told `BusFull`;
* a lost connection is found again by itself, at most two seconds after the broker is back;
* a process that forks takes no part of its parent's connection with it: the child opens its own at its first call.
"""

from gateway.bus.client import Bus, Pending
from gateway.bus.outcomes import BadReply, BusAway, BusFull, BusTrouble, DepartmentFailed, OutcomeUnknown, Refused

__all__ = [
    "BadReply",
    "Bus",
    "BusAway",
    "BusFull",
    "BusTrouble",
    "DepartmentFailed",
    "OutcomeUnknown",
    "Pending",
    "Refused",
]
