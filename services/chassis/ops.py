"""What operators ask a process: is it alive, is it ready, what has it counted.

/health   200 while the process turns
/ready    200 while it listens on the bus and its database answers, else 503 with the reason
/metrics  Prometheus
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import eventlet.wsgi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

QUIET = logging.getLogger("services.chassis.ops")
QUIET.setLevel(logging.WARNING)


def application(readiness: Callable[[], dict[str, bool]]) -> Any:
    """The WSGI application; `readiness` answers each condition by name."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/health":
            return _send(start_response, "200 OK", {"alive": True})
        if path == "/ready":
            conditions = readiness()
            return _send(
                start_response, "200 OK" if all(conditions.values()) else "503 Service Unavailable", conditions
            )
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        return _send(start_response, "404 Not Found", {"paths": ["/health", "/ready", "/metrics"]})

    return answer


def _send(start_response: Any, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


def serve(port: int, readiness: Callable[[], dict[str, bool]]) -> Any:
    """Serve on loopback in the background. Answers the green thread; port 0 serves nothing."""
    if not port:
        return None
    listener = eventlet.listen(("127.0.0.1", port))
    return eventlet.spawn(eventlet.wsgi.server, listener, application(readiness), QUIET, log_output=False)
