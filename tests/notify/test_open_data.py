"""Open data of a whole project: valid for libcoveocds, read by ocdscardinal, compiled as the standard compiles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ocdscardinal
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify import settings
from services.notify.ocds.releasing import month_of
from services.notify.rules.merging import compiled
from tests.notify.ocds_check import explained, served_extensions, validated
from tests.notify.ocds_standard import standard_zip
from tests.notify.story import PRICES, Story, uid

TAGS = [
    ["planning"], ["tender"], ["tenderUpdate"], ["award", "tenderUpdate"], ["contract"], ["contractUpdate"],
    ["implementation"], ["implementationUpdate"], ["contractTermination"],
]  # fmt: skip


@pytest.fixture(scope="session")
def standard() -> bytes:
    return standard_zip()


@pytest.fixture(scope="session")
def extensions() -> Iterator[str]:
    with served_extensions() as address:
        yield address


def releases(story: Story) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for month in reversed(story.call("open_data_months")["months"]):
        found += story.call("release_package", month=month["month"], most=100)["package"]["releases"]
    return found


def test_every_step_of_a_project_is_released_as_it_happens(story: Story) -> None:
    story.whole()
    found = releases(story)
    assert [each["tag"] for each in found] == TAGS
    assert len({each["id"] for each in found}) == len(found)
    assert {each["ocid"] for each in found} == {f"local-sunshine-{story.project}"}
    assert story.call("open_data_months")["months"] == [{"month": "2026-05", "releases": len(TAGS), "records": 1}]


def test_scores_are_secret_until_the_award_is_announced(story: Story) -> None:
    story.plan()
    story.notice()
    story.clock.forward(days=21)
    story.opening()
    story.evaluation()
    assert "scores" not in json.dumps(releases(story))
    story.award()
    record = story.call("project_record", project_id=story.project)["package"]["records"][0]
    bids = {each["id"]: each for each in record["compiledRelease"]["bids"]["details"]}
    assert bids[uid("bid-s1")]["scores"]["total"] == 91.2
    assert bids[uid("bid-s1")]["status"] == "valid"
    assert bids[uid("bid-s3")]["scores"] == {
        "rejection": {"stage": "conformity", "reason": "交货期不响应", "article": "87-63"}
    }
    (award,) = record["compiledRelease"]["awards"]
    assert award["relatedBids"] == [uid("bid-s1")]
    assert record["compiledRelease"]["tender"]["status"] == "complete"


def test_prices_nobody_read_out_are_in_no_release_and_on_no_wall_before_the_award(story: Story) -> None:
    story.plan()
    story.notice()
    story.clock.forward(days=21)
    seen = story.call("board_now")["last"]
    story.opening(public=False)
    shown = json.dumps([releases(story), story.call("board_events", since=seen), story.call("board_now")])
    assert "bids_opened" in shown
    assert [price for price in PRICES.values() if price.removesuffix(".00") in shown] == []
    assert [key for key in PRICES if uid(key) in shown] == []


def test_release_packages_of_a_whole_project_are_valid(story: Story, standard: bytes, extensions: str) -> None:
    story.whole()
    package = story.call("release_package", month="2026-05", most=100)["package"]
    answer = validated(package, standard, extensions)
    assert answer["validation_errors"] == []
    assert explained(answer) == set()


def uneven(story: Story) -> None:
    """Nothing goes smoothly: amended, moved, asked about; three lots that end otherwise than by payment."""
    story.plan()
    story.plan()
    lots = [uid(f"lot-{number}") for number in (1, 2, 3)]
    story.notice("intention", lots=[], closes_at=None)
    story.notice("tender", lots=[
        {"lot_id": each, "no": number, "title": f"第{number}包", "object": "services", "category": "C19990000",
         "budget": "900000.00", "ceiling": "900000.00", "procedure": "consultation", "award_method": "lowest_price",
         "reserved_for_small": True, "factors": []}
        for number, each in enumerate(lots, 1)
    ])  # fmt: skip
    for kind in ("amendment", "answer"):
        story.notice(kind, title=f"更正（{kind}）", lots=[], closes_at="2026-06-03T01:00:00Z")
    moved = {"lot_ids": lots, "closes_at": "2026-06-05T01:00:00Z", "because": "amendment", "article": "87-27"}
    story.of_project("deadline_moved", **moved)
    story.notice("failure", title="采购失败公告", lots=[], closes_at=None)
    story.lot = lots[0]
    story.opening()
    story.evaluation()
    story.award()
    gone = {"award_id": uid("award-1"), "supplier_id": uid("s1"), "reason": "declined", "at": story.at()}
    story.of_lot("contracts", "award_refused", **gone)
    story.of_lot("contracts", "lot_returned", reason="winner_refused", award_id=None, supplier_id=None, at=story.at())
    story.lot = lots[1]
    story.of_lot(
        "evaluation", "evaluation_failed", title="第2包", stage="conformity", reason="too_few_left", figures={},
        articles=["法36"], at=story.at(), ways_on=[],
    )  # fmt: skip
    story.of_project("project_cancelled", reason="重大变故", at=story.at())


def test_what_goes_wrong_in_a_project_is_valid_open_data_too(story: Story, standard: bytes, extensions: str) -> None:
    uneven(story)
    found = releases(story)
    assert {tag for each in found for tag in each["tag"]} == {
        "planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "award", "awardCancellation",
        "tenderCancellation",
    }  # fmt: skip
    package = story.call("release_package", month=story.call("open_data_months")["months"][0]["month"], most=100)
    record = story.call("project_record", project_id=story.project)
    for each in (package["package"], record["package"]):
        answer = validated(each, standard, extensions)
        assert answer["validation_errors"] == []
        assert explained(answer) == set()
    tender = record["package"]["records"][0]["compiledRelease"]["tender"]
    assert [each["status"] for each in tender["lots"]] == ["unsuccessful", "unsuccessful", "cancelled"]
    assert {each["tenderPeriod"]["endDate"] for each in tender["lots"]} == {"2026-06-05T01:00:00Z"}
    assert tender["status"] == "cancelled"


def test_a_terminated_contract_is_valid_open_data_too(story: Story, standard: bytes, extensions: str) -> None:
    story.whole()
    story.of_contract("contract_terminated", ground="public_interest", paid="0.00")
    package = story.call("project_record", project_id=story.project)["package"]
    assert package["records"][0]["releases"][-1]["tag"] == ["contractTermination"]
    answer = validated(package, standard, extensions)
    assert (answer["validation_errors"], explained(answer)) == ([], set())


def test_the_record_of_a_whole_project_is_valid(story: Story, standard: bytes, extensions: str) -> None:
    story.whole()
    package = story.call("project_record", project_id=story.project)["package"]
    answer = validated(package, standard, extensions)
    assert answer["validation_errors"] == []
    assert explained(answer) == set()


def test_the_validator_does_find_what_is_wrong(story: Story, standard: bytes, extensions: str) -> None:
    story.whole()
    package = story.call("release_package", month="2026-05", most=100)["package"]
    package["releases"][1]["tender"]["status"] = "begun"
    package["releases"][1]["tender"]["value"]["amount"] = "8400000.00"
    package["releases"][1]["tender"]["lots"][0]["status"] = 7
    answer = validated(package, standard, extensions)
    found = {each["path"] for each in answer["validation_errors"]}
    assert found == {"releases/1/tender/value/amount", "releases/1/tender/lots/0/status"}
    assert "additional_closed_codelist_values" in explained(answer)  # where it tells of "begun"


def test_the_one_remark_is_gone_with_a_registered_prefix(
    story: Story, standard: bytes, extensions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_OCID_PREFIX", "ocds-a1b2c3")
    settings.current.cache_clear()
    story.whole()
    monkeypatch.undo()
    settings.current.cache_clear()
    package = story.call("release_package", month="2026-05", most=100)["package"]
    answer = validated(package, standard, extensions)
    assert answer["validation_errors"] == []
    assert not answer.get("conformance_errors")


def test_cardinal_reads_every_compiled_release(story: Story, tmp_path: Path) -> None:
    story.whole()
    record = story.call("project_record", project_id=story.project)["package"]["records"][0]
    lines = tmp_path / "compiled.jsonl"
    lines.write_text(json.dumps(record["compiledRelease"], ensure_ascii=False) + "\n", "utf-8")
    counted = ocdscardinal.coverage(str(lines))
    every_release = tmp_path / "releases.jsonl"
    every_release.write_text("".join(f"{json.dumps(each)}\n" for each in releases(story)), "utf-8")
    assert ocdscardinal.coverage(str(every_release))["/ocid"] == len(TAGS)
    assert counted["/ocid"] == 1
    assert counted["/bids/details[]"] == 3
    assert counted["/bids/details[]/value/amount"] == 3
    assert counted["/awards[]/suppliers[]/id"] == 1
    assert counted["/contracts[]/implementation/transactions[]"] == 1
    assert counted["/tender/lots[]/status"] == 1


def test_a_failed_lot_ends_the_tender_unsuccessful(story: Story) -> None:
    story.plan()
    story.notice()
    story.of_lot(
        "tendering", "lot_failed", no=1, title="核心交换机", stage="closing", reason="too_few_bids",
        figures={"bids": "2"}, articles=["法36"], at=story.at(), ways_on=["retender"],
    )  # fmt: skip
    record = story.call("project_record", project_id=story.project)["package"]["records"][0]
    assert record["compiledRelease"]["tender"]["status"] == "unsuccessful"
    assert releases(story)[-1]["tender"]["lots"] == [{"id": story.lot, "status": "unsuccessful"}]


def test_pages_of_a_month_make_up_the_month(story: Story) -> None:
    story.whole()
    first = story.call("release_package", month="2026-05", most=5)
    rest = story.call("release_package", month="2026-05", most=5, after=first["next"])
    assert len(first["package"]["releases"]) == 5
    assert len(rest["package"]["releases"]) == 4
    assert rest["next"] is None
    assert first["package"]["uri"] != rest["package"]["uri"]
    assert story.call("record_package", month="2026-05")["package"]["records"][0]["ocid"].endswith(story.project)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC), "2026-05"),
        (datetime(2026, 5, 31, 16, tzinfo=UTC), "2026-06"),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), "2027-01"),
    ],
)
def test_a_month_is_beijings(moment: datetime, month: str) -> None:
    assert month_of(moment) == month


def test_our_extension_is_there_to_be_read(story: Story) -> None:
    schema = story.call("open_data_extension", file="release-schema.json")["content"]
    assert "BidScores" in schema["definitions"]
    assert story.call("open_data_extension", file="README.md")["content"].startswith("# Scores")


_VALUE = st.one_of(st.integers(), st.none(), st.lists(st.text(max_size=2)))
_VALUES = st.dictionaries(st.sampled_from(["a", "b"]), _VALUE)


@given(st.lists(_VALUES, min_size=1, max_size=5))
def test_later_values_win_and_null_takes_away(contents: list[dict[str, Any]]) -> None:
    after: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    for number, content in enumerate(contents):
        after = compiled(after, {"ocid": "o", "id": str(number), "date": f"d{number}", "tag": ["tender"], **content})
        expected = {key: value for key, value in (expected | content).items() if value is not None}
    assert after == {"ocid": "o", "id": f"o-d{len(contents) - 1}", "date": f"d{len(contents) - 1}", "tag": ["compiled"],
                     **expected}  # fmt: skip


def test_lists_of_identified_objects_merge_by_id() -> None:
    first = {"ocid": "o", "date": "1", "awards": [{"id": "1", "status": "active", "title": "t"}]}
    second = {"ocid": "o", "date": "2", "awards": [{"id": "2"}, {"id": "1", "status": "cancelled"}]}
    assert compiled(compiled({}, first), second)["awards"] == [
        {"id": "1", "status": "cancelled", "title": "t"}, {"id": "2"},
    ]  # fmt: skip
