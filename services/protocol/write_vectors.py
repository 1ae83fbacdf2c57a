"""Write the published vectors of canonical JSON and of the draw: `python -m services.protocol.write_vectors [folder]`.

Nothing in them is random: every run writes the same bytes. They are synthetic and name nobody.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from services.protocol import canonical, draw

FOLDER = Path(__file__).parent / "vectors"
ABOUT = "合成测试向量 / synthetic test vectors"
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, canonical.LARGEST_INTEGER, "", "阳光采购", "\u0000\b\t\n\f\r\u001f\u007f\"\\/\u2028😀", [], {},
    {"b": 1, "a": [None, True, "x"], "A": {}, "a_": 0, "10": 1, "9": 2}, [[[]], {"": ""}],
)
REFUSED = ("1.0", "1e3", "NaN", "9007199254740992", '{"a":1,"a":2}', '{"键":1}', '"\\ud800"', "[1,]",
           "[" * 40 + "]" * 40)
SEATS = ("centre", "purchaser", "supervisor")


def canonical_vectors() -> dict[str, Any]:
    """Values with their canonical text and digest, and JSON texts that are refused."""
    return {"about": ABOUT, "values": [
        {"value": value, "canonical": canonical.canonical(value).decode(), "sha256": canonical.digest(value)}
        for value in VALUES], "refused": list(REFUSED)}


def nonce(name: str) -> bytes:
    """A fixed "nonce" for vectors."""
    return hashlib.sha256(f"vector nonce {name}".encode()).digest()


def draw_vectors() -> dict[str, Any]:
    """Shuffles from fixed seeds, and one whole transcript with an aborted round, declines and a double specialty."""
    people = [f"person-{number}" for number in range(1, 13)]
    names = {person: draw.pseudonym(person, nonce(person)) for person in people}
    pool = draw.freeze_pool("draw-1", {"A02010104": (3, [names[one] for one in people[:9]]),
                                       "C0301": (2, [names[one] for one in people[5:]])}, {"region": "吉林"})
    digest = canonical.digest(pool)
    rounds = [_round(digest, 1, "supervisor"), _round(digest, 2, None)]
    seed = draw.seed_of(digest, [nonce(f"2 {seat}") for seat in SEATS])
    shuffles = [{"seed": nonce(str(size)).hex(), "specialty": f"S{size}", "experts": [str(n) for n in range(size)],
                 "order": draw.shuffle(nonce(str(size)), f"S{size}", [str(n) for n in range(size)])}
                for size in (1, 2, 3, 10, 52)]
    return {"about": ABOUT, "pseudonyms": [{"person": one, "salt": nonce(one).hex(), "pseudonym": names[one]}
                                           for one in people],
            "shuffles": shuffles, "transcript": draw.transcript(pool, SEATS, rounds, calls_for(pool, seed))}


def calls_for(pool: dict[str, Any], seed: bytes) -> list[dict[str, str]]:
    """Calls down the drawn order: the first of each specialty declines, who is on the panel already is passed over."""
    calls: list[dict[str, str]] = []
    accepted: set[str] = set()
    for wanted, drawn in zip(pool["specialties"], draw.orders_of(pool, seed), strict=True):
        taken = 0
        for place, expert in enumerate(drawn["order"]):
            if taken == wanted["wanted"]:
                break
            outcome = "elsewhere" if expert in accepted else "declined" if place == 0 else "accepted"
            taken += outcome == "accepted"
            accepted |= {expert} if outcome == "accepted" else set()
            calls.append({"specialty": drawn["specialty"], "expert": expert, "outcome": outcome,
                          "reason": "另有工作安排" if outcome == "declined" else "", "at": "2026-05-29T01:00:00Z"})
    return calls


def _round(pool_digest: str, number: int, silent: str | None) -> dict[str, Any]:
    nonces = {seat: nonce(f"{number} {seat}") for seat in SEATS}
    return {"commitments": [{"seat": seat, "by": f"{seat}-{number}",
                             "commitment": draw.commitment(pool_digest, number, seat, nonces[seat])} for seat in SEATS],
            "reveals": [{"seat": seat, "nonce": nonces[seat].hex()} for seat in SEATS if seat != silent],
            "missing": [silent] if silent else []}


def write(folder: Path = FOLDER) -> None:
    """Write `canonical.json` and `draw.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("canonical.json", canonical_vectors()), ("draw.json", draw_vectors())):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(*(Path(argument) for argument in sys.argv[1:2]))
