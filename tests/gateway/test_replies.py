"""What a reply can say."""

from __future__ import annotations

import json

import pytest

from gateway.bus import BadReply, BusTrouble, DepartmentFailed, Refused
from gateway.bus.replies import read_reply


def test_the_result_is_the_answer() -> None:
    assert read_reply("registry", b'{"result": {"name": "\xe9\x95\xbf\xe6\x98\xa5"}, "error": null}') == {
        "name": "长春"
    }


def test_no_error_named_is_no_error() -> None:
    assert read_reply("registry", b'{"result": [1, null]}') == [1, None]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"not json", b"[]", b"7", b"null", b"{}", b'{"error": null}', b'{"result": 1, "error": "boo"}'],
)
def test_what_is_no_reply_is_told_as_such(body: bytes) -> None:
    with pytest.raises(BadReply):
        read_reply("registry", body)


def refusal(*arguments: object) -> bytes:
    error = {"exc_type": "Refusal", "exc_path": "any.path.Refusal", "exc_args": list(arguments), "value": "no"}
    return json.dumps({"result": None, "error": error}).encode()


def test_a_refusal_comes_with_every_objection_and_its_figures() -> None:
    objections = [
        {
            "code": "bond_high",
            "message": "The bond is 3 %.",
            "article": "条例33",
            "field": "bond",
            "figures": {"most": "2"},
        },
        {"code": "period_short", "message": "Too short.", "article": "法35"},
    ]
    with pytest.raises(Refused) as caught:
        read_reply("tendering", refusal("rules_object", "Two things stand against it.", json.dumps(objections)))
    assert (caught.value.code, caught.value.message) == ("rules_object", "Two things stand against it.")
    assert caught.value.objections == (
        objections[0],
        {"code": "period_short", "message": "Too short.", "article": "法35", "field": "", "figures": {}},
    )


@pytest.mark.parametrize("details", ["", "not json", "{}", "[1]", "null"])
def test_a_refusal_whose_details_say_nothing_is_still_a_refusal(details: str) -> None:
    with pytest.raises(Refused) as caught:
        read_reply("tendering", refusal("not_yours", "This is not yours.", details))
    assert caught.value.code == "not_yours"
    assert caught.value.objections == ()


@pytest.mark.parametrize(
    "error",
    [
        {"exc_type": "KeyError", "exc_path": "builtins.KeyError", "exc_args": ["x"], "value": "'x'"},
        {"exc_type": "Refusal", "exc_args": ["only_a_code"]},
        {"exc_type": "Refusal", "exc_args": "code"},
        {},
    ],
)
def test_any_other_error_is_a_fault_of_the_department(error: dict[str, object]) -> None:
    with pytest.raises(DepartmentFailed):
        read_reply("tendering", json.dumps({"result": None, "error": error}).encode())


def test_a_refusal_is_no_trouble_of_the_bus() -> None:
    assert not issubclass(Refused, BusTrouble)
