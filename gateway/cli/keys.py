"""Certificates and private keys from files: PEM (one file or two) or PKCS#12, with a passphrase where they have one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12

from gateway.cli.ending import USAGE, Stop
from gateway.cli.words import say
from services.protocol import certificates

Passphrase = Callable[[str], bytes]
"""Asked with the file's name."""
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL)
_KEY = re.compile(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.+?-----END \1PRIVATE KEY-----\s*", re.DOTALL)


@dataclass(frozen=True)
class Signer:
    """A private key with its certificate and the authorities above it, nearest first. Where they were read from."""

    key: certificates.PrivateKey = field(repr=False)
    pem: str
    chain: list[str]
    certificate_file: str
    key_file: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return certificates.fingerprint(self.pem)


def load(certificate: str, key: str | None, passphrase: Passphrase) -> Signer:
    """Read a signer. `key` may be left out where the first file holds the key as well.

    Stops (`key_missing`, `certificate_missing`, `key_of_another`, `passphrase_wrong`); raises `ProtocolError`.
    """
    first = Path(certificate).read_bytes()
    if b"-----BEGIN" not in first:
        found, authorities, private = _from_pkcs12(first, certificate, passphrase)
        if key is None:
            return _signer(private, [*found, *authorities], certificate, certificate)
        pems = [*found, *authorities]
    else:
        pems = [each.decode("ascii", "replace") for each in _CERTIFICATE.findall(first)]
    held = Path(key or certificate)
    block = _KEY.search(held.read_bytes())
    if block is None:
        raise Stop(USAGE, "key_missing", say("key_missing", file=held))
    secret = passphrase(held.name) if _is_encrypted(block[0]) else None
    return _signer(certificates.load_private_key(block[0], secret), pems, certificate, str(held))


def _signer(private: object, pems: list[str], certificate_file: str, key_file: str) -> Signer:
    certificates.algorithms_of(private)
    mine = _spki(private.public_key())  # type: ignore[attr-defined]  # algorithms_of refused what has none
    fitting = [pem for pem in pems if _spki(certificates.load(pem).public_key()) == mine]
    if not pems:
        raise Stop(USAGE, "certificate_missing", say("certificate_missing", file=certificate_file))
    if not fitting:
        raise Stop(USAGE, "key_of_another", say("key_of_another", key=key_file, file=certificate_file))
    rest = [pem for pem in pems if pem != fitting[0]]
    found: certificates.PrivateKey = private  # type: ignore[assignment]  # the same
    return Signer(found, fitting[0], rest, str(Path(certificate_file).resolve()), str(Path(key_file).resolve()))


def _from_pkcs12(data: bytes, name: str, passphrase: Passphrase) -> tuple[list[str], list[str], object]:
    try:
        private, own, more = pkcs12.load_key_and_certificates(data, None)
    except ValueError:
        try:
            private, own, more = pkcs12.load_key_and_certificates(data, passphrase(Path(name).name))
        except ValueError:
            raise Stop(USAGE, "passphrase_wrong", say("passphrase_wrong", file=name)) from None
    if private is None:
        raise Stop(USAGE, "key_missing", say("key_missing", file=name))
    return [_pem(own)] if own else [], [_pem(each) for each in more], private


def _pem(certificate: x509.Certificate) -> str:
    return certificates.to_pem(certificate)


def _is_encrypted(block: bytes) -> bool:
    return b"BEGIN ENCRYPTED" in block or b"Proc-Type: 4,ENCRYPTED" in block


def _spki(key: object) -> bytes:
    found: bytes = key.public_bytes(  # type: ignore[attr-defined]  # every kind of public key has it
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return found
