"""A random storm of kills, pauses and cut wires, with a model beside the system. (G1, G2, G3, G7, G8, G9)

A short one here; `make soak` runs a long one, SOAK_MINUTES, by a seed that it prints (SOAK_SEED repeats it).
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.faults.ground import Ground, PersistentClient, settled

# pika leaves the socket of a connection that was killed while opening to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

SHORT = 40.0
SEED = int(os.environ.get("SOAK_SEED", "20260511"))


class Storm:
    """Breaks one thing after another, and does what a supervisor would."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.chance = random.Random(seed)
        self.faults: dict[str, int] = {}

    def strike(self) -> None:
        """One fault."""
        name = self.chance.choice(["alpha", "beta"])
        process = self.ground.processes[name].process
        fault = self.chance.choice(
            ["kill service"] * 4
            + ["pause service"] * 2
            + ["cut bus"] * 2
            + ["cut database"] * 2
            + ["stall bus", "stall database", "delay", "kill broker", "kill postgres"]
        )
        self.faults[fault] = self.faults.get(fault, 0) + 1
        if fault == "kill service" and process is not None and process.poll() is None:
            self.ground.processes[name].kill()
        elif fault == "pause service" and process is not None and process.poll() is None:
            process.send_signal(signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.5, 4))
            process.send_signal(signal.SIGCONT)
        elif fault == "cut bus":
            self.ground.bus_wire.cut()
        elif fault == "cut database":
            self.ground.database_wire.cut()
        elif fault == "stall bus":
            self.ground.bus_wire.stall(self.chance.uniform(1, 6))
        elif fault == "stall database":
            self.ground.database_wire.stall(self.chance.uniform(1, 4))
        elif fault == "delay":
            self.ground.bus_wire.delay = self.ground.database_wire.delay = 0.02
            time.sleep(2)
            self.ground.bus_wire.delay = self.ground.database_wire.delay = 0.0
        elif fault == "kill broker":
            self.ground.broker.kill()
        elif fault == "kill postgres":
            self.ground.postgres.kill()
        time.sleep(self.chance.uniform(0.2, 1.5))
        self.ground.mend()


@pytest.mark.timeout(300)
def test_after_a_storm_nothing_is_lost_and_nothing_doubled(server_folder: Path) -> None:
    weather(server_folder / "storm", SHORT, SEED)


@pytest.mark.soak
def test_after_a_long_storm_nothing_is_lost_and_nothing_doubled(server_folder: Path) -> None:
    seed = int(os.environ.get("SOAK_SEED") or time.time())
    weather(server_folder / "long-storm", 60 * float(os.environ.get("SOAK_MINUTES", "60")), seed)


def weather(folder: Path, seconds: float, seed: int) -> None:
    """A storm of so many seconds; then the model against the system."""
    folder.mkdir()
    folder.chmod(0o711)
    ground = Ground(folder)
    ground.start()
    storm = Storm(ground, seed)
    acknowledged: set[str] = set()
    answers: dict[str, dict[str, object]] = {}
    over = threading.Event()
    failures: list[BaseException] = []

    def submit(number: int) -> None:
        client = PersistentClient(ground, mends=False)
        chance = random.Random(seed + number)
        count = 0
        try:
            while not over.is_set():
                key, topic = f"{number}-{count}", f"topic-{chance.randrange(8)}"
                count += 1
                answers[key] = client.take_note(key, topic, patience=120)
                acknowledged.add(key)
                if chance.random() < 0.1:
                    assert client.take_note(key, topic, patience=120) == answers[key], (
                        "a repeated request id got another answer"
                    )
        except BaseException as error:  # noqa: BLE001  told by the main thread
            failures.append(error)
        finally:
            client.close()

    clients = [threading.Thread(target=submit, args=(number,), daemon=True) for number in range(4)]
    try:
        ground.wait_ready()
        for client in clients:
            client.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not failures:
            storm.strike()
        over.set()
        for client in clients:
            client.join(130)
        assert not failures, failures
        found = settled(ground, acknowledged, within=60)
        print(f"\nseed {seed}: {len(acknowledged)} acknowledged, faults {storm.faults}, verdict {found}")
        assert acknowledged, "the storm let nothing through: nothing was shown"
        assert set(found.values()) == {0}
    finally:
        over.set()
        ground.stop()


def test_a_department_away_loses_nothing_and_the_other_goes_on(server_folder: Path) -> None:
    folder = server_folder / "away"
    folder.mkdir()
    folder.chmod(0o711)
    ground = Ground(folder)
    ground.start()
    try:
        ground.wait_ready()
        ground.processes["beta"].kill()
        away = ground.processes.pop("beta")
        client = PersistentClient(ground)
        acknowledged = {f"n{number}" for number in range(50)}
        for key in sorted(acknowledged):
            client.take_note(key, "while away")
        ground.broker.kill()
        ground.mend()
        ground.processes["beta"] = away.start(wait=False)
        found = settled(ground, acknowledged, within=60)
        assert not any(found.values()), found
        client.close()
    finally:
        ground.stop()
