"""Certificates, signed statements and receipts: checked offline, with every reason."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from services.protocol import canonical, certificates, receipt, signatures
from services.protocol.encoding import from_b64url
from services.protocol.reasons import ProtocolError, Reason, say
from services.protocol.sealing.write_vectors import certificate

NOW = datetime(2026, 5, 11, tzinfo=UTC)
DIGEST = "ab" * 32
KINDS = (certificates.RSA_PSS, certificates.RSA_PKCS1V15, certificates.ECDSA_P256, certificates.ECDSA_P384,
         certificates.ED25519)


@cache
def key_of(algorithm: str) -> Any:
    return {certificates.ECDSA_P256: lambda: ec.generate_private_key(ec.SECP256R1()),
            certificates.ECDSA_P384: lambda: ec.generate_private_key(ec.SECP384R1()),
            certificates.ED25519: ed25519.Ed25519PrivateKey.generate,
            }.get(algorithm, rsa_key)()


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def pem_of(algorithm: str) -> str:
    return certificate(algorithm, key_of(algorithm), encipher=False, issuer=key_of(certificates.ECDSA_P256))


def code_of(pem: str, data: bytes, signature: bytes, algorithm: str) -> str:
    with pytest.raises(ProtocolError) as refused:
        certificates.verify_signature(pem, data, signature, algorithm)
    return refused.value.code


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_signature_verifies_and_any_change_does_not(algorithm: str) -> None:
    name, signature = certificates.sign(key_of(algorithm), b"data", algorithm)
    assert name == algorithm
    certificates.verify_signature(pem_of(algorithm), b"data", signature, algorithm)
    assert code_of(pem_of(algorithm), b"datb", signature, algorithm) == "signature_wrong"
    for at in (0, len(signature) // 2, len(signature) - 1):
        changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1:]
        assert code_of(pem_of(algorithm), b"data", changed, algorithm) == "signature_wrong"
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(len(signature))):
        assert code_of(pem_of(algorithm), b"data", wrong, algorithm) == "signature_wrong"


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_signature_is_not_accepted_under_another_algorithms_name(algorithm: str) -> None:
    _, signature = certificates.sign(key_of(algorithm), b"data", algorithm)
    for other in KINDS:
        if other != algorithm:
            assert code_of(pem_of(algorithm), b"data", signature, other) in {"algorithm_unfit", "signature_wrong"}


@pytest.mark.parametrize(("algorithm", "hashing"), [(certificates.ECDSA_P256, hashes.SHA256()),
                                                    (certificates.ECDSA_P384, hashes.SHA384())])
def test_elliptic_curve_signatures_are_read_as_der_and_as_webcrypto_writes_them(
        algorithm: str, hashing: hashes.HashAlgorithm) -> None:
    der = key_of(algorithm).sign(b"data", ec.ECDSA(hashing))
    certificates.verify_signature(pem_of(algorithm), b"data", der, algorithm)
    width = key_of(algorithm).curve.key_size // 8
    raw = b"".join(number.to_bytes(width, "big") for number in decode_dss_signature(der))
    certificates.verify_signature(pem_of(algorithm), b"data", raw, algorithm)
    assert len(certificates.sign(key_of(algorithm), b"data")[1]) == 2 * width


def test_a_salt_of_another_length_is_refused() -> None:
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=20)
    signature = key_of(certificates.RSA_PSS).sign(b"data", scheme, hashes.SHA256())
    assert code_of(pem_of(certificates.RSA_PSS), b"data", signature, certificates.RSA_PSS) == "signature_wrong"


def test_the_national_algorithm_is_known_and_plainly_not_available() -> None:
    assert code_of(pem_of(certificates.ED25519), b"", b"", "SM2-SM3") == "algorithm_unavailable"
    assert code_of(pem_of(certificates.ED25519), b"", b"", "MD5") == "algorithm_unknown"


def test_small_keys_and_foreign_curves_are_refused() -> None:
    small = certificate("small", rsa_key(1024), encipher=False)
    assert code_of(small, b"", b"", certificates.RSA_PSS) == "key_too_small"
    foreign = certificate("foreign", ec.generate_private_key(ec.SECP256K1()), encipher=False)
    assert code_of(foreign, b"", b"", certificates.ECDSA_P256) == "key_unsuitable"


@pytest.mark.parametrize("pem", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "阳光",
                                 None, "x" * 40_000])
def test_what_is_no_certificate_is_refused(pem: Any) -> None:
    assert code_of(pem, b"", b"", certificates.ED25519) == "certificate_malformed"


def test_a_fingerprint_does_not_depend_on_the_layout_of_the_pem() -> None:
    pem = pem_of(certificates.ED25519)
    assert certificates.fingerprint(pem) == certificates.fingerprint(pem.replace("\n", "\r\n"))
    assert certificates.fingerprint(certificates.load(pem)) == certificates.fingerprint(pem)


def test_private_keys_are_written_and_read_with_a_password() -> None:
    key = key_of(certificates.ED25519)
    written = certificates.private_key_pem(key, b"secret")
    assert certificates.load_private_key(written, b"secret").public_key() == key.public_key()
    for password in (None, b"wrong"):
        with pytest.raises(ProtocolError) as refused:
            certificates.load_private_key(written, password)
        assert refused.value.code == "private_key_malformed"


def authority(ca: bool = True, until: datetime = NOW + timedelta(days=900)) -> tuple[Any, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST CA")])
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(NOW - timedelta(days=900)).not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True).sign(key, hashes.SHA256()))
    return key, made


def issued(key: Any, issuer: x509.Certificate, begins: datetime = NOW - timedelta(days=9)) -> str:
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
    made = (x509.CertificateBuilder().subject_name(who).issuer_name(issuer.subject).serial_number(7)
            .public_key(key_of(certificates.ED25519).public_key()).not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=90)).sign(key, hashes.SHA256()))
    return certificates.to_pem(made)


def test_a_certificate_is_trusted_through_an_anchor_that_may_issue() -> None:
    key, ca = authority()
    anchor = certificates.to_pem(ca)
    assert certificates.faults(issued(key, ca), [anchor], NOW) == []
    assert certificates.faults(anchor, [anchor], NOW) == []


@pytest.mark.parametrize(("build", "codes"), [
    (lambda key, ca: (issued(key, ca), []), ["certificate_untrusted"]),
    (lambda key, ca: (issued(authority()[0], ca), [ca]), ["certificate_untrusted"]),
    (lambda key, ca: (issued(key, ca, NOW + timedelta(days=1)), [ca]), ["certificate_not_yet_valid"]),
    (lambda key, ca: (issued(key, ca, NOW - timedelta(days=91)), [ca]), ["certificate_expired"]),
    (lambda key, ca: (issued(key, ca, NOW - timedelta(days=91)), []), ["certificate_expired", "certificate_untrusted"]),
])
def test_why_a_certificate_is_not_trusted(
        build: Callable[[Any, x509.Certificate], tuple[str, list[x509.Certificate]]], codes: list[str]) -> None:
    pem, anchors = build(*authority())
    found = certificates.faults(pem, [certificates.to_pem(one) for one in anchors], NOW)
    assert [reason.code for reason in found] == codes


def test_an_anchor_that_is_no_authority_or_has_expired_vouches_for_nobody() -> None:
    told = ((authority(ca=False), "certificate_untrusted"),
            (authority(until=NOW - timedelta(days=1)), "authority_out_of_date"))
    for (key, ca), code in told:
        found = certificates.faults(issued(key, ca), [certificates.to_pem(ca)], NOW)
        assert [reason.code for reason in found] == [code]


def signed_report(algorithm: str = certificates.ED25519) -> dict[str, Any]:
    said = signatures.statement("evaluation_report", DIGEST, lot="lot-1", seat=3)
    return signatures.build(said, key_of(algorithm), pem_of(algorithm), algorithm)


@pytest.mark.parametrize("algorithm", KINDS)
def test_a_statement_signed_by_certificate_verifies_offline(algorithm: str) -> None:
    signed = json.loads(json.dumps(signed_report(algorithm)))
    assert signatures.verify(signed, {"what": "evaluation_report", "digest": DIGEST}, signed["signer"]) == []


@pytest.mark.parametrize(("change", "code"), [
    (lambda s: {**s, "statement": {**s["statement"], "lot": "lot-2"}}, "signature_wrong"),
    (lambda s: {**s, "statement": {**s["statement"], "digest": "cd" * 32}}, "statement_differs"),
    (lambda s: {**s, "statement": {**s["statement"], "digest": "short"}}, "statement_malformed"),
    (lambda s: {**s, "statement": {"digest": DIGEST}}, "statement_malformed"),
    (lambda s: {**s, "statement": {**s["statement"], "price": 1.5}}, "json_type_not_allowed"),
    (lambda s: {**s, "statement": []}, "statement_malformed"),
    (lambda s: {**s, "signer": "0" * 64}, "signer_differs"),
    (lambda s: {**s, "signature": s["signature"] + "="}, "base64url_malformed"),
    (lambda s: {**s, "algorithm": certificates.RSA_PSS}, "algorithm_unfit"),
    (lambda s: {**s, "algorithm": "SM2-SM3"}, "algorithm_unavailable"),
    (lambda s: {**s, "certificate": "none"}, "certificate_malformed"),
    (lambda s: {**s, "certificate": pem_of(certificates.ECDSA_P256)}, "signer_differs"),
    (lambda s: {**s, "more": 1}, "statement_malformed"),
    (lambda s: None, "statement_malformed"),
])
def test_a_statement_that_was_changed_is_told_with_its_reason(
        change: Callable[[dict[str, Any]], Any], code: str) -> None:
    assert code in [reason.code for reason in signatures.verify(change(signed_report()), {"digest": DIGEST})]


def test_true_is_not_taken_for_one_in_a_statement() -> None:
    assert [r.code for r in signatures.verify(signed_report(), {"seat": 3.0})] == ["statement_differs"]


def test_a_signature_over_the_bare_statement_is_not_a_signed_statement() -> None:
    said = signatures.statement("contract", DIGEST)
    name, signature = certificates.sign(key_of(certificates.ED25519), canonical.canonical(said))
    with pytest.raises(ProtocolError) as refused:
        signatures.assemble(said, pem_of(certificates.ED25519), name, signature)
    assert refused.value.code == "signature_wrong"


def test_a_statement_without_a_digest_cannot_be_made() -> None:
    with pytest.raises(ProtocolError) as refused:
        signatures.statement("contract", "none")
    assert refused.value.code == "statement_malformed"


DEPARTMENT = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
RECEIPT = receipt.issue(DEPARTMENT, kind="bid", time="2026-05-31T23:59:59.999999Z", subject="bid:b1", digest=DIGEST,
                        leaf="cd" * 32, log="sunshine/tendering", promise="2026-06-01T00:01:00Z")
PUBLIC = DEPARTMENT.public_key()


def test_a_receipt_verifies_with_the_departments_public_key_in_either_form() -> None:
    pem = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    copied = json.loads(json.dumps(RECEIPT))
    assert receipt.verify(copied, PUBLIC, {"kind": "bid", "digest": DIGEST}) == receipt.verify(copied, pem) == []


@pytest.mark.parametrize("member", [name for name in receipt.MEMBERS if name != "version"])
def test_any_changed_member_of_a_receipt_is_detected(member: str) -> None:
    old = RECEIPT["receipt"][member]
    later = {"time": "2026-06-01T00:00:00Z", "promise": "2027-06-01T00:00:00Z"}
    new = later.get(member, ("e" if old[0] != "e" else "f") + old[1:])
    forged = {**RECEIPT, "receipt": {**RECEIPT["receipt"], member: new}}
    assert [reason.code for reason in receipt.verify(forged, PUBLIC)] == ["signature_wrong"]
    assert [reason.code for reason in receipt.verify(RECEIPT, PUBLIC, {member: new})] == ["receipt_differs"]


@pytest.mark.parametrize(("forged", "codes"), [
    (None, ["receipt_malformed"]),
    ({**RECEIPT, "note": ""}, ["receipt_malformed"]),
    ({**RECEIPT, "receipt": {**RECEIPT["receipt"], "version": 2}}, ["receipt_malformed"]),
    ({**RECEIPT, "receipt": {**RECEIPT["receipt"], "time": "noon", "leaf": ""}}, ["receipt_member", "receipt_member"]),
    ({**RECEIPT, "key": "0" * 64}, ["receipt_other_key"]),
    ({**RECEIPT, "algorithm": "RSA-PSS-SHA256"}, ["algorithm_unfit"]),
    ({**RECEIPT, "signature": RECEIPT["signature"][:-4] + "AAAA"}, ["signature_wrong"]),
    ({**RECEIPT, "signature": 5}, ["base64url_malformed"]),
])
def test_a_receipt_that_is_not_the_departments_word_is_told_with_its_reasons(forged: Any, codes: list[str]) -> None:
    assert [reason.code for reason in receipt.verify(forged, PUBLIC)] == codes


def test_a_receipt_of_another_department_is_refused() -> None:
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    assert [r.code for r in receipt.verify(RECEIPT, other)] == ["receipt_other_key", "signature_wrong"]
    with pytest.raises(ProtocolError) as refused:
        receipt.verify(RECEIPT, "-----BEGIN PUBLIC KEY-----")
    assert refused.value.code == "public_key_malformed"
    assert len(from_b64url(RECEIPT["signature"])) == 64


def test_a_reason_can_be_said_in_both_languages_and_cross_a_process() -> None:
    reason = Reason("share_missing", "the seat centre has posted no share of this bid", seat="centre")
    assert say(reason) == "席位 centre 未提交该投标的密钥分片"
    assert say(reason, "en") == "The seat centre has posted no share of this bid."
    back = pickle.loads(pickle.dumps(reason))
    assert (back, back.code, back.figures) == (reason, reason.code, reason.figures)
    error = pickle.loads(pickle.dumps(ProtocolError("share_missing", "no share", seat="hall")))
    assert (error.code, error.figures, str(error)) == ("share_missing", {"seat": "hall"}, "no share")
