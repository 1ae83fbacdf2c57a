"""What the OpenAPI description (3.1) says of each route, and how the wire's own fields look in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow
from apispec.ext.marshmallow import MarshmallowPlugin, resolve_schema_cls
from marshmallow import fields as kinds

from services.chassis import wire

if TYPE_CHECKING:
    from gateway.api.routes import Route

PROBLEM = "Problem"
CURSOR = "after"
_ALWAYS = ("400", "401", "403", "404", "406", "409", "413", "415", "422", "429", "500", "503", "504", "default")
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "Any text of your own, new for each change; repeating a request with it is safe.",
}
_FORMAT = {
    "in": "query",
    "name": "format",
    "schema": {"type": "string", "enum": ["json", "csv", "xlsx"], "default": "json"},
    "description": "The form of the list.",
}
_FILES: dict[str, Any] = {
    "text/csv": {"schema": {"type": "string"}},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
        "schema": {"type": "string", "contentMediaType": "application/octet-stream"}
    },
}
_AFTER = {
    "in": "query",
    "name": CURSOR,
    "schema": {"type": "string", "maxLength": 1000},
    "description": "The cursor `next` of the page before.",
}
_KINDS: tuple[tuple[type[kinds.Field], dict[str, Any]], ...] = (
    (wire.Money, {"type": "string", "pattern": r"^-?\d{1,16}(\.\d{1,2})?$", "examples": ["8400000.00"]}),
    (wire.Ratio, {"type": "string", "pattern": r"^-?\d{1,15}(\.\d{1,10})?$", "examples": ["0.15"]}),
    (wire.Moment, {"type": "string", "format": "date-time", "examples": ["2026-05-11T01:00:00Z"]}),
    (wire.Id, {"type": "string", "format": "uuid"}),
    (wire.Digest, {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
)


def plugin() -> MarshmallowPlugin:
    """The plugin that turns schemas into components, each named after its department and class."""
    return _Plugin(schema_name_resolver=_component)  # type: ignore[arg-type]  # None means: written out in place


class _Plugin(MarshmallowPlugin):
    """Knows the wire's own fields besides."""

    def init_spec(self, spec: Any) -> None:
        """Teach the converter of this description."""
        super().init_spec(spec)
        assert self.converter is not None
        self.converter.add_attribute_function(_wire_field)


def _wire_field(_converter: Any, field: kinds.Field, **_: Any) -> dict[str, Any]:
    for kind, shape in _KINDS:
        if isinstance(field, kind):
            return {**shape, "type": [shape["type"], "null"]} if field.allow_none else dict(shape)
    if isinstance(field, wire.Text):
        return {"maxLength": field.most} if field.most else {}
    return {}


def _component(schema: Any) -> str | None:
    if isinstance(schema, marshmallow.Schema) and schema.exclude:
        return None  # what a path leaves over of a schema is written out where it stands
    cls = resolve_schema_cls(schema)
    cls = cls[0] if isinstance(cls, list) else cls
    if isinstance(cls, str):
        return cls
    where = cls.__module__.split(".")
    prefix = where[1].title() if where[0] == "services" else ""
    return f"{prefix}{cls.__name__}"


def operation(route: Route) -> dict[str, Any]:
    """The operation of a route, for `Blueprint.doc`."""
    given = route.given()
    left = [name for name in route.fields if name not in given]
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [],
        "responses": {str(route.status): answer(route.answers), **problems()},
    }
    if "format" not in given and route.method == "GET" and _has_list(route):
        said["responses"][str(route.status)]["content"] |= _FILES
    if route.public:
        said["security"] = [{}, {"token": []}]
    if route.method == "GET":
        cursor = CURSOR in given and route.pages
        accepted = route.accepts(exclude=[*left, *([CURSOR] if cursor else [])])
        said["parameters"] = [{"in": "query", "schema": accepted}] if accepted.fields else []
        said["parameters"] += [_AFTER] if cursor else []
        said["parameters"] += [_FORMAT] if _has_list(route) and "format" not in given else []
    else:
        if given:
            said["requestBody"] = {
                "required": any(each.required for each in given.values()),
                "content": {"application/json": {"schema": route.accepts(exclude=left)}},
            }
        said["parameters"] = [IDEMPOTENCY_KEY] if route.changes else []
    return said


def answer(schema: type[marshmallow.Schema] | None) -> dict[str, Any]:
    """A good response with this schema, or with a plain mapping."""
    shape: Any = schema if schema is not None else {"type": "object"}
    return {"description": "Done.", "content": {"application/json": {"schema": shape}}}


def problems() -> dict[str, str]:
    """Every response that says no, as references to the one that is described."""
    return dict.fromkeys(_ALWAYS, PROBLEM)


def problem_response() -> dict[str, Any]:
    """RFC 9457 with ours: `code`, `objections`, `trace_id`."""
    text = {"type": "string"}
    objection = {
        "type": "object",
        "properties": {
            "code": text, "message": text, "article": text, "field": text,
            "figures": {"type": "object", "additionalProperties": text},
        },
        "required": ["code", "message", "article", "field"],
    }  # fmt: skip
    shape = {
        "type": "object",
        "properties": {
            "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "code": text,
            "objections": {"type": "array", "items": objection}, "trace_id": text,
        },
        "required": ["type", "title", "status", "detail", "code", "objections", "trace_id"],
    }  # fmt: skip
    return {"description": "No, with every reason.", "content": {"application/problem+json": {"schema": shape}}}


def _has_list(route: Route) -> bool:
    declared = route.answers().fields.values() if route.answers else ()
    return any(isinstance(each, kinds.List) for each in declared)


def loosened(description: dict[str, Any]) -> dict[str, Any]:
    """The description with its answers open: a field may be added to what is said, and may be null where unknown."""
    components = description.get("components", {}).get("schemas", {})
    asked: set[str] = set()
    said: set[str] = set()
    for path in description["paths"].values():
        for operation_ in path.values():
            if isinstance(operation_, dict):
                _reach(operation_.get("requestBody", {}), components, asked)
                _reach(operation_.get("responses", {}), components, said)
    for name in said - asked:
        components[name].pop("additionalProperties", None)
        for field, shape in components[name].get("properties", {}).items():
            components[name]["properties"][field] = _nullable(shape)
    return description


def _nullable(shape: dict[str, Any]) -> dict[str, Any]:
    kind = shape.get("type")
    if "$ref" in shape:
        return {"anyOf": [shape, {"type": "null"}]}
    if isinstance(kind, str) and kind != "null" and "enum" not in shape:
        return {**shape, "type": [kind, "null"]}
    return shape


def _reach(node: Any, components: dict[str, Any], found: set[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _reach(each, components, found)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in components and name not in found:
            found.add(name)
            _reach(components[name], components, found)
        for each in node.values():
            _reach(each, components, found)
