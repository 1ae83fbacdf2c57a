"""A whole log into a file, by its operator."""

import json
from typing import Any

import pytest

from services.chassis.log import export, reading
from services.protocol.log import verify
from tests.chassis.log.running import LEVELS, Running


@pytest.mark.parametrize(("options", "readable"), [([], ["a"]), (["--content"], ["a", "personal"])])
def test_it_verifies_by_itself_and_shows_what_is_not_public_only_where_it_is_asked_for(
    running: Running,
    accesses: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    readable: list[str],
) -> None:
    running.note("a")
    running.alpha.call("take_confidential_note", key="personal", topic="x")
    running.alpha.call("take_secret_note", key="secret", topic="y")
    LEVELS["topic:x"] = reading.PERSONAL
    running.seal()
    kept = running.sign()
    monkeypatch.setenv("DATABASE_URL", accesses["alpha"].runtime_url)
    assert export.main(["tests.chassis.log.running", *options]) == 0
    lines = capsys.readouterr().out.splitlines(keepends=True)
    answer = verify.log(lines, running.keys, [kept])
    assert answer.reasons == []
    entries = [each for each in map(json.loads, lines) if "position" in each]
    assert [each["position"] for each in entries] == [0, 1, 2]
    assert [each["entry"]["payload"]["key"] for each in entries if "entry" in each] == readable
    changed = [line.replace(entries[1]["leaf"], "0" * 64) for line in lines]
    assert not verify.log(changed, running.keys).yes


def test_without_a_database_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert export.main(["registry"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
