"""Signed notes and checkpoints."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.protocol.log import checkpoint as checkpoints
from services.protocol.log import note, tree
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key
from services.protocol.reasons import ProtocolError

PUBLISHED = json.loads((Path(note.__file__).parent / "vectors" / "notes.json").read_text("utf-8"))
PETER, ENOCH = map(Key.read, PUBLISHED["keys"])
ORIGIN = "procurement.example/registry"


def private(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def key(number: int, name: str = ORIGIN) -> Key:
    return Key.of(name, private(number).public_key())


def refused(use: object, *arguments: object) -> str:
    with pytest.raises(ProtocolError) as caught:
        use(*arguments)  # type: ignore[operator]  # a function under test
    return caught.value.code


def test_the_published_notes_are_reproduced_and_opened() -> None:
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(PUBLISHED["private"]["seed"]))
    assert Key.of("PeterNeumann", seed.public_key()).text == PUBLISHED["keys"][0]
    assert note.sign(PUBLISHED["text"], "PeterNeumann", seed) == PUBLISHED["one_signature"]
    opened = note.open_note(PUBLISHED["two_signatures"], [PETER, ENOCH])
    assert (opened.text, opened.signers) == (PUBLISHED["text"], (PETER, ENOCH))


def test_signatures_of_strangers_are_ignored() -> None:
    assert note.open_note(PUBLISHED["two_signatures"], [ENOCH]).signers == (ENOCH,)
    assert refused(note.open_note, PUBLISHED["one_signature"], [ENOCH]) == "note_unsigned"
    assert refused(note.open_note, PUBLISHED["one_signature"], []) == "note_unsigned"


def test_one_false_signature_of_a_known_key_spoils_the_note() -> None:
    forged = PUBLISHED["two_signatures"].replace("rwz+eBzmZa0S", "rwz+eBzmZa0T")
    assert refused(note.open_note, forged, [PETER, ENOCH]) == "note_signature_false"
    assert note.open_note(forged, [PETER]).signers == (PETER,)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name !!!!\n",
        "text\n\nname AAAAAAAA\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAAAA",
        "te\txt\n\n— name AAAAAAAA\n",
        "te\ud800xt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
        "x" * 70_000 + "\n\n— name AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(broken: str) -> None:
    assert refused(note.split, broken) == "note_malformed"


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000", PUBLISHED["keys"][0].replace("c74f20a3", "c74f20a4"),
     PUBLISHED["keys"][0].replace("Peter", "peter"), PUBLISHED["keys"][0] + "=", "+c74f20a3+AAAA"],
)
def test_a_key_that_does_not_agree_with_itself_is_refused(text: str) -> None:
    assert refused(Key.read, text) == "note_key_malformed"


def test_a_witness_can_add_its_signature() -> None:
    signed = note.cosign(note.sign("said\n", ORIGIN, private(1)), "witness", private(2))
    assert note.open_note(signed, [key(1), key(2, "witness")]).signers == (key(1), key(2, "witness"))


def test_a_replaced_key_signs_beside_the_old_one_for_a_while() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, tree.EMPTY)
    both = checkpoint.signed(private(1), private(2))
    for trusted in ([key(1)], [key(2)], [key(1), key(2)]):
        assert checkpoints.open_checkpoint(both, trusted) == checkpoint


@given(
    st.integers(1, 10**17), st.binary(min_size=32, max_size=32),
    st.sampled_from(["", "2026-05-11T01:00:00Z", "2026-05-11T01:00:00.123456Z"]),
    st.lists(st.sampled_from(["more", "of the same", "time 2"]), max_size=2),
)
def test_a_checkpoint_is_read_back_as_it_was_signed(size: int, root: bytes, time: str, extensions: list[str]) -> None:
    if extensions[:1] == ["time 2"] and not time:
        extensions = []
    made = Checkpoint(ORIGIN, size, root, time, tuple(extensions))
    assert checkpoints.open_checkpoint(made.signed(private(1)), [key(1)]) == made


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "text",
    [
        "", "origin\n", "origin\n1\n", f"origin\n01\n{ROOT}\n", f"origin\n-1\n{ROOT}\n", f"origin\n1.0\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-2]}\n", "origin\n1\nAAAA\n", f"origin\n1\n{ROOT}", f"origin\n1\n{ROOT}\n\n",
        f"\n1\n{ROOT}\n", f"origin\n1\n{ROOT}\ntime yesterday\n", f"origin\n1\n{ROOT}\ntime 2026-13-01T00:00:00Z\n",
        f"origin\n0\n{ROOT.replace('4', '5')}\n", f"origin\n1\n{ROOT.replace('U=', 'V=')}\n", f"origin\n１\n{ROOT}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    assert refused(checkpoints.read, text) == "checkpoint_malformed"


def test_a_checkpoint_signed_under_another_logs_name_does_not_count() -> None:
    text = Checkpoint(ORIGIN, 0, tree.EMPTY).text
    foreign = note.sign(text, "procurement.example/notify", private(2))
    trusted = [key(1), key(2, "procurement.example/notify")]
    assert refused(checkpoints.open_checkpoint, foreign, trusted) == "note_unsigned"
    changed = Checkpoint(ORIGIN, 0, tree.EMPTY).signed(private(1)).replace("\n0\n", "\n1\n")
    assert refused(checkpoints.open_checkpoint, changed, trusted) == "note_signature_false"
