"""Each worker of the gateway has a processor of its own, as long as there are enough."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gateway import processor


@pytest.mark.parametrize(
    ("taken", "expected"),
    [([], 0), ([0], 1), ([1], 0), ([0, 1], 2), ([0, 1, 2], 0), ([0, 1, 2, 0], 1), ([0, 2], 1)],
)
def test_a_worker_takes_the_processor_that_fewest_have(
    taken: list[int], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    assert processor.least_used(taken) == expected


def test_the_threads_of_a_worker_stay_on_its_processor() -> None:
    program = (
        "import os, threading; from gateway import processor; mine = processor.least_used([]); "
        "processor.keep_to(mine); found = []; "
        "thread = threading.Thread(target=lambda: found.append(os.sched_getaffinity(0) == {mine})); "
        "thread.start(); thread.join(); print(found)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[True]"
