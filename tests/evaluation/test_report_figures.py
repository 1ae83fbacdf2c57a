"""Every figure of the report's data stands in the paper people sign, and every member of the data is one it names."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from services.evaluation import report_pdf
from tests.evaluation.conftest import Played
from tests.evaluation.test_scores import mark, score_with
from tests.evaluation.world import World

FIGURE = re.compile(r"-?\d+\.\d\d|[0-9a-f]{64}")


def figures(value: Any) -> Iterator[str]:
    """Amounts, marks and digests, wherever they stand."""
    if isinstance(value, dict):
        for each in value.values():
            yield from figures(each)
    elif isinstance(value, list):
        for each in value:
            yield from figures(each)
    elif isinstance(value, str) and FIGURE.fullmatch(value):
        yield value


def record(world: World) -> None:
    """A recording of the room."""
    times = {"began_at": "2026-06-08T01:00:00Z", "ended_at": "2026-06-08T02:00:00Z"}
    fields = {"panel_id": world.panel_id, "digest": "ab" * 32, "kind": "video", "size": 4_711, **times}
    world.call("attach_recording", "zhao", **fields)


@pytest.mark.parametrize("number", [1, 2])
def test_every_figure_of_the_report_is_in_print(played: Played, number: int) -> None:
    world = played("scoring")
    record(world)
    if number == 1:
        seat = 2 if world.leader != world.panel_keys[2] else 3
        score_with(world, seat, [mark(world, "s2", "cert", "9"), mark(world, "s2", "tech", "10")])
        change = {"ground": "objective_unequal", "reason": "漏看一项证书"}
        right = mark(world, "s2", "cert", "10") | change
        world.call("change_mark", world.panel_keys[seat], lot_id=world.lot(1), **right)
        world.call("close_sheets", world.leader, lot_id=world.lot(1), seen="经复核，评分理由成立")
    world.settle(number)
    report = world.call("report", "zheng", lot_id=world.lot(number))
    printed = report_pdf.render(report["body"], report["digest"])
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages).replace("\n", "")
    wanted = set(figures(report["body"]))
    assert len(wanted) > (60 if number == 1 else 20)
    assert sorted(each for each in wanted if each not in said) == []
    for word in ("录像", "4711", "待法律人员核对", *(each["id"] for each in report["body"]["law"])):
        assert word in said, word
    if number == 1:
        for word in ("漏看一项证书", "客观评审因素评分不一致", "经复核，评分理由成立"):
            assert word in said, word
