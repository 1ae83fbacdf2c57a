"""The offline verifier: what it believes, and how it says no."""

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from services.protocol.log import tree, verify
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key
from services.protocol.reasons import Reason, say, words

ORIGIN = "procurement.example/registry"
LOG = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
KEYS = [Key.of(ORIGIN, LOG.public_key())]
SIZE = 11


def entry(number: int) -> dict[str, Any]:
    payload = {"name": "吉林某公司", "n": number}
    return {"id": f"e{number}", "event": "supplier_admitted", "payload": payload, "salt": "00"}


LEAVES = [verify.entry_leaf(entry(number)) for number in range(SIZE)]
LEVELS = {level: run for level, _, run in tree.grow(0, [], LEAVES).kept}


def fetch(runs: Sequence[tree.Run]) -> list[bytes]:
    return [b"".join(LEVELS[level][first : first + width]) for level, first, width in runs]


def signed(size: int) -> str:
    return Checkpoint(ORIGIN, size, tree.root(size, fetch), f"2026-05-11T01:00:{size:02}Z").signed(LOG)


def inclusion_file(position: int = 4) -> dict[str, Any]:
    return {
        "kind": "sunshine.inclusion", "version": 1, "entry": entry(position), "position": position,
        "proof": [each.hex() for each in tree.inclusion(position, SIZE, fetch)], "checkpoint": signed(SIZE),
    }


def exported(*, content: bool = True, checkpoints: Sequence[int] = (7, SIZE)) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [{"kind": "sunshine.log", "version": 1, "origin": ORIGIN}]
    for number, leaf in enumerate(LEAVES):
        lines.append({"position": number, "leaf": leaf.hex(), **({"entry": entry(number)} if content else {})})
        if number + 1 in checkpoints:
            lines.append({"checkpoint": signed(number + 1)})
    return lines


def read_log(lines: Sequence[dict[str, Any]], kept: Sequence[str] = ()) -> verify.Answer:
    return verify.log((json.dumps(line) for line in lines), KEYS, kept)


def codes(reasons: Sequence[Reason]) -> list[str]:
    assert all(reason.code in words() and say(reason, "zh") != str(reason) for reason in reasons)
    return [reason.code for reason in reasons]


def test_an_entry_in_the_log_is_shown_to_be_there() -> None:
    answer = verify.inclusion(inclusion_file(), KEYS)
    assert answer.yes
    assert codes(answer.shown) == ["log_entry_included"]
    bare = {**inclusion_file(), "leaf": LEAVES[4].hex()}
    del bare["entry"]
    assert verify.inclusion(bare, KEYS).yes


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"entry": {**entry(4), "id": "other"}}, "log_entry_not_included"),
        ({"entry": {**entry(4), "id": "other"}, "leaf": LEAVES[4].hex()}, "log_entry_changed"),
        ({"position": 5}, "log_entry_not_included"),
        ({"position": SIZE}, "log_position_outside"),
        ({"position": True}, "file_malformed"),
        ({"position": "4"}, "file_malformed"),
        ({"proof": []}, "log_proof_wrong_length"),
        ({"proof": ["00"]}, "file_malformed"),
        ({"proof": "00"}, "file_malformed"),
        ({"proof": [None]}, "file_malformed"),
        ({"checkpoint": None}, "file_malformed"),
        ({"checkpoint": signed(SIZE).replace("\n11\n", "\n12\n")}, "note_signature_false"),
        ({"entry": None}, "file_malformed"),
        ({"entry": {"price": 1.5}}, "json_type_not_allowed"),
    ],
)
def test_an_inclusion_file_that_claims_anything_else_is_refused(changed: dict[str, Any], code: str) -> None:
    answer = verify.inclusion({**inclusion_file(), **changed}, KEYS)
    assert not answer.yes
    assert codes(answer.reasons) == [code]
    assert answer.shown == []


def test_without_the_logs_key_nothing_is_believed() -> None:
    stranger = Key.of(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32).public_key())
    for keys in ([], [stranger]):
        assert codes(verify.inclusion(inclusion_file(), keys).reasons) == ["note_unsigned"]


def test_two_checkpoints_are_shown_to_be_one_history() -> None:
    file = {"earlier": signed(5), "later": signed(9), "proof": [h.hex() for h in tree.consistency(5, 9, fetch)]}
    assert codes(verify.consistency(file, KEYS).shown) == ["log_extends"]
    assert codes(verify.consistency({**file, "later": signed(10)}, KEYS).reasons) == ["log_rewritten"]
    assert codes(verify.consistency({**file, "earlier": file["later"], "later": file["earlier"]}, KEYS).reasons) == [
        "log_shrank"
    ]


def test_a_projects_record_is_checked_entry_by_entry() -> None:
    entries = [{name: inclusion_file(n)[name] for name in ("entry", "position", "proof")} for n in (2, 9)]
    file = {"kind": "sunshine.record", "about": "project:1", "logs": [{"checkpoint": signed(SIZE), "entries": entries}]}
    assert codes(verify.record(file, KEYS).shown) == ["record_entries_in_log"]
    forged = deepcopy(file)
    forged["logs"][0]["entries"][1]["entry"]["payload"]["name"] = "另一家公司"  # type: ignore[index]  # nested JSON
    assert codes(verify.record(forged, KEYS).reasons) == ["log_entry_not_included"]
    assert codes(verify.record({"logs": []}, KEYS).reasons) == ["file_malformed"]
    assert codes(verify.record({"logs": [3]}, KEYS).reasons) == ["file_malformed"]


@pytest.mark.parametrize("content", [True, False])
def test_a_whole_log_is_the_one_that_was_signed(content: bool) -> None:
    answer = read_log(exported(content=content), kept=[signed(3), signed(0), signed(SIZE)])
    assert answer.reasons == []
    assert codes(answer.shown) == ["log_matches_checkpoint"] * 5


def tampered(how: str) -> list[dict[str, Any]]:
    """A log changed by somebody who can also sign fresh checkpoints over the result."""
    content = [entry(number) for number in range(SIZE)]
    if how == "edited":
        content[3]["payload"]["n"] = 99
    elif how == "deleted":
        del content[3]
    elif how == "inserted":
        content.insert(3, entry(77))
    elif how == "reordered":
        content[3], content[4] = content[4], content[3]
    leaves = [verify.entry_leaf(each) for each in content]
    root = tree.grow(0, [], leaves).root
    lines: list[dict[str, Any]] = [{"kind": "sunshine.log", "version": 1, "origin": ORIGIN}]
    lines += [{"position": n, "leaf": leaves[n].hex(), "entry": each} for n, each in enumerate(content)]
    lines.append({"checkpoint": Checkpoint(ORIGIN, len(content), root, "2026-05-11T02:00:00Z").signed(LOG)})
    return lines


@pytest.mark.parametrize("how", ["edited", "deleted", "inserted", "reordered"])
def test_a_rewritten_log_is_found_by_who_kept_one_earlier_checkpoint(how: str) -> None:
    assert read_log(tampered(how)).yes, "freshly signed, it agrees with itself"
    assert codes(read_log(tampered(how), kept=[signed(6)]).reasons) == ["log_differs_from_checkpoint"]
    assert read_log(tampered(how), kept=[signed(3)]).yes, "what came before the change is untouched"


def test_a_log_cut_short_is_found_by_who_kept_a_later_checkpoint() -> None:
    short = [line for line in exported(checkpoints=(7,)) if line.get("position", 0) < 7]
    assert read_log(short).yes
    assert codes(read_log(short, kept=[signed(9)]).reasons) == ["log_shrank"]


def test_an_unsigned_end_is_told() -> None:
    assert codes(read_log(exported(checkpoints=(7,))).reasons) == ["log_end_unsigned"]
    assert codes(read_log(exported(checkpoints=())).reasons) == ["log_end_unsigned"]


@pytest.mark.parametrize(
    ("line", "changed", "code"),
    [
        (4, {"position": 7}, "log_position_wrong"),
        (4, {"entry": entry(8)}, "log_entry_changed"),
        (4, {"leaf": LEAVES[8].hex(), "entry": entry(8)}, "log_differs_from_checkpoint"),
        (4, {"missing": True}, "log_entry_missing"),
        (8, {"checkpoint": signed(6)}, "log_size_wrong"),
        (4, {"leaf": "zz"}, "file_malformed"),
        (0, {"kind": "something else"}, "file_malformed"),
        (0, {"origin": "procurement.example/notify"}, "log_other_origin"),
    ],
)
def test_a_broken_export_says_where(line: int, changed: dict[str, Any], code: str) -> None:
    lines = exported()
    lines[line].update(changed)
    assert codes(read_log(lines).reasons)[0] == code


def test_a_log_wrong_everywhere_says_so_briefly() -> None:
    lines = exported()
    for line in lines[1:]:
        line["entry"] = {"id": "other"}
    many = [lines[0], *[{**lines[1], "position": n} for n in range(100)]]
    assert len(read_log(many).reasons) == verify.MOST_REASONS


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=60) | st.text(max_size=60), max_size=4))
def test_no_garbage_gets_past_or_stops_the_verifier(lines: list[bytes | str]) -> None:
    assert not verify.log(lines, KEYS).yes


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


@given(st.dictionaries(st.sampled_from([*inclusion_file(), "earlier", "later", "logs"]), anything))
def test_no_made_up_file_gets_past_or_stops_the_verifier(changed: dict[str, Any]) -> None:
    for check in (verify.inclusion, verify.consistency, verify.record):
        assert not check(changed, KEYS).yes
        assert check({**inclusion_file(), **changed, "checkpoint": ""}, KEYS).reasons
