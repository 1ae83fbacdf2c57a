"""A program that calls, forks, and calls from both sides: `python -m tests.gateway.forking URI DEPARTMENT`."""

from __future__ import annotations

import os
import sys

from gateway.bus import Bus


def _sockets() -> set[str]:
    targets = set()
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except FileNotFoundError:  # the listing's own descriptor
            continue
        if target.startswith("socket:"):
            targets.add(target)
    return targets


def main(uri: str, department: str) -> None:
    bus = Bus(uri)
    before = _sockets()
    print(f"parent:{bus.call(department, 'echo', {'n': 1})['n']}", flush=True)
    of_parent = _sockets() - before
    child = os.fork()
    if not child:
        inherited = of_parent & _sockets()
        print(f"child:{bus.call(department, 'echo', {'n': 2})['n']}", flush=True)
        bus.close()
        os._exit(len(inherited))
    _, status = os.waitpid(child, 0)
    print(f"parent:{bus.call(department, 'echo', {'n': 3})['n']}", flush=True)
    print(f"connections:{bus.figures()['connections'] + 1}")
    print(f"inherited:{os.waitstatus_to_exitcode(status)}")
    bus.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
