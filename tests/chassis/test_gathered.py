"""What many workers write at once reaches the broker whole, in order, and not only when the last of them is done."""

from __future__ import annotations

import eventlet
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.bus import SEGMENT, Gathered


class SlowTransport:
    """Takes a few octets at a time and lets others run between: a socket whose buffer is full."""

    def __init__(self, at_once: int) -> None:
        self.at_once, self.came, self.writes = at_once, b"", 0

    def write(self, octets: bytes) -> None:
        self.writes += 1
        for at in range(0, len(octets), self.at_once):
            self.came += bytes(octets[at : at + self.at_once])
            eventlet.sleep(0)


class GoneTransport:
    def write(self, octets: bytes) -> None:
        raise ConnectionResetError("the broker went")


def piece(worker: int, number: int, length: int) -> bytes:
    return bytes((worker, number)) + length.to_bytes(2) + bytes(length)


@given(
    st.lists(st.lists(st.integers(0, 2 * SEGMENT), max_size=5), min_size=1, max_size=8),
    st.integers(100, 2 * SEGMENT),
)
def test_pieces_of_many_workers_come_whole_and_each_workers_in_order(lengths: list[list[int]], at_once: int) -> None:
    transport = SlowTransport(at_once)
    gathered = Gathered(transport)

    def work(worker: int) -> None:
        for number, length in enumerate(lengths[worker]):
            gathered.write(piece(worker, number, length))
            eventlet.sleep(0)

    for thread in [eventlet.spawn(work, worker) for worker in range(len(lengths))]:
        thread.wait()
    while len(transport.came) < sum(4 + length for each in lengths for length in each):
        eventlet.sleep(0)
    came: dict[int, list[int]] = {worker: [] for worker in range(len(lengths))}
    left = transport.came
    while left:
        worker, number, length = left[0], left[1], int.from_bytes(left[2:4])
        assert left[4 : 4 + length] == bytes(length), "a piece was cut by another"
        assert number == len(came[worker])
        came[worker].append(length)
        left = left[4 + length :]
    assert list(came.values()) == lengths


def test_what_is_written_in_one_turn_goes_out_together_and_a_full_segment_at_once() -> None:
    transport = SlowTransport(1 << 20)
    gathered = Gathered(transport)
    for _ in range(4):
        gathered.write(bytes(100))
    assert transport.writes == 0
    eventlet.sleep(0.01)
    assert (transport.writes, len(transport.came)) == (1, 400)
    gathered.write(bytes(SEGMENT))
    assert transport.writes == 2, "a full segment waits for nobody"


def test_a_lost_connection_harms_nobody_who_writes() -> None:
    gathered = Gathered(GoneTransport())
    gathered.write(bytes(SEGMENT))
    gathered.write(b"x")
    eventlet.sleep(0.01)
