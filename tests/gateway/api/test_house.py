"""The API before the real departments: sessions, repeated requests, pages, forms, proofs."""

from __future__ import annotations

import csv
import io
import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.protocol.encoding import b64url
from services.protocol.verify import Trust, check
from tests.gateway.api.house import House
from tests.gateway.api.through_http import ThroughHttp
from tests.pair.running import until
from tests.registry.town import Clock, Town, caller, credit_code

pytestmark = pytest.mark.timeout(900)  # five departments have to come up first


@pytest.fixture(scope="module")
def town(house: House) -> Town:
    """The registry's town, built through the API."""
    place = house.keys.folder / "rehearsal-authority"  # where registry keeps it, beside its key
    return Town(ThroughHttp(house, "registry"), place, Clock())


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def _enrol(house: House, client: FlaskClient, number: int, key: str, **facts: Any) -> Any:
    given = {"kind": "purchaser", "name": f"演练单位{number}", "credit_code": credit_code(number), **facts}
    headers = {**house.headers("registry.admin"), "Idempotency-Key": key}
    return client.post("/api/v1/organisations", json=given, headers=headers)


def test_a_browser_signs_in_with_a_certificate_and_its_cookie_speaks_for_it(
    house: House, town: Town, client: FlaskClient
) -> None:
    agent = town.supplier()
    assert agent.keys is not None
    secret = secrets.token_bytes(32)
    given = {**town.answer(agent.keys, secret=secret), "secret": b64url(secret)}
    opened = client.post("/api/v1/browser-sessions", json=given, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert opened.status_code == 201, opened.json
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite" in cookie
    assert b64url(secret) not in opened.get_data(as_text=True)
    mine = client.get("/api/v1/suppliers/own")
    assert (mine.json or {})["organisation_id"] == agent.organisation_id
    assert client.patch(
        "/api/v1/suppliers/own/draft", json={}, headers={"Sec-Fetch-Site": "cross-site", "Idempotency-Key": "x"}
    ).status_code == 403  # fmt: skip
    assert client.delete("/api/v1/browser-sessions").status_code == 204
    assert client.get("/api/v1/suppliers/own").status_code == 401


def test_a_program_fetches_tokens_with_its_sessions_secret(house: House, town: Town, client: FlaskClient) -> None:
    agent = town.supplier()
    assert agent.keys is not None
    token = town.token(town.session(agent.keys))["token"]
    mine = client.get("/api/v1/suppliers/own", headers={"Authorization": f"Bearer {token}"})
    assert (mine.json or {})["organisation_id"] == agent.organisation_id


def test_a_repeated_change_gives_the_same_answer_and_another_one_is_refused(house: House, client: FlaskClient) -> None:
    headers = {**house.headers("registry.admin"), "Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"}
    given = {"kind": "purchaser", "name": "演练单位", "credit_code": credit_code(70001)}
    first = client.post("/api/v1/organisations", json=given, headers=headers)
    again = client.post("/api/v1/organisations", json=given, headers=headers)
    assert (first.status_code, again.json) == (201, first.json)
    other = client.post("/api/v1/organisations", json={**given, "name": "另一单位"}, headers=headers)
    assert (other.status_code, (other.json or {})["code"]) == (422, "request_id_reused")
    without = client.post(
        "/api/v1/organisations", json=given, headers={key: headers[key] for key in ("Authorization", "Accept-Language")}
    )
    assert (without.status_code, (without.json or {})["code"]) == (400, "request_id_missing")


def test_pages_follow_one_another_by_opaque_cursors(house: House, client: FlaskClient) -> None:
    for number in range(70010, 70015):
        assert _enrol(house, client, number, str(uuid.uuid4())).status_code == 201
    who, seen, after = house.headers("registry.admin"), [], ""
    while True:
        page = client.get(f"/api/v1/organisations?limit=2{after}", headers=who).json or {}
        seen += [each["organisation_id"] for each in page["items"]]
        if page["next"] is None:
            break
        assert page["next"] not in seen
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) >= 5


def test_a_list_comes_as_csv_and_an_unchanged_one_not_twice(house: House, client: FlaskClient) -> None:
    _enrol(house, client, 70020, str(uuid.uuid4()), name="=可疑名称")
    who = house.headers("registry.admin")
    answer = client.get("/api/v1/organisations?format=csv&limit=200", headers=who)
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert "'=可疑名称" in {row["name"] for row in rows}
    who["If-None-Match"] = answer.headers["ETag"]
    again = client.get("/api/v1/organisations?format=csv&limit=200", headers=who)
    assert again.status_code == 304


def test_a_refusal_tells_every_reason_in_the_callers_language(house: House, client: FlaskClient) -> None:
    headers = {**house.headers("registry.admin"), "Idempotency-Key": str(uuid.uuid4())}
    for language, begins in (("zh-CN", "填写"), ("en", "Some")):
        answer = client.post("/api/v1/organisations", json={}, headers={**headers, "Accept-Language": language})
        told = answer.json or {}
        assert (answer.status_code, told["code"]) == (422, "invalid_input")
        assert {each["field"] for each in told["objections"]} >= {"name", "credit_code", "kind"}
        assert told["detail"].startswith(begins)
        assert answer.headers["Content-Language"] == language


def test_a_projects_record_is_verified_without_the_system(house: House, client: FlaskClient) -> None:
    project = ThroughHttp(house, "tendering")
    purchaser = _purchaser()
    made = project.ask(
        "draft_entrustment", purchaser, title="演练采购", plan_no="2026-1", fiscal_year=2026, funding="财政拨款",
        procedure="open_tender",
        items=[{"category": "A02010104", "title": "服务器", "object": "goods", "budget": "5000000.00"}],
    )  # fmt: skip
    if made.status_code != 201:
        pytest.fail(f"the entrustment was refused: {made.json}")
    project_id = (made.json or {})["project_id"]
    path = f"/api/v1/projects/{project_id}/record"
    assert (client.get(path).json or {})["code"] == "record_empty", "a draft is nobody's to know of"
    clerk, year = caller(str(uuid.uuid4()), str(uuid.uuid4()), "finance", "finance.officer"), datetime.now(UTC).year
    for each in (year, year + 1):  # a duty falls due on a working day, and the machine's own year is not entered yet
        days = {"rest": [f"{each}-10-01"], "make_up": [], "source": "演练"}
        assert project.ask("extend_calendar", clerk, year=each, **days).status_code < 300
    submitted = project.ask("submit_entrustment", purchaser, project_id=project_id)
    assert submitted.status_code in (200, 201), submitted.json
    cancelled = project.ask("cancel_project", purchaser, project_id=project_id, reason="机构撤并")
    assert cancelled.status_code in (200, 201), cancelled.json  # what everybody may know of a purchase never announced
    until(lambda: client.get(path).status_code == 200, within=60)
    content = client.get(path).get_data()
    findings = check([("record.json", content.splitlines(keepends=True))], Trust(keys=[]))
    assert [each.reasons for each in findings] == [[]]
    forged = json.loads(content)
    forged["logs"][0]["entries"][0]["leaf"] = "0" * 64
    assert any(each.reasons for each in check([("forged.json", [json.dumps(forged).encode()])], Trust(keys=[])))


def test_a_digest_alone_opens_no_file(house: House, client: FlaskClient) -> None:
    stored = house.app.extensions["store"].put([b"secret"])
    for of in ("", "?of=/notices", "?of=/organisations", "?of=/nowhere"):
        answer = client.get(f"/api/v1/files/{stored.digest}{of}")
        assert (answer.status_code, (answer.json or {})["code"]) == (404, "file_unknown")


def test_the_statistics_file_is_read_whole_and_in_ranges(house: House, client: FlaskClient) -> None:
    of = "/statistics/2026/file?format=csv"
    made = client.get(f"/api/v1{of}").json or {}
    path = f"/api/v1/files/{made['digest']}"
    whole = client.get(path, query_string={"of": of})
    assert (whole.status_code, len(whole.data)) == (200, made["size"])
    part = client.get(path, query_string={"of": of}, headers={"Range": "bytes=3-9"})
    assert (part.status_code, part.data) == (206, whole.data[3:10])
    assert part.headers["Content-Range"] == f"bytes 3-9/{made['size']}"
    beyond = client.get(path, query_string={"of": of}, headers={"Range": f"bytes={made['size']}-"})
    assert beyond.status_code == 416


def _purchaser() -> Any:
    return caller(str(uuid.uuid4()), str(uuid.uuid4()), "purchaser", "purchaser.officer")
