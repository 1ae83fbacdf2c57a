"""Settings are read once, and everything that is wrong with them is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.chassis.settings import SettingsError, read_settings


def whole(folder: Path) -> dict[str, str]:
    (folder / "key.pem").write_text("a key")
    return {
        "SUNSHINE_PROFILE": "production",
        "AMQP_URI": "amqp://alpha:secret@localhost/sunshine",
        "DATABASE_URL": "postgresql+psycopg://alpha@localhost/alpha",
        "OPS_PORT": "9101",
        "DEPARTMENT_KEY_FILE": str(folder / "key.pem"),
        "TRUST_DIR": str(folder),
        "STORE_URL": folder.as_uri(),
    }


def test_whole_settings_are_taken(tmp_path: Path) -> None:
    settings = read_settings(whole(tmp_path))
    assert (settings.profile, settings.ops_port, settings.max_workers) == ("production", 9101, 16)
    assert settings.senders_checked


def test_nothing_given_names_everything_missing() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    for name in ("SUNSHINE_PROFILE", "AMQP_URI", "DATABASE_URL", "DEPARTMENT_KEY_FILE", "TRUST_DIR", "STORE_URL"):
        assert f"{name} is missing" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SUNSHINE_PROFILE", "playground", "must be rehearsal or production"),
        ("MAX_WORKERS", "0", "at least 1"),
        ("MAX_WORKERS", "many", "whole number"),
        ("OPS_PORT", "-1", "whole number"),
        ("DEPARTMENT_KEY_FILE", "/there/is/no/such.pem", "there is no file"),
        ("TRUST_DIR", "/there/is/no/such/folder", "there is no folder"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_is_right(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        read_settings({**whole(tmp_path), name: value})
    assert name in str(caught.value)


def test_one_broker_user_for_all_switches_the_check_of_senders_off(tmp_path: Path) -> None:
    assert not read_settings({**whole(tmp_path), "EVENT_SENDERS": "shared"}).senders_checked
