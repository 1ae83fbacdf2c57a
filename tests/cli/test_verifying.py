"""`sunshine verify`: yes, no, and what could not be asked; files, folders, logs, evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.protocol import canonical, signatures
from services.protocol.log import verify as logs
from tests.cli.conftest import Run
from tests.cli.people import issued

VECTORS = json.loads((Path(logs.__file__).parent / "vectors" / "files.json").read_text("utf-8"))


def written(folder: Path, case: dict[str, Any]) -> list[object]:
    """A vector as files, and the options that go with it."""
    (folder / "keys.txt").write_text("\n".join(VECTORS["keys"]))
    if "file" in case:
        (folder / "given.json").write_text(json.dumps(case["file"]))
        return [folder / "given.json", "--keys", folder / "keys.txt"]
    (folder / "whole.log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in case["log"]))
    kept: list[object] = []
    for number, note in enumerate(case.get("kept", [])):
        (folder / f"{number}.checkpoint").write_text(note)
        kept += ["--kept", folder / f"{number}.checkpoint"]
    return [folder / "whole.log.jsonl", "--keys", folder / "keys.txt", *kept]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_each_vector_gets_its_exit_code_and_reasons(run: Run, tmp_path: Path, case: dict[str, Any]) -> None:
    ran = run("verify", *written(tmp_path, case), "--json")
    assert ran.status == (1 if case["reasons"] else 0)
    (finding,) = ran.json["findings"]
    assert (ran.json["yes"], [each["code"] for each in finding["reasons"]]) == (not case["reasons"], case["reasons"])


def test_a_folder_of_trust_brings_keys_and_kept_checkpoints(run: Run, tmp_path: Path) -> None:
    rewritten = next(case for case in VECTORS["cases"] if "log_differs_from_checkpoint" in case["reasons"])
    written(tmp_path, rewritten)
    assert run("verify", tmp_path / "whole.log.jsonl", "--trust", tmp_path).status == 1
    (tmp_path / "0.checkpoint").unlink()
    assert run("verify", tmp_path / "whole.log.jsonl", "--trust", tmp_path).status == 0


def evidence(about: str = "c-1") -> dict[str, Any]:
    envelope = {"no": "C-1", "amount": "8150000.00"}
    key, pem = issued()
    signed = [
        signatures.build(signatures.statement("contract", canonical.digest(envelope), about_id=about, side=side), key,
                         pem)
        for side in ("supplier", "purchaser")
    ]  # fmt: skip
    return {"contract_id": about, "envelope": envelope, "signatures": signed, "digest": canonical.digest(envelope)}


def test_a_contracts_signatures_are_checked_against_its_envelope(run: Run, tmp_path: Path) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(evidence()))
    (tmp_path / "anchor.pem").write_text(issued()[1])
    asked = run("verify", tmp_path / "contract.json", "--anchor", tmp_path / "anchor.pem", "--strict", "--json")
    assert asked.status == 0, asked.out
    assert len(asked.json["findings"]) == 3
    assert run("verify", tmp_path / "contract.json").status == 0
    assert run("verify", tmp_path / "contract.json", "--strict").status == 1  # nobody vouches for the signers
    bent = evidence()
    bent["envelope"]["amount"] = "9150000.00"
    (tmp_path / "contract.json").write_text(json.dumps(bent))
    assert run("verify", tmp_path / "contract.json").status == 1


def test_a_moment_needs_its_zone(run: Run, tmp_path: Path) -> None:
    place = written(tmp_path, VECTORS["cases"][0])
    assert run("verify", *place, "--at", "2026-05-11T01:00:00").status == 2
    assert run("verify", *place, "--at", "2026-05-11T01:00:00Z").status == 0


def test_keys_that_cannot_be_read_are_no_verdict(run: Run, tmp_path: Path) -> None:
    place = written(tmp_path, VECTORS["cases"][0])
    (tmp_path / "keys.txt").write_text("no key\n")
    assert run("verify", *place).status == 2
