"""Who signed this? Certificates, fingerprints, and signatures under explicitly named algorithms.

| name | key | signature |
|---|---|---|
| `RSA-PSS-SHA256` | RSA, 2048 bits or more | RFC 8017 section 8.1, MGF1-SHA256, salt of exactly 32 bytes |
| `RSA-PKCS1v15-SHA256` | RSA, 2048 bits or more | RFC 8017 section 8.2 (what most smart-card keys offer) |
| `ECDSA-P256-SHA256`, `ECDSA-P384-SHA384` | that curve | r‖s of 64 / 96 bytes (WebCrypto), or DER (everyone else) |
| `Ed25519` | Ed25519 | RFC 8032 |
| `SM2-SM3` | SM2 | known by name, not available in this build |

The name is chosen by the signer, travels with the signature and must fit the key: a verifier never guesses.
Whether a certificate is *trusted* is a second question, answered by `faults` against given trust anchors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from services.protocol import certificates_path
from services.protocol.reasons import ProtocolError, Reason

RSA_PSS = "RSA-PSS-SHA256"
RSA_PKCS1V15 = "RSA-PKCS1v15-SHA256"
ECDSA_P256 = "ECDSA-P256-SHA256"
ECDSA_P384 = "ECDSA-P384-SHA384"
ED25519 = "Ed25519"
SM2 = "SM2-SM3"

ALGORITHMS = (RSA_PSS, RSA_PKCS1V15, ECDSA_P256, ECDSA_P384, ED25519)
NAMED_BUT_UNAVAILABLE = (SM2,)
SMALLEST_RSA_BITS = 2048
LONGEST_PEM = 32_768
"""Characters; a certificate is a few thousand."""

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_CURVES: dict[str, tuple[type[ec.EllipticCurve], hashes.HashAlgorithm, int]] = {
    ECDSA_P256: (ec.SECP256R1, hashes.SHA256(), 32),
    ECDSA_P384: (ec.SECP384R1, hashes.SHA384(), 48),
}
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


@lru_cache(maxsize=512)
def load(pem: str) -> x509.Certificate:
    """Read one PEM certificate. Raises `ProtocolError` (`certificate_malformed`) on anything else."""
    try:
        if isinstance(pem, str) and len(pem) <= LONGEST_PEM:
            return x509.load_pem_x509_certificate(pem.encode("ascii"))
    except ValueError as error:
        raise ProtocolError("certificate_malformed", "this is not one X.509 certificate in PEM") from error
    raise ProtocolError("certificate_malformed", "this is not one X.509 certificate in PEM")


def to_pem(certificate: x509.Certificate) -> str:
    """Write a certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def fingerprint(certificate: str | x509.Certificate) -> str:
    """SHA-256 over the certificate's DER bytes, lower-case hex; white space in the PEM does not change it."""
    loaded = load(certificate) if isinstance(certificate, str) else certificate
    return hashlib.sha256(loaded.public_bytes(serialization.Encoding.DER)).hexdigest()


def public_key(pem: str) -> PublicKey:
    """The certificate's key. Raises `ProtocolError` (`key_unsuitable`) for kinds and sizes we do not accept."""
    key = load(pem).public_key()
    algorithms_of(key)
    return key  # type: ignore[return-value]  # algorithms_of refused every other kind


def algorithms_of(key: object) -> tuple[str, ...]:
    """The algorithm names a public or private key can serve, preferred first. Raises `key_unsuitable` for none."""
    if isinstance(key, (rsa.RSAPublicKey, rsa.RSAPrivateKey)):
        if key.key_size < SMALLEST_RSA_BITS:
            raise ProtocolError("key_too_small", f"the RSA key has {key.key_size} bits; at least {SMALLEST_RSA_BITS}",
                                bits=key.key_size, least=SMALLEST_RSA_BITS)
        return RSA_PSS, RSA_PKCS1V15
    if isinstance(key, (ed25519.Ed25519PublicKey, ed25519.Ed25519PrivateKey)):
        return (ED25519,)
    if isinstance(key, (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)):
        for name, (curve, _, _) in _CURVES.items():
            if isinstance(key.curve, curve):
                return (name,)
    raise ProtocolError("key_unsuitable", "the key is neither RSA, ECDSA on P-256 or P-384, nor Ed25519")


def verify_signature(cert_pem: str, data: bytes, signature: bytes, algorithm: str) -> None:
    """Return quietly if `signature` over `data` is the certificate's; otherwise raise `ProtocolError`.

    Codes: `certificate_malformed`, `key_unsuitable`, `key_too_small`, `algorithm_unknown`, `algorithm_unavailable`
    (SM2 here), `algorithm_unfit` (the key cannot serve that name), `signature_wrong`. It raises instead of answering
    False so that a forgotten check cannot pass for a yes.
    """
    verify_with_key(load(cert_pem).public_key(), data, signature, algorithm)


def verify_with_key(key: object, data: bytes, signature: bytes, algorithm: str) -> None:
    """The same for a bare public key (a department's Ed25519 key has no certificate)."""
    _named(algorithm)
    if algorithm not in algorithms_of(key):
        raise ProtocolError("algorithm_unfit", f"the key cannot serve {algorithm}", algorithm=algorithm)
    wrong = ProtocolError("signature_wrong", "the signature does not fit the data and the certificate")
    try:
        if isinstance(key, rsa.RSAPublicKey):
            scheme = _PSS if algorithm == RSA_PSS else padding.PKCS1v15()
            key.verify(signature, data, scheme, hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            _verify_ecdsa(key, data, signature, algorithm)
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        else:
            raise wrong
    except InvalidSignature:
        raise wrong from None


def sign(private_key: PrivateKey, data: bytes, algorithm: str | None = None) -> tuple[str, bytes]:
    """Sign, by default under the preferred algorithm of the key; returns its name and the signature.

    ECDSA signatures are r‖s, so that WebCrypto can verify them. Raises `ProtocolError` as `verify_signature` does.
    """
    possible = algorithms_of(private_key)
    chosen = possible[0] if algorithm is None else _named(algorithm)
    if chosen not in possible:
        raise ProtocolError("algorithm_unfit", f"the key cannot serve {chosen}", algorithm=chosen)
    if isinstance(private_key, rsa.RSAPrivateKey):
        scheme = _PSS if chosen == RSA_PSS else padding.PKCS1v15()
        return chosen, private_key.sign(data, scheme, hashes.SHA256())
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        _, hashing, width = _CURVES[chosen]
        r, s = decode_dss_signature(private_key.sign(data, ec.ECDSA(hashing)))
        return chosen, r.to_bytes(width, "big") + s.to_bytes(width, "big")
    return chosen, private_key.sign(data)


def load_private_key(pem: bytes, password: bytes | None = None) -> PrivateKey:
    """Read a PEM private key (PKCS#8 or traditional). Raises `ProtocolError` (`private_key_malformed`)."""
    try:
        key = serialization.load_pem_private_key(pem, password)
    except (ValueError, TypeError) as error:
        raise ProtocolError("private_key_malformed", "this is not a private key in PEM, or the password is wrong"
                            ) from error
    algorithms_of(key)
    return key  # type: ignore[return-value]  # algorithms_of refused every other kind


def private_key_pem(key: PrivateKey, password: bytes | None = None) -> bytes:
    """Write a private key as PKCS#8 PEM, encrypted when a password is given."""
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def faults(
    pem: str, anchors: Sequence[str], at: datetime, chain: Sequence[str] = (), lists: Sequence[bytes] = ()
) -> list[Reason]:
    """Why this certificate is not to be trusted at the aware moment `at`; empty means it is.

    `anchors` are PEM certificates trusted by themselves; the certificate must be one of them or lead to one, directly
    or through the authorities of `chain` (PEM, any order, see `certificates_path`). `lists` are revocation lists (PEM
    or DER); without any nothing is known of revocation. Raises `ProtocolError` where something given cannot be read.
    """
    certificate = load(pem)
    trusted, between = [load(each) for each in anchors], [load(each) for each in chain]
    revoking = [certificates_path.read_list(each) for each in lists]
    found = []
    if at < certificate.not_valid_before_utc:
        found.append(_dated("certificate_not_yet_valid", "valid only from", certificate.not_valid_before_utc))
    if at > certificate.not_valid_after_utc:
        found.append(_dated("certificate_expired", "expired on", certificate.not_valid_after_utc))
    revoked = certificates_path.revoked_at(certificate, trusted, between, revoking)
    if revoked is not None and revoked <= at:
        found.append(_dated("certificate_revoked", "revoked on", revoked))
    return found + certificates_path.faults(certificate, trusted, between, revoking, at)


def _dated(code: str, what: str, moment: datetime) -> Reason:
    return Reason(code, f"{what} {moment:%Y-%m-%d}", date=f"{moment:%Y-%m-%d}")


def _named(algorithm: str) -> str:
    if algorithm in NAMED_BUT_UNAVAILABLE:
        raise ProtocolError("algorithm_unavailable", f"{algorithm} is known but not available in this build",
                            algorithm=algorithm)
    if algorithm not in ALGORITHMS:
        raise ProtocolError("algorithm_unknown", f"{algorithm!r} is not one of {', '.join(ALGORITHMS)}",
                            algorithm=algorithm, known=", ".join(ALGORITHMS))
    return algorithm


def _verify_ecdsa(key: ec.EllipticCurvePublicKey, data: bytes, signature: bytes, algorithm: str) -> None:
    _, hashing, width = _CURVES[algorithm]
    if len(signature) == 2 * width:  # r‖s; a DER signature this short has odds below 2^-40 and is then refused
        r, s = int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big")
        signature = encode_dss_signature(r, s)
    key.verify(signature, data, ec.ECDSA(hashing))
