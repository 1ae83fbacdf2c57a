"""The open data of the played purchase as anybody fetches it: valid OCDS 1.1 for libcoveocds, month by month."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Played
from tests.notify.ocds_check import explained, served_extensions, validated
from tests.notify.ocds_standard import standard_zip
from tests.pair.running import until

STAGES = {"planning", "tender", "award", "contract", "implementation"}
pytestmark = pytest.mark.timeout(600)  # the suite starts and plays first


def fetched(played: Played, path: str) -> httpx.Response:
    """What anybody gets there."""
    return httpx.get(played.url + path, trust_env=False, timeout=30).raise_for_status()


def packages(played: Played, what: str) -> list[dict[str, Any]]:
    """Every package of a kind, every month and page of it, by the addresses the index and the pages name."""
    found, ahead = [], [each[what] for each in fetched(played, "/open-data/").json()["months"] if each[what]]
    while ahead:
        answer = fetched(played, ahead.pop())
        found.append(answer.json())
        ahead += [link["url"] for name, link in answer.links.items() if name == "next"]
    return found


def tags_of(releases: list[dict[str, Any]]) -> set[str]:
    """What the releases of these packages tell of."""
    return {tag for each in releases for release in each["releases"] for tag in release["tag"]}


def test_the_whole_purchase_is_valid_open_data(played: Played) -> None:
    kept = json.loads((played.folder / "rehearsal" / "progress.json").read_text())
    record = fetched(played, f"/open-data/projects/{kept['facts']['project']}.json").json()
    until(lambda: tags_of(packages(played, "release_package")) >= STAGES)  # notify may still be hearing
    releases, records = packages(played, "release_package"), packages(played, "record_package")
    with served_extensions() as extensions:
        standard = standard_zip()
        for package in (record, *releases, *records):
            answer = validated(package, standard, extensions)
            assert (answer["validation_errors"], explained(answer)) == ([], set()), answer.get("additional_fields")
