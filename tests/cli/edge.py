"""A small real HTTP server at the command line's edge, that answers what a test tells it, in order."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Request:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What to say. cut: close the line after so many bytes of the body (0: without a word)."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None

    @property
    def raw(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


CUT = Answer(cut=0)
Script = Answer | Callable[[Request], Answer]


def problem(status: int, code: str, detail: str = "No.", **more: Any) -> Answer:
    """A refusal as the gateway words it (RFC 9457)."""
    headers = {"Content-Type": "application/problem+json", **more.pop("headers", {})}
    return Answer(status, {"status": status, "code": code, "detail": detail, "trace_id": "t-1", **more}, headers)


class Edge:
    """Serves scripts in their order, the last one for ever; `heard` are the requests."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.scripts: deque[Script] = deque()
        edge = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.command, self.path, dict(self.headers.items()), body)
                edge.heard.append(request)
                self._say(edge.next(request))

            def _say(self, answer: Answer) -> None:
                if answer.cut == 0:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.raw)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.raw[: answer.cut])
                self.close_connection = answer.cut is not None

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815  # the base's names

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def next(self, request: Request) -> Answer:
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        return script if isinstance(script, Answer) else script(request)

    def answers(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
