"""Does a certificate lead to a trust anchor through the authorities between, and does a revocation list name it?

Anchors are certificates trusted by themselves. The path is built through the authorities given along with the
certificate, in any order: each is a CA that may sign certificates, valid at the moment asked, within its path length,
revoked by no list of its own issuer, and signed the one below (RFC 5280 section 6, without policies and name
constraints: a critical extension we do not read ends the path). Where several authorities signed one certificate, one
good path is enough. A list is believed when the certificate's own issuer signed it; a list past its next update still
revokes what it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from services.protocol.reasons import ProtocolError, Reason

LONGEST_PATH = 5
"""Certificates from the one asked about to the anchor."""

_READ_EXTENSIONS = {
    x509.BasicConstraints.oid,
    x509.KeyUsage.oid,
    x509.ExtendedKeyUsage.oid,
    x509.SubjectAlternativeName.oid,
    x509.CertificatePolicies.oid,
}

Certificates = Sequence[x509.Certificate]
Lists = Sequence[x509.CertificateRevocationList]


def faults(
    certificate: x509.Certificate, anchors: Certificates, between: Certificates, lists: Lists, at: datetime
) -> list[Reason]:
    """Why no path leads from the certificate to an anchor at the aware moment `at`; empty means one does.

    Codes: `certificate_untrusted`, `authority_out_of_date`, `authority_not_understood`, `authority_revoked`.
    Whether the certificate itself is revoked or out of date is asked apart.
    """
    reached, first = [certificate], list[Reason]()
    for depth in range(LONGEST_PATH):
        if any(each in anchors for each in reached):
            return []
        above: list[x509.Certificate] = []
        for below in reached:
            for issuer in (*anchors, *between):
                if issuer in above or not _issued(issuer, below, depth):
                    continue
                fault = _unfit(issuer, at) or (_revoked_authority(issuer, below, lists, at) if depth else [])
                first = first or fault
                above += [] if fault else [issuer]
        reached = above
    return first or [Reason("certificate_untrusted", "issued by none of the trust anchors given")]


def revoked_at(
    certificate: x509.Certificate, anchors: Certificates, between: Certificates, lists: Lists
) -> datetime | None:
    """When a list of the certificate's issuer revoked it; None where none names it."""
    for issuer in (*anchors, *between):
        if _issued(issuer, certificate, 0):
            found = _listed(issuer, certificate, lists)
            if found is not None:
                return found
    return None


def read_list(data: bytes) -> x509.CertificateRevocationList:
    """A revocation list, PEM or DER. Raises `ProtocolError` (`revocation_list_malformed`)."""
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except ValueError as error:
        raise ProtocolError("revocation_list_malformed", "this is not a revocation list") from error


def _listed(issuer: x509.Certificate, certificate: x509.Certificate, lists: Lists) -> datetime | None:
    for each in lists:
        if each.issuer == issuer.subject and each.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]  # _issued knew the key
            entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None:
                return entry.revocation_date_utc
    return None


def _revoked_authority(
    issuer: x509.Certificate, authority: x509.Certificate, lists: Lists, at: datetime
) -> list[Reason]:
    moment = _listed(issuer, authority, lists)
    if moment is None or moment > at:
        return []
    return [Reason("authority_revoked", "an authority above the certificate was revoked")]


def _issued(issuer: x509.Certificate, below: x509.Certificate, depth: int) -> bool:
    """Whether `issuer`, an authority fit for that depth, signed `below`."""
    if issuer.subject != below.issuer:
        return False
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        below.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return limits.ca and _signs(issuer) and (limits.path_length is None or limits.path_length >= depth)


def _signs(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True  # RFC 5280 6.1.4 (n): asked only where the extension is there


def _unfit(issuer: x509.Certificate, at: datetime) -> list[Reason]:
    if not issuer.not_valid_before_utc <= at < issuer.not_valid_after_utc:
        return [Reason("authority_out_of_date", "an authority above the certificate was not valid then")]
    if any(each.critical and each.oid not in _READ_EXTENSIONS for each in issuer.extensions):
        return [Reason("authority_not_understood", "an authority above the certificate sets limits we cannot read")]
    return []
