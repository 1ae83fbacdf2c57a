"""Killed with -9 at any step between a request and the last acknowledgement: nothing is lost, nothing happens twice.
(G1, G2, G3)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ground import Ground, PersistentClient, settled
from tests.faults.steps import OF_THE_LISTENER, STEPS
from tests.pair.running import until

# pika leaves the socket of a connection that was killed while opening to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def ground(server_folder: Path) -> Iterator[Ground]:
    folder = server_folder / "every-step"
    folder.mkdir()
    folder.chmod(0o711)
    found = Ground(folder)
    try:
        found.start()
        for each in found.processes.values():
            until(each.ready, within=60)
        yield found
    finally:
        found.stop()


@pytest.mark.parametrize("point", STEPS)
def test_killed_at_this_step_nothing_is_lost_or_doubled(ground: Ground, point: str) -> None:
    name = "beta" if point in OF_THE_LISTENER else "alpha"
    victim = ground.processes[name]
    victim.end()
    victim.start_as(["-m", "tests.faults.trap", name, point])
    client = PersistentClient(ground)
    trapped = victim.process
    client.take_note(point, "steps")
    until(lambda: trapped is not None and trapped.poll() is not None, within=30)
    assert trapped is not None
    assert trapped.returncode == -9, "the trap did not spring: nothing was shown"
    acknowledged = {row.key for row in ground.rows("alpha", "SELECT key FROM note")}
    assert point in acknowledged
    found = settled(ground, acknowledged, within=45)
    assert not any(found.values()), found
    client.close()
