"""Sessions: challenge, signature, short-lived tokens; and their end, everywhere.

A token is fetched with the session's id and a secret only the caller knows; the registry keeps the secret's digest. So
no answer that is stored (request ids) and no row holds anything that lets somebody in.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from services.chassis.database import refuse_on
from services.chassis.refusal import Refusal, refuse_if
from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import from_b64url, sha256_hex
from services.protocol.reasons import ProtocolError
from services.registry import challenges, events, permissions, queries, session_keys, trust
from services.registry.act import Act
from services.registry.models import Certificate, Person, Session, SpentChallenge
from services.registry.refusals import no, unknown
from services.registry.rules import certificate_use
from services.registry.rules.certificate_use import SIGNING

LIFE: Final = timedelta(hours=12)
SESSION: Final = "session"


def ask(act: Act) -> dict[str, Any]:
    """A challenge for whoever wants to open a session."""
    made = challenges.make(act.key, SESSION, act.machine.timestamp())
    return {"challenge": made, "expires_at": challenges.expiry(act.machine)}


def signed_bytes(challenge: str, secret_digest: str) -> bytes:
    """What the caller signs: it binds the secret to the answer, so nobody in between can put in their own."""
    return challenges.SESSION_PREFIX + canonical({"challenge": challenge, "secret_digest": secret_digest})


def open_session(act: Act, answer: Mapping[str, Any], trusted: trust.Anchors) -> Session:
    """Open a session for the holder of an enrolled signing certificate.

    Raises `Refusal`: `challenge_false`, `challenge_stale`, `challenge_spent`, `certificate_unknown`, `signature_wrong`
    (and the other codes of a signature that cannot be checked), `certificate_refused` with every reason, `person_left`.
    """
    challenges.read(answer["challenge"], SESSION, act.public_keys, act.machine.timestamp())
    certificate = queries.certificates.certificate_for_update(act.db, answer["fingerprint"])
    _check_signature(certificate, answer)
    _spend(act, answer["challenge"])
    _check_certificate(act, certificate, trusted)
    person = queries.identity.person(act.db, certificate.person_id)
    _check_person(person)
    made = Session(
        person_id=person.id,
        fingerprint=certificate.fingerprint,
        secret_digest=answer["secret_digest"],
        opened_at=act.machine,
        expires_at=act.machine + LIFE,
    )
    act.db.add(made)
    act.db.flush()
    return made


def token(act: Act, session_id: str, secret: str, trusted: trust.Anchors) -> dict[str, Any]:
    """A fresh token for a session, and what it says. Raises `Refusal`: `session_unknown`, `session_over`,
    `certificate_refused`, `person_left`.
    """
    session = with_secret(act, session_id, secret)
    if session.ended_at is not None or act.machine >= session.expires_at:
        raise no("session_over", "This session is over; sign in again.")
    certificate = queries.certificates.certificate(act.db, session.fingerprint)
    _check_certificate(act, certificate, trusted)
    person = queries.identity.person(act.db, session.person_id)
    _check_person(person)
    organisation = (
        queries.identity.organisation(act.db, person.organisation_id) if person.organisation_id is not None else None
    )
    if organisation is not None and organisation.closed_at is not None:
        raise no("person_left", "The organisation is closed.")
    roles = roles_now(act, person.id)
    expires = min(int(act.machine.timestamp()) + session_keys.TOKEN_LIFE, int(session.expires_at.timestamp()))
    claims = {
        "sub": person.id,
        "name": person.name,
        "org": person.organisation_id,
        "org_kind": organisation.kind if organisation else "",
        "roles": roles,
        "may": permissions.grants(roles),
        "cert": certificate.fingerprint,
        "sid": session.id,
        "exp": expires,
    }
    return {
        "token": session_keys.of(act.key).token(claims, act.machine.timestamp()),
        "expires_at": challenges.moment(expires),
        "session_expires_at": session.expires_at,
        "session_id": session.id,
        "person_id": person.id,
        "name": person.name,
        "organisation_id": person.organisation_id,
        "organisation_kind": organisation.kind if organisation else "",
        "organisation_name": organisation.name if organisation else "",
        "language": person.language,
        "roles": roles,
        "may": claims["may"],
        "certificate": certificate.fingerprint,
    }


def with_secret(act: Act, session_id: str, secret: str) -> Session:
    """The session this secret belongs to. Raises `Refusal("session_unknown")` for a wrong id or secret alike."""
    session = act.db.get(Session, session_id)
    try:
        given = sha256_hex(from_b64url(secret))
    except ProtocolError as error:
        raise unknown("session", "session_id") from error
    if session is None or not hmac.compare_digest(given, session.secret_digest):
        raise unknown("session", "session_id")
    return session


def roles_now(act: Act, person_id: str) -> list[str]:
    """The roles a person holds now; a suspended expert is no expert meanwhile."""
    roles = {each.role for each in queries.identity.standing_appointments(act.db, person_id) if each.holds(act.now)}
    if "expert" in roles:
        for each in queries.experts.suspensions(act.db, [person_id]).get(person_id, []):
            if each.from_day <= act.today and (each.until_day is None or act.today <= each.until_day):
                roles.discard("expert")
    return sorted(roles)


def end(act: Act, opened: Iterable[Session], because: str) -> None:
    """End these sessions; every department refuses their tokens from the moment it hears."""
    for session in opened:
        if session.ended_at is None:
            session.ended_at, session.ended_because = act.machine, because[:200]
            forgotten = int(act.machine.timestamp()) + session_keys.TOKEN_LIFE + 60
            act.announce(events.session_ended(session.id, forgotten))


def end_all_of(act: Act, person_id: str, because: str) -> None:
    """End every session of a person."""
    end(act, queries.certificates.open_sessions(act.db, act.machine, person_id=person_id), because)


def _check_signature(certificate: Certificate, answer: Mapping[str, Any]) -> None:
    signed = signed_bytes(answer["challenge"], answer["secret_digest"])
    try:
        signature = from_b64url(answer["signature"])
        certificates.verify_signature(certificate.pem, signed, signature, answer["algorithm"])
    except ProtocolError as error:
        raise no(error.code, f"{error.message}.", field="signature", **dict(error.figures)) from error


def _spend(act: Act, challenge: str) -> None:
    spent = Refusal("challenge_spent", "This challenge was answered already; ask for a new one.")
    with refuse_on("pk_spent_challenge", spent):
        stale_at = act.machine + timedelta(seconds=2 * challenges.LIFE)
        act.db.add(SpentChallenge(digest=challenges.digest(challenge), stale_at=stale_at))
        act.db.flush()


def _check_certificate(act: Act, certificate: Certificate, trusted: trust.Anchors) -> None:
    found = trust.facts(certificate.pem, certificate.chain, trusted, act.machine)
    objections = certificate_use.objections(found, SIGNING, act.machine)
    if certificate.revoked_at is not None and found.revoked_at is None:
        objections.append(certificate_use.revoked(certificate.revoked_at))
    refuse_if(objections, "certificate_refused")


def _check_person(person: Person) -> None:
    if person.left_at is not None:
        raise no("person_left", "This person has left the organisation.")
