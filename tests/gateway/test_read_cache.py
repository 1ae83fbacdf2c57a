"""What everybody may read is made once for all who ask within the second; what is somebody's own never is."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask, Response, request
from werkzeug.test import Client, TestResponse

from gateway import read_cache
from gateway.read_cache import ReadCache

SHARED = "private, max-age=5"


class Site:
    """A small site that counts how often it was asked."""

    def __init__(self, fresh: float = 60.0) -> None:
        self.asked = 0
        self.cache_control = SHARED
        self.status = 200
        self.more: dict[str, str] = {}
        self.wait: threading.Event | None = None
        app = Flask("site")

        @app.route("/<path:name>", methods=["GET", "POST"])
        def read(name: str) -> Response:
            self.asked += 1
            if self.wait is not None:
                self.wait.wait(10)
            answer = Response(f"{name} {request.query_string.decode()} {self.asked}", self.status, self.more)
            answer.headers["Cache-Control"] = self.cache_control
            answer.headers["RateLimit-Remaining"] = "7"
            answer.set_etag(str(self.asked))
            answer.make_conditional(request)
            return answer

        self.client = Client(ReadCache(app.wsgi_app, fresh), use_cookies=False)

    def get(self, path: str = "/notices", **headers: str) -> TestResponse:
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_the_second_reader_gets_what_was_made_for_the_first() -> None:
    site = Site()
    first, second = site.get(), site.get()
    assert (first.text, second.text, site.asked) == ("notices  1", "notices  1", 1)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "RateLimit-Remaining" not in second.headers


def test_a_reader_who_has_it_already_gets_no_body() -> None:
    site = Site()
    etag = site.get().headers["ETag"]
    again = site.get(If_None_Match=etag)
    assert (again.status_code, again.data, site.asked) == (304, b"", 1)
    assert site.get(If_None_Match='"other"').status_code == 200


def test_the_first_reader_may_bring_an_etag_and_the_second_none() -> None:
    site = Site()
    assert site.get(If_None_Match='"1"').status_code == 304
    assert (site.get().text, site.asked) == ("notices  1", 1)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/notices?page=2", {}),
        ("/other", {}),
        ("/notices", {"Accept-Language": "en"}),
        ("/notices", {"Accept": "text/csv"}),
        ("/notices", {"Cookie": "language=en"}),
        ("/notices", {"Host": "elsewhere.example"}),
    ],
)
def test_what_an_answer_depends_on_tells_answers_apart(path: str, headers: dict[str, str]) -> None:
    site = Site()
    site.get()
    site.get(path, **headers)
    assert site.asked == 2


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer x"}, {"Cookie": "session=x"}, {"Range": "bytes=0-1"}], ids=str
)
def test_what_is_asked_with_a_session_or_in_part_is_never_kept_nor_answered_from_what_is(headers: Any) -> None:
    site = Site()
    site.get(**headers)
    site.get(**headers)
    site.get()
    site.get(**headers)
    assert site.asked == 4


@pytest.mark.parametrize(
    ("cache_control", "status", "more"),
    [
        ("no-store", 200, {}),
        ("private, no-cache", 200, {}),
        ("max-age=0", 200, {}),
        (SHARED, 503, {}),
        (SHARED, 404, {}),
        (SHARED, 200, {"Set-Cookie": "session=x"}),
    ],
)
def test_what_does_not_say_it_may_be_shared_is_made_anew(cache_control: str, status: int, more: dict[str, str]) -> None:
    site = Site()
    site.cache_control, site.status, site.more = cache_control, status, more
    site.get()
    site.get()
    assert site.asked == 2


def test_a_change_is_never_answered_from_what_is_kept() -> None:
    site = Site()
    site.get()
    site.client.post("/notices")
    assert site.asked == 2


def test_when_its_time_is_over_one_makes_it_anew_and_the_others_get_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(read_cache.time, "monotonic", lambda: clock[0])
    site = Site(fresh=1.0)
    site.get()
    clock[0] += 2
    site.wait = threading.Event()
    making = threading.Thread(target=site.get)
    making.start()
    while site.asked < 2:
        pass
    assert (site.get().text, site.asked) == ("notices  1", 2)
    site.wait.set()
    making.join()
    assert (site.get().text, site.asked) == ("notices  2", 2)
    clock[0] += read_cache.AT_MOST + 1
    assert site.get().text == "notices  3"


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_cache, "ENTRIES", 3)
    site = Site()
    for number in range(5):
        site.get(f"/notice-{number}")
    site.get("/notice-4")
    assert site.asked == 5
    site.get("/notice-0")
    assert site.asked == 6


def test_what_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_cache, "LARGEST", 4)
    site = Site()
    site.get()
    site.get()
    assert site.asked == 2


def test_nothing_is_kept_where_it_is_switched_off() -> None:
    site = Site(fresh=0)
    site.get()
    site.get()
    assert site.asked == 2
