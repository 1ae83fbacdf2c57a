"""The Merkle tree against the RFC, its published vectors, and an independent library."""

import json
import random
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from services.protocol.log import tree
from services.protocol.log.tree import Run

RFC = json.loads((Path(tree.__file__).parent / "vectors" / "rfc6962.json").read_text("utf-8"))


class Nodes:
    """The kept nodes of a tree, in memory."""

    def __init__(self) -> None:
        self.size, self.frontier = 0, []  # type: int, list[bytes]
        self.levels: dict[int, list[bytes]] = {}

    def add(self, leaves: Sequence[bytes]) -> bytes:
        grown = tree.grow(self.size, self.frontier, leaves)
        self.size, self.frontier = grown.size, grown.frontier
        for level, first, run in grown.kept:
            held = self.levels.setdefault(level, [])
            assert len(held) == first
            held.extend(run)
        return grown.root

    def fetch(self, runs: Sequence[Run]) -> list[bytes]:
        return [b"".join(self.levels[level][first : first + width]) for level, first, width in runs]


def planted(entries: Sequence[bytes]) -> Nodes:
    nodes = Nodes()
    nodes.add([tree.leaf_hash(entry) for entry in entries])
    return nodes


def from_hex(hashes: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in hashes]


INPUTS = from_hex(RFC["inputs"])
ROOTS = [RFC["empty_root"], *RFC["roots"]]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_rfc(size: int) -> None:
    assert planted(INPUTS[:size]).add([]).hex() == ROOTS[size]


@pytest.mark.parametrize("case", RFC["inclusion"], ids=lambda case: f"{case['position']}of{case['size']}")
def test_inclusion_proofs_are_those_of_the_rfc(case: dict[str, object]) -> None:
    position, size = int(str(case["position"])), int(str(case["size"]))
    proof = tree.inclusion(position, size, planted(INPUTS).fetch)
    assert [each.hex() for each in proof] == case["proof"]
    assert tree.check_inclusion(tree.leaf_hash(INPUTS[position]), position, size, proof,
                                bytes.fromhex(ROOTS[size])) == []


@pytest.mark.parametrize("case", RFC["consistency"], ids=lambda case: f"{case['earlier']}to{case['later']}")
def test_consistency_proofs_are_those_of_the_rfc(case: dict[str, object]) -> None:
    earlier, later = int(str(case["earlier"])), int(str(case["later"]))
    proof = tree.consistency(earlier, later, planted(INPUTS).fetch)
    assert [each.hex() for each in proof] == case["proof"]
    assert tree.check_consistency(earlier, later, proof, *from_hex([ROOTS[earlier], ROOTS[later]])) == []


def test_proofs_have_the_parts_drawn_in_the_rfc() -> None:
    """RFC 9162, section 2.1.5: the tree of seven leaves d0 … d6, nodes named as there."""
    d = [bytes([n]) for n in range(7)]
    a, b, c, dd, e, f, j = (tree.leaf_hash(each) for each in d)
    g, h, i = tree.node_hash(a, b), tree.node_hash(c, dd), tree.node_hash(e, f)
    k, m = tree.node_hash(g, h), tree.node_hash(i, j)
    fetch = planted(d).fetch
    assert tree.root(7, fetch) == tree.node_hash(k, m)
    assert [tree.inclusion(n, 7, fetch) for n in (0, 3, 4, 6)] == [[b, h, m], [c, g, m], [f, j, k], [i, k]]
    assert [tree.consistency(n, 7, fetch) for n in (3, 4, 6)] == [[c, dd, g, m], [m], [i, j, k]]


@given(st.lists(st.integers(0, 40), max_size=8), st.data())
def test_growing_in_batches_is_growing_at_once_and_agrees_with_pymerkle(
    batches: list[int], data: st.DataObject
) -> None:
    nodes, oracle, roots, number = Nodes(), InmemoryTree(algorithm="sha256"), [tree.EMPTY], 0
    for width in batches:
        entries = [str(number + at).encode() for at in range(width)]
        for entry in entries:
            oracle.append_entry(entry)
            roots.append(oracle.get_root())
        number += width
        assert nodes.add([tree.leaf_hash(entry) for entry in entries]) == roots[-1]
    size = data.draw(st.integers(0, number))
    assert tree.root(size, nodes.fetch) == roots[size]
    if size:
        position = data.draw(st.integers(0, size - 1))
        proof = tree.inclusion(position, size, nodes.fetch)
        assert proof == oracle.prove_inclusion(position + 1, size).path[1:]
        assert tree.check_inclusion(tree.leaf_hash(str(position).encode()), position, size, proof, roots[size]) == []
    earlier = data.draw(st.integers(0, size))
    proof = tree.consistency(earlier, size, nodes.fetch)
    assert tree.check_consistency(earlier, size, proof, roots[earlier], roots[size]) == []


@st.composite
def proofs(draw: st.DrawFn) -> tuple[int, int, Nodes]:
    size = draw(st.integers(1, 300))
    return draw(st.integers(0, size - 1)), size, planted([str(n).encode() for n in range(size)])


@given(proofs(), st.randoms(use_true_random=False))
def test_an_inclusion_proof_holds_for_nothing_else(made: tuple[int, int, Nodes], chance: random.Random) -> None:
    position, size, nodes = made
    leaf, root = tree.leaf_hash(str(position).encode()), tree.root(size, nodes.fetch)
    proof = tree.inclusion(position, size, nodes.fetch)
    other = sha256(leaf).digest()
    assert tree.check_inclusion(leaf, position, size, proof, root) == []
    assert tree.check_inclusion(other, position, size, proof, root)
    assert tree.check_inclusion(leaf, position, size, proof, other)
    assert tree.check_inclusion(leaf, position, size, [*proof, other], root)
    assert tree.check_inclusion(leaf, size, size, proof, root)
    assert tree.check_inclusion(leaf, -1, size, proof, root)
    if proof:
        broken = list(proof)
        broken[chance.randrange(len(proof))] = other
        assert tree.check_inclusion(leaf, position, size, broken, root)
        assert tree.check_inclusion(leaf, position, size, proof[:-1], root)
        elsewhere = chance.choice([n for n in range(size) if n != position])
        assert tree.check_inclusion(leaf, elsewhere, size, proof, root)


@given(proofs(), st.integers(0, 40), st.randoms(use_true_random=False))
def test_a_consistency_proof_holds_for_nothing_else(
    made: tuple[int, int, Nodes], more: int, chance: random.Random
) -> None:
    _, earlier, nodes = made
    nodes.add([sha256(bytes([n])).digest() for n in range(more)])
    later, other = earlier + more, sha256(b"other").digest()
    old, new = tree.root(earlier, nodes.fetch), tree.root(later, nodes.fetch)
    proof = tree.consistency(earlier, later, nodes.fetch)
    assert tree.check_consistency(earlier, later, proof, old, new) == []
    assert tree.check_consistency(earlier, later, proof, other, new)
    assert tree.check_consistency(earlier, later, proof, old, other)
    assert tree.check_consistency(earlier, later, [*proof, other], old, new)
    assert tree.check_consistency(later + 1, later, proof, old, new)
    if proof:
        broken = list(proof)
        broken[chance.randrange(len(proof))] = other
        assert tree.check_consistency(earlier, later, broken, old, new)
        assert tree.check_consistency(earlier, later, proof[:-1], old, new)
        assert tree.check_consistency(earlier, later, [], old, new)


def test_a_changed_past_has_no_proof() -> None:
    honest = planted([b"a", b"b", b"c", b"d", b"e"])
    changed = planted([b"a", b"b", b"C", b"d", b"e", b"f", b"g"])
    reasons = tree.check_consistency(5, 7, tree.consistency(5, 7, changed.fetch), honest.add([]), changed.add([]))
    assert [each.code for each in reasons] == ["log_rewritten"]


def test_an_entry_cannot_pass_for_a_node() -> None:
    """The prefixes 0x00 and 0x01 keep the second preimage of a root out of reach."""
    left, right = tree.leaf_hash(b"a"), tree.leaf_hash(b"b")
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)
    assert tree.leaf_hash(b"\x01" + left + right) != tree.node_hash(left, right)


def test_a_frontier_that_does_not_fit_the_size_is_an_error() -> None:
    with pytest.raises(ValueError, match="frontier"):
        tree.grow(3, [b"x" * 32], [])
    with pytest.raises(IndexError):
        tree.inclusion(3, 3, Nodes().fetch)
    with pytest.raises(IndexError):
        tree.consistency(4, 3, Nodes().fetch)


def test_a_proof_reads_few_nodes_and_a_leaf_writes_little() -> None:
    nodes = Nodes()
    for start in range(0, 1 << 16, 4096):
        nodes.add([sha256(n.to_bytes(4)).digest() for n in range(start, start + 4096)])
    read: list[int] = []

    def counting(runs: Sequence[Run]) -> list[bytes]:
        read.append(len({(level, first // tree.WIDTH) for level, first, _ in runs}))
        assert all(first // tree.WIDTH == (first + width - 1) // tree.WIDTH for _, first, width in runs)
        assert sum(width for _, _, width in runs) <= tree.WIDTH * 4
        return nodes.fetch(runs)

    for position in range(0, 1 << 16, 999):
        tree.inclusion(position, 1 << 16, counting)
        tree.consistency(position, 1 << 16, counting)
    assert max(read) == 4, "a tile a kept level: sixteen times sixteen times sixteen times sixteen leaves"
    assert len(read) <= 2 * 66
    assert sum(map(len, nodes.levels.values())) < (1 << 16) * 1.07
