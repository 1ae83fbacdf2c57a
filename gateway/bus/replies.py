"""What does a reply say?

`{"result": …, "error": null}` or `{"error": {"exc_type", "exc_path", "exc_args", "value"}}`, nameko's own wire format.
A department's no is an error of the type `Refusal` with the arguments code, message and details (a JSON list of
objections).
"""

import json
from typing import Any

from gateway.bus.outcomes import BadReply, DepartmentFailed, Refused

_OBJECTION_FIELDS = ("code", "message", "article", "field")


def read_reply(department: str, body: bytes) -> Any:
    """Return the result in a reply. Raises Refused, DepartmentFailed or BadReply."""
    try:
        reply = json.loads(body.decode())
    except ValueError as broken:
        raise BadReply(department, f"the reply is not JSON: {broken}") from None
    if not isinstance(reply, dict) or "result" not in reply:
        raise BadReply(department, "the reply is no object with a result")
    error = reply.get("error")
    if error is None:
        return reply["result"]
    if not isinstance(error, dict):
        raise BadReply(department, "the reply's error is no object")
    raise _spoken(error) or DepartmentFailed(department, f"{error.get('exc_type')}: {error.get('value')}")


def _spoken(error: dict[str, Any]) -> Refused | None:
    arguments = error.get("exc_args")
    if error.get("exc_type") != "Refusal" or not isinstance(arguments, list) or len(arguments) < 2:
        return None
    code, message, *rest = (str(argument) for argument in arguments)
    return Refused(code, message, _objections(rest[0] if rest else ""))


def _objections(details: str) -> tuple[dict[str, Any], ...]:
    try:
        found = json.loads(details) if details else []
    except ValueError:
        return ()
    return tuple(_objection(one) for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _objection(one: dict[str, Any]) -> dict[str, Any]:
    figures = one.get("figures")
    return {
        **{name: str(one.get(name) or "") for name in _OBJECTION_FIELDS},
        "figures": {str(k): str(v) for k, v in figures.items()} if isinstance(figures, dict) else {},
    }
