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
from sqlalchemy.engine import make_url

from deploy import databases
from tests.conftest import DepartmentDatabases
from tests.evaluation.world import World

# A busy machine is no fault of ours: properties are tested without a deadline.
settings.register_profile("unhurried", deadline=None)
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
    closed), `scoring` (lot 1 to be scored, lot 2 to be ranked), `signing` (both reports to be signed), `settled`."""

    ORDER = ("opened", "formed", "begun", "pricing", "scoring", "signing", "settled")

    def __init__(self, department_database: DepartmentDatabases) -> None:
        self._databases = department_database
        self._played: dict[str, World] = {}
        self._numbers = itertools.count(1)

    def at(self, stage: str) -> World:
        """A world of one's own at this stage."""
        if stage not in self._played:
            before = self.ORDER.index(stage) - 1
            made = World(self._databases("evaluation")) if before < 0 else self.at(self.ORDER[before])
            getattr(self, f"_to_{stage}")(made)
            made.service.close()
            self._played[stage] = made
        return self._copy(self._played[stage])

    def _copy(self, played: World) -> World:
        url = make_url(played.url)
        name = f"evaluation_played_{next(self._numbers)}"
        admin = make_url(self._databases.admin_url).set(drivername="postgresql")
        with psycopg.connect(admin.render_as_string(hide_password=False), autocommit=True) as connection:
            names = databases.Names("evaluation")
            databases.create_database(connection, name, names, template=str(url.database))
        made = World(url.set(database=name).render_as_string(hide_password=False))
        for each in ("time", "panel_id", "draw_id", "panel_keys", "pool", "heard"):
            setattr(made, each, copy(getattr(played, each)))
        return made

    def _to_opened(self, made: World) -> None:
        made.hear_everything()

    def _to_formed(self, made: World) -> None:
        made.form_panel()

    def _to_begun(self, made: World) -> None:
        made.draw_experts()
        made.answer_all()
        made.begin()

    def _to_pricing(self, made: World) -> None:
        for number in (1, 2):
            made.qualify(number)
            made.conform(number)

    def _to_scoring(self, made: World) -> None:
        for number in (1, 2):
            made.price(number)

    def _to_signing(self, made: World) -> None:
        made.score(1)
        made.close_sheets(1)
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
        each.service.close()
