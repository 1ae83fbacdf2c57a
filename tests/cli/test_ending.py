"""How commands end: the exit codes, what is repeated, what is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploy import ports
from tests.cli.conftest import Run, signed_in
from tests.cli.edge import CUT, Answer, Edge, Request, problem

BUSY: dict[str, Any] = {"headers": {"Retry-After": "0"}}
ENDS = [
    # what the other side says for ever → how the command ends
    (Answer(200, {"ok": True}), 0),
    (problem(409, "bid_late"), 3),
    (problem(422, "invalid_input"), 3),
    (problem(404, "not_found"), 3),
    (problem(401, "unauthenticated"), 4),
    (problem(403, "forbidden"), 4),
    (problem(503, "busy", **BUSY), 5),
    (problem(429, "too_many_requests", headers={"Retry-After": "60"}), 5),
    (problem(504, "deadline_passed", **BUSY), 5),
    (problem(504, "outcome_unknown", **BUSY), 6),
    (CUT, 6),
    (problem(500, "internal_error"), 7),
    (Answer(200, b"<html>", {"Content-Type": "application/json"}), 7),
    (Answer(502, b"Bad Gateway", {"Content-Type": "text/html", "Retry-After": "0"}), 6),
]


@pytest.mark.parametrize(("answer", "status"), ENDS, ids=[f"{each.status}-{end}" for each, end in ENDS])
def test_a_change_ends_with_the_code_that_belongs_to_it(edge: Edge, run: Run, answer: Answer, status: int) -> None:
    edge.answers(answer)
    ran = run("register", "submit", "--url", edge.url, "--json", "--patience", "0.3")
    assert ran.status == 4, "nobody is signed in"
    signed_in(edge.url)
    ran = run("score", "submit", "lot-1", "--json", "--patience", "0.3")
    assert ran.status == status
    assert ran.json.get("error", {"exit": 0})["exit"] == status


@pytest.mark.parametrize(("answer", "status"), [(CUT, 5), (problem(504, "outcome_unknown", **BUSY), 5)])
def test_a_question_without_an_answer_leaves_nothing_unknown(edge: Edge, run: Run, answer: Answer, status: int) -> None:
    edge.answers(answer)
    assert run("browse", "notices", "--url", edge.url, "--patience", "0.3").status == status


def test_who_cannot_be_reached_has_done_nothing(run: Run) -> None:
    url = f"http://127.0.0.1:{ports.free_port()}"
    signed_in(url)
    ran = run("score", "submit", "lot-1", "--json", "--patience", "0.2")
    assert (ran.status, ran.error["code"]) == (5, "unreachable")


def test_busy_is_waited_out_and_the_same_key_sent_again(edge: Edge, run: Run) -> None:
    edge.answers(problem(503, "busy", **BUSY), CUT, problem(504, "outcome_unknown", **BUSY), Answer(200, {"ok": 1}))
    signed_in(edge.url)
    assert run("score", "submit", "lot-1").status == 0
    keys = [each.headers["Idempotency-Key"] for each in edge.heard]
    assert len(keys) == 4
    assert len(set(keys)) == 1


def test_two_commands_have_two_keys_and_a_key_told_is_sent(edge: Edge, run: Run) -> None:
    edge.answers(Answer(200, {}))
    signed_in(edge.url)
    for more in ([], [], ["--request-id", "mine-1"]):
        run("score", "submit", "lot-1", *more)
    first, second, third = (each.headers["Idempotency-Key"] for each in edge.heard)
    assert first != second
    assert third == "mine-1"


def test_an_unknown_outcome_says_how_to_repeat_it(edge: Edge, run: Run) -> None:
    edge.answers(CUT)
    signed_in(edge.url)
    ran = run("score", "submit", "lot-1", "--patience", "0")
    assert (ran.status, ran.out) == (6, "")
    assert f"--request-id {edge.heard[0].headers['Idempotency-Key']}" in ran.err


def test_a_longer_wait_than_ones_patience_is_not_begun(edge: Edge, run: Run) -> None:
    edge.answers(problem(503, "busy", headers={"Retry-After": "3600"}))
    signed_in(edge.url)
    assert run("score", "submit", "lot-1", "--patience", "5").status == 5
    assert len(edge.heard) == 1


OBJECTIONS = [
    {"code": "price_weight_low", "message": "Price has 20 points; 30 are due.", "article": "87-55", "field": "factors"},
    {"code": "bid_bond_too_high", "message": "The bond is above 2 %.", "article": "条例33", "field": ""},
]


def test_every_objection_is_told_with_its_article(edge: Edge, run: Run) -> None:
    edge.answers(problem(409, "document_objected", "Two things stand against it.", objections=OBJECTIONS))
    signed_in(edge.url)
    told = run("call", "POST", "/documents/1/submission")
    assert told.status == 3
    for text in ("Two things", "20 points", "[87-55]", "(factors)", "above 2 %", "[条例33]", "t-1"):
        assert text in told.err
    as_json = run("call", "POST", "/documents/1/submission", "--json").error
    assert as_json["objections"] == OBJECTIONS
    assert (as_json["code"], as_json["http_status"]) == ("document_objected", 409)


def test_a_stale_token_is_replaced_once(edge: Edge, run: Run) -> None:
    signed_in(edge.url, token="old")
    fresh = Answer(200, {"token": "new", "person_id": "p"})
    edge.answers(problem(401, "unauthenticated"), fresh, Answer(200, {"a": 1}))
    assert run("call", "GET", "/projects", "--json").json == {"a": 1}
    assert [each.headers.get("Authorization") for each in edge.heard] == ["Bearer old", None, "Bearer new"]


def test_a_session_that_is_over_is_told_as_such(edge: Edge, run: Run) -> None:
    signed_in(edge.url)
    edge.answers(problem(401, "session_over"))
    assert run("whoami", "--json").error["code"] == "session_over"
    assert len(edge.heard) == 1


def test_the_language_travels_and_is_chinese_by_default(
    edge: Edge, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    from gateway.cli.program import main

    edge.answers(Answer(200, {"notices": [], "next": None}))
    run("browse", "notices", "--url", edge.url)
    assert main(["browse", "notices", "--url", edge.url]) == 0
    assert "发布时间" in capsys.readouterr().out
    assert [each.headers["Accept-Language"] for each in edge.heard] == ["en", "zh-CN"]


USAGE = [
    ["bogus"],
    ["verify"],
    ["verify", "no-such-file.json"],
    ["browse", "notices", "--limit", "0"],
    ["browse", "notices"],  # no address
    ["browse", "notices", "--url", "http://procurement.example.cn"],  # in clear over a network
    ["browse", "notices", "--url", "ftp://example.cn"],
    ["--lang", "fr", "whoami"],
    ["call", "GET", "/x", "--query", "nonsense", "--url", "http://127.0.0.1:1"],
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_a_wrong_command_line_ends_with_two_and_one_document(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).status == 2
    assert run("--json", *arguments).error["exit"] == 2


@pytest.mark.parametrize("path", ["http://elsewhere.example/api/v1/x", "https://127.0.0.1/x"])
def test_a_token_never_goes_to_another_address(edge: Edge, run: Run, path: str) -> None:
    signed_in(edge.url)
    assert run("call", "GET", path).status == 7
    assert edge.heard == []


def test_a_lists_pages_are_followed_to_the_end(edge: Edge, run: Run) -> None:
    pages = [{"notices": [{"title": f"n{n}"}], "next": None if n == 2 else f"c{n}"} for n in range(3)]
    edge.answers(*(Answer(200, page) for page in pages))
    ran = run("browse", "notices", "--all", "--words", "服务器", "--limit", 1, "--url", edge.url, "--json")
    assert [each["title"] for each in ran.json["notices"]] == ["n0", "n1", "n2"]
    assert ["after=c" in each.path for each in edge.heard] == [False, True, True]
    assert {"most=1" in each.path for each in edge.heard} == {True}


def test_a_projects_lots_are_those_its_notices_announce(edge: Edge, run: Run) -> None:
    lines = [{"id": "tender", "kind": "tender"}, {"id": "amendment", "kind": "amendment"}]

    def house(request: Request) -> Answer:
        path = request.path.partition("?")[0].removeprefix("/api/v1/")
        if path == "notices":
            return Answer(200, {"notices": lines, "next": None})
        if path.startswith("notices/"):
            return Answer(200, {"payload": {"lots": [{"lot_id": "l-1", "no": 1}, {"lot_id": "l-2", "no": 2}]}})
        return Answer(200, {"id": path.removeprefix("lots/"), "status": "published"})

    edge.answers(house)
    ran = run("browse", "lots", "p-1", "--url", edge.url, "--json")
    assert [each["id"] for each in ran.json["lots"]] == ["l-1", "l-2"]


def test_a_page_names_the_next_one(edge: Edge, run: Run) -> None:
    edge.answers(Answer(200, {"notices": [{"title": "一"}], "next": "cursor-2"}))
    assert "--after cursor-2" in run("browse", "notices", "--url", edge.url).out


def test_a_title_cannot_move_the_cursor(edge: Edge, run: Run) -> None:
    edge.answers(Answer(200, {"notices": [{"title": "evil\x1b[2J\u202etitle"}], "next": None}))
    out = run("browse", "notices", "--url", edge.url).out
    assert "evil\ufffd[2J\ufffdtitle" in out


def test_an_answer_can_be_kept_as_it_came(edge: Edge, run: Run, tmp_path: Path) -> None:
    edge.answers(Answer(200, b"a,b\n1,2\n", {"Content-Type": "text/csv"}))
    into = tmp_path / "list.csv"
    assert run("call", "GET", "/notices", "--query", "format=csv", "-o", into, "--url", edge.url).status == 0
    assert into.read_bytes() == b"a,b\n1,2\n"
    assert edge.heard[0].path.endswith("/api/v1/notices?format=csv")
