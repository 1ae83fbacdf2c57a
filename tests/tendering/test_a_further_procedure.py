"""A procedure that was not there before is added as rows of data, and goes the whole way through the same code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.tendering import lawbook
from services.tendering.rules import procedures
from tests.tendering.people import id_of
from tests.tendering.test_course import drafted
from tests.tendering.world import NOTICE, World, codes

FURTHER = "local_comparison"
FLAGS = {
    "code": FURTHER, "name": {"zh": "本地比选", "en": "local comparison"}, "publicity": "public",
    "public_opening": True, "minimum_bidders": 2, "minimum_left": 2, "exceptions": [],
    "award_methods": ["lowest_evaluated_price"], "objects": ["goods"],
}  # fmt: skip


@pytest.fixture
def further(tmp_path: Path) -> Iterator[None]:
    """The law's folder with one procedure more: its row, and its closing of four working days."""
    folder = tmp_path / "law"
    shutil.copytree(Path(str(lawbook.FOLDER)), folder)
    rows = _rows(folder / "procedures.json")
    model = next(each for each in rows if each["value"]["code"] == "consultation")
    _write(folder / "procedures.json", [*rows, {**model, "value": {**model["value"], **FLAGS}}])
    rows = _rows(folder / "periods.json")
    model = next(each for each in rows if each["key"] == "document_to_closing" and "inquiry" in each["procedures"])
    _write(folder / "periods.json", [*rows, {**model, "procedures": [FURTHER], "value": 4}])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lawbook, "FOLDER", folder)
        lawbook.book.cache_clear()
        yield
    lawbook.book.cache_clear()


def test_a_procedure_is_added_as_data_alone(further: None, world: World) -> None:
    drafted(world, procedure=FURTHER, ground="public_service")
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    world.call("confirm_plan", "chen", project_id=world.project_id)
    named = {"officer_id": id_of("li"), "reviewer_id": id_of("wang"), "host_id": id_of("zhao")}
    world.call("accept_entrustment", "li", project_id=world.project_id, **named)
    lot = {
        "no": 1, "title": "服务器", "object": "goods", "category": "A02010104", "budget": "1000000.00",
        "award_method": "lowest_evaluated_price", "requirements": "见附件", "deductions": {"small": "0.10"},
    }  # fmt: skip
    closes = "2026-05-15T01:00:00Z"  # four working days after the notice's Monday
    world.documented(lots=[lot], clauses={}, closes_at=closes)
    world.held()
    world.published()
    for supplier, price in (("s1", "930000.00"), ("s2", "910000.00")):
        world.bid(1, supplier, price)
    world.close(NOTICE.replace(day=15))
    assert [each["price"] for each in world.opened(1)["bids"]] == ["930000.00", "910000.00"]
    assert len(world.announced("price_read_out")) == 2  # by its own flag; the model it was written after has none


def test_its_own_period_and_number_of_bidders_are_asked_for(further: None, world: World) -> None:
    book = lawbook.book()
    found = procedures.find(book, FURTHER, NOTICE.date())
    assert found is not None
    assert found.minimum_bidders == 2
    drafted(world, procedure=FURTHER, ground="public_service", items=[_service()])
    refused = world.refused("submit_entrustment", "sun", project_id=world.project_id)
    assert "procedure_unfit_object" in codes(refused)


def test_without_its_rows_there_is_no_such_procedure(world: World) -> None:
    drafted(world, procedure=FURTHER, ground="public_service")
    assert "procedure_unknown" in codes(world.refused("submit_entrustment", "sun", project_id=world.project_id))


def _service() -> dict[str, Any]:
    return {"category": "C16070300", "title": "运维", "object": "services", "budget": "1.00"}


def _rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
