"""The draw of experts, replayable by anyone from its published transcript. Needs the standard library alone.

1. The **pool** is frozen before any randomness exists: per specialty how many are wanted and the pseudonyms of the
   eligible, sorted. Its digest (canonical JSON, SHA-256) goes into the journal.
2. **Commit and reveal.** Each seat draws a 32-byte nonce and publishes `commitment(pool digest, round, seat, nonce)`;
   when all have, each reveals. The commitment names pool, round and seat, so nobody can copy another's. A seat that
   will not reveal stays on record, and everybody commits anew, with fresh nonces, in the next round.
3. **Seed** = SHA-256(pool digest ‖ nonces in seat order), all as raw bytes: 32 + 32 × seats.
4. **Order**, per specialty: Fisher–Yates from the last place down to the second; the partner of place i (from 0) is
   drawn from 0…i out of a stream of 64-bit big-endian words, HMAC-SHA-256(seed,
   ``sunshine-draw-v1|shuffle|<specialty>|`` ‖ u64be(counter)) for counter 0, 1, 2, …; words at or above the largest
   multiple of i+1 are thrown away (no modulo bias).
5. **Calls** follow that order; who declines, is recused or absent is followed by the next. There is no second draw.

`replay` checks a transcript from beginning to end; `python -m services.protocol.draw transcript.json` says it aloud.
The transcript:

```
{"version": 1, "pool": {"version": 1, "draw": "…", "about": {…},
                        "specialties": [{"specialty": "A02010104", "wanted": 3, "experts": ["<pseudonym>", …]}]},
 "pool_digest": "<hex>", "seats": ["centre", "purchaser", "supervisor"],
 "rounds": [{"commitments": [{"seat", "by", "commitment"}], "reveals": [{"seat", "nonce"}], "missing": []}],
 "seed": "<hex>", "orders": [{"specialty": "…", "order": ["<pseudonym>", …]}],
 "calls": [{"specialty", "expert", "outcome", "reason", "at"}], "digest": "<hex>"}
```

Nonces are hex. `digest` is that of the transcript without it: what the journal and the report name.
Sources: RFC 2104 (HMAC), Knuth, TAOCP volume 2, section 3.4.2 (algorithm P), document of the suite on transparency.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.protocol import canonical
from services.protocol.encoding import is_digest
from services.protocol.reasons import ProtocolError, Reason

PROTOCOL = b"sunshine-draw-v1"
NONCE_BYTES = 32
VERSION = 1
OUTCOMES = ("accepted", "declined", "recused", "absent", "elsewhere")
"""How a call ended in the end; `elsewhere`: already on this panel for another specialty."""
MEMBERS = ("version", "pool", "pool_digest", "seats", "rounds", "seed", "orders", "calls", "digest")


def pseudonym(person: str, salt: bytes) -> str:
    """A person's name in the pool: SHA-256 (hex) over a 32-byte salt of their own and their id.

    Telling somebody the salt and the id proves who was meant; without the salt nothing can be guessed.
    """
    if len(salt) != NONCE_BYTES:
        raise ProtocolError("draw_salt", f"a pseudonym's salt has {NONCE_BYTES} bytes", bytes=NONCE_BYTES)
    return hashlib.sha256(PROTOCOL + b"|expert|" + salt + person.encode("utf-8")).hexdigest()


def freeze_pool(draw: str, specialties: Mapping[str, tuple[int, Sequence[str]]],
                about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The pool of a draw from specialty → (how many are wanted, pseudonyms); sorts, so the given order does not matter.

    `about` is what else is frozen with it (region, lots, how many were recused for which reason). Raises
    `ProtocolError` (`draw_pool_malformed`) for an empty pool, a doubled pseudonym, nobody wanted.
    """
    pool = {"version": VERSION, "draw": draw, "about": dict(about or {}),
            "specialties": [{"specialty": name, "wanted": wanted, "experts": sorted(experts)}
                            for name, (wanted, experts) in sorted(specialties.items())]}
    found = _pool_faults(pool)
    if found:
        raise ProtocolError(found[0].code, str(found[0]))
    return pool


def commitment(pool_digest: str, round_number: int, seat: str, nonce: bytes) -> str:
    """What a seat publishes first: SHA-256 (hex) over protocol, pool digest, round (1, 2, …), seat and the nonce."""
    if len(nonce) != NONCE_BYTES:
        raise ProtocolError("draw_nonce", f"a nonce has {NONCE_BYTES} bytes", bytes=NONCE_BYTES)
    bound = f"|commit|{pool_digest}|{round_number}|{seat}|".encode()
    return hashlib.sha256(PROTOCOL + bound + nonce).hexdigest()


def seed_of(pool_digest: str, nonces: Sequence[bytes]) -> bytes:
    """The seed (32 bytes) from the pool's digest and the nonces in seat order."""
    if any(len(nonce) != NONCE_BYTES for nonce in nonces) or not nonces:
        raise ProtocolError("draw_nonce", f"a nonce has {NONCE_BYTES} bytes", bytes=NONCE_BYTES)
    return hashlib.sha256(bytes.fromhex(pool_digest) + b"".join(nonces)).digest()


def shuffle(seed: bytes, specialty: str, experts: Sequence[str]) -> list[str]:
    """The drawn order of a specialty's sorted pool."""
    words = _words(seed, specialty)
    order = list(experts)
    for last in range(len(order) - 1, 0, -1):
        partner = _below(words, last + 1)
        order[last], order[partner] = order[partner], order[last]
    return order


def orders_of(pool: Mapping[str, Any], seed: bytes) -> list[dict[str, Any]]:
    """The transcript's `orders`: every specialty of the pool, shuffled."""
    return [{"specialty": one["specialty"], "order": shuffle(seed, one["specialty"], one["experts"])}
            for one in pool["specialties"]]


def transcript(pool: Mapping[str, Any], seats: Sequence[str], rounds: Sequence[Mapping[str, Any]],
               calls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put a finished draw together: everything that follows from the rest is computed here.

    Raises `ProtocolError` (the first reason's code, all told) unless the result replays.
    """
    pool_digest = canonical.digest(dict(pool))
    last = {entry["seat"]: bytes.fromhex(entry["nonce"]) for entry in rounds[-1]["reveals"]} if rounds else {}
    if set(last) != set(seats):
        raise ProtocolError("draw_not_revealed", "not every seat has revealed its nonce in the last round")
    seed = seed_of(pool_digest, [last[seat] for seat in seats])
    made: dict[str, Any] = {
        "version": VERSION, "pool": dict(pool), "pool_digest": pool_digest, "seats": list(seats),
        "rounds": [dict(one) for one in rounds], "seed": seed.hex(), "orders": orders_of(pool, seed),
        "calls": [dict(call) for call in calls],
    }
    made["digest"] = canonical.digest(made)
    found = replay(made)
    if found:
        raise ProtocolError(found[0].code, "; ".join(found), **found[0].figures)
    return made


def replay(published: Any, pool_digest: str | None = None, digest: str | None = None) -> list[Reason]:
    """Do the draw again and say everything in which the transcript departs from it; empty means it is right.

    Give the pool digest that was journalled before the commitments, and the transcript's digest from the report, where
    they are at hand: a transcript that is right by itself could still be another draw's.
    """
    found = _shape_faults(published)
    if found:
        return found
    said = {name: published[name] for name in MEMBERS if name != "digest"}
    if canonical.digest(said) != published["digest"] or digest not in (None, published["digest"]):
        found.append(Reason("draw_digest", "the transcript is not the one its digest names"))
    actual = canonical.digest(published["pool"])
    if published["pool_digest"] != actual or pool_digest not in (None, actual):
        found.append(Reason("draw_pool_digest", "the pool is not the one that was frozen before the draw"))
    in_rounds = _round_faults(published, actual)
    found += in_rounds
    if in_rounds:
        return found
    nonces = {entry["seat"]: bytes.fromhex(entry["nonce"]) for entry in published["rounds"][-1]["reveals"]}
    seed = seed_of(actual, [nonces[seat] for seat in published["seats"]])
    if published["seed"] != seed.hex():
        found.append(Reason("draw_seed", "the seed does not follow from the pool and the nonces"))
    if published["orders"] != orders_of(published["pool"], seed):
        found.append(Reason("draw_order", "the order does not follow from the seed"))
    return found + _call_faults(published["pool"], orders_of(published["pool"], seed), published["calls"])


def _words(seed: bytes, specialty: str) -> Iterator[int]:
    """64-bit words of the specialty's stream, without end."""
    label = PROTOCOL + b"|shuffle|" + specialty.encode("utf-8") + b"|"
    counter = 0
    while True:
        block = hmac.new(seed, label + counter.to_bytes(8, "big"), hashlib.sha256).digest()
        yield from (int.from_bytes(block[start:start + 8], "big") for start in range(0, 32, 8))
        counter += 1


def _below(words: Iterator[int], bound: int) -> int:
    """A number from 0 to bound−1, each equally likely."""
    limit = 2**64 - 2**64 % bound
    return next(word for word in words if word < limit) % bound


def _round_faults(published: Mapping[str, Any], pool_digest: str) -> list[Reason]:
    seats, rounds = published["seats"], published["rounds"]
    found = []
    used: set[str] = set()
    for number, one in enumerate(rounds, start=1):
        committed = {entry["seat"]: entry["commitment"] for entry in one["commitments"]}
        revealed = {entry["seat"]: entry["nonce"] for entry in one["reveals"]}
        if [entry["seat"] for entry in one["commitments"]] != seats:
            found.append(Reason("draw_commitments", f"round {number}: not every seat committed, in seat order",
                                round=number))
            continue
        if [entry["seat"] for entry in one["reveals"]] != [seat for seat in seats if seat not in one["missing"]]:
            found.append(Reason("draw_reveal_missing", f"round {number}: a reveal is neither there nor on record as "
                                "missing", round=number))
            continue
        if bool(one["missing"]) != (number < len(rounds)):
            found.append(Reason("draw_rounds", f"round {number}: another round follows exactly where a reveal is "
                                "missing", round=number))
        for seat, nonce in revealed.items():
            if commitment(pool_digest, number, seat, bytes.fromhex(nonce)) != committed[seat]:
                found.append(Reason("draw_reveal_false", f"round {number}: {seat} revealed another nonce than it "
                                    "committed to", round=number, seat=seat))
            if nonce in used:
                found.append(Reason("draw_nonce_reused", f"round {number}: {seat} used a nonce that was known",
                                    round=number, seat=seat))
            used.add(nonce)
    return found


def _call_faults(pool: Mapping[str, Any], orders: Sequence[Mapping[str, Any]],
                 calls: Sequence[Mapping[str, Any]]) -> list[Reason]:
    found: list[Reason] = []
    accepted = [call["expert"] for call in calls if call["outcome"] == "accepted"]
    if len(set(accepted)) != len(accepted):
        found.append(Reason("draw_accepted_twice", "an expert was accepted for two specialties"))
    drawn = {one["specialty"]: one["order"] for one in orders}
    for call in calls:
        if call["specialty"] not in drawn:
            found.append(Reason("draw_call_stranger", f"a call for {call['specialty']!r}, which the pool does not have",
                                specialty=call["specialty"]))
    for wanted in pool["specialties"]:
        name, order = wanted["specialty"], drawn[wanted["specialty"]]
        mine = [call for call in calls if call["specialty"] == name]
        if [call["expert"] for call in mine] != order[:len(mine)]:
            found.append(Reason("draw_call_order", f"{name}: the calls do not follow the drawn order", specialty=name))
        taken = 0
        for call in mine:
            if taken == wanted["wanted"]:
                found.append(Reason("draw_call_needless", f"{name}: called on though {taken} had accepted",
                                    specialty=name, accepted=taken))
                break
            if call["outcome"] == "elsewhere" and call["expert"] not in accepted:
                found.append(Reason("draw_call_elsewhere", f"{name}: somebody was passed over as already on the panel, "
                                    "but is not", specialty=name))
            taken += call["outcome"] == "accepted"
        if taken < wanted["wanted"] and len(mine) < len(order):
            found.append(Reason("draw_call_unfinished", f"{name}: {taken} of {wanted['wanted']} accepted, and not "
                                "everybody was called", specialty=name, accepted=taken, wanted=wanted["wanted"]))
    return found


def _shape_faults(published: Any) -> list[Reason]:
    if not isinstance(published, Mapping) or set(published) != set(MEMBERS):
        return [Reason("draw_malformed", f"a transcript has exactly the members {', '.join(MEMBERS)}")]
    try:
        canonical.canonical(dict(published))
    except ProtocolError as error:
        return [error.reason]
    seats = published["seats"]
    sound = (
        published["version"] == VERSION and not isinstance(published["version"], bool)
        and all(is_digest(published[name]) for name in ("pool_digest", "seed", "digest"))
        and isinstance(seats, list) and len(seats) >= 2 and all(isinstance(seat, str) and seat for seat in seats)
        and len(set(seats)) == len(seats)
        and isinstance(published["rounds"], list) and bool(published["rounds"])
        and all(_round_is_sound(one) for one in published["rounds"])
        and _all_of(published["orders"], {"specialty": str, "order": list})
        and _all_of(published["calls"], {"specialty": str, "expert": str, "outcome": str, "reason": str, "at": str})
        and all(call["outcome"] in OUTCOMES for call in published["calls"])
    )
    if not sound:
        return [Reason("draw_malformed", "a part of the transcript has not the published form")]
    return _pool_faults(published["pool"])


def _round_is_sound(one: Any) -> bool:
    return (isinstance(one, Mapping) and set(one) == {"commitments", "reveals", "missing"}
            and _all_of(one["commitments"], {"seat": str, "by": str, "commitment": str})
            and _all_of(one["reveals"], {"seat": str, "nonce": str})
            and all(is_digest(entry["nonce"]) for entry in one["reveals"])  # 32 bytes in hex, as a digest is
            and isinstance(one["missing"], list) and all(isinstance(seat, str) for seat in one["missing"]))


def _all_of(entries: Any, shape: Mapping[str, type]) -> bool:
    return isinstance(entries, list) and all(
        isinstance(entry, Mapping) and set(entry) == set(shape)
        and all(isinstance(entry[name], kind) for name, kind in shape.items()) for entry in entries)


def _pool_faults(pool: Any) -> list[Reason]:
    sound = (isinstance(pool, Mapping) and set(pool) == {"version", "draw", "about", "specialties"}
             and pool["version"] == VERSION and isinstance(pool["draw"], str) and bool(pool["draw"])
             and isinstance(pool["about"], Mapping) and bool(pool["specialties"])
             and _all_of(pool["specialties"], {"specialty": str, "wanted": int, "experts": list}))
    if not sound:
        return [Reason("draw_pool_malformed", "the pool has not the published form")]
    names = [one["specialty"] for one in pool["specialties"]]
    found = []
    if names != sorted(set(names)):
        found.append(Reason("draw_pool_malformed", "the pool's specialties are not sorted, or one is named twice"))
    for one in pool["specialties"]:
        name, experts = one["specialty"], one["experts"]
        if not experts or not all(isinstance(expert, str) and expert for expert in experts) or one["wanted"] < 1:
            found.append(Reason("draw_pool_malformed", f"{name}: the pool is empty or nobody is wanted"))
        elif experts != sorted(set(experts)):
            found.append(Reason("draw_pool_malformed", f"{name}: the pool is not sorted, or one is in it twice"))
    return found


def main(arguments: Sequence[str]) -> int:
    """Replay the transcript in a file; prints the reasons, one a line, and returns 0 for yes, 1 for no."""
    found = replay(canonical.parse_any(Path(arguments[0]).read_bytes()))
    print("\n".join(found) if found else "yes: the draw replays")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
