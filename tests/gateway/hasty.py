"""A tiny application under the gateway's worker, with little patience (gunicorn -k tests.gateway.hasty.HastyWorker)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from gateway import waiting
from gateway.worker import PatientWorker


class HastyWorker(PatientWorker):
    patience = 1.0
    slowest = 100_000
    farewell = 0.2


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say how many octets came; `/much` answers with twenty mebibytes, `/long` after a while, `/waited` with how long
    the request waited for a thread.
    """
    came = len(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/much":
        return (bytes(1 << 20) for _ in range(20))
    if environ["PATH_INFO"] == "/waited":
        return [str(waiting.waited()).encode()]
    if environ["PATH_INFO"] == "/long":
        time.sleep(2.0)
    return [str(came).encode()]
