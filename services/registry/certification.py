"""Binding certificates to people: possession proved, chain checked, enrolled, revoked."""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from services.chassis.refusal import Refusal, refuse_if
from services.chassis.settings import REHEARSAL
from services.protocol import certificates
from services.protocol.encoding import b64url, from_b64url, sha256_hex
from services.protocol.reasons import ProtocolError
from services.registry import authority, challenges, events, queries, sessions, settings, trust
from services.registry.act import Act
from services.registry.models import Certificate, IssuedCertificate, Person
from services.registry.refusals import no, too_many, unreadable
from services.registry.rules import certificate_use

POSSESSION = "possession"
LABEL = b"sunshine-possession-v1"


def anchors(profile: str) -> trust.Anchors:
    """What this registry trusts now; a changed folder is noticed at the next question."""
    told = settings.current()
    more: tuple[x509.Certificate, ...] = ()
    if told.rehearsal_authority_dir is not None and profile == REHEARSAL:
        more = (authority.open_authority(told.rehearsal_authority_dir).root,)
    return _read(told.trust_anchors_dir, trust.stamp(told.trust_anchors_dir), more)


def first_administrators() -> frozenset[str]:
    """Fingerprints of the certificates that may claim the first administration."""
    told = settings.current()
    if told.rehearsal_authority_dir is None:
        return told.bootstrap_certificates
    return told.bootstrap_certificates | authority.administrators(told.rehearsal_authority_dir)


@lru_cache(maxsize=4)
def _read(folder: Path | None, _stamp: object, more: tuple[x509.Certificate, ...]) -> trust.Anchors:
    return trust.read_anchors(folder, more)


def ask_possession(act: Act, pem: str) -> dict[str, Any]:
    """A challenge for the holder of this certificate's key: to sign, or, for an encryption certificate, to unwrap."""
    try:
        certificate = certificates.load(pem)
        kind, _ = trust.key_kind(certificate)
        purpose = trust.purpose_of(trust.facts(pem, (), trust.Anchors(()), act.machine))
        if kind in certificate_use.KNOWN_BUT_UNAVAILABLE:
            raise ProtocolError("key_kind_unavailable", f"{kind} is known but not available in this build", kind=kind)
        key = certificates.public_key(pem)
    except ProtocolError as error:
        raise unreadable(error, "pem") from error
    bound = {"fingerprint": certificates.fingerprint(certificate)}
    wrapped = None
    if purpose == certificate_use.ENCRYPTION and isinstance(key, rsa.RSAPublicKey):
        secret = secrets.token_bytes(32)
        bound["secret_digest"] = sha256_hex(secret)
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), LABEL)
        wrapped = b64url(key.encrypt(secret, oaep))
    made = challenges.make(act.key, POSSESSION, act.machine.timestamp(), **bound)
    return {"challenge": made, "wrapped": wrapped, "expires_at": challenges.expiry(act.machine)}


def enrol(act: Act, person: Person, offered: Mapping[str, Any], trusted: trust.Anchors) -> Certificate:
    """Bind a certificate to a person.

    Raises `Refusal`: `certificate_refused` with every reason, `possession_not_proved`, `certificate_enrolled_already`,
    `holder_adds`, `challenge_false`, `challenge_stale`.
    """
    try:
        found = trust.facts(offered["pem"], offered["chain"], trusted, act.machine)
        purpose = trust.purpose_of(found)
        refuse_if(certificate_use.objections(found, purpose, act.machine), "certificate_refused")
        _prove(act, offered["pem"], purpose, offered["proof"])
    except ProtocolError as error:
        raise unreadable(error, "pem") from error
    loaded = certificates.load(offered["pem"])
    fingerprint = certificates.fingerprint(loaded)
    _only_the_holder_adds(act, person, purpose)
    if act.db.get(Certificate, fingerprint) is not None:
        raise _enrolled_already(fingerprint)
    made = Certificate(
        fingerprint=fingerprint,
        person_id=person.id,
        purpose=purpose,
        key_kind=found.key_kind,
        subject=loaded.subject.rfc4514_string()[:500],
        issuer=loaded.issuer.rfc4514_string()[:500],
        serial=f"{loaded.serial_number:x}",
        pem=certificates.to_pem(loaded),
        chain=list(offered["chain"]),
        not_before=found.not_before,
        not_after=found.not_after,
        enrolled_at=act.machine,
    )
    act.db.add(made)
    act.db.flush()
    act.announce(events.certificate_enrolled(made, person.organisation_id))
    return made


def revoke(act: Act, certificate: Certificate, reason: str) -> None:
    """Revoke a certificate; every session opened with it ends, everywhere. Revoking twice changes nothing."""
    if certificate.revoked_at is not None:
        return
    certificate.revoked_at, certificate.revoked_because = act.machine, reason
    act.announce(events.certificate_revoked(certificate))
    opened = queries.certificates.open_sessions(act.db, act.machine, fingerprint=certificate.fingerprint)
    sessions.end(act, opened, f"certificate revoked: {reason}")


def apply_lists(act: Act, trusted: trust.Anchors) -> int:
    """Revoke every enrolled certificate that a list of its issuer names; how many."""
    done = 0
    for each in trusted.lists:
        serials = [f"{entry.serial_number:x}" for entry in each]
        issuer = each.issuer.rfc4514_string()[:500]
        for certificate in queries.certificates.live_certificates_of_issuer(act.db, issuer, serials):
            if trusted.revoked_at(certificate.pem, certificate.chain) is not None:
                revoke(act, certificate, "authority_list")
                done += 1
    return done


def issue_for_rehearsal(act: Act, wish: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate of the rehearsal authority for a key. Raises `Refusal`: `no_rehearsal`, `too_many_requests`,
    `key_refused`.
    """
    told = settings.current()
    if told.rehearsal_authority_dir is None:
        raise no("no_rehearsal", "Certificates are issued here in a rehearsal only.")
    if queries.certificates.issued_within_a_minute(act.db, act.machine) >= told.public_commands_a_minute:
        raise too_many("rehearsal certificates", told.public_commands_a_minute)
    key = _wished_key(wish)
    kinds = ("RSA",) if wish["purpose"] == certificate_use.ENCRYPTION else certificate_use.SIGNING_KEYS
    issuing = authority.open_authority(told.rehearsal_authority_dir)
    made = issuing.issue(wish["name"], wish["organisation"], wish["purpose"], key)
    if trust.key_kind(made)[0] not in kinds:
        listed = ", ".join(kinds)
        raise no("key_refused", f"A {wish['purpose']} key is one of {listed}.", purpose=wish["purpose"], kinds=listed)
    act.db.add(
        IssuedCertificate(
            fingerprint=certificates.fingerprint(made),
            serial=f"{made.serial_number:x}",
            subject=made.subject.rfc4514_string()[:500],
            purpose=wish["purpose"],
            issued_at=act.machine,
        )
    )
    return {
        "fingerprint": certificates.fingerprint(made),
        "pem": certificates.to_pem(made),
        "chain": [certificates.to_pem(issuing.issuing)],
    }


def rehearsal_list(act: Act) -> list[str]:
    """The rehearsal authority's revocation list, PEM; empty where there is none."""
    told = settings.current()
    if told.rehearsal_authority_dir is None:
        return []
    issuing = authority.open_authority(told.rehearsal_authority_dir)
    revoked = queries.certificates.revoked_of_issuer(act.db, issuing.issuing.subject.rfc4514_string()[:500])
    entries = [
        (int(each.serial, 16), each.revoked_at, each.revoked_because or "other") for each in revoked if each.revoked_at
    ]
    return [trust.list_pem(issuing.revocation_list(entries, act.machine))]


def chain_of(anchor: trust.Anchors) -> Sequence[str]:
    """The anchors as PEM."""
    return [certificates.to_pem(each) for each in anchor.certificates]


def _wished_key(wish: Mapping[str, Any]) -> object:
    if (wish["csr"] is None) == (wish["public_key"] is None):
        raise no("key_refused", "Give either a certificate request or a public key.", field="csr")
    try:
        if wish["csr"] is not None:
            request = x509.load_pem_x509_csr(wish["csr"].encode("ascii"))
            if not request.is_signature_valid:
                raise no("key_refused", "The certificate request is not signed by its own key.", field="csr")
            key: object = request.public_key()
        else:
            key = trust.public_key_of(wish["public_key"])
        certificates.algorithms_of(key)
    except ProtocolError as error:
        raise unreadable(error, "public_key") from error
    except ValueError as error:
        raise no("key_refused", "This is not a certificate request or public key in PEM.", field="csr") from error
    return key


def _prove(act: Act, pem: str, purpose: str, proof: Mapping[str, Any]) -> None:
    said = challenges.read(proof["challenge"], POSSESSION, act.public_keys, act.machine.timestamp())
    unproved = no(
        "possession_not_proved", "The answer does not prove that the certificate's key is at hand.", field="proof"
    )
    if said["fingerprint"] != certificates.fingerprint(pem):
        raise unproved
    if purpose == certificate_use.ENCRYPTION:
        given = sha256_hex(from_b64url(proof["secret"])) if proof["secret"] else ""
        if not hmac.compare_digest(given, said.get("secret_digest", "-")):
            raise unproved
        return
    if not proof["signature"] or not proof["algorithm"]:
        raise unproved
    signed = challenges.POSSESSION_PREFIX + proof["challenge"].encode()
    try:
        certificates.verify_signature(pem, signed, from_b64url(proof["signature"]), proof["algorithm"])
    except ProtocolError as error:
        raise unproved from error


def _only_the_holder_adds(act: Act, person: Person, purpose: str) -> None:
    """Others may bind a person's first certificate of a purpose; a further one would let them in as that person."""
    if act.by.person_id == person.id:
        return
    for each in queries.identity.certificates_of(act.db, person.id):
        if each.purpose == purpose and each.revoked_at is None and each.not_after > act.machine:
            message = "This person holds such a certificate; they add another themselves, or it is revoked first."
            raise no("holder_adds", message, field="person_id", article="签名法13")


def _enrolled_already(fingerprint: str) -> Refusal:
    message = "This certificate is bound to a person already."
    return no("certificate_enrolled_already", message, field="pem", fingerprint=fingerprint)
