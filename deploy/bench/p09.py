"""P9: unsealing the price sheets of a lot, from wrapped shares to parsed prices, against bare `cryptography`.

BENCH_PRICE_SHEETS changes their number (1,000, in ten parts). Theirs unwraps the same three shares with the same keys
and decrypts a ciphertext of the same size, and does nothing else: no manifest is checked, no commitment, no sheet
parsed, and nobody's fault is told from anybody else's. Times are this process's own. Bids, suppliers and prices are
synthetic.
"""

from __future__ import annotations

import io
import os
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from deploy.bench.ground import Ground
from deploy.bench.measured import Measured, medians, take_turns
from services.protocol import certificates
from services.protocol.sealing import seal, sheet, turning, unseal
from services.protocol.sealing.context import Context

SHEETS = int(os.environ.get("BENCH_PRICE_SHEETS", "1000"))
SEATS = ("centre", "purchaser", "supervisor")
ROUNDS = 10
_BEGIN, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Holder:
    """A seat's key holder."""

    key: rsa.RSAPrivateKey
    pem: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return certificates.fingerprint(self.pem)


@dataclass(frozen=True)
class Closed:
    """A closed lot: its sheet, who holds its keys, and (manifest, price ciphertext) of every bid."""

    sheet: sheet.SealingSheet
    holders: dict[str, Holder]
    bids: list[tuple[dict[str, Any], bytes]]


def measure(_ground: Ground) -> Measured:
    """Ratio: bare decryption's time by ours, all three seats and the reading of the prices included."""
    parts = [_closed(SHEETS // ROUNDS) for _ in range(ROUNDS)]
    _bare(parts[0])
    _ours(parts[0])  # both warm
    ours, theirs = iter(parts), iter(parts)
    figures = take_turns({"ours": lambda: _ours(next(ours)), "theirs": lambda: _bare(next(theirs))}, ROUNDS)
    middle = medians(figures)
    return Measured(
        name="P9",
        title=f"unsealing {SHEETS:,} price sheets",
        ratio=middle["theirs"] / middle["ours"],
        at_least=0.7,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="ms",
        against="three RSA-OAEP and one AES-GCM decryption each in bare `cryptography`",
        rounds=figures,
        notes=f"in {ROUNDS} parts, taken in turns; one core, RSA-2048; with every check of the opening",
    )


def _ours(lot: Closed) -> float:
    began = time.process_time()
    manifests = [made for made, _ in lot.bids]
    turned = {
        seat: turning.turn(holder.key, lot.sheet, holder.fingerprint, manifests)
        for seat, holder in lot.holders.items()
    }
    posted: dict[str, dict[str, list[bytes | None]]] = {made["bid"]: {} for made in manifests}
    for seat, each in turned.items():
        for entry in each["shares"]:
            posted[entry["bid"]][seat] = [turning.share_of(entry)]
    opened = unseal.unseal_many(
        unseal.SealedPrice(made, ciphertext, posted[made["bid"]]) for made, ciphertext in lot.bids
    )
    taken = (time.process_time() - began) * 1000
    prices = [each.price_sheet["price"] for each in opened if isinstance(each, unseal.Opened)]
    if prices != [_price(number) for number in range(len(lot.bids))]:
        raise AssertionError("what was opened is not what was sealed")
    return taken


def _bare(lot: Closed) -> float:
    prepared = [
        (
            [_wrapped(holder, made) for holder in lot.holders.values()],
            AESGCM(bytes(32)).encrypt(bytes(12), bytes(len(ciphertext) - 16), None),
        )
        for made, ciphertext in lot.bids
    ]
    began = time.process_time()
    for shares, ciphertext in prepared:
        for key, wrapped, scheme in shares:
            key.decrypt(wrapped, scheme)
        AESGCM(bytes(32)).decrypt(bytes(12), ciphertext, None)
    return (time.process_time() - began) * 1000


def _wrapped(holder: Holder, made: dict[str, Any]) -> tuple[rsa.RSAPrivateKey, bytes, padding.OAEP]:
    seat, wrapped = turning.wrapped_for(made, holder.fingerprint)
    label = Context.of(made).label(seat)
    return holder.key, wrapped, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)


def _closed(count: int) -> Closed:
    holders = {seat: _holder(seat) for seat in SEATS}
    seats = {seat: [sheet.holder(seat, holder.pem)] for seat, holder in holders.items()}
    made = sheet.SealingSheet(sheet.compose("bench-lot", "2026-06-01T01:00:00Z", seats))
    bids = []
    for number in range(count):
        price = io.BytesIO()
        sealed = seal.seal(
            made, bid=str(uuid.UUID(int=number)), supplier=f"supplier-{number}",
            price_sheet={"price": _price(number), "currency": "CNY", "delivery_days": 30}, files=[], price_into=price,
            files_into=io.BytesIO(),
        )  # fmt: skip
        bids.append((sealed.manifest, price.getvalue()))
    return Closed(made, holders, bids)


def _price(number: int) -> str:
    return f"{7_000_000 + number}.00"


def _holder(name: str) -> Holder:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    building = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    building = building.serial_number(x509.random_serial_number()).not_valid_before(_BEGIN).not_valid_after(_END)
    return Holder(key, certificates.to_pem(building.add_extension(usage, critical=True).sign(key, hashes.SHA256())))
