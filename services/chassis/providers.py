"""What a service class declares it needs; each is bound to the call at hand.

class RegistryService:
    db = Database()
    now = Clock()
    announce = Announce()
    call = Departments()
    plumbing = Plumbing()
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from services.chassis.bus import Bus
from services.chassis.call import Call
from services.chassis.departments import BoundDepartments
from services.chassis.journal import Announcement, Entry

__all__ = ["Announce", "CallPart", "Clock", "Database", "Departments", "Plumbing", "bind"]


class Now(Protocol):
    """`now()` of one call."""

    def __call__(self) -> datetime:
        """The law's time, aware UTC."""


class Announcing(Protocol):
    """`announce(announcement)` of one call."""

    def __call__(self, announcement: Announcement) -> Entry:
        """Journal it in the call's transaction."""


class CallPart(DependencyProvider):
    """A provider whose value is a part of the call under way."""

    def part(self, call: Call) -> Any:
        """What the service sees."""
        raise AssertionError("each provider says its part")

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Nothing yet: the part is bound when the call's transaction begins (`bind`)."""
        return None


class _Database(CallPart):
    def part(self, call: Call) -> Any:
        return call.db


class _Clock(CallPart):
    def part(self, call: Call) -> Any:
        return call.now


class _Announce(CallPart):
    def part(self, call: Call) -> Any:
        return call.announce


class _Departments(CallPart):
    def part(self, call: Call) -> Any:
        return BoundDepartments(call)


class _Plumbing(CallPart):
    bus = Bus()

    def part(self, call: Call) -> Any:
        return call.runtime

    def setup(self) -> None:
        self.container.config["CHASSIS_PROCESS"].attach(self.bus)

    def start(self) -> None:
        self.container.config["CHASSIS_PROCESS"].begin(self.container)

    def stop(self) -> None:
        self.container.config["CHASSIS_PROCESS"].end()


def Database() -> Session:  # noqa: N802  reads as the declaration of a part, not as a call
    """This call's SQLAlchemy session, in this call's transaction."""
    return cast(Session, _Database())


def Clock() -> Now:  # noqa: N802  as above
    """`now()`: the law's time, aware UTC, the same answer throughout the call."""
    return cast(Now, _Clock())


def Announce() -> Announcing:  # noqa: N802  as above
    """`announce(announcement)`: journalled in this call's transaction, announced by the relay."""
    return cast(Announcing, _Announce())


def Departments() -> Any:  # noqa: N802  as above
    """`call.<department>.<method>(within=seconds, **fields)`: ask another department, with a deadline."""
    return _Departments()


def Plumbing() -> Any:  # noqa: N802  as above
    """What every department has besides: relay, health, metrics; nothing to call but `runtime` facts."""
    return _Plumbing()


@cache
def _parts(service: Any) -> tuple[tuple[str, CallPart], ...]:
    declared = ((name, getattr(service, name)) for name in dir(service))
    return tuple((name, part) for name, part in declared if isinstance(part, CallPart))


def bind(service: Any, call: Call) -> None:
    """Give a service instance the parts of this call; once its session is open."""
    service_class: Any = type(service)
    for name, provider in _parts(service_class):
        setattr(service, name, provider.part(call))
