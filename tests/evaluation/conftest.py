"""Departments under test, at the stage a test asks for.

Each stage is played once a session and its database copied for every test, so that a test of the last step does not
play the first ones again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from copy import copy

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy.engine import make_url

from deploy import databases
from services.chassis.database import Engines
from tests.conftest import DepartmentDatabases
from tests.evaluation.people import notice
from tests.evaluation.world import World

# A busy machine is no fault of ours: properties are tested without a deadline.
settings.register_profile("unhurried", deadline=None, max_examples=50)
settings.load_profile("unhurried")

Played = Callable[[str], World]


@pytest.fixture
def world(department_database: DepartmentDatabases) -> Iterator[World]:
    """A department that has heard nothing yet."""
    made = World(department_database("evaluation"))
    yield made
    made.service.close()


class Stages:
    """Played stages: `opened` (bids opened, no panel), `formed` (panel, no draw), `begun`, `pricing` (conformity
    closed), `scoring` (lot 1 to be scored, lot 2 to be ranked), `signing` (both reports to be signed), `settled`; and
    apart from them `negotiating` (lot 2 as a competitive negotiation, conformity closed)."""

    ORDER = ("opened", "formed", "begun", "pricing", "scoring", "signing", "settled")
    FIRST = ("opened", "negotiating")

    def __init__(self, department_database: DepartmentDatabases) -> None:
        self._databases = department_database
        self._played: dict[str, World] = {}
        self._numbers = itertools.count(1)
        self._free: list[tuple[str, Engines]] = []

    def at(self, stage: str) -> World:
        """A world of one's own at this stage."""
        if stage not in self._played:
            made = (
                World(self._databases("evaluation"))
                if stage in self.FIRST
                else self.at(self.ORDER[self.ORDER.index(stage) - 1])
            )
            getattr(self, f"_to_{stage}")(made)
            made.service.close()
            self._played[stage] = made
        return self._copy(self._played[stage])

    def give_back(self, world: World) -> None:
        """The world is done with; its slot may be used again."""
        world.service.close()
        self._free.append((world.url, world.service.runtime.engines))

    def _copy(self, played: World) -> World:
        url, engines = self._free.pop() if self._free else (self._new_slot(played), None)
        self._fill(str(make_url(url).database), str(make_url(played.url).database))
        made = World(url, engines)
        for each in ("time", "panel_id", "draw_id", "panel_keys", "pool", "heard"):
            setattr(made, each, copy(getattr(played, each)))
        made.before = [*played.before, *played.service.announced]
        return made

    def _new_slot(self, played: World) -> str:
        """An address that one world after another has: statements that were compiled for it stay so."""
        name = f"evaluation_slot_{next(self._numbers)}"
        return make_url(played.url).set(database=name).render_as_string(hide_password=False)

    def _fill(self, slot: str, template: str) -> None:
        """A fresh copy of the template under the slot's name; what had it before keeps another, which is cheapest."""
        fresh = f"evaluation_played_{next(self._numbers)}"
        admin = make_url(self._databases.admin_url).set(drivername="postgresql")
        with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as connection:
            databases.create_database(connection, fresh, databases.Names("evaluation"), template=template)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (slot,)).fetchone():
                connection.execute(rename(sql.Identifier(slot), sql.Identifier(f"{fresh}_before")))
            connection.execute(rename(sql.Identifier(fresh), sql.Identifier(slot)))

    def _to_opened(self, made: World) -> None:
        made.hear_everything()

    def _to_negotiating(self, made: World) -> None:
        fact = notice(only=2)
        fact["lots"][0] |= {"procedure": "negotiation", "deductions": {}}
        made.hear_everything(lots=(2,), noticed=fact)
        made.form_small_panel(2)
        made.draw_experts()
        made.answer_all()
        made.begin()
        made.qualify(2)
        made.conform(2)

    def _to_formed(self, made: World) -> None:
        made.form_panel()

    def _to_begun(self, made: World) -> None:
        made.draw_experts()
        made.answer_all()
        made.begin()

    def _to_pricing(self, made: World) -> None:
        for number in (1, 2):
            assert made.qualify(number)["stage"] == "conformity"
            assert made.conform(number)["stage"] == "prices"

    def _to_scoring(self, made: World) -> None:
        assert made.price(1)["stage"] == "scoring"
        assert made.price(2)["stage"] == "ranking"

    def _to_signing(self, made: World) -> None:
        made.score(1)
        assert made.close_sheets(1)["stage"] == "ranking"
        for number in (1, 2):
            made.call("settle_ranking", "zhao", lot_id=made.lot(number))

    def _to_settled(self, made: World) -> None:
        for number in (1, 2):
            made.sign(number)


@pytest.fixture(scope="session")
def stages(department_database: DepartmentDatabases) -> Stages:
    return Stages(department_database)


@pytest.fixture
def played(stages: Stages) -> Iterator[Played]:
    """`played("begun")`: a world of one's own at that stage."""
    made: list[World] = []

    def at(stage: str) -> World:
        made.append(stages.at(stage))
        return made[-1]

    yield at
    for each in made:
        stages.give_back(each)
