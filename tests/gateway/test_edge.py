"""What the gateway does by itself, with no department to be reached."""

from __future__ import annotations

import io
import itertools
import logging
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, request
from flask.testing import FlaskClient
from prometheus_client import REGISTRY

from deploy import ports
from gateway import health, waiting
from gateway.application import create_app
from gateway.settings import Settings, SettingsError, read_settings
from services.chassis.tokens import department_token

MOST = 12
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, key: Ed25519PrivateKey) -> Iterator[Flask]:
    """A gateway whose broker is away, that lets a caller ask a dozen times a minute."""
    tmp_path = tmp_path_factory.mktemp("edge")
    trust = tmp_path / "trust"
    trust.mkdir()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (trust / "notify.pem").write_bytes(public)
    made = create_app(
        Settings(
            profile="production",
            amqp_uri=f"amqp://nobody:nothing@127.0.0.1:{ports.free_port()}/none",
            trust_dir=trust,
            store_url=f"file://{tmp_path}/store",
            secret=b"s" * 32,
            calls_a_minute=MOST,
            largest_body=10_000,
            uploads_dir=tmp_path / "uploads",
        )
    )

    @made.post("/api/v1/length")
    def length() -> dict[str, int]:
        return {"length": len(request.get_data())}

    @made.get("/api/v1/free")
    def free() -> dict[str, bool]:
        return {"free": True}

    @made.get("/api/v1/bug")
    def bug() -> str:
        raise ZeroDivisionError("the inside")

    yield made
    made.extensions["bus"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client from an address of its own, whom nobody has counted yet."""
    found = app.test_client()
    found.environ_base["REMOTE_ADDR"] = f"10.0.{next(_numbers)}.1"
    return found


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/api/v1/nowhere", "/api/v1/bug"])
def test_every_answer_tells_browsers_what_to_refuse(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "max-age=" in headers["Strict-Transport-Security"]


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/api/v1/length", data=b"x" * 10_000).json == {"length": 10_000}
    refused = client.post("/api/v1/length", data=b"x" * 10_001)
    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")


def test_no_more_is_read_of_a_body_that_does_not_tell_its_length(client: FlaskClient) -> None:
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    endless = io.BytesIO(b"x" * 50_000)
    answer = client.post("/api/v1/length", input_stream=endless, environ_overrides=environ)
    assert answer.status_code == 413 or answer.json == {"length": 10_000}
    assert endless.tell() <= 10_001


def test_who_asks_too_often_is_told_how_long_to_wait(client: FlaskClient) -> None:
    left = [int(client.get("/api/v1/free").headers["RateLimit-Remaining"]) for _ in range(MOST)]
    assert left == list(reversed(range(MOST)))
    refused = client.get("/api/v1/free")
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert (refused.json or {})["code"] == "too_many_requests"
    assert refused.headers["RateLimit-Limit"] == str(MOST)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert int(refused.headers["RateLimit-Reset"]) <= 60


def test_another_address_is_counted_by_itself(client: FlaskClient) -> None:
    for _ in range(MOST + 1):
        client.get("/api/v1/free")
    assert client.get("/api/v1/free", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_made_up_tokens_count_for_the_address(client: FlaskClient) -> None:
    statuses = [
        client.get("/api/v1/free", headers={"Authorization": f"Bearer made.up.{number}"}).status_code
        for number in range(MOST + 1)
    ]
    assert statuses == [200] * MOST + [429]


def test_a_sound_token_is_counted_by_itself(client: FlaskClient, key: Ed25519PrivateKey) -> None:
    for _ in range(MOST + 1):
        client.get("/api/v1/free")
    token = department_token("notify", key, time.time())
    assert client.get("/api/v1/free", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_operators_are_not_counted(client: FlaskClient) -> None:
    assert [client.get("/health").status_code for _ in range(MOST + 5)] == [200] * (MOST + 5)


def test_a_department_that_cannot_be_reached_is_503_and_says_when_to_come_back(client: FlaskClient) -> None:
    answer = client.get("/api/v1/round-trip")
    assert answer.status_code == 503


def test_not_ready_while_the_line_is_down(client: FlaskClient) -> None:
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


def test_a_bug_tells_nothing_of_the_inside_and_leaves_its_trace(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    header = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/v1/bug", headers=header)
    assert answer.status_code == 500
    assert "the inside" not in answer.get_data(as_text=True)
    assert (answer.json or {})["trace_id"] == trace
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert any(trace in record.getMessage() and record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "given", ["", "nonsense", f"00-{'0' * 31}-b7ad6b7169203331-01", f"00-{'g' * 32}-{'1' * 16}-01"]
)
def test_a_request_without_a_sound_trace_gets_its_own(client: FlaskClient, given: str) -> None:
    first, second = (client.get("/health", headers={"traceparent": given}).headers["traceparent"] for _ in range(2))
    assert first.split("-")[1] != second.split("-")[1]
    assert len(first.split("-")[1]) == 32


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-CN"),
        ("zh-CN,zh;q=0.9", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("fr", "zh-CN"),
        ("zh;q=0.3,en", "en"),
    ],
)
def test_a_problem_speaks_the_callers_language(client: FlaskClient, accepted: str, language: str) -> None:
    answer = client.get("/api/v1/nowhere", headers={"Accept-Language": accepted} if accepted else {})
    assert answer.headers["Content-Language"] == language
    assert set(answer.json or {}) == {"type", "title", "status", "detail", "code", "objections", "trace_id"}


def test_metrics_count_requests_and_are_for_this_machine_only(client: FlaskClient) -> None:
    client.get("/health")
    here = {"REMOTE_ADDR": "127.0.0.1"}
    told = client.get("/metrics", environ_overrides=here).get_data(as_text=True)
    assert 'gateway_requests_total{method="GET",route="/health",status="200"}' in told
    assert 'gateway_bus{what="in_flight"} 0.0' in told
    assert client.get("/metrics").status_code == 404


def test_after_a_rush_the_metrics_of_an_idle_process_say_that_nothing_is_in_flight(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_flight() -> float | None:
        return REGISTRY.get_sample_value("gateway_bus", {"what": "in_flight"})

    client.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})  # told just now
    bus, seen = app.extensions["bus"], []
    for many in (7, 0):
        monkeypatch.setattr(bus, "figures", lambda many=many: {"in_flight": many})
        client.get("/health")
        seen.append(in_flight())
    assert seen == [0, 0], "seven in the middle of a second are not worth a write, none at its end is"
    monkeypatch.setattr(health._figures, "_told", time.monotonic() - 60)
    monkeypatch.setattr(bus, "figures", lambda: {"in_flight": 3})
    client.get("/health")
    assert in_flight() == 3
    monkeypatch.setattr(bus, "figures", lambda: {"in_flight": 0})
    client.get("/health")
    assert in_flight() == 0, "the rush is over"


@pytest.mark.parametrize(
    ("waited", "path", "status"),
    [
        (1.9, "/api/v1/free", 200),
        (2.1, "/api/v1/free", 503),
        (2.1, "/", 503),
        (2.1, "/api/v1/nowhere", 503),
        (60.0, "/health", 200),
    ],
)
def test_a_request_that_waited_too_long_for_a_thread_is_told_to_come_back(
    client: FlaskClient, waited: float, path: str, status: int
) -> None:
    waiting.note(waited)
    try:
        answer = client.get(path)
    finally:
        waiting.note(0.0)
    assert answer.status_code == status
    assert (answer.headers.get("Retry-After") == "2") == (status == 503)
    if path.startswith("/api/") and status == 503:
        assert (answer.json or {})["code"] == "busy"


def test_a_method_somebody_made_up_is_counted_under_no_name_of_its_own(client: FlaskClient) -> None:
    for number in range(3):
        client.open("/health", method=f"BREW{number}")
    told = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).get_data(as_text=True)
    assert "BREW" not in told
    assert 'gateway_requests_total{method="other",route="(none)",status="405"} 3.0' in told


def test_settings_name_everything_that_is_missing_or_wrong() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"SUNSHINE_PROFILE": "holiday", "GATEWAY_SECRET_FILE": "/nowhere/secret"})
    for name in ("SUNSHINE_PROFILE", "AMQP_URI", "TRUST_DIR", "STORE_URL", "GATEWAY_SECRET_FILE"):
        assert name in str(caught.value)
