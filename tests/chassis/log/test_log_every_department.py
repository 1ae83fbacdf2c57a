"""Each department keeps a log, watches the other four's, and what it finds wrong reaches notify, which tells people."""

import pytest

from deploy.databases import DEPARTMENTS
from services.chassis.definitions import EVERY, HEARS, QUERY, Definition, definitions, service_class
from services.chassis.equipment import equip
from services.chassis.log.events import CATALOGUE
from services.notify.desk.alarms import AlarmDesk

ASKED = {
    "log_newest", "log_entries", "log_inclusion", "log_consistency", "log_checkpoints", "log_record", "log_witnessed",
}  # fmt: skip


def of(department: str) -> dict[str, Definition]:
    """A department's entrypoints, put together as when it is started."""
    others = [each for each in DEPARTMENTS if each != department]
    return {name: each for name, _, each in definitions(equip(service_class(department), others))}


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_it_signs_its_own_log_answers_for_it_and_hears_every_other_ones_checkpoints(department: str) -> None:
    found = of(department)
    assert {name for name, each in found.items() if each.kind == QUERY} >= ASKED
    assert all(found[name].permission == "public" for name in ASKED)
    assert {name for name, each in found.items() if each.kind == EVERY} >= {"sign_log", "notice_silence"}
    heard = {each.source for each in found.values() if each.kind == HEARS and each.event == "checkpoint_made"}
    assert heard == set(DEPARTMENTS) - {department}


def test_the_alarms_of_all_five_reach_notify() -> None:
    assert set(CATALOGUE) == {"checkpoint_made", "log_alarm"}
    heard = {each.source for each in of("notify").values() if each.kind == HEARS and each.event == "log_alarm"}
    assert heard == set(DEPARTMENTS) - {"notify"}
    assert issubclass(service_class("notify"), AlarmDesk), "nobody hears their own events: notify looks for its own"
