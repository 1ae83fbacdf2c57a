"""The description of the API is itself valid, whole, and shown without another host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from gateway.api.description import description
from gateway.api.tables import ROUTES

STATIC = Path(__file__).resolve().parents[3] / "gateway" / "static"


@pytest.fixture
def described(alone: Flask) -> dict[str, Any]:
    with alone.app_context():
        return description()


def test_it_is_openapi_3_1_with_every_route(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    paths = described["paths"]
    missing = [each.name for each in ROUTES if each.method.lower() not in paths.get(f"/api/v1{each.path}", {})]
    assert missing == []


def test_every_operation_has_its_own_id_an_answer_and_problems(described: dict[str, Any]) -> None:
    ids = []
    for item in described["paths"].values():
        for method, operation in item.items():
            if method == "parameters":
                continue
            ids.append(operation["operationId"])
            assert any(status < "300" for status in operation["responses"]), operation["operationId"]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere_and_every_schema_is_one(described: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described))):
        node: Any = described
        for step in reference.split("/"):
            node = node[step]
        assert isinstance(node, dict)
    for shape in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)


def test_path_parameters_are_described_as_they_are_named(described: dict[str, Any]) -> None:
    for path, item in described["paths"].items():
        named = set(re.findall(r"{(\w+)}", path))
        told = {each["name"] for each in item.get("parameters", []) if each["in"] == "path"}
        assert told == named, path


def test_the_page_needs_no_other_host_and_no_inline_script(alone: Flask) -> None:
    page = alone.test_client().get("/api/v1/docs")
    text = page.get_data(as_text=True)
    everything = text + "".join((STATIC / name).read_text(encoding="utf-8") for name in ("docs.js", "docs.css"))
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert re.findall(r"https?://", everything) == []
    assert re.findall(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", text) == []


def test_an_unchanged_answer_is_not_sent_twice(alone: Flask) -> None:
    client = alone.test_client()
    first = client.get("/api/v1/openapi.json")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
