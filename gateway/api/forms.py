"""How does an answer leave? As JSON with an ETag, or 304 where the caller has it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify, request


def answer_as_json(answer: Any, status: int = 200, *, kept: bool | None = None) -> Response:
    """The answer; what was read carries an ETag and may be kept by its caller, the rest is never stored."""
    response = jsonify(answer)
    response.status_code = status
    return tagged(response) if (request.method == "GET" if kept is None else kept) else unkept(response)


def tagged(response: Response, *, shared: bool = False) -> Response:
    """With the ETag of its content; 304 where the caller has it already."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, no-cache" if shared else "private, no-cache"
    response.vary.update(("Authorization", "Cookie", "Accept-Language"))
    response.make_conditional(request)
    return response


def unkept(response: Response) -> Response:
    """Never stored by anyone on its way."""
    response.headers["Cache-Control"] = "no-store"
    return response
