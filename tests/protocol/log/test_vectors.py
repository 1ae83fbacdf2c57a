"""The verifier's test vectors: files any other implementation of it can be held to.

`python -m tests.protocol.log.test_vectors` writes them anew; the test keeps file and code together.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from services.protocol.log import tree, verify
from services.protocol.log.note import Key
from tests.protocol.log import test_verify as made

PATH = Path(verify.__file__).parent / "vectors" / "files.json"


def vectors() -> dict[str, Any]:
    inclusion = made.inclusion_file()
    consistency = {
        "kind": "sunshine.consistency", "version": 1, "earlier": made.signed(5), "later": made.signed(9),
        "proof": [each.hex() for each in tree.consistency(5, 9, made.fetch)],
    }
    entries = [{name: made.inclusion_file(n)[name] for name in ("entry", "position", "proof")} for n in (2, 9)]
    record = {"kind": "sunshine.record", "version": 1, "about": "project:1",
              "logs": [{"checkpoint": made.signed(made.SIZE), "entries": entries}]}
    rewritten = {"log": made.tampered("edited"), "kept": [made.signed(6)]}
    cases: list[tuple[str, dict[str, Any], list[str]]] = [
        ("an entry in its log", {"file": inclusion}, []),
        ("an entry with other content", {"file": {**inclusion, "entry": made.entry(5)}}, ["log_entry_not_included"]),
        ("an entry at another position", {"file": {**inclusion, "position": 5}}, ["log_entry_not_included"]),
        ("a proof cut short", {"file": {**inclusion, "proof": inclusion["proof"][:-1]}}, ["log_proof_wrong_length"]),
        ("a checkpoint whose size was changed",
         {"file": {**inclusion, "checkpoint": inclusion["checkpoint"].replace("\n11\n", "\n12\n")}},
         ["note_signature_false"]),
        ("two states of one history", {"file": consistency}, []),
        ("two histories", {"file": {**consistency, "later": made.signed(10)}}, ["log_rewritten"]),
        ("a project's record", {"file": record}, []),
        ("a whole log", {"log": made.exported(), "kept": [made.signed(3)]}, []),
        ("a whole log, content withheld", {"log": made.exported(content=False)}, []),
        ("a rewritten log, freshly signed", {"log": rewritten["log"]}, []),
        ("the same, read by who kept an earlier checkpoint", rewritten, ["log_differs_from_checkpoint"]),
    ]
    return {
        "about": "Files for the offline verifier, and the answer each must get: the codes of its reasons, none for "
                 "yes. Synthetic data; the private key is Ed25519's seed of 32 bytes 0x01.",
        "keys": [key.text for key in made.KEYS],
        "cases": [{"name": name, **case, "reasons": reasons} for name, case, reasons in cases],
    }


WRITTEN = json.loads(PATH.read_text("utf-8")) if PATH.exists() else {"keys": [], "cases": []}


def test_the_vectors_are_what_the_code_makes() -> None:
    assert json.loads(json.dumps(vectors())) == WRITTEN


@pytest.mark.parametrize("case", WRITTEN["cases"], ids=lambda case: case["name"])
def test_each_vector_gets_its_answer(case: dict[str, Any]) -> None:
    keys = [Key.read(text) for text in WRITTEN["keys"]]
    if "log" in case:
        answer = verify.log([json.dumps(line) for line in case["log"]], keys, case.get("kept", []))
    else:
        kind = case["file"]["kind"].removeprefix("sunshine.")
        answer = {"inclusion": verify.inclusion, "consistency": verify.consistency, "record": verify.record}[kind](
            case["file"], keys
        )
    assert [reason.code for reason in answer.reasons] == case["reasons"]


if __name__ == "__main__":
    PATH.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", "utf-8")
