"""May this checkpoint follow the one I hold?

A witness remembers, for each log, the newest checkpoint it has verified, and judges every further one by it:

| verdict | means | then |
|---|---|---|
| `accepted` | signed by the log, and shown to extend what is held | hold it |
| `known` | signed, and nothing new: what is held, or shown to be an earlier state of it | nothing |
| `gap` | signed and larger, but the proof does not start where we stand, or is missing | ask for it, judge again |
| `older` | signed and smaller, without proof that it is an earlier state | ask for it, judge again |
| `forged` | not signed by the log's key, or not a checkpoint at all | refuse, alarm |
| `fork` | signed, but another history than the one held: two notes nobody can explain | refuse, alarm, keep both |
| `rollback` | signed later than what is held, yet smaller: entries were taken back | refuse, alarm, keep both |

Pure: the witness's memory, the checkpoint, the proof and the keys go in, the verdict comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.protocol.log import tree
from services.protocol.log.checkpoint import Checkpoint, open_checkpoint
from services.protocol.log.note import Key
from services.protocol.log.sentences import reason
from services.protocol.reasons import ProtocolError, Reason

ALARMING = ("forged", "fork", "rollback")


@dataclass(frozen=True)
class Verdict:
    """The answer. `checkpoint` is None when forged; `reason` is None when accepted or known."""

    kind: str
    checkpoint: Checkpoint | None = None
    reason: Reason | None = None

    @property
    def alarming(self) -> bool:
        """Whether people must be told."""
        return self.kind in ALARMING


def judge(
    held: Checkpoint | None,
    signed: str,
    keys: Iterable[Key],
    *,
    origin: str,
    proof: Sequence[bytes] = (),
    proof_from: int | None = None,
) -> Verdict:
    """Judge a signed checkpoint said to be of the log `origin`, against the one held (None: this is the first).

    proof: the consistency proof between `proof_from` and the larger of the two sizes; `proof_from` None: none came.
    """
    try:
        new = open_checkpoint(signed, keys)
    except ProtocolError as error:
        return Verdict("forged", None, error.reason)
    if new.origin != origin:
        return Verdict("forged", None, reason("log_other_origin", found=new.origin, origin=origin))
    if held is None:
        return Verdict("accepted", new)
    if new.size == held.size:
        return Verdict("known", new) if new.root == held.root else _fork(held, new)
    if new.size < held.size:
        return _smaller(held, new, proof, proof_from)
    if held.size and proof_from != held.size:
        return Verdict("gap", new, reason("log_gap", size=held.size))
    if reasons := tree.check_consistency(held.size, new.size, proof if held.size else (), held.root, new.root):
        return Verdict("fork", new, reasons[0])
    return Verdict("accepted", new)


def _smaller(held: Checkpoint, new: Checkpoint, proof: Sequence[bytes], proof_from: int | None) -> Verdict:
    if new.moment and held.moment and new.moment > held.moment:
        figures = {"before": held.time, "held": held.size, "after": new.time, "size": new.size}
        return Verdict("rollback", new, reason("log_rolled_back", **figures))
    if proof_from != new.size:
        return Verdict("older", new, reason("log_older_unproved", size=new.size, held=held.size))
    if reasons := tree.check_consistency(new.size, held.size, proof, new.root, held.root):
        return Verdict("fork", new, reasons[0])
    return Verdict("known", new)


def _fork(held: Checkpoint, new: Checkpoint) -> Verdict:
    return Verdict("fork", new, reason("log_forked", size=held.size, one=held.root.hex(), other=new.root.hex()))
