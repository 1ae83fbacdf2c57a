"""The LED wall: one page, fed by server-sent events that go on from the last number seen."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, request

from gateway.api.routes import bus
from gateway.bus import BusTrouble, Refused
from gateway.portal import faults, wall
from gateway.portal.rendering import known, page
from gateway.problems import problem

board = Blueprint("board", __name__)
faults.install(board)

STREAM_SECONDS = 55.0
LOOK_EVERY = 1.0
_streams = threading.BoundedSemaphore(6)
"""Streams at once in one process: each holds a thread, and the API needs its own."""


def standing() -> dict[str, Any]:
    """What the wall shows now; `away` where notify cannot be asked."""
    now = known("notify", "board_now")
    told = known("notify", "board_events", {"most": wall.REMEMBERED}) if now else None
    return wall.view(now, (told or {}).get("events", []))


@board.get("/board")
def show() -> Response:
    """The wall as it stands; a script keeps it so."""
    return page("board", wall=standing())


@board.get("/board/now")
def now() -> Response:
    """The wall's part that changes, as a piece of the page."""
    answer = page("board_now", wall=standing())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@board.get("/board/events")
def events() -> Response:
    """What is new after the number in `Last-Event-ID` (or `since`), for a minute; then the browser comes again."""
    if not _streams.acquire(blocking=False):
        return problem(503, "busy", "Too many walls are watching; try again in a moment.")
    told = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    since = int(told) if told.isdecimal() else None
    line = bus()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way to what it stands for

    def stream() -> Iterator[str]:
        last, end = since, time.monotonic() + STREAM_SECONDS
        try:
            yield "retry: 2000\n\n"
            while time.monotonic() < end:
                try:
                    answer = line.call("notify", "board_events", {"since": last, "most": 100}, within=5.0)
                except (BusTrouble, Refused) as error:
                    app.logger.info("the board waits: %s", error)
                    answer = {"events": [], "last": last}
                for each in answer["events"]:
                    yield f"id: {each['number']}\nevent: shown\ndata: {json.dumps(each, ensure_ascii=False)}\n\n"
                last = answer["last"]
                yield ": still here\n\n"
                time.sleep(LOOK_EVERY)
        finally:
            _streams.release()

    answer = Response(stream(), content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
