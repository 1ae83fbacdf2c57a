"""Write the published test vectors: `python -m services.protocol.sealing.write_vectors [folder]`.

RSA-OAEP and RSA key making are random, so every run writes other vectors; the published ones change only when the
protocol's version does. All else follows from the fixed secrets below, which protect nothing: the keys are test keys.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from services.protocol import canonical, certificates, signatures
from services.protocol.encoding import b64url
from services.protocol.sealing import container, envelope, holding, manifest, sheet, turning, unseal
from services.protocol.sealing.context import Context
from services.protocol.sealing.seal import padded, seal

FOLDER = Path(__file__).parent / "vectors"
ABOUT = "合成测试向量,密钥为公开的测试密钥,不保护任何内容 / synthetic test vectors; the keys are public test keys"
SEATS = {"centre": ("centre-host", "centre-deputy"), "purchaser": ("purchaser-1",), "supervisor": ("supervisor-1",)}
CHUNK = 256
PRICE_SHEET = {"price": "7980000.00", "words": "柒佰玖拾捌万元整", "currency": "CNY", "delivery_days": 30, "items": [
    {"name": "教学用服务器", "quantity": 40, "unit_price": "199500.00", "domestic": True}]}
FILES = {"技术方案.txt": "阳光采购 synthetic\n" * 40, "empty.bin": "", "price-detail.csv": "no,price\n1,199500.00\n"}
MAKING = {"machine": "synthetic-machine-1", "program": "sunshine vectors"}


def fixed_random(seed: str) -> Callable[[int], bytes]:
    """A source of fixed "random" bytes for vectors: SHA-256(seed ‖ counter), 32 bytes a call at most."""
    calls = iter(range(1_000_000))

    def random(length: int) -> bytes:
        return sha256(f"{seed}|{next(calls)}".encode()).digest()[:length]

    return random


def certificate(name: str, key: certificates.PrivateKey, encipher: bool,
                issuer: ec.EllipticCurvePrivateKey | None = None) -> str:
    """A test certificate valid from 2026 to 2126, PEM; signed by itself, or by an issuer's P-256 key."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (TEST 测试)")])
    usage = x509.KeyUsage(digital_signature=not encipher, key_encipherment=encipher, content_commitment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
                          encipher_only=False, decipher_only=False)
    made = (x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
            .serial_number(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2126, 1, 1, tzinfo=UTC))
            .add_extension(usage, critical=True).sign(issuer or key, hashes.SHA256()))
    return certificates.to_pem(made)


def sealing_vectors() -> dict[str, Any]:
    """One sealed bid with everything in between."""
    keys = {person: rsa.generate_private_key(65537, 2048) for people in SEATS.values() for person in people}
    pems = {person: certificate(person, key, encipher=True) for person, key in keys.items()}
    content = sheet.compose("lot-1", "2026-06-01T01:00:00Z", {
        seat: [sheet.holder(person, pems[person]) for person in people] for seat, people in SEATS.items()})
    checked = sheet.SealingSheet(content)
    supplier_key = ec.generate_private_key(ec.SECP256R1())
    supplier_pem = certificate("supplier-1", supplier_key, encipher=False)
    files = [container.SourceFile.of(name, text.encode()) for name, text in FILES.items()]
    price, stream = BytesIO(), BytesIO()
    sealed = seal(checked, bid="bid-1", supplier="supplier-1", price_sheet=PRICE_SHEET, files=files, price_into=price,
                  files_into=stream, about=MAKING, chunk=CHUNK, random=fixed_random("sealing"))
    context = Context.of(sealed.manifest)
    master = fixed_random("sealing")(32)
    signed = manifest.sign(sealed.manifest, supplier_key, supplier_pem)
    turns = [turning.turn(keys[people[0]], checked, certificates.fingerprint(pems[people[0]]), [sealed.manifest])
             for people in SEATS.values()]
    _prove(sealed.manifest, price.getvalue(), stream.getvalue(), master, turns)
    return {
        "about": ABOUT, "version": 1, "sheet": content, "sheet_digest": checked.digest,
        "holders": [{"person": person, "fingerprint": certificates.fingerprint(pems[person]),
                     "private_key": certificates.private_key_pem(key).decode()} for person, key in keys.items()],
        "supplier": {"certificate": supplier_pem, "private_key": certificates.private_key_pem(supplier_key).decode()},
        "price_sheet": PRICE_SHEET, "making": MAKING,
        "files": [{"name": name, "content": b64url(text.encode())} for name, text in FILES.items()],
        "context": asdict(context), "context_digest": context.digest.hex(),
        "labels": {seat: context.label(seat).decode() for seat in SEATS},
        "master": b64url(master), "shares": sealed.keepsake,
        "content_keys": {name: b64url(envelope.content_key(master, context, name)) for name in ("price", "files")},
        "price_plaintext_digest": sha256(padded(canonical.canonical(PRICE_SHEET))).hexdigest(),
        "price_ciphertext": b64url(price.getvalue()), "files_ciphertext": b64url(stream.getvalue()),
        "manifest": sealed.manifest, "manifest_digest": manifest.digest(sealed.manifest), "signed_manifest": signed,
        "bytes_signed": b64url(signatures.bytes_to_sign(signed["statement"])), "turns": turns,
    }


def holding_vectors(sealing: dict[str, Any]) -> dict[str, Any]:
    """A proof of possession for every holder of the sealing vectors."""
    random = fixed_random("holding")
    tests = []
    for seat in sealing["sheet"]["seats"]:
        for one in seat["holders"]:
            test = holding.ask(one["certificate"], sealing["sheet"]["lot"], seat["seat"], random=random)
            key = next(k["private_key"] for k in sealing["holders"] if k["fingerprint"] == one["fingerprint"])
            answer = holding.answer(certificates.load_private_key(key.encode()), test)
            tests.append({"test": test, "answer": answer})
    return {"about": ABOUT, "version": 1, "tests": tests}


def _prove(made: dict[str, Any], price: bytes, files: bytes, master: bytes, turns: list[dict[str, Any]]) -> None:
    """Vectors that do not open are not published."""
    posted = {turned["seat"]: [turning.share_of(turned["shares"][0])] for turned in turns}
    opened = unseal.unseal_price(unseal.SealedPrice(made, price, posted))
    if not isinstance(opened, unseal.Opened) or opened.key != master or opened.price_sheet != PRICE_SHEET:
        raise RuntimeError(f"the vectors do not open: {opened}")
    unseal.unseal_files(made, master, [files], lambda _name, _size: BytesIO())


def write(folder: Path = FOLDER) -> None:
    """Write `sealing.json` and `holding.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sealing = sealing_vectors()
    for name, content in (("sealing.json", sealing), ("holding.json", holding_vectors(sealing))):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(*(Path(argument) for argument in sys.argv[1:2]))
