"""The public HTTP API: one request at a time, repeated where that is safe, every refusal with its reasons.

What is repeated: reading, always; a change with its Idempotency-Key, which makes repeating it safe. Busy (503, 429) is
waited out as `Retry-After` says, as long as the caller's patience lasts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from gateway.cli import VERSION
from gateway.cli.ending import AWAY, BROKEN, NOT_ALLOWED, REFUSED, UNKNOWN, USAGE, Stop
from gateway.cli.words import TAGS, language, say

PREFIX = "/api/v1"
READING = ("GET", "HEAD", "OPTIONS")
BUSY = (429, 503)
UNSURE = (502, 504)
_NOTHING_DONE = ("deadline_passed",)  # a 504 that says so
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LONGEST_PAUSE = 5.0


@dataclass
class Waiting:
    """How long one request has been tried. unsure: an attempt may have been done without our hearing of it."""

    patience: float
    began: float
    pause: float = 0.2
    unsure: bool = False

    @classmethod
    def begin(cls, patience: float) -> Waiting:
        """From now on."""
        return cls(patience, time.monotonic())

    def again(self, told: float | None = None) -> bool:
        """Wait and say whether to try once more. told: seconds the other side asked for."""
        wanted = self.pause if told is None else told
        if time.monotonic() + wanted - self.began > self.patience:
            return False
        time.sleep(wanted)
        self.pause = min(self.pause * 1.8, _LONGEST_PAUSE)
        return True


class Api:
    """The API under one address. authorize(fresh): the headers of who is signed in, `fresh` for a new token."""

    def __init__(self, url: str, patience: float, authorize: Callable[[bool], Mapping[str, str]] | None = None) -> None:
        self.url, self.patience = address(url), patience
        self._authorize = authorize or (lambda fresh: {})
        self._http = httpx.Client(
            base_url=self.url,
            timeout=httpx.Timeout(60.0, connect=10.0),
            trust_env=not is_loopback(self.url),  # a proxy is never asked for this machine itself
            headers={"User-Agent": f"sunshine/{VERSION}", "Accept-Language": TAGS[language()]},
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path; parameters that are None are left out."""
        return self.json("GET", path, query=query)

    def change(self, method: str, path: str, fields: Any, request_id: str) -> Any:
        """A command: its JSON answer. `request_id` makes it safe to repeat."""
        return self.json(method, path, fields=fields, request_id=request_id)

    def json(self, method: str, path: str, *, fields: Any = None, query: Mapping[str, Any] | None = None,
             request_id: str = "", anonymous: bool = False) -> Any:
        """Any request with a JSON answer; None for an empty one."""
        headers = {"Idempotency-Key": request_id} if request_id else {}
        answer = self.send(method, path, headers=headers, fields=fields, query=query, anonymous=anonymous)
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError:
            raise Stop(BROKEN, "no_json", say("no_json", url=self.url)) from None

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, fields: Any = None,
             content: bytes | None = None, query: Mapping[str, Any] | None = None, anonymous: bool = False,
             repeat: bool | None = None) -> httpx.Response:
        """One request, repeated where it is safe (`repeat` overrules). Any other end is a Stop with its exit code."""
        headers = dict(headers or {})
        request_id = headers.get("Idempotency-Key", "")
        safe = (method in READING or bool(request_id)) if repeat is None else repeat
        waiting, renewed = Waiting.begin(self.patience if safe else 0.0), False
        while True:
            signed = {} if anonymous else dict(self._authorize(renewed))
            try:
                answer = self._http.request(
                    method, self.path(path), headers={**headers, **signed}, json=fields, content=content,
                    params=_texts(query or {}),
                )  # fmt: skip
            except httpx.TransportError as error:
                waiting.unsure |= method not in READING and not isinstance(error, _NOT_SENT)
                if not waiting.again():
                    raise self._unreachable(error, waiting.unsure, request_id) from None
                continue
            if answer.status_code < 400:
                return answer
            if answer.status_code == 401 and signed and not renewed:
                renewed = True
                continue
            stop = refusal(answer, request_id)
            if answer.status_code in UNSURE and stop.code not in _NOTHING_DONE:
                waiting.unsure |= method not in READING
            elif answer.status_code not in (*BUSY, *UNSURE):
                raise stop
            if not waiting.again(_retry_after(answer)):
                stop.status = UNKNOWN if waiting.unsure else AWAY
                raise stop

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """A long answer as it comes; raises httpx.TransportError where it breaks off, Stop where it is refused."""
        signed = dict(self._authorize(False))
        with self._http.stream(
            "GET", self.path(path), headers={**headers, **signed}, params=_texts(query)
        ) as answer:
            if answer.status_code >= 400 and answer.status_code != 416:
                answer.read()
                raise refusal(answer, "")
            yield answer

    def path(self, path: str) -> str:
        """A path of this API, with or without its prefix; never another host's."""
        parts = urlsplit(path)
        if parts.netloc and f"{parts.scheme}://{parts.netloc}" != self.url:
            raise Stop(BROKEN, "elsewhere", say("elsewhere", url=path))
        bare = "/" + parts.path.lstrip("/")
        whole = bare if bare == PREFIX or bare.startswith(PREFIX + "/") else PREFIX + bare
        return f"{whole}?{parts.query}" if parts.query else whole

    def _unreachable(self, error: httpx.TransportError, unsure: bool, request_id: str) -> Stop:
        known = {"request_id": request_id} if request_id else {}
        if unsure:
            return Stop(UNKNOWN, "outcome_unknown", say("outcome_unknown"), reason=str(error), **known)
        return Stop(AWAY, "unreachable", say("unreachable", url=self.url, reason=error), **known)


def refusal(answer: httpx.Response, request_id: str) -> Stop:
    """What `application/problem+json` says, with the exit code that belongs to it."""
    said: Any = None
    with suppress(ValueError):
        said = answer.json()
    told = said if isinstance(said, dict) else {}
    code = str(told.get("code") or f"http_{answer.status_code}")
    detail = str(told.get("detail") or say("http_status", status=answer.status_code))
    status = (
        NOT_ALLOWED if answer.status_code in (401, 403)
        else AWAY if answer.status_code in (*BUSY, *UNSURE)
        else BROKEN if answer.status_code >= 500
        else REFUSED
    )  # fmt: skip
    more = {name: told[name] for name in ("objections", "trace_id") if told.get(name)}
    if request_id and answer.status_code in (*BUSY, *UNSURE):
        more["request_id"] = request_id
    return Stop(status, code, detail, http_status=answer.status_code, **more)


def address(url: str) -> str:
    """An address as scheme and host alone. Stops (`url_malformed`, `url_in_clear`) for what cannot be used.

    Over a network only HTTPS will do: a session's secret travels.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.username or parts.path.strip("/"):
        raise Stop(USAGE, "url_malformed", say("url_malformed", url=url))
    found = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme == "http" and not is_loopback(found):
        raise Stop(USAGE, "url_in_clear", say("url_in_clear", url=url))
    return found


def is_loopback(url: str) -> bool:
    """Whether an address is this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def _retry_after(answer: httpx.Response) -> float | None:
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else None


def _texts(query: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: ("true" if value else "false") if isinstance(value, bool) else value
        for name, value in query.items()
        if value is not None
    }
