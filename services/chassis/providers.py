"""What a service class declares it needs; each is bound to the call at hand.

class RegistryService:
    db = Database()
    now = Clock()
    announce = Announce()
    call = Departments()
    plumbing = Plumbing()
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from services.chassis.bus import Bus
from services.chassis.call import Call
from services.chassis.departments import BoundDepartments
from services.chassis.journal import Announcement, Entry

__all__ = ["Announce", "CallPart", "Clock", "Database", "Departments", "Plumbing", "Savepoint", "bind"]


class Now(Protocol):
    """`now()` of one call."""

    def __call__(self) -> datetime:
        """The law's time, aware UTC."""


class Announcing(Protocol):
    """`announce(announcement)` of one call."""

    def __call__(self, announcement: Announcement) -> Entry:
        """Journal it in the call's transaction."""


class Apart(Protocol):
    """`savepoint()` of one call."""

    def __call__(self) -> AbstractContextManager[None]:
        """A part of the call that may fail by itself."""


class CallPart(DependencyProvider):
    """A provider whose value is a part of the call under way, made when the service first asks for it."""

    attribute = ""

    def part(self, call: Call) -> Any:
        """What the service sees."""
        raise AssertionError("each provider says its part")

    def get_dependency(self, worker_ctx: Any) -> Any:
        """Nothing yet: the part is bound when the call begins (`bind`)."""
        return None

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute = name

    def __get__(self, service: Any, owner: type) -> Any:
        if service is None:
            return self
        found = vars(service)[self.attribute] = self.part(vars(service)[_CALL])
        return found


_CALL = "call under way"
"""Where an instance keeps its call: a name no attribute can have."""


class _Database(CallPart):
    def part(self, call: Call) -> Any:
        return call.db


class _Clock(CallPart):
    def part(self, call: Call) -> Any:
        return call.now


class _Announce(CallPart):
    def part(self, call: Call) -> Any:
        return call.announce


class _Savepoint(CallPart):
    def part(self, call: Call) -> Any:
        return call.savepoint


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


def Savepoint() -> Apart:  # noqa: N802  as above
    """`with savepoint():` what fails inside is undone alone, with all it announced; the rest of the call stays."""
    return cast(Apart, _Savepoint())


def Departments() -> Any:  # noqa: N802  as above
    """`call.<department>.<method>(within=seconds, **fields)`: ask another department, with a deadline."""
    return _Departments()


def Plumbing() -> Any:  # noqa: N802  as above
    """What every department has besides: relay, health, metrics; nothing to call but `runtime` facts."""
    return _Plumbing()


@cache
def _names(service: Any) -> tuple[str, ...]:
    declared = ((name, getattr(service, name)) for name in dir(service))
    return tuple(name for name, part in declared if isinstance(part, CallPart))


def bind(service: Any, call: Call) -> None:
    """Give a service instance this call; its parts are made as they are asked for, and anew after each `bind`."""
    own = vars(service)
    service_class: Any = type(service)
    for name in _names(service_class):
        own.pop(name, None)
    own[_CALL] = call
