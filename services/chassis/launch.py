"""Start one process of one department.

    python -m services.chassis.launch registry

Settings come from the environment (`settings.py`). SIGTERM and SIGINT take no more work, finish what is under way,
and end
with status 0; a fault in the container ends with status 1, and the supervisor starts another.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()  # before anything else is imported

import importlib.util  # noqa: E402  after the patch
import itertools  # noqa: E402  after the patch
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from contextlib import nullcontext  # noqa: E402
from typing import Any  # noqa: E402

import nameko.containers  # noqa: E402
from eventlet.event import Event  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from services.chassis import logs  # noqa: E402
from services.chassis.definitions import EVERY, HEARS, definitions, service_class  # noqa: E402
from services.chassis.equipment import equip  # noqa: E402
from services.chassis.process import Process, build_runtime  # noqa: E402
from services.chassis.settings import Settings, SettingsError, read_settings  # noqa: E402
from services.chassis.tokens import Trust  # noqa: E402

log = logging.getLogger(__name__)

DRAIN_WITHIN = 25.0
_UNTIMED = nullcontext()

# nameko times four steps of every call for its debug log; that costs more than the steps.
nameko.containers._log_time = lambda *_: _UNTIMED
# It names each call for that log alone, from the kernel's random numbers; ours are told apart by their trace ids.
nameko.containers.new_call_id = itertools.count().__next__


def settings_of(department: str) -> tuple[Settings | None, list[str]]:
    """The chassis' settings, and every fault of them and of the department's own (`services/<department>/settings.py`).

    The department reads its own again where it needs them; here they stop the start, all missing names together.
    """
    found, faults = None, []
    try:
        found = read_settings()
    except SettingsError as error:
        faults.append(str(error))
    place = f"services.{department}.settings"
    if "." not in department and importlib.util.find_spec(place) is not None:
        try:
            importlib.import_module(place).read(os.environ)
        except SettingsError as error:
            faults.append(str(error))
    return found, faults


def build_runner(service: Any, settings: Settings) -> tuple[ServiceRunner, Process]:
    """A runner for this service, ready to start."""
    service = equip(service, sorted(Trust(settings.trust_dir).keys.keys() - {service.name}))
    runtime = build_runtime(service.name, settings)
    process = Process(runtime)
    found = [definition for _, _, definition in definitions(service)]
    sources = {definition.source for definition in found if definition.kind == HEARS}
    timers = sum(1 for definition in found if definition.kind == EVERY)
    runner = ServiceRunner(
        {
            "AMQP_URI": settings.amqp_uri,
            "max_workers": settings.max_workers + settings.hearing_workers * len(sources) + timers,
            "CHASSIS": runtime,
            "CHASSIS_PROCESS": process,
        }
    )
    runner.add_service(service)
    return runner, process


def main(arguments: list[str]) -> int:
    """Run until told to stop; the exit status."""
    if len(arguments) != 1:
        print("usage: python -m services.chassis.launch <department>", file=sys.stderr)
        return 2
    settings, faults = settings_of(arguments[0])
    if settings is None or faults:
        print("\n".join(faults), file=sys.stderr)
        return 2
    logs.set_up(arguments[0], settings.log_level)
    runner, _ = build_runner(service_class(arguments[0]), settings)
    told = Event()

    def stop(_signal: int, _frame: Any) -> None:
        if not told.ready():
            eventlet.spawn_n(told.send)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    runner.start()
    log.info("started")
    ended = eventlet.spawn(runner.wait)
    ended.link(lambda _thread: told.ready() or told.send())
    told.wait()
    if ended.dead:
        try:
            ended.wait()
        except Exception:
            log.exception("the container failed; the supervisor starts another")
        return 1
    log.info("draining")
    with eventlet.Timeout(DRAIN_WITHIN, False):
        runner.stop()
    log.info("stopped")
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # threads of the pool for heavy work must not hold up the end
