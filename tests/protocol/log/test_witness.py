"""What a witness says to a new checkpoint."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.protocol.log import tree, witness
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key

ORIGIN = "procurement.example/registry"
LOG, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
KEYS = [Key.of(ORIGIN, LOG.public_key()), Key.of("procurement.example/notify", STRANGER.public_key())]


class Grown:
    """A log in memory that can be asked for any state and proof of its past."""

    def __init__(self, size: int, changed: int = -1) -> None:
        leaves = [sha256(b"x" if n == changed else n.to_bytes(4)).digest() for n in range(size)]
        self.levels = {level: run for level, _, run in tree.grow(0, [], leaves).kept}

    def fetch(self, runs: Sequence[tree.Run]) -> list[bytes]:
        return [b"".join(self.levels[level][first : first + width]) for level, first, width in runs]

    def at(self, size: int, minute: int = 0) -> Checkpoint:
        return Checkpoint(ORIGIN, size, tree.root(size, self.fetch), f"2026-05-11T01:{minute:02}:00Z")

    def proof(self, earlier: int, later: int) -> list[bytes]:
        return tree.consistency(earlier, later, self.fetch)


HONEST, CHANGED = Grown(40), Grown(40, changed=3)
HELD = HONEST.at(20, minute=10)


def verdict(
    new: Checkpoint, proof: Sequence[bytes] = (), proof_from: int | None = None, *,
    held: Checkpoint | None = HELD, signer: Ed25519PrivateKey = LOG,
) -> witness.Verdict:
    return witness.judge(held, new.signed(signer), KEYS, origin=ORIGIN, proof=proof, proof_from=proof_from)


@pytest.mark.parametrize(
    ("new", "proof", "proof_from", "expected", "code"),
    [
        (HONEST.at(30, 11), HONEST.proof(20, 30), 20, "accepted", None),
        (HONEST.at(20, 11), (), None, "known", None),
        (HONEST.at(30, 11), (), None, "gap", "log_gap"),
        (HONEST.at(30, 11), HONEST.proof(25, 30), 25, "gap", "log_gap"),
        (CHANGED.at(20, 11), (), None, "fork", "log_forked"),
        (CHANGED.at(30, 11), CHANGED.proof(20, 30), 20, "fork", "log_rewritten"),
        (CHANGED.at(30, 11), HONEST.proof(20, 30), 20, "fork", "log_rewritten"),
        (HONEST.at(12, 11), (), None, "rollback", "log_rolled_back"),
        (HONEST.at(12, 5), (), None, "older", "log_older_unproved"),
        (HONEST.at(12, 5), HONEST.proof(12, 20), 12, "known", None),
        (CHANGED.at(12, 5), CHANGED.proof(12, 20), 12, "fork", "log_rewritten"),
        (HONEST.at(0, 5), (), 0, "known", None),
    ],
)
def test_each_checkpoint_gets_its_verdict(
    new: Checkpoint, proof: Sequence[bytes], proof_from: int | None, expected: str, code: str | None
) -> None:
    found = verdict(new, proof, proof_from)
    assert (found.kind, found.reason and found.reason.code) == (expected, code)
    assert found.alarming == (expected in ("fork", "rollback"))
    assert found.checkpoint == new


def test_the_first_checkpoint_is_taken_as_it_is_and_an_empty_log_extends_to_anything() -> None:
    assert verdict(HONEST.at(12), held=None).kind == "accepted"
    assert verdict(HONEST.at(12), held=HONEST.at(0)).kind == "accepted"


def test_a_checkpoint_signed_by_another_department_is_forged() -> None:
    found = verdict(HONEST.at(30, 11), HONEST.proof(20, 30), 20, signer=STRANGER)
    assert (found.kind, found.alarming, found.checkpoint) == ("forged", True, None)


def test_a_checkpoint_whose_figures_were_changed_is_forged() -> None:
    signed = HONEST.at(30, 11).signed(LOG).replace("\n30\n", "\n31\n")
    found = witness.judge(HELD, signed, KEYS, origin=ORIGIN)
    assert (found.kind, found.reason and found.reason.code) == ("forged", "note_signature_false")


def test_a_genuine_checkpoint_of_another_log_cannot_stand_in() -> None:
    other = Checkpoint("procurement.example/notify", 30, HONEST.at(30).root).signed(STRANGER)
    found = witness.judge(HELD, other, KEYS, origin=ORIGIN)
    assert (found.kind, found.reason and found.reason.code) == ("forged", "log_other_origin")


@pytest.mark.parametrize("garbage", ["", "nothing", "a\n\n— b AAAAAAAA\n"])
def test_what_is_no_checkpoint_is_forged(garbage: str) -> None:
    assert witness.judge(HELD, garbage, KEYS, origin=ORIGIN).kind == "forged"
