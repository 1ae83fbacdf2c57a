"""Lists beyond JSON, and cursors nobody can forge."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gateway.api import cursors, lists
from gateway.bus import Refused

ROWS: list[dict[str, Any]] = [{"name": "启明科技", "amount": "8400000.00"}, {"name": "=1+1", "note": {"a": 1}}]


def test_a_csv_has_a_column_for_every_name_and_no_formula() -> None:
    read = list(csv.reader(io.StringIO(lists.as_csv(ROWS).decode("utf-8-sig"))))
    assert read == [["name", "amount", "note"], ["启明科技", "8400000.00", ""], ["'=1+1", "", '{"a": 1}']]


def test_an_xlsx_says_the_same_and_a_formula_is_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(lists.as_xlsx(ROWS))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["name", "amount", "note"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ({"items": ROWS, "next": None}, ROWS),
        ({"items": [], "next": None}, []),
        ({"one": ROWS, "other": ROWS}, None),
        ({"name": "x", "tags": ["a"]}, None),
        ([1], None),
    ],
)
def test_only_an_answer_with_one_list_is_a_table(answer: object, rows: object) -> None:
    assert lists.rows_of(answer) == rows


@given(position=st.one_of(st.integers(), st.text(max_size=50)))
def test_a_cursor_gives_its_position_back_to_its_own_list_only(position: int | str) -> None:
    app = Flask("cursors")
    app.extensions["settings"] = type("Secret", (), {"secret": b"x" * 32})
    with app.app_context():
        sealed = cursors.seal(position, "registry_people")
        assert cursors.read(sealed, "registry_people") == position
        for forged, listing in ((sealed, "registry_experts"), (sealed[:-1], "registry_people"), ("", "x")):
            with pytest.raises(Refused) as refusal:
                cursors.read(forged, listing)
            assert refusal.value.code == "cursor_unknown"
