"""Bids to seal and open, with the published test keys, so that no test waits for a key to be made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from services.protocol import certificates
from services.protocol.sealing import seal, sheet, turning, unseal
from services.protocol.sealing.container import SourceFile

VECTORS = Path(sheet.__file__).parent / "vectors"
PRICE = {"price": "7980000.00", "words": "柒佰玖拾捌万元整"}
FILES = (("技术方案.pdf", b"the technical proposal " * 20), ("empty.txt", b""), ("prices.csv", b"1,199500.00\n"))
CHUNK = 256


@cache
def vectors(name: str = "sealing") -> dict[str, Any]:
    """A published vector file."""
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


@cache
def holder_key(fingerprint: str) -> Any:
    """The test private key of a holder."""
    pem = next(one["private_key"] for one in vectors()["holders"] if one["fingerprint"] == fingerprint)
    return certificates.load_private_key(pem.encode())


def sheet_of(lot: str = "lot-1", deadline: str = "2026-06-01T01:00:00Z") -> sheet.SealingSheet:
    """The vectors' seats (centre with a deputy, purchaser, supervisor) for any lot."""
    seats = {one["seat"]: one["holders"] for one in vectors()["sheet"]["seats"]}
    return sheet.SealingSheet(sheet.compose(lot, deadline, seats))


@dataclass
class Sealed:
    """A sealed bid and where its ciphertexts lie."""

    sheet: sheet.SealingSheet
    manifest: dict[str, Any]
    keepsake: dict[str, str]
    price: bytes
    files: bytes

    def posted(self, *seats: str, principal: int = 0) -> dict[str, list[bytes | None]]:
        """What the holders of these seats (all when none is named) post for this bid."""
        return {seat: [self.share(seat, principal)] for seat in seats or self.sheet.seat_names}

    def share(self, seat: str, position: int = 0) -> bytes:
        """The share of a seat, unwrapped by its holder at that position (the last when there are fewer)."""
        holders = self.sheet.holders(seat)
        fingerprint = holders[min(position, len(holders) - 1)]["fingerprint"]
        return turning.unwrap(holder_key(fingerprint), self.manifest, fingerprint)

    def open(self, posted: dict[str, list[bytes | None]] | None = None) -> unseal.Opened | unseal.Faulty:
        """Open the price sheet."""
        shares = self.posted() if posted is None else posted
        return unseal.unseal_price(unseal.SealedPrice(self.manifest, self.price, shares))

    def opened(self, posted: dict[str, list[bytes | None]] | None = None) -> unseal.Opened:
        """Open the price sheet of a bid that must open."""
        outcome = self.open(posted)
        assert isinstance(outcome, unseal.Opened), outcome
        return outcome

    def faulty(self, posted: dict[str, list[bytes | None]] | None = None) -> unseal.Faulty:
        """Why a bid that must not open does not."""
        outcome = self.open(posted)
        assert isinstance(outcome, unseal.Faulty), outcome
        return outcome


def seal_bid(bid: str = "bid-1", supplier: str = "supplier-1", price: dict[str, Any] | None = None,
             files: tuple[tuple[str, bytes], ...] = FILES, on: sheet.SealingSheet | None = None,
             chunk: int = CHUNK, **more: Any) -> Sealed:
    """Seal a bid in memory."""
    under = on or sheet_of()
    price_into, files_into = BytesIO(), BytesIO()
    sealed = seal.seal(under, bid=bid, supplier=supplier, price_sheet=price or PRICE,
                       files=[SourceFile.of(name, content) for name, content in files], price_into=price_into,
                       files_into=files_into, chunk=chunk, **more)
    return Sealed(under, sealed.manifest, sealed.keepsake, price_into.getvalue(), files_into.getvalue())


class Kept(BytesIO):
    """A stream whose content can be read after it is closed."""

    def close(self) -> None:
        """Keep the content."""
        self.content = self.getvalue()
        super().close()


def open_files(sealed: Sealed, key: bytes, ciphertext: bytes | None = None) -> dict[str, bytes]:
    """Open the files into memory: name → bytes."""
    sinks: dict[str, Kept] = {}

    def into(name: str, _size: int) -> Kept:
        sinks[name] = Kept()
        return sinks[name]

    content = sealed.files if ciphertext is None else ciphertext
    unseal.unseal_files(sealed.manifest, key, [content[at:at + 100] for at in range(0, len(content), 100)], into)
    return {name: sink.content for name, sink in sinks.items()}
