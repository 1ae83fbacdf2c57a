"""Who is invited, and was the choice left to chance? (法34; the pool is twice as large as the number wanted: 87-14)

The choice can be replayed by anybody: the sorted pool's digest is fixed first; the order follows from it and from a
seed that comes after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from services.chassis.objection import Objection
from services.tendering.rules.procedures import Procedure
from services.tendering.rules.reasons import objection


def pool_objections(procedure: Procedure, pool: Sequence[str], wanted: int) -> list[Objection]:
    """Why this pool or number will not do."""
    found = []
    if procedure.publicity == "public":
        return [objection("nobody_is_invited", procedure.article, "pool", procedure=procedure.code)]
    if wanted < procedure.minimum_bidders:
        found.append(
            objection("too_few_invited", procedure.article, "wanted", wanted=wanted, least=procedure.minimum_bidders)
        )
    if procedure.maximum_bidders and wanted > procedure.maximum_bidders:
        found.append(
            objection("too_many_invited", procedure.article, "wanted", wanted=wanted, most=procedure.maximum_bidders)
        )
    if len(set(pool)) != len(pool):
        found.append(objection("pool_twice", procedure.article, "pool"))
    least = max(wanted * max(procedure.pool_factor, 1), wanted)
    if len(set(pool)) < least:
        article = "87-14" if procedure.pool_factor > 1 else procedure.article
        found.append(objection("pool_too_small", article, "pool", pool=len(set(pool)), least=least))
    return found


def pool_digest(pool: Sequence[str]) -> str:
    """SHA-256 (hex) over the sorted pool, one id a line: fixed before the seed is drawn."""
    return hashlib.sha256("\n".join(sorted(pool)).encode()).hexdigest()


def chosen(pool: Sequence[str], seed: bytes, wanted: int) -> list[str]:
    """The first `wanted` of the pool in the order of SHA-256(pool digest ‖ seed ‖ id): every order equally likely."""
    start = bytes.fromhex(pool_digest(pool)) + seed
    return sorted(pool, key=lambda each: hashlib.sha256(start + each.encode()).digest())[:wanted]
