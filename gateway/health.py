"""What operators ask of a gateway process: alive, ready, counted; and the round trip through every department."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.api.routes import bus
from gateway.bus import BusTrouble
from gateway.trace import traceparent

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
    """Prometheus, of this process."""
    for name, value in bus().figures().items():
        current_app.logger.debug("%s %s", name, value)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


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
