"""What operators ask of a gateway process: alive, ready, counted; and the round trip through every department.

Every request is counted and logged, by route and outcome, never by what is in it. `/metrics` is told to callers on this
machine only; worker processes add up where PROMETHEUS_MULTIPROC_DIR is set (`gateway/gunicorn_conf.py` sets it).
"""

from __future__ import annotations

import ipaddress
import logging
import os
import time
from functools import cache

from flask import Blueprint, Response, abort, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.api.routes import bus
from gateway.bus import BusTrouble
from gateway.trace import trace_id, traceparent

log = logging.getLogger("gateway.access")

REQUESTS = Counter("gateway_requests_total", "Requests by method, route and status", ["method", "route", "status"])
SECONDS = Histogram(
    "gateway_request_seconds",
    "Seconds from a request's head to its answer's head",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BUS = Gauge(
    "gateway_bus",
    "The line to the departments: calls in flight, connections made, late replies dropped, calls refused as full",
    ["what"],
    multiprocess_mode="livesum",
)

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""What a request may be; a method somebody made up counts as "other", so that nobody fills the memory with labels."""
_counted = cache(REQUESTS.labels)
_timed = cache(SECONDS.labels)
"""Kept, because a label's child is looked up under a lock."""

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")

pages = Blueprint("health", __name__)


@pages.get("/health")
def health() -> Response:
    """200 while the process turns."""
    return jsonify({"alive": True})


@pages.get("/ready")
def ready() -> tuple[Response, int]:
    """200 while the line to the broker stands, else 503."""
    up = bus().connected or bus().wait_connected(1.0)
    return jsonify({"bus": up}), 200 if up else 503


@pages.get("/metrics")
def metrics() -> Response:
    """Everything counted, for Prometheus; 404 for callers elsewhere."""
    if not ipaddress.ip_address(request.remote_addr or "::").is_loopback:
        abort(404)
    _figures.tell()
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@pages.before_app_request
def begin() -> None:
    """Note when the request came."""
    g.began = time.perf_counter()


@pages.after_app_request
def count(answer: Response) -> Response:
    """Count the request, write its line, and give its trace back."""
    took = time.perf_counter() - g.began if "began" in g else 0.0
    route = request.url_rule.rule if request.url_rule else "(none)"
    _counted(request.method if request.method in METHODS else "other", route, answer.status_code).inc()
    _timed(route).observe(took)
    _figures.tell_when_due()
    answer.headers["traceparent"] = traceparent()
    line = "%s %s %s %.1f ms trace %s"  # the path alone: a query may hold what is nobody's business
    log.info(line, request.method, request.path, answer.status_code, took * 1000, trace_id())
    return answer


class _BusFigures:
    """The line's figures as they are told: each goes to a file that other processes read, so under load once a second.

    With nothing in flight they are told at once: what an idle process told last stands until its next request.
    """

    EVERY = 1.0

    def __init__(self) -> None:
        self._told = -self.EVERY

    def tell(self) -> None:
        """Tell them now."""
        self._tell(bus().figures())

    def tell_when_due(self) -> None:
        """Tell them, if it is time."""
        figures = bus().figures()
        if not figures["in_flight"] or time.monotonic() - self._told >= self.EVERY:
            self._tell(figures)

    def _tell(self, figures: dict[str, int]) -> None:
        self._told = time.monotonic()
        for what, figure in figures.items():
            BUS.labels(what).set(figure)


_figures = _BusFigures()


@pages.get("/api/v1/round-trip")
def round_trip() -> tuple[Response, int]:
    """Ask every department who it is and what time it has; 503 where one did not answer."""
    asked = {name: bus().begin(name, "ping", {}, within=5.0, traceparent=traceparent()) for name in DEPARTMENTS}
    answers = {}
    for name, pending in asked.items():
        try:
            answers[name] = pending.result()
        except BusTrouble:
            answers[name] = None
    return jsonify(answers), 200 if all(answers.values()) else 503
