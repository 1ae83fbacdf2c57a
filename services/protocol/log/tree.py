"""The append-only Merkle tree of RFC 9162, section 2.

    leaf = SHA-256(0x00 ‖ entry)        node = SHA-256(0x01 ‖ left ‖ right)        empty tree = SHA-256("")

A tree is known by its size and root. Node (level, index) is the root over the 2^level leaves from index·2^level; it
never changes once those leaves are there. The nodes needed to go on growing, one for each bit set in the size, largest
first, are the *frontier*.

Only every `STRIDE`-th level is kept (levels 0, 4, 8, …: one fifteenth more than the leaves alone); what lies between is
hashed again from kept nodes that stand side by side, `WIDTH` to a tile. So growing writes little, and a proof in a log
of a million entries reads five tiles, at once, and computes some sixty hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.protocol.log.sentences import reason
from services.protocol.reasons import Reason

STRIDE = 4
WIDTH = 1 << STRIDE
EMPTY = sha256(b"").digest()

Place = tuple[int, int]
"""(level, index) of a node."""

Run = tuple[int, int, int]
"""(level, first index, how many) of kept neighbours; their level is a multiple of `STRIDE`, and they share a tile."""

Fetch = Callable[[Sequence[Run]], Sequence[bytes]]
"""Answers the hashes of each run end to end, in the order asked."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf hash of an entry (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(frontier: Iterable[bytes]) -> bytes:
    """The root of the tree with this frontier (largest subtree first)."""
    root = None
    for subtree in reversed(list(frontier)):
        root = subtree if root is None else node_hash(subtree, root)
    return EMPTY if root is None else root


@dataclass(frozen=True)
class Growth:
    """A tree after leaves were added.

    kept: runs (level, first index, hashes) of the new nodes to be kept, the leaves themselves among them.
    """

    size: int
    frontier: list[bytes]
    kept: list[tuple[int, int, list[bytes]]]

    @property
    def root(self) -> bytes:
        """The new root."""
        return root_of(self.frontier)


def grow(size: int, frontier: Sequence[bytes], leaves: Sequence[bytes]) -> Growth:
    """Add leaf hashes to a tree of `size` leaves with this frontier, level by level: few objects, one hash a node."""
    if len(frontier) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} frontier nodes, not {len(frontier)}")
    old = dict(zip(_bits(size), frontier, strict=True))
    new_size = size + len(leaves)
    edge: dict[int, bytes] = {}
    kept = []
    run, level = list(leaves), 0
    while run:
        first = size >> level
        if level % STRIDE == 0:
            kept.append((level, first, run))
        if first % 2:  # an old node waits for its right sibling
            run = [old.pop(level), *run]
        if len(run) % 2:
            edge[level] = run[-1]
        pairs = iter(run)
        run = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        level += 1
    edge.update(old)
    return Growth(new_size, [edge[level] for level in _bits(new_size)], kept)


def frontier_places(size: int) -> list[Place]:
    """Where the frontier of a tree of `size` leaves stands, largest subtree first."""
    return _cover(0, size)


def nodes(places: Sequence[Place], fetch: Fetch) -> list[bytes]:
    """The hashes of any complete nodes, in one fetch."""
    runs = [(level // STRIDE * STRIDE, index << level % STRIDE, 1 << level % STRIDE) for level, index in places]
    return [_over(hashes) for hashes in fetch(runs)]


def _over(hashes: bytes) -> bytes:
    """The node over a run of 2^n neighbours."""
    while len(hashes) > 32:
        pairs = range(0, len(hashes), 64)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 64]).digest() for at in pairs])
    return hashes


def root(size: int, fetch: Fetch) -> bytes:
    """The root the tree had at `size` leaves."""
    return root_of(nodes(frontier_places(size), fetch))


def inclusion(position: int, size: int, fetch: Fetch) -> list[bytes]:
    """The proof that the leaf at `position` (from 0) is in the tree of `size` leaves (section 2.1.3.1)."""
    return inclusions([position], size, fetch)[0]


def inclusions(positions: Sequence[int], size: int, fetch: Fetch) -> list[list[bytes]]:
    """The proofs for several leaves, in one fetch."""
    paths = [_path(position, size) for position in positions]
    hashes = iter(_ranges([step for path in paths for step in path], fetch))
    return [[next(hashes) for _ in path] for path in paths]


def consistency(earlier: int, later: int, fetch: Fetch) -> list[bytes]:
    """The proof that the tree of `later` leaves extends the one of `earlier` leaves (section 2.1.4.1).

    Empty where nothing is to be proved: equal sizes, or an empty earlier tree.
    """
    if not 0 <= earlier <= later:
        raise IndexError(f"a log of {later} entries cannot extend one of {earlier}")
    if earlier in (0, later):
        return []
    low, high, path = 0, later, []
    while earlier != high:
        middle = low + _half(high - low)
        if earlier <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    if low > 0:  # else the earlier tree is a node of the later one, and its root is known
        path.append((low, high))
    return _ranges(path[::-1], fetch)


def check_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> list[Reason]:
    """Whether the proof leads from this leaf at this position to the root (section 2.1.3.2)."""
    if not 0 <= position < size:
        return [reason("log_position_outside", position=position, size=size)]
    fn, sn, found = position, size - 1, leaf
    for step in proof:
        if sn == 0:
            return [_wrong_length(proof)]
        if fn % 2 or fn == sn:
            found = node_hash(step, found)
            while fn and not fn % 2:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        return [_wrong_length(proof)]
    if found != root:
        return [reason("log_entry_not_included", position=position, size=size)]
    return []


def check_consistency(
    earlier: int, later: int, proof: Sequence[bytes], earlier_root: bytes, later_root: bytes
) -> list[Reason]:
    """Whether the proof shows that the later tree extends the earlier one (section 2.1.4.2)."""
    if not 0 <= earlier <= later:
        return [reason("log_shrank", earlier=earlier, later=later)]
    if earlier == 0 or earlier == later:
        same = EMPTY if earlier == 0 else later_root
        if proof:
            return [_wrong_length(proof)]
        return [] if earlier_root == same else [_rewritten(earlier, later)]
    path = list(proof) if earlier.bit_count() > 1 else [earlier_root, *proof]
    if not path:
        return [_wrong_length(proof)]
    fn, sn = earlier - 1, later - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    found_earlier = found_later = path[0]
    for step in path[1:]:
        if sn == 0:
            return [_wrong_length(proof)]
        if fn % 2 or fn == sn:
            found_earlier, found_later = node_hash(step, found_earlier), node_hash(step, found_later)
            while fn and not fn % 2:
                fn, sn = fn >> 1, sn >> 1
        else:
            found_later = node_hash(found_later, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        return [_wrong_length(proof)]
    return [] if (found_earlier, found_later) == (earlier_root, later_root) else [_rewritten(earlier, later)]


def _wrong_length(proof: Sequence[bytes]) -> Reason:
    return reason("log_proof_wrong_length", hashes=len(proof))


def _rewritten(earlier: int, later: int) -> Reason:
    return reason("log_rewritten", earlier=earlier, later=later)


def _path(position: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots prove a position, from the leaf up."""
    if not 0 <= position < size:
        raise IndexError(f"there is no position {position} in a log of {size} entries")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + _half(high - low)
        if position < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def _ranges(ranges: Sequence[tuple[int, int]], fetch: Fetch) -> list[bytes]:
    """The roots over ranges of leaves that occur in proofs: a range at the right edge spans several nodes."""
    covers = [_cover(low, high) for low, high in ranges]
    hashes = iter(nodes([place for cover in covers for place in cover], fetch))
    return [root_of([next(hashes) for _ in cover]) for cover in covers]


def _cover(low: int, high: int) -> list[Place]:
    """The complete nodes over the leaves from `low` up to `high`, left to right; `low` is a multiple of the largest."""
    places = []
    for level in _bits(high - low):
        places.append((level, low >> level))
        low += 1 << level
    return places


def _bits(number: int) -> list[int]:
    """The bits set in a number, highest first."""
    return [bit for bit in range(number.bit_length() - 1, -1, -1) if number >> bit & 1]


def _half(width: int) -> int:
    """The largest power of two smaller than `width` (at least 2)."""
    return 1 << (width - 1).bit_length() - 1
