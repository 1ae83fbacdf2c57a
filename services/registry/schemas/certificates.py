"""Certificates and sessions: what is accepted and what is said."""

from marshmallow import fields, validate

from services.chassis.wire import Digest, Id, Moment, Schema, Text
from services.registry.schemas.fields import PURPOSES, REVOCATION_REASONS, Base64url, Pem, many, one_of, word


class AskPossession(Schema):
    """Ask for the challenge by which the holder of this certificate's key shows it."""

    pem = Pem(required=True)


class PossessionChallenge(Schema):
    """`wrapped`: for an encryption certificate, the secret to give back (RSA-OAEP-SHA256); null: sign the challenge."""

    challenge = fields.String()
    wrapped = fields.String(allow_none=True)
    expires_at = Moment()


class Possession(Schema):
    """The answer: signature over `"sunshine-possession-v1\\n" + challenge`, or the unwrapped secret."""

    challenge = fields.String(required=True, validate=validate.Length(max=4000))
    algorithm = word(load_default=None, allow_none=True)
    signature = Base64url(load_default=None, allow_none=True)
    secret = Base64url(load_default=None, allow_none=True)


class CertificateOffered(Schema):
    """A certificate with the authorities above it (nearest first, no anchor needed) and proof of its key."""

    pem = Pem(required=True)
    chain = many(Pem(), 4, load_default=list)
    proof = fields.Nested(Possession, required=True)


class EnrolCertificate(CertificateOffered):
    """Bind a certificate to a person. What it is for follows from its key usage."""

    person_id = Id(required=True)


class RevokeCertificate(Schema):
    """Revoke an enrolled certificate."""

    fingerprint = Digest(required=True)
    reason = one_of(REVOCATION_REASONS, required=True)


class ReadCertificate(Schema):
    """One enrolled certificate."""

    fingerprint = Digest(required=True)


class Certificate(Schema):
    """An enrolled certificate. `key_kind`: RSA, P-256, P-384 or Ed25519."""

    fingerprint = Digest()
    person_id = Id()
    purpose = fields.String()
    key_kind = fields.String()
    subject = fields.String()
    issuer = fields.String()
    serial = fields.String()
    not_before = Moment()
    not_after = Moment()
    enrolled_at = Moment()
    revoked_at = Moment(allow_none=True)
    revoked_because = fields.String(allow_none=True)
    pem = fields.String()
    chain = fields.List(fields.String())


class AskRehearsalCertificate(Schema):
    """Have the rehearsal authority certify a key. Exactly one of `csr` (PKCS#10) and `public_key` (SPKI), PEM."""

    name = Text(most=60, required=True)
    organisation = Text(load_default=None, allow_none=True)
    purpose = one_of(PURPOSES, required=True)
    csr = Pem(load_default=None, allow_none=True)
    public_key = Pem(load_default=None, allow_none=True)


class IssuedCertificate(Schema):
    """A certificate the rehearsal authority made."""

    fingerprint = Digest()
    pem = fields.String()
    chain = fields.List(fields.String())


class TrustAnchors(Schema):
    """What this registry trusts, PEM."""

    anchors = fields.List(fields.String())
    revocation_lists = fields.List(fields.String())


class SessionChallenge(Schema):
    """A challenge good once, for two minutes."""

    challenge = fields.String()
    expires_at = Moment()


class OpenSession(Schema):
    """Answer a challenge. The signature covers `"sunshine-session-v1\\n"` + canonical JSON of
    `{"challenge", "secret_digest"}`; the secret (32 random bytes of the caller) fetches tokens and is not kept.
    """

    fingerprint = Digest(required=True)
    challenge = fields.String(required=True, validate=validate.Length(max=4000))
    algorithm = word(required=True)
    signature = Base64url(required=True)
    secret_digest = Digest(required=True)


class Session(Schema):
    """A session opened: fetch tokens with its id and the secret until `expires_at`."""

    session_id = Id(attribute="id")
    person_id = Id()
    fingerprint = Digest()
    opened_at = Moment()
    expires_at = Moment()
    ended_at = Moment(allow_none=True)


class AskToken(Schema):
    """A token for a session; the secret is base64url."""

    session_id = Id(required=True)
    secret = Base64url(required=True, most=200)


class Token(Schema):
    """A token and what it says, so that pages can greet and hide. `may`: permission → own, project or any."""

    token = fields.String()
    expires_at = Moment()
    session_expires_at = Moment()
    session_id = Id()
    person_id = Id()
    name = fields.String()
    organisation_id = Id(allow_none=True)
    organisation_kind = fields.String()
    organisation_name = fields.String()
    language = fields.String()
    roles = fields.List(fields.String())
    may = fields.Dict(keys=fields.String(), values=fields.String())
    certificate = fields.String()


class CloseSession(AskToken):
    """End one's own session."""


class EndSessions(Schema):
    """End all sessions of a person."""

    person_id = Id(required=True)
    reason = Text(most=500, required=True)
