"""The trace id of a request: taken from the caller (W3C `traceparent`) or new; carried over the bus and told in every
problem.
"""

from __future__ import annotations

import os
import re

from flask import g, request

_FORM = re.compile(r"\A[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\Z")


def trace_id() -> str:
    """This request's trace id, 32 hexadecimal digits."""
    found: str | None = g.get("trace_id")
    if found is None:
        given = _FORM.match(request.headers.get("traceparent", ""))
        found = given.group(1) if given else os.urandom(16).hex()
        g.trace_id = found
    return found


def traceparent() -> str:
    """What the bus carries on."""
    return f"00-{trace_id()}-{os.urandom(8).hex()}-01"
