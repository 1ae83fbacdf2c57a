"""Both languages say everything; every entrypoint's permission exists; addresses and waiting times of deliveries."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import services.notify
from services.chassis.definitions import COMMAND, PUBLIC, QUERY
from services.notify.rules.addresses import is_allowed, url_objections
from services.notify.rules.backoff import DELAYS, next_try
from services.registry.permissions import PERMISSIONS
from tests.notify.story import BEGIN, Story

FOLDER = Path(services.notify.__file__).parent
WORDS = json.loads((FOLDER / "words.json").read_text("utf-8"))
_BLANK = re.compile(r"\{(\w+)\}")


def said() -> dict[str, set[str]]:
    """Codes the source says no with → the figures it gives each time (the fewest of them)."""
    found: dict[str, set[str]] = {}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            first = node.args[0]
            if node.func.id in ("no", "refusal", "objection") and isinstance(first, ast.Constant):
                figures = {each.arg for each in node.keywords if each.arg} - {"field", "article"}
                code = str(first.value)
                found[code] = found.get(code, figures) & figures
    return found


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    assert set(WORDS) - {"rules_object"} == set(said())


@pytest.mark.parametrize("code", sorted(WORDS))
def test_both_languages_fill_in_only_figures_that_are_given(code: str) -> None:
    told = WORDS[code]
    assert set(told) == {"zh", "en"}
    for sentence in told.values():
        assert set(_BLANK.findall(sentence)) <= said().get(code, set())


def test_every_entrypoint_names_a_permission_of_the_table(story: Story) -> None:
    named = {each.permission for _, each in story.direct.definitions.values() if each.kind in (QUERY, COMMAND)}
    assert named - {PUBLIC} <= set(PERMISSIONS)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "not an address",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str) -> None:
    assert not is_allowed(address, ())


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address, ())


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "webhook_not_https"),
        ("ftp://example.org/", "webhook_not_https"),
        ("https://user:word@example.org/", "webhook_url_malformed"),
        ("https:///path", "webhook_url_malformed"),
        ("https://example.org:99999/", "webhook_url_malformed"),
        ("https://example.org/#x", "webhook_url_malformed"),
    ],
)
def test_addresses_that_are_no_place_for_a_webhook(url: str, code: str) -> None:
    assert [each.code for each in url_objections(url, plain_allowed=False)] == [code]
    assert url_objections("https://example.org/hook", plain_allowed=False) == []


def test_a_failing_delivery_waits_longer_each_time_and_is_given_up_at_last() -> None:
    waits = [next_try(tries, BEGIN) for tries in range(1, len(DELAYS) + 2)]
    assert waits[-1] is None
    known = [each for each in waits if each is not None]
    assert known == sorted(known)
    assert (known[0] - BEGIN).total_seconds() == 30
