"""Sealing a bid, on the supplier's machine.

>>> sealed = seal(sheet, bid=…, supplier=…, price_sheet={"price": "7980000.00", …}, files=[SourceFile.at(path)],
...               price_into=price_stream, files_into=files_stream)            # doctest: +SKIP
>>> signed = manifest.sign(sealed.manifest, signing_key, certificate_pem)      # doctest: +SKIP

Memory use is one chunk, whatever the size of the files.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from services.protocol import canonical
from services.protocol.encoding import b64url
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import container, envelope, manifest, shares
from services.protocol.sealing.context import DEFAULT_CHUNK, KEY_BYTES, Context
from services.protocol.sealing.sheet import SealingSheet
from services.protocol.sealing.suites import suite


@dataclass(frozen=True)
class SealedBid:
    """The manifest to sign and submit, and the supplier's own keepsake.

    `keepsake` maps seat → share (base64url). It is secret until the opening and belongs to the supplier alone: should a
    seat be unable to read its wrapped share, the supplier present at the opening can hand in the share itself, and the
    commitment shows that it is the right one.
    """

    manifest: dict[str, Any]
    keepsake: dict[str, str] = field(repr=False)


def seal(sheet: SealingSheet, *, bid: str, supplier: str, price_sheet: Mapping[str, Any],
         files: Sequence[container.SourceFile], price_into: BinaryIO, files_into: BinaryIO,
         about: Mapping[str, Any] | None = None, progress: envelope.Progress | None = None,
         chunk: int = DEFAULT_CHUNK, random: Callable[[int], bytes] = secrets.token_bytes) -> SealedBid:
    """Seal a price sheet (an object of canonical JSON) and files into two ciphertext streams.

    `bid` is a fresh id of the caller's choosing (a UUID), `about` goes into the files' index, `progress` is told
    (plaintext bytes done, in all) of the files. `random` is for test vectors only. Raises `ProtocolError` for a price
    sheet or files that cannot travel; then nothing written so far is of use.
    """
    context = Context(sheet.suite, sheet.lot, bid, supplier, sheet.deadline, sheet.digest, chunk)
    price = padded(canonical.canonical(_object(price_sheet)))
    total = len(container.head(files, about or {})) + sum(one.size for one in files)
    master = random(KEY_BYTES)
    parts = shares.split(master, len(sheet.seats), random)
    price_part = _write(envelope.encrypt(master, context, envelope.PRICE, [price]), price_into)
    counted = _counted(container.write(files, about or {}), total, progress)
    files_part = _write(envelope.encrypt(master, context, envelope.FILES, counted), files_into)
    made = {
        "version": manifest.VERSION, "suite": context.suite, "lot": context.lot, "bid": bid, "supplier": supplier,
        "deadline": context.deadline, "sheet": context.sheet, "chunk": chunk,
        "price": price_part, "files": files_part, "shares": wrap(sheet, context, parts),
    }
    return SealedBid(made, {seat: b64url(share) for seat, share in zip(sheet.seat_names, parts, strict=True)})


def wrap(sheet: SealingSheet, context: Context, parts: Sequence[bytes]) -> list[dict[str, Any]]:
    """The manifest's `shares`: each share committed to, and wrapped for each holder of its seat."""
    wrapping = suite(sheet.suite).wrap
    return [{"seat": seat["seat"], "commitment": shares.commitment(share),
             "wrapped": [{"holder": one["fingerprint"],
                          "share": b64url(wrapping(one["certificate"], share, context.label(seat["seat"])))}
                         for one in seat["holders"]]}
            for seat, share in zip(sheet.seats, parts, strict=True)]


def padded(price: bytes) -> bytes:
    """u32be(length) ‖ price ‖ zeros, up to a multiple of `manifest.PRICE_PADDING`: sizes tell no prices.

    Raises `ProtocolError` (`price_sheet_too_large`).
    """
    length = 4 + len(price)
    filled = -(-length // manifest.PRICE_PADDING) * manifest.PRICE_PADDING
    if filled > manifest.LARGEST_PRICE_SHEET:
        most = manifest.LARGEST_PRICE_SHEET - 4
        raise ProtocolError("price_sheet_too_large", f"the price sheet has {len(price)} bytes; at most {most}",
                            bytes=len(price), most=most)
    return len(price).to_bytes(4, "big") + price + bytes(filled - length)


def _object(price_sheet: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(price_sheet, Mapping):
        raise ProtocolError("price_sheet_malformed", "a price sheet is an object")
    return dict(price_sheet)


def _write(pieces: Iterable[bytes], into: BinaryIO) -> dict[str, Any]:
    measured = envelope.Measured()
    for piece in measured.through(pieces):
        into.write(piece)
    return {"digest": measured.digest(), "size": measured.size}


def _counted(pieces: Iterable[bytes], total: int, progress: envelope.Progress | None) -> Iterable[bytes]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        if progress is not None:
            progress(done, total)
