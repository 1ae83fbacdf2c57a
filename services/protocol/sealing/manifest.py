"""The manifest: what a sealed bid consists of, small enough to be a command, signed by the supplier.

```
{"version": 1, "suite": "RSA-OAEP-256+A256GCM", "lot": "…", "bid": "…", "supplier": "…",
 "deadline": "2026-06-01T01:00:00Z", "sheet": "<digest of the sealing sheet>", "chunk": 1048576,
 "price": {"digest": "<SHA-256 of the ciphertext>", "size": 4112},
 "files": {"digest": "…", "size": 123456},
 "shares": [{"seat": "centre", "commitment": "<SHA-256 of the share>",
             "wrapped": [{"holder": "<certificate fingerprint>", "share": "<base64url>"}]}]}
```

Seats and holders stand in the sheet's order. The signature is a signed statement (`signatures`) with ``what: "bid"``,
the manifest's digest, and lot, bid and supplier once more in clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.protocol import canonical, certificates, signatures
from services.protocol.encoding import is_b64url, is_digest
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing import context, suites
from services.protocol.sealing.envelope import TAG_BYTES, ciphertext_size
from services.protocol.sealing.sheet import MOST_HOLDERS, MOST_SEATS, SealingSheet

VERSION = 1
MEMBERS = ("version", *context.MEMBERS, "price", "files", "shares")
PRICE_PADDING = 4096
"""A price sheet's plaintext is filled up to a multiple of this, so that its length says nothing about the price."""
LARGEST_PRICE_SHEET = 256 * 1024
"""Bytes of a price sheet's plaintext, length and padding included."""
LARGEST_FILES = (1 << 36) + (1 << 32)
"""Bytes of a files ciphertext."""
LONGEST_WRAPPED = 1024
"""Bytes of one wrapped share (an RSA key of 8192 bits)."""
STATEMENT = "bid"


def digest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical manifest, hex: what the supplier signs and the receipt names."""
    return canonical.digest(dict(manifest))


def sign(manifest: Mapping[str, Any], private_key: certificates.PrivateKey, certificate_pem: str,
         algorithm: str | None = None) -> dict[str, Any]:
    """The supplier's signed statement over the manifest."""
    return signatures.build(to_sign(manifest), private_key, certificate_pem, algorithm)


def to_sign(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The statement a card or a browser signs (`signatures.bytes_to_sign`, then `signatures.assemble`)."""
    return signatures.statement(STATEMENT, digest(manifest), lot=manifest["lot"], bid=manifest["bid"],
                                supplier=manifest["supplier"])


def signature_faults(manifest: Mapping[str, Any], signed: Any, signer: str | None = None) -> list[Reason]:
    """Why the signed statement does not cover this manifest; `signer` is the enrolled certificate's fingerprint."""
    try:
        expect = to_sign(manifest)
    except (ProtocolError, KeyError):
        return [Reason("manifest_malformed", "the manifest is malformed")]
    return signatures.verify(signed, expect, signer)


def faults(manifest: Any, sheet: SealingSheet | None = None) -> list[Reason]:
    """Everything wrong with a manifest by itself, and against the sealing sheet it names when that is given."""
    if not isinstance(manifest, Mapping) or set(manifest) != set(MEMBERS):
        return [Reason("manifest_malformed", f"a manifest has exactly the members {', '.join(MEMBERS)}")]
    found = context.faults(manifest)
    if manifest["version"] != VERSION or isinstance(manifest["version"], bool):
        found.append(Reason("manifest_version", f"the manifest's version is not {VERSION}", version=VERSION))
    try:
        suites.suite(manifest["suite"])
    except ProtocolError as error:
        found.append(error.reason)
    found += _part_faults(manifest, "price", padded_price_ciphertext(manifest))
    found += _part_faults(manifest, "files", LARGEST_FILES)
    found += _share_faults(manifest["shares"])
    if not found and sheet is not None:
        found = _sheet_faults(manifest, sheet)
    return found


def padded_price_ciphertext(manifest: Mapping[str, Any]) -> int:
    """The largest price ciphertext under the manifest's chunk size, in bytes."""
    chunk = manifest["chunk"]
    fits = isinstance(chunk, int) and chunk >= context.SMALLEST_CHUNK
    return ciphertext_size(LARGEST_PRICE_SHEET, chunk if fits else context.SMALLEST_CHUNK)


def _part_faults(manifest: Mapping[str, Any], name: str, largest: int) -> list[Reason]:
    part = manifest[name]
    if not isinstance(part, Mapping) or set(part) != {"digest", "size"} or not is_digest(part["digest"]):
        return [Reason("manifest_part", f"the manifest's {name} is not a digest with a size", part=name)]
    size = part["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not TAG_BYTES < size <= largest:
        return [Reason("manifest_part_size", f"the size of {name} is not between {TAG_BYTES + 1} and {largest} bytes",
                       part=name, most=largest)]
    return []


def _share_faults(shares: Any) -> list[Reason]:
    malformed = [Reason("manifest_shares", "the manifest's shares are malformed")]
    if not isinstance(shares, list) or not 1 <= len(shares) <= MOST_SEATS:
        return malformed
    for share in shares:
        if (not isinstance(share, Mapping) or set(share) != {"seat", "commitment", "wrapped"}
                or not context.is_seat(share["seat"]) or not is_digest(share["commitment"])
                or not isinstance(share["wrapped"], list) or not 1 <= len(share["wrapped"]) <= MOST_HOLDERS):
            return malformed
        for one in share["wrapped"]:
            if (not isinstance(one, Mapping) or set(one) != {"holder", "share"} or not is_digest(one["holder"])
                    or not is_b64url(one["share"]) or len(one["share"]) > 2 * LONGEST_WRAPPED):
                return malformed
    return []


def _sheet_faults(manifest: Mapping[str, Any], sheet: SealingSheet) -> list[Reason]:
    found = []
    for name, mine, theirs in (("suite", manifest["suite"], sheet.suite), ("lot", manifest["lot"], sheet.lot),
                               ("deadline", manifest["deadline"], sheet.deadline),
                               ("sheet", manifest["sheet"], sheet.digest)):
        if mine != theirs:
            found.append(Reason("manifest_other_sheet", f"the bid was sealed for another sealing sheet: {name} differs",
                                member=name))
    seats = [share["seat"] for share in manifest["shares"]]
    if seats != sheet.seat_names:
        found.append(Reason("manifest_seats", f"shares are needed for exactly the seats {', '.join(sheet.seat_names)}",
                            seats=", ".join(sheet.seat_names)))
        return found
    for share in manifest["shares"]:
        holders = sheet.holders(share["seat"])
        if [one["holder"] for one in share["wrapped"]] != [one["fingerprint"] for one in holders]:
            seat = share["seat"]
            found.append(Reason("manifest_holders", f"the share of {seat} is not wrapped for each of its holders",
                                seat=seat))
            continue
        for one, person in zip(share["wrapped"], holders, strict=True):
            if len(one["share"]) != sheet.wrapped_letters(person["fingerprint"]):
                seat, who = share["seat"], person["person"]
                found.append(Reason("manifest_wrapped_length",
                                    f"the share wrapped for {who} ({seat}) has the wrong length",
                                    seat=seat, person=who))
    return found
