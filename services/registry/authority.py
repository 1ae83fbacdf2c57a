"""A certificate authority for rehearsals: a root, an issuing authority, a revocation list.

It certifies any name for any key: it exists so that a training day has certificates of the right shape, and production
refuses it. Everything it issues is valid from 2020, so a rehearsal may stand at any day since.

    python -m services.registry.authority issue FOLDER --name 李经办 --organisation 采购中心 --out admin

makes the authority in FOLDER if it is not there, then writes `admin-signing.key/.pem`, `admin-encryption.key/.pem`, and
prints the fingerprint of the signing certificate (for BOOTSTRAP_CERTIFICATE). With `--administrator` the authority
remembers it in FOLDER: its holder may claim the first administration of this rehearsal.
"""

import argparse
import fcntl
import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from services.protocol import certificates
from services.registry.rules.certificate_use import ENCRYPTION, SIGNING

VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2045, 1, 1, tzinfo=UTC)
LIST_LIFE = timedelta(days=7)
ADMINISTRATORS = "administrators.txt"
_REASONS = {
    "key_compromise": x509.ReasonFlags.key_compromise,
    "lost": x509.ReasonFlags.key_compromise,
    "superseded": x509.ReasonFlags.superseded,
    "left": x509.ReasonFlags.affiliation_changed,
}


@dataclass(frozen=True)
class Authority:
    """The rehearsal's issuing authority, ready to certify."""

    root: x509.Certificate
    issuing: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issue(self, name: str, organisation: str | None, purpose: str, public_key: object) -> x509.Certificate:
        """Certify a key (RSA from 2048 bits, P-256, P-384, Ed25519) for signing or, RSA only, for encryption."""
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if organisation:
            attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]))
        building = _begin(x509.Name(attributes), self.issuing.subject, public_key)
        building = building.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        building = building.add_extension(_usage(signing=purpose == SIGNING, encryption=purpose == ENCRYPTION), True)
        building = building.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        return building.sign(self.key, hashes.SHA256())

    def revocation_list(
        self, revoked: Iterable[tuple[int, datetime, str]], at: datetime
    ) -> x509.CertificateRevocationList:
        """The list of revoked certificates (serial, moment, reason of ours), good for a week from `at`."""
        building = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.issuing.subject)
            .last_update(at)
            .next_update(at + LIST_LIFE)
        )
        for serial, moment, reason in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
            flag = _REASONS.get(reason, x509.ReasonFlags.unspecified)
            building = building.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(flag), critical=False).build()
            )
        return building.sign(self.key, hashes.SHA256())


@lru_cache(maxsize=4)
def open_authority(folder: Path) -> Authority:
    """The authority kept in this folder, made on the first call; two processes at once make one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "issuing.key").exists():
            _create(folder)
    key = serialization.load_pem_private_key((folder / "issuing.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{folder / 'issuing.key'} is not the rehearsal authority's key")
    return Authority(_read(folder / "root.pem"), _read(folder / "issuing.pem"), key)


def _create(folder: Path) -> None:
    root_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _authority_name("阳光采购演练根证书")
    root = _authority(root_name, root_name, root_key, root_key, path_length=1)
    issuing = _authority(_authority_name("阳光采购演练签发机构"), root_name, issuing_key, root_key, path_length=0)
    _write(folder / "root.pem", certificates.to_pem(root).encode())
    _write(folder / "issuing.pem", certificates.to_pem(issuing).encode())
    _write(folder / "root.key", certificates.private_key_pem(root_key))
    _write(folder / "issuing.key", certificates.private_key_pem(issuing_key))  # last: it tells that all is there


def _authority_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {secrets.token_hex(4)}")])


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
) -> x509.Certificate:
    building = _begin(subject, issuer, key.public_key())
    building = building.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    building = building.add_extension(_usage(authority=True), critical=True)
    if subject != issuer:
        building = building.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
    return building.sign(by, hashes.SHA256())


def _begin(subject: x509.Name, issuer: x509.Name, public_key: object) -> x509.CertificateBuilder:
    building = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    building = building.public_key(public_key)  # type: ignore[arg-type]  # refused below by kind where it is none we know
    building = (
        building.serial_number(x509.random_serial_number()).not_valid_before(VALID_FROM).not_valid_after(VALID_UNTIL)
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)  # type: ignore[arg-type]  # the same
    return building.add_extension(identifier, critical=False)


def _usage(*, signing: bool = False, encryption: bool = False, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        content_commitment=signing,
        key_encipherment=encryption,
        data_encipherment=encryption,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _read(path: Path) -> x509.Certificate:
    return certificates.load(path.read_text("ascii"))


def _write(path: Path, content: bytes) -> None:
    half = path.with_suffix(path.suffix + ".new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    half.rename(path)


def issue_pair(authority: Authority, name: str, organisation: str | None, out: Path) -> str:
    """Make a person's two keys and certificates as files `<out>-signing.*`, `<out>-encryption.*` (with the chain).

    Returns the signing certificate's fingerprint.
    """
    signing_key = ec.generate_private_key(ec.SECP256R1())
    encryption_key = rsa.generate_private_key(65537, 2048)
    fingerprints = []
    for purpose, key in ((SIGNING, signing_key), (ENCRYPTION, encryption_key)):
        made = authority.issue(name, organisation, purpose, key.public_key())
        fingerprints.append(certificates.fingerprint(made))
        _write(out.with_name(f"{out.name}-{purpose}.key"), certificates.private_key_pem(key))
        chain = certificates.to_pem(made) + certificates.to_pem(authority.issuing)
        _write(out.with_name(f"{out.name}-{purpose}.pem"), chain.encode())
    return fingerprints[0]


def administrators(folder: Path) -> frozenset[str]:
    """Fingerprints that may claim the first administration of this rehearsal."""
    file = folder / ADMINISTRATORS
    return frozenset(file.read_text("ascii").split()) if file.exists() else frozenset()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="authority", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("create", "issue"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="")
    parser.add_argument("--organisation")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--administrator", action="store_true")
    told = parser.parse_args(arguments)
    authority = open_authority(told.folder)
    if told.what == "issue":
        if not told.name or told.out is None:
            parser.error("issue needs --name and --out")
        fingerprint = issue_pair(authority, told.name, told.organisation, told.out)
        if told.administrator:
            with (told.folder / ADMINISTRATORS).open("a", encoding="ascii") as file:
                file.write(fingerprint + "\n")
        sys.stdout.write(fingerprint + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
