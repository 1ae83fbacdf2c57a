"""Certificates and sessions."""

from typing import Any

from sqlalchemy import delete

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, every, query
from services.registry import certification, queries, sessions
from services.registry.entrypoints.room import Room, in_own_care, of_own_people
from services.registry.models import SpentChallenge
from services.registry.schemas import certificates as wire
from services.registry.schemas.identity import Nothing

Answer = dict[str, Any]


class Certificates(Room):
    """What binds a key to a person, and what a key opens."""

    @query(wire.AskPossession, permission=PUBLIC)
    def possession_challenge(self, wanted: Answer, by: Caller) -> Answer:
        """A challenge by which the holder of a certificate's key shows it, before enrolment."""
        return wire.PossessionChallenge().dump(certification.ask_possession(self.act(by), wanted["pem"]))

    @command(wire.EnrolCertificate, permission="certificate.enrol")
    def enrol_certificate(self, given: Answer, by: Caller) -> Answer:
        """Bind a certificate to a person, its possession proved and its chain checked."""
        person = queries.identity.person_for_update(self.db, given["person_id"])
        by.require("certificate.enrol", own=in_own_care(by, person))
        return wire.Certificate().dump(certification.enrol(self.act(by), person, given, self.trusted()))

    @command(wire.RevokeCertificate, permission="certificate.revoke")
    def revoke_certificate(self, given: Answer, by: Caller) -> Answer:
        """Revoke a certificate; its sessions end everywhere."""
        certificate = queries.certificates.certificate_for_update(self.db, given["fingerprint"])
        person = queries.identity.person(self.db, certificate.person_id)
        by.require("certificate.revoke", own=in_own_care(by, person))
        certification.revoke(self.act(by), certificate, given["reason"])
        return wire.Certificate().dump(certificate)

    @query(wire.ReadCertificate, permission="person.read", departments=("tendering", "evaluation", "contracts"))
    def certificate(self, wanted: Answer, by: Caller) -> Answer:
        """One enrolled certificate with its PEM."""
        certificate = queries.certificates.certificate(self.db, wanted["fingerprint"])
        person = queries.identity.person(self.db, certificate.person_id)
        by.require("person.read", own=of_own_people(by, person))
        return wire.Certificate().dump(certificate)

    @command(wire.AskRehearsalCertificate, permission=PUBLIC)
    def rehearsal_certificate(self, given: Answer, by: Caller) -> Answer:
        """A certificate of the rehearsal authority, for any name: refused where there is none (production)."""
        return wire.IssuedCertificate().dump(certification.issue_for_rehearsal(self.act(by), given))

    @query(Nothing, permission=PUBLIC)
    def trust_anchors(self, wanted: Answer, by: Caller) -> Answer:
        """What this registry trusts, and the rehearsal authority's revocation list."""
        anchors = certification.chain_of(self.trusted())
        return {"anchors": anchors, "revocation_lists": certification.rehearsal_list(self.act(by))}

    @query(Nothing, permission=PUBLIC)
    def session_challenge(self, wanted: Answer, by: Caller) -> Answer:
        """A challenge good once, for two minutes."""
        return wire.SessionChallenge().dump(sessions.ask(self.act(by)))

    @command(wire.OpenSession, permission=PUBLIC)
    def open_session(self, answer: Answer, by: Caller) -> Answer:
        """Open a session by a signature over a challenge; tokens are fetched with its secret."""
        return wire.Session().dump(sessions.open_session(self.act(by), answer, self.trusted()))

    @query(wire.AskToken, permission=PUBLIC)
    def session_token(self, wanted: Answer, by: Caller) -> Answer:
        """A token good for ten minutes, as long as the session and its certificate are good."""
        found = sessions.token(self.act(by), wanted["session_id"], wanted["secret"], self.trusted())
        return wire.Token().dump(found)

    @command(wire.CloseSession, permission=PUBLIC)
    def close_session(self, given: Answer, by: Caller) -> Answer:
        """Sign out: the session's tokens are refused everywhere."""
        act = self.act(by)
        session = sessions.with_secret(act, given["session_id"], given["secret"])
        sessions.end(act, [session], "signed out")
        return wire.Session().dump(session)

    @command(wire.EndSessions, permission="session.end")
    def end_sessions(self, given: Answer, by: Caller) -> Answer:
        """End all sessions of a person."""
        person = queries.identity.person(self.db, given["person_id"])
        sessions.end_all_of(self.act(by), person.id, given["reason"])
        return {"person_id": person.id}

    @every(seconds=20)
    def apply_revocation_lists(self) -> None:
        """Revoke what the lists in the folder of trust anchors name, and forget challenges long stale."""
        act = self.act(Caller())
        certification.apply_lists(act, self.trusted())
        self.db.execute(delete(SpentChallenge).where(SpentChallenge.stale_at < act.machine))
