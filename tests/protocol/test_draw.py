"""The draw of experts: nobody steers it, everybody can do it again."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.protocol import canonical, draw, write_vectors
from services.protocol.reasons import ProtocolError

ROOT = Path(draw.__file__).resolve().parents[2]
VECTORS = json.loads((write_vectors.FOLDER / "draw.json").read_text("utf-8"))
TRANSCRIPT = VECTORS["transcript"]
SEEDS = st.binary(min_size=32, max_size=32)


def copied() -> dict[str, Any]:
    return json.loads(json.dumps(TRANSCRIPT))


def with_own_digest(changed: dict[str, Any]) -> dict[str, Any]:
    """What a forger does who knows the format: the digest is made to fit."""
    changed["digest"] = canonical.digest({name: value for name, value in changed.items() if name != "digest"})
    return changed


def codes(transcript: Any) -> set[str]:
    return {reason.code for reason in draw.replay(transcript)}


def test_the_published_transcript_replays() -> None:
    assert draw.replay(TRANSCRIPT, TRANSCRIPT["pool_digest"], TRANSCRIPT["digest"]) == []


def test_the_published_vectors_are_what_the_generator_writes() -> None:
    assert write_vectors.draw_vectors() == VECTORS
    assert write_vectors.canonical_vectors() == json.loads((write_vectors.FOLDER / "canonical.json").read_text("utf-8"))


@pytest.mark.parametrize("one", VECTORS["shuffles"], ids=lambda one: one["specialty"])
def test_the_published_shuffles(one: dict[str, Any]) -> None:
    assert draw.shuffle(bytes.fromhex(one["seed"]), one["specialty"], one["experts"]) == one["order"]


@pytest.mark.parametrize("one", VECTORS["pseudonyms"], ids=lambda one: one["person"])
def test_a_pseudonym_is_shown_by_its_salt(one: dict[str, Any]) -> None:
    assert draw.pseudonym(one["person"], bytes.fromhex(one["salt"])) == one["pseudonym"]


def test_the_shuffle_is_the_one_described_written_out_a_second_time() -> None:
    seed, experts = b"\x2a" * 32, [f"e{n:02}" for n in range(20)]
    label = b"sunshine-draw-v1|shuffle|C|"
    stream = b"".join(hmac.digest(seed, label + n.to_bytes(8, "big"), "sha256") for n in range(9))
    words = iter(int.from_bytes(stream[at:at + 8], "big") for at in range(0, len(stream), 8))
    expected = experts.copy()
    for i in reversed(range(1, 20)):
        word = next(words)
        while word >= (2**64 // (i + 1)) * (i + 1):
            word = next(words)
        j = word % (i + 1)
        expected[i], expected[j] = expected[j], expected[i]
    assert draw.shuffle(seed, "C", experts) == expected


@given(seed=SEEDS, size=st.integers(0, 60), specialty=st.text(max_size=10))
def test_the_order_is_a_permutation_of_the_pool_and_always_the_same(seed: bytes, size: int, specialty: str) -> None:
    experts = [str(n) for n in range(size)]
    order = draw.shuffle(seed, specialty, experts)
    assert sorted(order) == sorted(experts)
    assert order == draw.shuffle(seed, specialty, experts)


def chi_square(counts: Counter, cells: int) -> float:
    expected = sum(counts.values()) / cells
    return sum((count - expected) ** 2 / expected for count in counts.values()) + (cells - len(counts)) * expected


def test_every_order_of_four_is_equally_likely_over_many_seeds() -> None:
    """24 000 fixed seeds, 24 orders: chi-square with 23 degrees of freedom, critical value at p = 0.001."""
    counts = Counter(tuple(draw.shuffle(hashlib.sha256(b"%d" % n).digest(), "A", list("abcd"))) for n in range(24_000))
    assert set(counts) == set(permutations("abcd"))
    assert chi_square(counts, 24) < 49.73


def test_every_expert_is_equally_likely_to_be_called_first_in_a_pool_that_is_no_power_of_two() -> None:
    """12 100 fixed seeds, 11 experts: chi-square with 10 degrees of freedom, critical value at p = 0.001."""
    experts = [str(n) for n in range(11)]
    counts = Counter(draw.shuffle(hashlib.sha256(b"first %d" % n).digest(), "A", experts)[0] for n in range(12_100))
    assert chi_square(counts, 11) < 29.59


def test_words_beyond_the_largest_multiple_are_thrown_away() -> None:
    limit = 2**64 - 2**64 % 3
    assert draw._below(iter([limit, 2**64 - 1, 5]), 3) == 2
    assert draw._below(iter([limit - 1]), 3) == 2


@given(seed=SEEDS, bit=st.integers(0, 255))
def test_one_changed_bit_of_a_nonce_changes_the_order(seed: bytes, bit: int) -> None:
    other = (int.from_bytes(seed, "big") ^ 1 << bit).to_bytes(32, "big")
    experts = [str(n) for n in range(40)]
    first, second = (draw.shuffle(draw.seed_of("ab" * 32, [b"\1" * 32, nonce]), "A", experts)
                     for nonce in (seed, other))
    assert first != second


def test_without_the_last_nonce_every_expert_may_still_come_first() -> None:
    known = [b"\1" * 32, b"\2" * 32]
    experts = [str(n) for n in range(5)]
    firsts = {draw.shuffle(draw.seed_of("ab" * 32, [*known, hashlib.sha256(b"%d" % n).digest()]), "A", experts)[0]
              for n in range(100)}
    assert firsts == set(experts)


def test_specialties_are_drawn_independently_of_each_other() -> None:
    experts = [str(n) for n in range(30)]
    assert draw.shuffle(b"\0" * 32, "A", experts) != draw.shuffle(b"\0" * 32, "B", experts)


def test_the_pool_does_not_depend_on_the_order_it_was_gathered_in() -> None:
    one = draw.freeze_pool("d", {"B": (1, ["z", "y"]), "A": (2, ["b", "a", "c"])})
    two = draw.freeze_pool("d", {"A": (2, ["c", "b", "a"]), "B": (1, ["y", "z"])})
    assert canonical.canonical(one) == canonical.canonical(two)


@pytest.mark.parametrize("specialties", [{}, {"A": (1, [])}, {"A": (0, ["a"])}, {"A": (1, ["a", "a"])}])
def test_a_pool_that_cannot_be_drawn_from_is_refused(specialties: dict[str, tuple[int, list[str]]]) -> None:
    with pytest.raises(ProtocolError) as refused:
        draw.freeze_pool("d", specialties)
    assert refused.value.code == "draw_pool_malformed"


def test_a_commitment_cannot_be_copied_from_another_seat_round_or_pool() -> None:
    nonce = b"\7" * 32
    made = {draw.commitment(pool, number, seat, nonce) for pool in ("aa" * 32, "bb" * 32) for number in (1, 2)
            for seat in ("centre", "purchaser")}
    assert len(made) == 8


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for at, item in enumerate(value) for leaf in leaves(item, (*path, at))]
    return [path]


def read_and_replayed(written: bytes) -> list[str]:
    """The reasons against a transcript in a file; bytes that are no JSON are a reason too."""
    try:
        return list(draw.replay(canonical.parse_any(written)))
    except ProtocolError as error:
        return [error.message]


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(canonical.canonical(TRANSCRIPT)) - 1), change=st.integers(1, 255))
def test_any_wrong_byte_of_the_transcript_is_detected(at: int, change: int) -> None:
    written = canonical.canonical(TRANSCRIPT)
    forged = written[:at] + bytes([written[at] ^ change]) + written[at + 1:]
    assert read_and_replayed(forged) != []



NEVER_REVEALED = ("rounds", 0, "commitments", 2, "commitment")  # the seat kept its nonce: nothing to compare with
BOUND = [path for path in leaves(TRANSCRIPT) if path[0] not in ("digest", "calls") and path[-1] != "by"
         and path != NEVER_REVEALED]


@pytest.mark.parametrize("path", BOUND, ids=lambda path: ".".join(map(str, path)))
def test_any_changed_figure_is_detected_even_when_the_digest_is_made_to_fit(path: tuple[Any, ...]) -> None:
    forged = copied()
    holder = forged
    for step in path[:-1]:
        holder = holder[step]
    old = holder[path[-1]]
    holder[path[-1]] = old + 1 if isinstance(old, int) else ("0" if old[0] != "0" else "1") + old[1:]
    assert draw.replay(with_own_digest(forged)) != []


def test_a_whole_forged_draw_replays_but_not_against_the_journalled_pool_digest() -> None:
    forged = write_vectors.draw_vectors()["transcript"]
    forged["pool"]["about"] = {"region": "长春"}
    digest = canonical.digest(forged["pool"])
    rounds = [write_vectors._round(digest, 1, None)]
    seed = draw.seed_of(digest, [bytes.fromhex(one["nonce"]) for one in rounds[0]["reveals"]])
    made = draw.transcript(forged["pool"], write_vectors.SEATS, rounds, write_vectors.calls_for(forged["pool"], seed))
    assert draw.replay(made) == []
    assert {r.code for r in draw.replay(made, pool_digest=TRANSCRIPT["pool_digest"])} == {"draw_pool_digest"}
    assert {r.code for r in draw.replay(made, digest=TRANSCRIPT["digest"])} == {"draw_digest"}


def call(position: int, **members: str) -> dict[str, Any]:
    forged = copied()
    forged["calls"][position].update(members)
    return forged


def without_call(position: int) -> dict[str, Any]:
    forged = copied()
    del forged["calls"][position]
    return forged


def swapped_calls() -> dict[str, Any]:
    forged = copied()
    first, second = forged["calls"][1:3]
    first["expert"], second["expert"] = second["expert"], first["expert"]
    return forged


def round_changed(number: int, **members: Any) -> dict[str, Any]:
    forged = copied()
    forged["rounds"][number].update(members)
    return forged


def reused_nonce() -> dict[str, Any]:
    forged = copied()
    known = forged["rounds"][0]["reveals"][0]["nonce"]
    forged["rounds"][1]["reveals"][0]["nonce"] = known
    forged["rounds"][1]["commitments"][0]["commitment"] = draw.commitment(
        forged["pool_digest"], 2, "centre", bytes.fromhex(known))
    return forged


@pytest.mark.parametrize(("forged", "code"), [
    (without_call(0), "draw_call_order"),
    (without_call(-1), "draw_call_unfinished"),
    (swapped_calls(), "draw_call_order"),
    (call(0, specialty="C9"), "draw_call_stranger"),
    (call(0, outcome="accepted"), "draw_call_needless"),
    (call(0, outcome="elsewhere"), "draw_call_elsewhere"),
    (call(0, outcome="bribed"), "draw_malformed"),
    (call(1, outcome="declined"), "draw_call_unfinished"),
    (round_changed(0, missing=[]), "draw_reveal_missing"),
    (round_changed(1, missing=["supervisor"]), "draw_reveal_missing"),
    (round_changed(1, reveals=TRANSCRIPT["rounds"][1]["reveals"][:2]), "draw_reveal_missing"),
    (round_changed(1, reveals=TRANSCRIPT["rounds"][1]["reveals"][:2], missing=["supervisor"]), "draw_rounds"),
    (round_changed(1, commitments=TRANSCRIPT["rounds"][1]["commitments"][::-1]), "draw_commitments"),
    ({**copied(), "rounds": copied()["rounds"][1:]}, "draw_reveal_false"),
    ({**copied(), "rounds": []}, "draw_malformed"),
    ({**copied(), "seats": ["centre"]}, "draw_malformed"),
    ({**copied(), "seats": ["purchaser", "centre", "supervisor"]}, "draw_commitments"),
    ({**copied(), "calls": None}, "draw_malformed"),
    (reused_nonce(), "draw_nonce_reused"),
    (None, "draw_malformed"),
    ({}, "draw_malformed"),
])
def test_a_draw_that_departs_from_the_procedure_is_told_with_its_reason(forged: Any, code: str) -> None:
    assert code in codes(with_own_digest(forged) if isinstance(forged, dict) and forged else forged)


def test_a_transcript_is_not_put_together_without_every_reveal() -> None:
    with pytest.raises(ProtocolError) as refused:
        draw.transcript(TRANSCRIPT["pool"], write_vectors.SEATS, TRANSCRIPT["rounds"][:1], [])
    assert refused.value.code == "draw_not_revealed"
    with pytest.raises(ProtocolError) as refused:
        draw.transcript(TRANSCRIPT["pool"], write_vectors.SEATS, TRANSCRIPT["rounds"], [])
    assert refused.value.code == "draw_call_unfinished"


@pytest.mark.parametrize(("change", "status", "said"), [
    (lambda made: made, 0, "yes"), (lambda made: {**made, "seed": "0" * 64}, 1, "seed does not follow")])
def test_the_replay_needs_only_the_standard_library(
        change: Callable[[dict[str, Any]], dict[str, Any]], status: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "transcript.json").write_text(json.dumps(change(copied())), "utf-8")
    command = [sys.executable, "-S", "-B", "-m", "services.protocol.draw", str(tmp_path / "transcript.json")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, said in ran.stdout, ran.stderr) == (status, True, "")
    probe = "import sys, services.protocol.draw; print(sorted(m for m in sys.modules if 'cryptography' in m))"
    assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout.strip() == "[]"
