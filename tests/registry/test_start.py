"""A department that lacks a setting does not start, and says everything that is missing at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHASSIS = ("SUNSHINE_PROFILE", "AMQP_URI", "DATABASE_URL", "DEPARTMENT_KEY_FILE", "TRUST_DIR", "STORE_URL")


@pytest.mark.parametrize(
    ("department", "given", "named"),
    [
        ("registry", {"BOOTSTRAP_CERTIFICATE": "zz"}, (*CHASSIS, "TRUST_ANCHORS_DIR", "BOOTSTRAP_CERTIFICATE")),
        ("notify", {"NOTIFY_PUBLIC_A_MINUTE": "often"}, (*CHASSIS, "NOTIFY_PUBLIC_A_MINUTE")),
        ("tendering", {}, CHASSIS),
    ],
)
def test_a_start_without_its_settings_names_each_of_them(
    department: str, given: dict[str, str], named: tuple[str, ...]
) -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "-m", "services.chassis.launch", department],
        env={**bare, **given}, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert told.returncode == 2
    for name in named:
        assert name in told.stderr
    assert "Traceback" not in told.stderr
