"""Public reads that everybody gets the same are made once a second, not once a reader.

A view says that its answer may be shared by `Cache-Control: … max-age=N`, N at least 1; only what a reader without a
session asked for is kept, for a second. When that second is over one request makes the answer anew while the others
still get the last one, so a crowd on one page costs the departments one call a second and worker process. Kept answers
count against nobody's rate limit. It stands before Flask: a kept answer costs no routing and no rendering.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

FRESH = 1.0
"""Seconds an answer is served without asking again."""
AT_MOST = 5.0
"""Seconds after which it is not served at all."""
ENTRIES = 512
LARGEST = 256 * 1024
"""Answers kept at once in one process, and octets each may have."""
_LASTING = re.compile(r"\bmax-age=[1-9]")
_HARMLESS = {"language"}
_OWN = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "date")


@dataclass
class _Kept:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    made: float
    remaking: bool = False


class ReadCache:
    """A WSGI application before another. `fresh`: 0 keeps nothing."""

    def __init__(self, application: Application, fresh: float = FRESH) -> None:
        self._application = application
        self._fresh = fresh
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key = _key(environ) if self._fresh else None
        if key is None:
            return self._application(environ, start)
        kept = self._find(key)
        if kept is None:
            return self._make(key, environ, start)
        return _serve(kept, environ, start)

    def _find(self, key: tuple[str, ...]) -> _Kept | None:
        """What is kept and may be served; None for whoever has to make it."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            age = time.monotonic() - kept.made
            if age > AT_MOST or (age > self._fresh and not kept.remaking):
                kept.remaking = True
                return None
            self._kept.move_to_end(key)
            return kept

    def _make(self, key: tuple[str, ...], environ: Environ, start: Start) -> Iterable[bytes]:
        told: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            told[:] = [status, headers, exc_info]
            return _no_writing

        wanted = environ.pop("HTTP_IF_NONE_MATCH", None)
        made = self._application(environ, listen)
        status, headers, exc_info = told
        plain = {name.lower(): value for name, value in headers}
        if (
            not status.startswith("200")
            or "set-cookie" in plain
            or not _LASTING.search(plain.get("cache-control", ""))
            or int(plain.get("content-length", LARGEST + 1)) > LARGEST
        ):
            start(status, headers, *([exc_info] if exc_info else []))
            return made
        try:
            body = b"".join(made)
        finally:
            close = getattr(made, "close", None)
            if close is not None:
                close()
        shown = [(name, value) for name, value in headers if name.lower() not in _OWN]
        kept = _Kept(status, shown, body, plain.get("etag", ""), time.monotonic())
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > ENTRIES:
                self._kept.popitem(last=False)
        if wanted is not None:
            environ["HTTP_IF_NONE_MATCH"] = wanted
        return _serve(kept, environ, start)


def _key(environ: Environ) -> tuple[str, ...] | None:
    """What the answer depends on; None where it is not for everybody."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
        return None
    path = environ.get("PATH_INFO", "")
    if path.startswith("/static/"):
        return None
    cookies = environ.get("HTTP_COOKIE", "")
    if cookies:
        try:
            if SimpleCookie(cookies).keys() - _HARMLESS:
                return None
        except CookieError:
            return None
    names = ("QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "wsgi.url_scheme")
    return (path, cookies, *(environ.get(name, "") for name in names))


def _serve(kept: _Kept, environ: Environ, start: Start) -> Iterable[bytes]:
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if kept.etag and wanted and kept.etag in (each.strip().removeprefix("W/") for each in wanted.split(",")):
        start("304 NOT MODIFIED", [each for each in kept.headers if each[0].lower() not in _OF_A_BODY])
        return [b""]
    start(kept.status, kept.headers)
    return [kept.body]


_OF_A_BODY = ("content-length", "content-type", "content-encoding")


def _no_writing(_: bytes) -> None:
    raise RuntimeError("this application answers with an iterable")
