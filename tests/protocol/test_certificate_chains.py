"""Root → issuing authority → person: the path is built, and every way it can be wrong is told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.protocol import certificates, certificates_path
from services.protocol.reasons import ProtocolError

NOW = datetime(2026, 5, 11, tzinfo=UTC)
YEAR = timedelta(days=365)
Key = ec.EllipticCurvePrivateKey
ROOT, SECOND_ROOT, ISSUING, PERSON = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certify(
    subject: str, key: Key, issuer: str, by: Key, *, ca: bool = False, path_length: int | None = None,
    until: datetime = NOW + YEAR, may_sign: bool = True,
) -> x509.Certificate:  # fmt: skip
    """A certificate as some authority might issue it."""
    building = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    building = building.public_key(key.public_key()).serial_number(x509.random_serial_number())
    building = building.not_valid_before(NOW - YEAR).not_valid_after(until)
    building = building.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    usage = x509.KeyUsage(not ca, False, False, False, False, ca and may_sign, ca, False, False)
    return building.add_extension(usage, critical=True).sign(by, hashes.SHA256())


def listed(by: Key, issuer: str, revoked: x509.Certificate, when: datetime = NOW - timedelta(days=1)) -> bytes:
    entry = x509.RevokedCertificateBuilder().serial_number(revoked.serial_number).revocation_date(when).build()
    building = x509.CertificateRevocationListBuilder().issuer_name(name(issuer)).add_revoked_certificate(entry)
    made = building.last_update(NOW - timedelta(days=2)).next_update(NOW).sign(by, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


ANCHOR = certify("root", ROOT, "root", ROOT, ca=True, path_length=1)
SECOND_ANCHOR = certify("second root", SECOND_ROOT, "second root", SECOND_ROOT, ca=True)
BETWEEN = certify("issuing", ISSUING, "root", ROOT, ca=True, path_length=0)
SOMEBODY = certify("somebody", PERSON, "issuing", ISSUING)


def codes(
    leaf: x509.Certificate, *chain: x509.Certificate, anchors: tuple[x509.Certificate, ...] = (ANCHOR,),
    lists: tuple[bytes, ...] = (), at: datetime = NOW,
) -> list[str]:  # fmt: skip
    pems = [[certificates.to_pem(each) for each in some] for some in (anchors, chain)]
    return [each.code for each in certificates.faults(certificates.to_pem(leaf), pems[0], at, pems[1], lists)]


def test_a_person_is_trusted_through_the_issuing_authority_and_not_without_it() -> None:
    assert codes(SOMEBODY, BETWEEN) == []
    assert codes(SOMEBODY, SECOND_ANCHOR, BETWEEN) == []
    assert codes(SOMEBODY) == ["certificate_untrusted"]


def test_an_authority_that_came_along_is_no_anchor() -> None:
    assert codes(SOMEBODY, BETWEEN, anchors=(SECOND_ANCHOR,)) == ["certificate_untrusted"]
    assert codes(SOMEBODY, BETWEEN, ANCHOR, anchors=()) == ["certificate_untrusted"]


@pytest.mark.parametrize(
    ("between", "code"),
    [
        (certify("issuing", ISSUING, "root", SECOND_ROOT, ca=True), "certificate_untrusted"),  # signed by another
        (certify("issuing", PERSON, "root", ROOT, ca=True), "certificate_untrusted"),  # the name, another key
        (certify("issuing", ISSUING, "root", ROOT), "certificate_untrusted"),  # a person who certifies
        (certify("issuing", ISSUING, "root", ROOT, ca=True, may_sign=False), "certificate_untrusted"),
        (certify("issuing", ISSUING, "root", ROOT, ca=True, until=NOW), "authority_out_of_date"),
    ],
)
def test_a_wrong_authority_between_vouches_for_nobody(between: x509.Certificate, code: str) -> None:
    assert codes(SOMEBODY, between) == [code]


def test_a_path_longer_than_the_anchor_allows_is_refused() -> None:
    low = certify("low", SECOND_ROOT, "issuing", ISSUING, ca=True)
    leaf = certify("leaf", PERSON, "low", SECOND_ROOT)
    assert codes(leaf, low, certify("issuing", ISSUING, "root", ROOT, ca=True)) == ["certificate_untrusted"]
    wide = certify("root", ROOT, "root", ROOT, ca=True)
    assert codes(leaf, low, certify("issuing", ISSUING, "root", ROOT, ca=True), anchors=(wide,)) == []


def test_of_several_paths_one_good_one_is_enough() -> None:
    late = certify("issuing", ISSUING, "second root", SECOND_ROOT, ca=True, until=NOW)
    assert codes(SOMEBODY, late, BETWEEN, anchors=(SECOND_ANCHOR, ANCHOR)) == []
    assert codes(SOMEBODY, late, anchors=(SECOND_ANCHOR, ANCHOR)) == ["authority_out_of_date"]


def test_authorities_that_certify_each_other_end_nowhere() -> None:
    one = certify("one", ISSUING, "two", PERSON, ca=True)
    two = certify("two", PERSON, "one", ISSUING, ca=True)
    assert codes(certify("leaf", ROOT, "one", ISSUING), one, two) == ["certificate_untrusted"]


def test_a_person_or_an_authority_on_its_issuers_list_is_refused_from_that_moment() -> None:
    assert codes(SOMEBODY, BETWEEN, lists=(listed(ISSUING, "issuing", SOMEBODY),)) == ["certificate_revoked"]
    assert codes(SOMEBODY, BETWEEN, lists=(listed(ROOT, "root", BETWEEN),)) == ["authority_revoked"]
    before = NOW - timedelta(days=1, seconds=1)
    for made in (listed(ISSUING, "issuing", SOMEBODY), listed(ROOT, "root", BETWEEN)):
        assert codes(SOMEBODY, BETWEEN, lists=(made,), at=before) == []


def test_a_list_somebody_else_signed_says_nothing() -> None:
    forged = (listed(SECOND_ROOT, "issuing", SOMEBODY), listed(SECOND_ROOT, "second root", SOMEBODY))
    assert codes(SOMEBODY, BETWEEN, anchors=(ANCHOR, SECOND_ANCHOR), lists=forged) == []


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(ProtocolError) as refused:
        certificates_path.read_list(b"-----BEGIN X509 CRL-----")
    assert refused.value.code == "revocation_list_malformed"
