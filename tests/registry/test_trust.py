"""Trust anchors, chains, revocation lists, the rehearsal authority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.chassis.settings import SettingsError
from services.protocol import certificates
from services.registry import authority, settings, trust
from tests.registry.town import ENCRYPTION_KEY, Citizen, Keys, Town, codes, public_pem

NOW = datetime(2026, 5, 11, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certify(
    subject: str, key: Key, issuer: str, by: Key, *, ca: bool = False, path_length: int | None = None,
    until: datetime = NOW + timedelta(days=365), extra: x509.ExtensionType | None = None, may_certify: bool = False,
) -> x509.Certificate:  # fmt: skip
    """A certificate as an authority of somebody else's making might issue it."""
    building = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    building = building.public_key(key.public_key()).serial_number(x509.random_serial_number())
    building = building.not_valid_before(NOW - timedelta(days=365)).not_valid_after(until)
    building = building.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    usage = x509.KeyUsage(not ca, False, False, False, False, ca or may_certify, ca, False, False)
    building = building.add_extension(usage, critical=True)
    if extra is not None:
        building = building.add_extension(extra, critical=True)
    return building.sign(by, hashes.SHA256())


ROOT, MIDDLE, LOW, LEAF = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
ANCHOR = certify("root", ROOT, "root", ROOT, ca=True)


def faults(
    leaf: x509.Certificate, *chain: x509.Certificate, lists: tuple[x509.CertificateRevocationList, ...] = ()
) -> list[str]:
    anchors = trust.Anchors((ANCHOR,), lists)
    found = anchors.faults(certificates.to_pem(leaf), [certificates.to_pem(each) for each in chain], NOW)
    return [each.code for each in found]


def test_a_path_through_two_authorities_leads_to_the_anchor() -> None:
    middle = certify("middle", MIDDLE, "root", ROOT, ca=True)
    low = certify("low", LOW, "middle", MIDDLE, ca=True, path_length=0)
    leaf = certify("leaf", LEAF, "low", LOW)
    assert faults(leaf, low, middle) == []
    assert faults(leaf, middle, low) == []
    assert faults(leaf, low) == ["certificate_untrusted"]
    assert faults(certify("leaf", LEAF, "root", ROOT)) == []
    assert faults(ANCHOR) == []


def test_an_authority_past_its_path_length_certifies_no_authorities() -> None:
    middle = certify("middle", MIDDLE, "root", ROOT, ca=True, path_length=0)
    low = certify("low", LOW, "middle", MIDDLE, ca=True)
    assert faults(certify("leaf", LEAF, "low", LOW), low, middle) == ["certificate_untrusted"]
    assert faults(certify("leaf", LEAF, "middle", MIDDLE), middle) == []


def test_who_is_no_authority_certifies_nobody() -> None:
    for whatever_its_key_may in (False, True):
        person = certify("person", MIDDLE, "root", ROOT, may_certify=whatever_its_key_may)
        assert faults(certify("leaf", LEAF, "person", MIDDLE), person) == ["certificate_untrusted"]


def test_an_authority_out_of_date_is_named() -> None:
    middle = certify("middle", MIDDLE, "root", ROOT, ca=True, until=NOW - timedelta(seconds=1))
    assert faults(certify("leaf", LEAF, "middle", MIDDLE), middle) == ["authority_out_of_date"]


def test_a_limit_we_cannot_read_is_not_passed_over() -> None:
    limits = x509.NameConstraints([x509.DNSName("example.cn")], None)
    middle = certify("middle", MIDDLE, "root", ROOT, ca=True, extra=limits)
    assert faults(certify("leaf", LEAF, "middle", MIDDLE), middle) == ["authority_not_understood"]


def test_the_same_name_with_another_key_is_another_authority() -> None:
    impostor = certify("middle", LOW, "root", LOW, ca=True)
    assert faults(certify("leaf", LEAF, "middle", LOW), impostor) == ["certificate_untrusted"]


def revocation_list(by: Key, issuer: str, *revoked: x509.Certificate) -> x509.CertificateRevocationList:
    building = x509.CertificateRevocationListBuilder().issuer_name(name(issuer))
    building = building.last_update(NOW - timedelta(days=2)).next_update(NOW - timedelta(days=1))
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number)
        building = building.add_revoked_certificate(entry.revocation_date(NOW - timedelta(days=1)).build())
    return building.sign(by, hashes.SHA256())


def test_a_revoked_authority_vouches_for_nobody() -> None:
    middle = certify("middle", MIDDLE, "root", ROOT, ca=True)
    leaf = certify("leaf", LEAF, "middle", MIDDLE)
    assert faults(leaf, middle, lists=(revocation_list(ROOT, "root", middle),)) == ["authority_revoked"]


def test_a_list_is_believed_only_from_the_issuer_itself_and_even_past_its_next_update() -> None:
    leaf = certify("leaf", LEAF, "root", ROOT)
    pem = certificates.to_pem(leaf)
    true = trust.Anchors((ANCHOR,), (revocation_list(ROOT, "root", leaf),))
    assert true.revoked_at(pem, []) == NOW - timedelta(days=1)
    forged = trust.Anchors((ANCHOR,), (revocation_list(LOW, "root", leaf),))
    assert forged.revoked_at(pem, []) is None


def test_an_sm2_certificate_is_known_by_name() -> None:
    """No build of ours makes one: the mark of its curve is put where the curve's mark stands in a certificate."""
    made = certify("leaf", LEAF, "root", ROOT).public_bytes(serialization.Encoding.DER)
    p256, sm2 = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a811ccf5501822d")
    assert made.count(p256) == 1
    assert trust.key_kind(x509.load_der_x509_certificate(made.replace(p256, sm2))) == ("SM2", 0)


# the folder of anchors and its lists, in a running registry


@pytest.fixture
def anchors_folder(tmp_path: Path, authority_folder: Path, registry_settings: None) -> Iterator[Path]:
    folder = tmp_path / "anchors"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRUST_ANCHORS_DIR", str(folder))
        environment.setenv("REHEARSAL_AUTHORITY_DIR", str(authority_folder))
        settings.current.cache_clear()
        yield folder
    settings.current.cache_clear()


def test_a_list_put_into_the_folder_revokes_and_ends_sessions(anchors_folder: Path, town: Town) -> None:
    citizen = town.person(town.organisation("hall"), "hall")
    keys = town.enrol(citizen)
    session = town.session(keys)
    serial = certificates.load(keys.pem).serial_number
    at = datetime.now(UTC)
    made = town.authority.revocation_list([(serial, at - timedelta(minutes=1), "lost")], at)
    (anchors_folder / "issuing.crl").write_bytes(made.public_bytes(serialization.Encoding.DER))
    assert codes(town.refusal("open_session", **town.answer(keys))) == ["certificate_revoked"]
    town.registry.announced.clear()
    town.registry.tick("apply_revocation_lists")
    assert [each["reason"] for each in town.events("certificate_revoked")] == ["authority_list"]
    assert [each["session_id"] for each in town.events("session_ended")] == [session[0]]
    town.registry.tick("apply_revocation_lists")
    assert len(town.events("certificate_revoked")) == 1


def test_the_rehearsals_list_names_what_was_revoked(town: Town) -> None:
    citizen = town.person(town.organisation("hall"), "hall")
    keys = town.enrol(citizen)
    town.registry.call(
        "revoke_certificate", by=town.administrator(), fingerprint=keys.fingerprint, reason="superseded"
    )
    told = town.registry.call("trust_anchors")
    assert certificates.to_pem(town.authority.root) in told["anchors"]
    listed = x509.load_pem_x509_crl(told["revocation_lists"][0].encode())
    assert listed.is_signature_valid(town.authority.key.public_key())
    assert listed.get_revoked_certificate_by_serial_number(certificates.load(keys.pem).serial_number) is not None


def test_the_rehearsal_authority_certifies_a_public_key_or_a_request(town: Town) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    wish = {"name": "李经办", "organisation": "采购中心", "purpose": "signing"}
    made = town.registry.call("rehearsal_certificate", **wish, public_key=public_pem(key))
    assert certificates.fingerprint(made["pem"]) == made["fingerprint"]
    request = x509.CertificateSigningRequestBuilder().subject_name(name("任意")).sign(key, hashes.SHA256())
    again = town.registry.call(
        "rehearsal_certificate", **wish, csr=request.public_bytes(serialization.Encoding.PEM).decode()
    )
    assert "李经办" in certificates.load(again["pem"]).subject.rfc4514_string()
    citizen = Citizen(town.person(town.organisation("hall"), "hall").person_id, None, "", ())
    town.enrol(citizen, Keys(key, made["pem"], made["chain"]))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "key_refused"),
        ({"public_key": public_pem(ENCRYPTION_KEY), "csr": public_pem(ENCRYPTION_KEY)}, "key_refused"),
        ({"csr": public_pem(ENCRYPTION_KEY)}, "key_refused"),
        ({"public_key": public_pem(LEAF), "purpose": "encryption"}, "key_refused"),
        ({"public_key": public_pem(ec.generate_private_key(ec.SECP256K1()))}, "key_unsuitable"),
    ],
)
def test_the_rehearsal_authority_refuses_keys_that_could_serve_nothing(
    town: Town, changed: dict[str, str], code: str
) -> None:
    wish = {"name": "李经办", "purpose": "signing", **changed}
    assert town.refusal("rehearsal_certificate", **wish).code == code


def test_production_has_no_rehearsal_authority(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no place in production"):
        settings.read({"SUNSHINE_PROFILE": "production", "REHEARSAL_AUTHORITY_DIR": str(tmp_path)})


def test_every_fault_of_the_settings_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        settings.read({"BOOTSTRAP_CERTIFICATE": "zz", "PUBLIC_COMMANDS_A_MINUTE": "0"})
    for named in ("TRUST_ANCHORS_DIR", "BOOTSTRAP_CERTIFICATE", "PUBLIC_COMMANDS_A_MINUTE"):
        assert named in str(refused.value)


def test_a_rehearsal_told_nothing_keeps_its_authority_beside_the_key(tmp_path: Path) -> None:
    told = settings.read({"SUNSHINE_PROFILE": "rehearsal", "DEPARTMENT_KEY_FILE": str(tmp_path / "registry.key")})
    assert told.rehearsal_authority_dir == tmp_path / "rehearsal-authority"
    with pytest.raises(SettingsError, match="TRUST_ANCHORS_DIR"):
        settings.read({"SUNSHINE_PROFILE": "production", "DEPARTMENT_KEY_FILE": str(tmp_path / "registry.key")})


def test_the_command_line_makes_an_authority_and_a_persons_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "admin"
    told = ["issue", str(tmp_path / "authority"), "--name", "管理员", "--organisation", "中心", "--out", str(out)]
    assert authority.main(told) == 0
    fingerprint = capsys.readouterr().out.strip()
    first, *above = x509.load_pem_x509_certificates((tmp_path / "admin-signing.pem").read_bytes())
    assert certificates.fingerprint(first) == fingerprint
    assert above == [authority.open_authority(tmp_path / "authority").issuing]
    assert (tmp_path / "admin-signing.key").stat().st_mode & 0o077 == 0
    assert authority.administrators(tmp_path / "authority") == frozenset()
    assert authority.main([*told, "--administrator"]) == 0
    assert authority.administrators(tmp_path / "authority") == {capsys.readouterr().out.strip()}
