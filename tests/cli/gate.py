"""The gateway's own uploads over real HTTP, with faults on the way in: a department is not needed for them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from flask import Flask
from werkzeug.serving import make_server

from deploy import ports

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
BUSY, LOST = "busy", "lost"
"""A fault of a PATCH: told busy before it is done, or done and the answer lost."""


class Gate:
    """Serves an application; `faults` befall the PATCH requests to come, one each. `seen`: (method, path, offset)."""

    def __init__(self, app: Flask) -> None:
        self.faults: deque[str] = deque()
        self.seen: list[tuple[str, str, str]] = []
        inner: Wsgi = app.wsgi_app
        gate = self

        def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            method = str(environ["REQUEST_METHOD"])
            gate.seen.append((method, str(environ["PATH_INFO"]), str(environ.get("HTTP_UPLOAD_OFFSET", ""))))
            fault = gate.faults.popleft() if method == "PATCH" and gate.faults else ""
            if fault == BUSY:
                environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                start("503 Service Unavailable", [("Retry-After", "0"), ("Content-Length", "0")])
                return [b""]
            if fault == LOST:
                list(inner(environ, lambda *told: None))
                start("502 Bad Gateway", [("Content-Length", "0")])
                return [b""]
            return inner(environ, start)

        port = ports.free_port()
        self._server = make_server("127.0.0.1", port, outer, threaded=True)
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
