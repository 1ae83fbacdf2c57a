"""The command line against the played suite: signing in, reading, fetching, verifying offline, and lawful refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Played
from tests.journeys.terminal import People, Terminal

pytestmark = pytest.mark.timeout(600)  # whoever comes first waits for the rehearsal
WINNER, LOSER = "agent-s2", "agent-s3"


@pytest.fixture(scope="module")
def people(played: Played, tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(played, tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def supplier(people: People) -> Terminal:
    """The winner of lot 1, signed in."""
    return people[WINNER]


@pytest.fixture(scope="module")
def trust(supplier: Terminal) -> Path:
    """The logs' keys and the authorities, as anybody fetches them."""
    told = supplier.done("download", "trust", "trust")
    assert len(told["keys"]) == 5
    return supplier.home / "trust"


def test_a_certificate_signs_in_and_out(people: People) -> None:
    somebody = people.at_home("somebody")
    assert somebody.sunshine("whoami").status == 4
    told = somebody.done("login", *people.signing(LOSER))
    assert told["roles"] == ["supplier.agent"]
    assert somebody.done("whoami")["person_id"] == people.cast[LOSER].person_id
    assert somebody.done("logout")["signed_out"] is True
    assert somebody.sunshine("whoami").error["code"] == "not_signed_in"


def test_a_key_the_registry_does_not_know_is_turned_away(people: People) -> None:
    from tests.cli.people import pem_files

    stranger = people.at_home("stranger")
    ended = stranger.sunshine("login", *pem_files(stranger.home))
    assert ended.status in (3, 4), ended


def test_anybody_browses_what_is_published(people: People) -> None:
    anybody = people.at_home("anybody")
    found = anybody.done("browse", "notices", "--words", "服务器", "--kind", "tender")["notices"]
    assert [each["project_id"] for each in found] == [people.project]
    first = anybody.done("browse", "notices", "--limit", "1")
    assert len(first["notices"]) == 1
    after = anybody.done("browse", "notices", "--limit", "1", "--after", first["next"])
    assert after["notices"][0] != first["notices"][0]
    assert len(anybody.done("browse", "notices", "--limit", "2", "--all")["notices"]) > 2
    lots = anybody.done("browse", "lots", people.project)["lots"]
    assert len(lots) == 3
    assert people.lots[1] in json.dumps(lots)


def test_a_document_is_fetched_checked_and_gone_on_with(people: People, supplier: Terminal) -> None:
    wanted = json.loads((people.kept / "document.json").read_text())
    of = f"/projects/{people.project}/downloads/own"
    taken = supplier.done("call", "GET", of)
    digest = next(each["digest"] for each in _mappings(taken) if "digest" in each)
    whole = supplier.done("download", "file", digest, "--of", of, "-o", "document.json")
    assert json.loads((supplier.home / "document.json").read_text()) == wanted
    content = (supplier.home / "document.json").read_bytes()
    (supplier.home / "again.json.part").write_bytes(content[: len(content) // 2])
    again = supplier.done("download", "file", digest, "--of", of, "-o", "again.json")
    assert (again["resumed"], again["size"]) == (True, whole["size"])
    stranger = people.at_home("no-supplier").sunshine("download", "file", digest, "--of", of)
    assert stranger.status == 4, stranger


def test_the_projects_record_is_verified_and_a_changed_one_is_not(people: People, trust: Path) -> None:
    auditor = people.at_home("auditor")
    record = auditor.home / "record.json"
    auditor.done("download", "record", people.project, "-o", record)
    assert auditor.done("verify", record, "--trust", trust)["yes"] is True
    told = json.loads(record.read_text())
    entries = [each for log in told["logs"] for each in log["entries"] if "entry" in each]
    assert entries
    entries[0]["entry"]["time"] = "2026-01-01T00:00:00.000000Z"
    auditor.write("record.json", told)
    ended = auditor.sunshine("verify", record, "--trust", trust)
    assert (ended.status, ended.json["yes"]) == (1, False)


def test_a_receipt_is_proven_by_the_log(people: People, supplier: Terminal, trust: Path) -> None:
    supplier.write("receipt.json", json.loads((people.kept / "bids/1-s2-receipt.json").read_text()))
    supplier.write("manifest.json", json.loads((people.kept / "bids/1-s2-manifest.json").read_text()))
    supplier.done("download", "proof", "receipt.json", "-o", "proof.json")
    told = supplier.done("verify", "receipt.json", "manifest.json", "proof.json", "--trust", trust)
    shown = {each["code"] for finding in told["findings"] for each in finding["shown"]}
    assert {"receipt_genuine", "receipt_promise_kept", "file_covers"} <= shown


def test_the_draw_is_replayed_from_what_is_published(people: People) -> None:
    anybody = people.at_home("replays")
    anybody.done("download", "transcript", people.lots[1], "-o", "draw.json")
    assert anybody.done("draw", "replay", "draw.json")["replays"] is True
    told = json.loads((anybody.home / "draw.json").read_text())
    told["orders"][0]["order"].reverse()
    anybody.write("draw.json", told)
    assert anybody.sunshine("draw", "replay", "draw.json").status == 1


def test_a_contracts_signatures_verify(people: People, supplier: Terminal, trust: Path) -> None:
    contract = str(people.progress["facts"]["contract_1"])
    supplier.done("download", "evidence", contract, "-o", "contract.json")
    told = supplier.done("verify", "contract.json", "--trust", trust)
    assert len([each for each in told["findings"] if each["kind"] == "statement"]) == 2
    assert "certificate_trusted" in json.dumps(told)


def test_a_whole_log_is_exported_and_read_line_by_line(people: People, trust: Path) -> None:
    anybody = people.at_home("witness")
    anybody.done("download", "checkpoint", "contracts", "-o", "early.checkpoint")
    told = anybody.done("download", "log", "contracts")
    assert told["size"] > 20
    verified = anybody.done("verify", "contracts.log.jsonl", "--trust", trust, "--kept", "early.checkpoint")
    assert [each["kind"] for each in verified["findings"]] == ["log"]


def test_what_comes_too_late_is_refused_with_its_article(people: People) -> None:
    late = people[LOSER]
    late.write("price.json", {"price": "2200000.00", "currency": "CNY", "domestic": True, "brand": "丙牌"})
    (late.home / "技术方案.txt").write_text("synthetic\n" * 1000)
    sealed = late.done("seal", "price.json", "技术方案.txt", "--lot", people.lots[2], "-o", "bid")
    assert sealed["lot"] == people.lots[2]
    ended = late.sunshine("submit", "bid")
    assert ended.status == 3
    assert "bid_late" in [each["code"] for each in ended.error["objections"]]
    assert "87-33" in [each["article"] for each in ended.error["objections"]]
    assert late.sunshine("replace", "bid").error["code"] == "nothing_to_replace"


REFUSED = [
    # who, what, with which exit code
    ("agent-s3", ("call", "POST", "/lots/{lot}/opening"), 4),
    ("agent-s3", ("draw", "show", "{draw}"), 4),
    ("agent-s2", ("sign", "contract", "{contract}", "--side", "supplier", "--yes"), 3),
    ("agent-s2", ("withdraw", "{lot}", "--yes"), 3),
    ("zhao", ("draw", "commit", "{draw}", "--seat", "centre"), 3),
    ("ma", ("score", "submit", "{lot}"), 3),
    ("li", ("register", "submit"), 4),
    ("agent-s3", ("browse", "notice", "00000000-0000-4000-8000-000000000000"), 3),
]


@pytest.mark.parametrize(("who", "what", "status"), REFUSED, ids=[" ".join(each[1][:2]) for each in REFUSED])
def test_what_may_not_be_done_ends_with_its_code(people: People, who: str, what: tuple[str, ...], status: int) -> None:
    facts = people.progress["facts"]
    named = {"lot": people.lots[1], "draw": facts["draw"], "contract": facts["contract_1"]}
    ended = people[who].sunshine(*(each.format(**named) for each in what))
    assert ended.status == status, ended
    assert ended.error["code"]


def _mappings(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _mappings(each))]
    return [found for each in value for found in _mappings(each)] if isinstance(value, list) else []
