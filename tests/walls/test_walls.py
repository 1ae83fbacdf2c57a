"""The walls stand: each is checked on the project, and each is seen to fall on a tree made up to break it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.migrations import heads
from tests.walls import between, events, exceptions, pure, words
from tests.walls.code import DEPARTMENTS

PROJECT = Path(__file__).resolve().parent.parent.parent
Wall = Callable[[Path], list[str]]
Files = dict[str, str]

# wall → (what breaks it, what is found there; what looks alike and is allowed)
WALLS: dict[str, tuple[Wall, Files, str, Files]] = {
    "no department imports another": (
        between.foreign_imports_of_departments,
        {"services/registry/queries.py": "from services.notify import models\n"},
        "services/registry/queries.py:1 imports services.notify.models",
        {"services/registry/queries.py": "from services.registry import models\nimport services.chassis.wire\n"},
    ),
    "no department imports another by a relative path": (
        between.foreign_imports_of_departments,
        {"services/registry/queries.py": "def f():\n    from ..notify import models\n"},
        "services/registry/queries.py:2 imports services.notify.models",
        {"services/registry/queries.py": "from . import models\nfrom .rules import names\n"},
    ),
    "no department imports the gateway": (
        between.foreign_imports_of_departments,
        {"services/notify/service.py": "import gateway.bus\n"},
        "services/notify/service.py:1 imports gateway.bus",
        {"services/notify/service.py": "import json\n"},
    ),
    "the chassis imports no department": (
        between.foreign_imports_of_the_shared,
        {"services/chassis/rpc.py": "from services.registry.schemas import X\n"},
        "services/chassis/rpc.py:1 imports services.registry.schemas.X",
        {"services/chassis/rpc.py": "from services.protocol import canonical\n"},
    ),
    "the open protocols import nothing of the chassis": (
        between.foreign_imports_of_the_shared,
        {"services/protocol/log/tree.py": "from services.chassis.objection import Objection\n"},
        "services/protocol/log/tree.py:1 imports services.chassis.objection.Objection",
        {"services/protocol/log/tree.py": "from services.protocol import canonical\nimport hashlib\n"},
    ),
    "the gateway imports no department's inside": (
        between.inside_imports_of_the_gateway,
        {"gateway/api/lots.py": "from services.tendering.rules import closing\n"},
        "gateway/api/lots.py:1 imports services.tendering.rules.closing",
        {"gateway/api/lots.py": "from services.tendering.schemas import Lot\nfrom services.tendering import schemas\n"},
    ),
    "published schemas need neither database nor bus": (
        between.more_than_wire_in_schemas,
        {"services/tendering/schemas/lot.py": "from services.tendering.models import Lot\n"},
        "services/tendering/schemas/lot.py:1 imports services.tendering.models.Lot",
        {"services/tendering/schemas/lot.py": "from services.tendering.rules import kinds\n"},
    ),
    "nameko stays in service.py and the chassis": (
        between.packages_out_of_place,
        {"services/registry/queries.py": "from nameko.rpc import rpc\n"},
        f"services/registry/queries.py:1 imports nameko.rpc.rpc, allowed only in {', '.join(between.PLACES['nameko'])}",
        {"services/registry/service.py": "import nameko\n", "services/chassis/rpc.py": "import nameko.rpc\n"},
    ),
    "flask stays in the gateway": (
        between.packages_out_of_place,
        {"services/notify/service.py": "import flask\n"},
        "services/notify/service.py:1 imports flask, allowed only in gateway/**",
        {"gateway/app.py": "import flask\n", "gateway/api/lots.py": "from flask import request\n"},
    ),
    "pika stays in the gateway's bus client": (
        between.packages_out_of_place,
        {"gateway/app.py": "import pika\n"},
        "gateway/app.py:1 imports pika, allowed only in gateway/bus/**",
        {"gateway/bus/line.py": "import pika\n"},
    ),
    "rules import nothing that reaches outside": (
        pure.impure_imports,
        {"services/tendering/rules/closing.py": "import logging\n"},
        "services/tendering/rules/closing.py:1 imports logging",
        {"services/tendering/rules/closing.py": "from decimal import Decimal\nfrom importlib.resources import files\n"},
    ),
    "rules import no package": (
        pure.impure_imports,
        {"services/tendering/rules/closing.py": "from sqlalchemy import select\n"},
        "services/tendering/rules/closing.py:1 imports sqlalchemy.select",
        {"services/tendering/rules/closing.py": "from services.chassis.objection import Objection\n"},
    ),
    "rules import nothing of their department but rules": (
        pure.impure_imports,
        {"services/tendering/rules/closing.py": "from services.tendering import queries\n"},
        "services/tendering/rules/closing.py:1 imports services.tendering.queries",
        {"services/tendering/rules/closing.py": "from services.tendering.rules import periods\nfrom . import law\n"},
    ),
    "rules do not ask the time": (
        pure.impure_calls,
        {"services/tendering/rules/closing.py": "import datetime\nx = datetime.datetime.now()\n"},
        "services/tendering/rules/closing.py:2 calls datetime.datetime.now",
        {"services/tendering/rules/closing.py": "def late(at, now):\n    return at >= now\n"},
    ),
    "rules open no file": (
        pure.impure_calls,
        {"services/tendering/rules/closing.py": "x = open('law.json')\n"},
        "services/tendering/rules/closing.py:1 calls open",
        {"services/tendering/rules/closing.py": "def open_until(day):\n    return day\n"},
    ),
    "the chassis says no word of the trade": (
        words.trade_words_in_the_chassis,
        {"services/chassis/rpc.py": "def load_bidders():\n    ...\n"},
        "services/chassis/rpc.py:1 says bidders",
        {"services/chassis/rpc.py": "forbidden = 'a lot of slots allotted, forbidding, rewarding, tendering'\n"},
    ),
    "the chassis has no trade word within a name": (
        words.trade_words_in_the_chassis,
        {"services/chassis/rpc.py": "class SealedBidStore: ...\n"},
        "services/chassis/rpc.py:1 says Bid",
        {"services/chassis/rpc.py": "class Forbidden: ...\n"},
    ),
    "no file is named after nothing": (
        words.files_named_after_nothing,
        {"gateway/utils.py": ""},
        "gateway/utils.py",
        {"gateway/common_market.py": ""},
    ),
    "an excuse from a lint rule says why": (
        exceptions.exceptions_without_reason,
        {"deploy/x.py": "import os  # noqa: F401\n"},
        "deploy/x.py:1 # noqa: F401",
        {"deploy/x.py": "import a  # noqa: E402  only after the patch\n\nimport b  # noqa: E402\n"},
    ),
    "an excuse from the types says which and why": (
        exceptions.exceptions_without_reason,
        {"deploy/x.py": "x = y  # type: ignore\n"},
        "deploy/x.py:1 # type: ignore",
        {"deploy/x.py": "x = y  # type: ignore[attr-defined]  # the library publishes no types\n"},
    ),
    "no exception is swallowed": (
        exceptions.swallowed_exceptions,
        {"deploy/x.py": "try:\n    f()\nexcept Exception:\n    pass\n"},
        "deploy/x.py:3",
        {"deploy/x.py": "try:\n    f()\nexcept OSError:\n    pass\n"},
    ),
    "no file answers more than one question": (
        exceptions.files_too_long,
        {"deploy/x.py": "\n" * 401},
        "deploy/x.py: 401 lines",
        {"deploy/x.py": "\n" * 400},
    ),
    "a warning is excused with a reason": (
        exceptions.ignored_warnings_without_reason,
        {"pyproject.toml": 'filterwarnings = [\n    "error",\n    "ignore::DeprecationWarning",\n]\n'},
        'pyproject.toml:3 "ignore::DeprecationWarning",',
        {"pyproject.toml": 'filterwarnings = [\n    "error",\n    "ignore:x", # the library warns about itself\n]\n'},
    ),
    "warnings are errors": (
        exceptions.ignored_warnings_without_reason,
        {"pyproject.toml": 'filterwarnings = [\n    "default",\n]\n'},
        "pyproject.toml: filterwarnings does not begin with error",
        {"pyproject.toml": 'filterwarnings = [\n    "error",\n]\n'},
    ),
}


def build(tree: Path, files: Files) -> Path:
    for name, content in files.items():
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tree


@pytest.mark.parametrize("name", WALLS)
def test_the_wall_stands_in_the_project(name: str) -> None:
    wall = WALLS[name][0]
    assert wall(PROJECT) == []


@pytest.mark.parametrize("name", WALLS)
def test_the_wall_falls_where_it_is_broken(name: str, tmp_path: Path) -> None:
    wall, broken, found, _ = WALLS[name]
    assert wall(build(tmp_path, broken)) == [found]


@pytest.mark.parametrize("name", WALLS)
def test_the_wall_lets_through_what_only_looks_alike(name: str, tmp_path: Path) -> None:
    wall, _, _, allowed = WALLS[name]
    assert wall(build(tmp_path, allowed)) == []


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_departments_migrations_are_one_line(department: str) -> None:
    assert len(heads(PROJECT / "services" / department / "migrations" / "versions")) == 1


def test_a_split_line_of_migrations_has_two_heads(tmp_path: Path) -> None:
    build(
        tmp_path,
        {
            "0001_start.py": 'revision = "0001"\ndown_revision = None\n',
            "0002_left.py": 'revision = "0002"\ndown_revision = "0001"\n',
            "0002_right.py": 'revision: str = "0002b"\ndown_revision: str | None = "0001"\n',
        },
    )
    assert heads(tmp_path) == {"0002", "0002b"}


def test_the_readmes_table_of_events_is_true() -> None:
    assert events.differences(events.table_of(PROJECT), events.spoken()) == []


TABLE = """
| event | announced by | heard by | so that |
|---|---|---|---|
| `supplier_barred`, `supplier_unbarred` | registry | tendering, notify | no bid is taken from it |
| `obligation_opened` | every department | notify | it reminds |

| another | table |
|---|---|
| `not_an_event` | registry |
"""


def test_the_table_of_events_is_read_row_by_row() -> None:
    told = events.told(TABLE)
    assert {announcer: spoken.heard_by for announcer, spoken in told.items()} == {
        "registry": {"supplier_barred": {"tendering", "notify"}, "supplier_unbarred": {"tendering", "notify"}},
        "every department": {"obligation_opened": {"notify"}},
    }


def test_a_table_that_says_otherwise_than_the_code_is_found() -> None:
    code = {
        "registry": events.Spoken({"supplier_barred": {"tendering"}, "person_changed": set()}),
        "every department": events.Spoken({"obligation_opened": set()}),
    }
    assert events.differences(events.told(TABLE), code) == [
        "registry announces person_changed, the table does not say so",
        "the table has registry announce supplier_unbarred, it does not",
        "the table has notify hear supplier_barred, it does not",
    ]
