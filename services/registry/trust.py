"""What is trusted, and what the rules ask of a certificate.

Anchors and revocation lists come from the settings; the path to an anchor is `services.protocol.certificates_path`, the
same for us as for anybody who checks offline.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from services.chassis.objection import Objection
from services.protocol import certificates, certificates_path
from services.protocol.reasons import ProtocolError
from services.registry.rules.certificate_use import ENCRYPTION, SIGNING, CertificateFacts

_SM2_CURVE = bytes.fromhex("06082a811ccf5501822d")
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384"}


_SAID = {
    "certificate_untrusted": "The certificate leads to none of our trust anchors.",
    "authority_out_of_date": "An authority above the certificate is not valid now.",
    "authority_not_understood": "An authority above the certificate sets limits we cannot read.",
    "authority_revoked": "An authority above the certificate was revoked.",
}


@dataclass(frozen=True)
class Anchors:
    """What is trusted, and the revocation lists at hand."""

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[x509.CertificateRevocationList, ...] = ()

    def faults(self, pem: str, chain: Sequence[str], at: datetime) -> list[Objection]:
        """Why no path leads from this certificate to an anchor at the moment `at`; empty means one does."""
        try:
            certificate, between = certificates.load(pem), [certificates.load(each) for each in chain]
        except ProtocolError as error:
            return [Objection(error.code, error.message, "", "pem")]
        found = certificates_path.faults(certificate, self.certificates, between, self.lists, at)
        return [Objection(each.code, _SAID[each.code], "签名法16", "chain") for each in found]

    def revoked_at(self, pem: str, chain: Sequence[str]) -> datetime | None:
        """When a list of the certificate's issuer revoked it; None where none names it."""
        between = [certificates.load(each) for each in chain]
        return certificates_path.revoked_at(certificates.load(pem), self.certificates, between, self.lists)


def read_anchors(folder: Path | None, more: Sequence[x509.Certificate] = ()) -> Anchors:
    """The anchors and lists of a folder (`*.pem`, `*.crl`), and these certificates besides.

    Raises ValueError naming the file that cannot be read.
    """
    trusted, lists = list(more), []
    for path in sorted(folder.iterdir()) if folder is not None else []:
        try:
            if path.suffix == ".pem":
                trusted += x509.load_pem_x509_certificates(path.read_bytes())
            elif path.suffix == ".crl":
                lists.append(certificates_path.read_list(path.read_bytes()))
        except (ValueError, ProtocolError) as error:
            raise ValueError(f"{path.name} in the folder of trust anchors cannot be read: {error}") from error
    return Anchors(tuple(trusted), tuple(lists))


def stamp(folder: Path | None) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a folder's content is another: names, sizes and times of its files."""
    if folder is None:
        return ()
    with os.scandir(folder) as entries:
        return tuple(sorted((each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in entries))


def facts(pem: str, chain: Sequence[str], anchors: Anchors, at: datetime) -> CertificateFacts:
    """All that the rules ask of a certificate. Raises `ProtocolError` (`certificate_malformed`)."""
    certificate = certificates.load(pem)
    kind, bits = key_kind(certificate)
    return CertificateFacts(
        key_kind=kind,
        key_bits=bits,
        usages=_usages(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        chain_faults=anchors.faults(pem, chain, at),
        is_authority=_is_authority(certificate),
        revoked_at=anchors.revoked_at(pem, chain),
    )


def key_kind(certificate: x509.Certificate) -> tuple[str, int]:
    """The kind of a certificate's key as the rules name it, and its size in bits."""
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return ("SM2" if _SM2_CURVE in certificate.tbs_certificate_bytes else "unknown"), 0
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name), key.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519", 256
    return type(key).__name__, 0


def purpose_of(found: CertificateFacts) -> str:
    """What a certificate is for by its key usage; signing where it says neither (the rules then refuse it)."""
    encrypts = {"key_encipherment", "data_encipherment"} & found.usages
    return ENCRYPTION if encrypts and "digital_signature" not in found.usages else SIGNING


def _usages(certificate: x509.Certificate) -> frozenset[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    )
    return frozenset(each for each in names if getattr(usage, each))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def list_pem(made: x509.CertificateRevocationList) -> str:
    """A revocation list as PEM."""
    return made.public_bytes(serialization.Encoding.PEM).decode("ascii")


def public_key_of(pem: str) -> object:
    """A public key in PEM (SPKI). Raises ValueError."""
    return serialization.load_pem_public_key(pem.encode("ascii"))
