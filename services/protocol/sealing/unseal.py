"""Opening bids once every seat has turned its key, and telling whose fault it is when one does not open.

| what is found | whose | codes |
|---|---|---|
| no share of a seat, or none that matches its commitment | `holder` | `share_missing`, `share_false` |
| a holder says the wrapped share cannot be read | `undetermined` | `share_unreadable_at` |
| a ciphertext or manifest that is not the one accepted | `store` | `ciphertext_differs`, `manifest_malformed`, … |
| all shares match, and yet it does not open or parse | `supplier` | `envelope_unreadable`, `price_sheet_malformed`, … |

A deputy may post a further share for a seat at any time, and the supplier may hand in its own
(`seal.SealedBid.keepsake`); the first that matches the commitment counts, so a false share never spoils a good one.
`undetermined` because arithmetic cannot tell a holder who will not from a supplier who wrapped rubbish: see `evidence`
for what can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.protocol import canonical
from services.protocol.encoding import sha256_hex
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing import container, envelope, manifest, shares
from services.protocol.sealing.context import Context

Whose = Literal["supplier", "holder", "store", "undetermined"]
Posted = Mapping[str, Sequence[bytes | None]]
"""Seat → shares posted for it so far, in any order; None stands for "I could not read mine"."""


@dataclass(frozen=True)
class SealedPrice:
    """One bid as it lies in the store: the accepted manifest, the price ciphertext, and the shares posted."""

    manifest: Mapping[str, Any]
    ciphertext: bytes
    posted: Posted = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """A price sheet in clear, and the master key for the protected record (and for the files)."""

    bid: str
    price_sheet: dict[str, Any] = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Faulty:
    """A bid that did not open: whose fault, why, and at which seats."""

    bid: str
    whose: Whose
    reasons: tuple[Reason, ...]
    seats: tuple[str, ...] = ()


def unseal_price(sealed: SealedPrice) -> Opened | Faulty:
    """Open one price sheet, or say whose fault it is that it stays shut. Never raises for what a bid contains."""
    bid = str(sealed.manifest.get("bid"))
    found = manifest.faults(sealed.manifest)
    if found:
        return Faulty(bid, "store", tuple(found))
    key = combine(sealed.manifest, sealed.posted)
    if isinstance(key, Faulty):
        return key
    part = sealed.manifest["price"]
    if len(sealed.ciphertext) != part["size"] or sha256_hex(sealed.ciphertext) != part["digest"]:
        return Faulty(bid, "store", (_differs("price"),))
    try:
        plain = b"".join(envelope.decrypt(key, Context.of(sealed.manifest), envelope.PRICE, [sealed.ciphertext]))
        return Opened(bid, _price_sheet(plain), key)
    except ProtocolError as error:
        return Faulty(bid, "supplier", (error.reason,))


def unseal_many(bids: Iterable[SealedPrice]) -> list[Opened | Faulty]:
    """Open many, in their order; a faulty one never stops the others."""
    return [unseal_price(one) for one in bids]


def combine(accepted: Mapping[str, Any], posted: Posted) -> bytes | Faulty:
    """The master key from shares that match their commitments, or which seats are short of one."""
    chosen, faults = [], []
    for share in accepted["shares"]:
        seat, candidates = share["seat"], posted.get(share["seat"], ())
        match = next((one for one in candidates if one is not None and shares.matches(one, share["commitment"])), None)
        if match is None:
            faults.append((seat, _short(seat, candidates)))
        else:
            chosen.append(match)
    if not faults:
        return shares.combine(chosen)
    reasons = tuple(reason for _, reason in faults)
    seats = tuple(seat for seat, _ in faults)
    unreadable = all(reason.code == "share_unreadable_at" for reason in reasons)
    return Faulty(str(accepted["bid"]), "undetermined" if unreadable else "holder", reasons, seats)


def unseal_files(accepted: Mapping[str, Any], key: bytes, ciphertext: Iterable[bytes], into: container.Sink,
                 progress: envelope.Progress | None = None) -> tuple[list[container.OpenedFile], dict[str, Any]]:
    """Decrypt the files, streaming, into sinks; returns what came out and the index's `about`.

    `progress` is told (ciphertext bytes done, in all). Raises `ProtocolError`: `ciphertext_differs` when the stored
    bytes are not those of the manifest (the store's fault), anything else is the supplier's. After an error everything
    written is to be thrown away.
    """
    part = accepted["files"]
    measured = envelope.Measured()

    def watched() -> Iterable[bytes]:
        for piece in measured.through(ciphertext):
            yield piece
            if progress is not None:
                progress(measured.size, part["size"])

    pieces = watched()
    failed: ProtocolError | None = None
    try:
        opened = container.read(envelope.decrypt(key, Context.of(accepted), envelope.FILES, pieces), into)
    except ProtocolError as error:
        failed = error
        for _ in pieces:  # read on to the end: only the whole digest tells whose fault it is
            pass
    if measured.size != part["size"] or measured.digest() != part["digest"]:
        reason = _differs("files")
        raise ProtocolError(reason.code, str(reason), **reason.figures) from failed
    if failed is not None:
        raise failed
    return opened


def _price_sheet(plain: bytes) -> dict[str, Any]:
    length = int.from_bytes(plain[:4], "big")
    content, filling = plain[4:4 + length], plain[4 + length:]
    malformed = ProtocolError("price_sheet_malformed", "the price sheet is not what a sealing program writes")
    if (len(content) != length or filling.strip(b"\0") or len(plain) % manifest.PRICE_PADDING
            or len(filling) >= manifest.PRICE_PADDING):
        raise malformed
    try:
        sheet = canonical.parse(content)
    except ProtocolError as error:
        raise malformed from error
    if not isinstance(sheet, dict):
        raise malformed
    return sheet


def _short(seat: str, candidates: Sequence[bytes | None]) -> Reason:
    if any(one is not None for one in candidates):
        return Reason("share_false", f"the share posted for the seat {seat} is not the one committed to", seat=seat)
    if candidates:
        return Reason("share_unreadable_at", f"nobody at the seat {seat} could read the wrapped share", seat=seat)
    return Reason("share_missing", f"the seat {seat} has posted no share of this bid", seat=seat)


def _differs(part: str) -> Reason:
    return Reason("ciphertext_differs", f"the stored {part} ciphertext is not the one in the manifest", part=part)
