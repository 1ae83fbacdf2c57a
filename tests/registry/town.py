"""Builders: a small town of organisations and people, each with keys and certificates, in a registry without a bus."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from services.chassis.caller import NOBODY, Caller
from services.chassis.refusal import Refusal
from services.protocol import certificates
from services.protocol.encoding import b64url, from_b64url, sha256_hex
from services.registry import authority, challenges, sessions
from services.registry.permissions import grants
from services.registry.rules.credit_code import ALPHABET, check_character

START = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
ENCRYPTION_KEY = rsa.generate_private_key(65537, 2048)
"""One for all: making RSA keys is slow, and no test here depends on two being different."""


_NUMBERS = itertools.count(1)


@dataclass
class Clock:
    """The law's time, moved by the test."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@dataclass
class Keys:
    """A signing key with its certificate of the rehearsal authority."""

    key: certificates.PrivateKey
    pem: str
    chain: list[str]

    @property
    def fingerprint(self) -> str:
        return certificates.fingerprint(self.pem)


@dataclass
class Citizen:
    """A person on the register as a caller: `by` carries the grants their roles give."""

    person_id: str
    organisation_id: str | None
    kind: str
    roles: tuple[str, ...]
    keys: Keys | None = None
    session_id: str = field(default="")

    @property
    def by(self) -> Caller:
        return caller(self.person_id, self.organisation_id, self.kind, *self.roles)


def caller(person_id: str, organisation_id: str | None, kind: str, *roles: str) -> Caller:
    """A caller as the token of somebody with these roles would make one."""
    return Caller(
        person_id=person_id,
        name="演练人员",
        organisation_id=organisation_id,
        organisation_kind=kind,
        roles=frozenset(roles),
        grants=grants(roles),
        certificate="0" * 64,
        session_id="session",
    )


def credit_code(number: int) -> str:
    """A valid, invented credit code."""
    stem = f"91220100MA{number:07d}"
    assert all(each in ALPHABET for each in stem)
    return stem + check_character(stem)


def document(kind: str, valid_until: str | None = "2027-12-31", categories: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": kind,
        "digest": sha256_hex(kind.encode()),
        "valid_until": valid_until,
        "categories": list(categories),
    }


def whole_file(**changed: Any) -> dict[str, Any]:
    """A supplier's file with nothing missing."""
    kinds = ("business_licence", "financial_report", "tax_and_social_security", "capability", "no_violation_statement")
    return {
        "address": "长春市演练路 1 号",
        "responsible_person": "星负责",
        "contact_name": "联系人",
        "contact_phone": "0431-8888-0001",
        "contact_email": "contact@example.cn",
        "bank_name": "演练银行",
        "bank_account": "6222000011112222",
        "size": "medium",
        "controllers": ["星控股"],
        "categories": ["A02", "C03"],
        "documents": [document(kind) for kind in kinds],
        **changed,
    }


class Town:
    """A registry with a rehearsal authority, and people in it."""

    def __init__(self, registry: Any, folder: Path, clock: Clock) -> None:
        """registry: a `Direct`, or whatever else has its `call`."""
        self.registry = registry
        self.clock = clock
        self.authority = authority.open_authority(folder)

    # certificates

    def keys(
        self, name: str = "演练人员", key: certificates.PrivateKey | None = None, purpose: str = "signing"
    ) -> Keys:
        made = key or ec.generate_private_key(ec.SECP256R1())
        certificate = self.authority.issue(name, "演练单位", purpose, made.public_key())
        return Keys(made, certificates.to_pem(certificate), [certificates.to_pem(self.authority.issuing)])

    def offered(self, keys: Keys) -> dict[str, Any]:
        """The certificate with proof of its key, as enrolment takes it."""
        asked = self.registry.call("possession_challenge", pem=keys.pem)
        return {"pem": keys.pem, "chain": keys.chain, "proof": self.proof(keys, asked)}

    def proof(self, keys: Keys, asked: Mapping[str, Any]) -> dict[str, Any]:
        if asked["wrapped"] is not None:
            oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), b"sunshine-possession-v1")
            assert isinstance(keys.key, rsa.RSAPrivateKey)
            secret = keys.key.decrypt(from_b64url(asked["wrapped"]), oaep)
            return {"challenge": asked["challenge"], "secret": b64url(secret)}
        signed = challenges.POSSESSION_PREFIX + asked["challenge"].encode()
        algorithm, signature = certificates.sign(keys.key, signed)
        return {"challenge": asked["challenge"], "algorithm": algorithm, "signature": b64url(signature)}

    # organisations and people

    def organisation(self, kind: str, **facts: Any) -> str:
        given = {"kind": kind, "name": f"演练{kind}{next(_NUMBERS)}", "credit_code": self.code(), **facts}
        made = self.registry.call("enrol_organisation", by=self.administrator("org-admin"), **given)
        return str(made["organisation_id"])

    def code(self) -> str:
        return credit_code(next(_NUMBERS))

    def administrator(self, name: str = "admin") -> Caller:
        """Somebody with the role, who need not be on the register."""
        return caller(f"00000000-0000-4000-8000-{name.encode().hex()[:12]:0>12}", None, "centre", "registry.admin")

    def finance(self) -> Caller:
        return caller("00000000-0000-4000-8000-0000000000f1", None, "finance", "finance.officer")

    def person(self, organisation_id: str, kind: str, *roles: str, name: str = "演练人员") -> Citizen:
        """A person enrolled by an administrator; `roles` go into the caller, not onto the register (see `appoint`)."""
        made = self.registry.call(
            "enrol_person", by=self.administrator(), organisation_id=organisation_id, name=name
        )
        return Citizen(made["person_id"], organisation_id, kind, roles)

    def enrol(self, citizen: Citizen, keys: Keys | None = None) -> Keys:
        """Bind a signing certificate to a person."""
        bound = keys or self.keys()
        by = citizen.by if citizen.keys else self.administrator()
        self.registry.call("enrol_certificate", by=by, person_id=citizen.person_id, **self.offered(bound))
        citizen.keys = bound
        return bound

    def supplier(self, **registration: Any) -> Citizen:
        """A supplier that registered itself."""
        keys = self.keys()
        given = {
            "organisation": {"name": "演练供应商", "credit_code": self.code()},
            "person": {"name": "授权代表", "email": "agent@example.cn"},
            "certificate": self.offered(keys),
            **registration,
        }
        made = self.registry.call("register_supplier", **given)
        return Citizen(made["person_id"], made["organisation_id"], "supplier", ("supplier.agent",), keys)

    def admitted_supplier(self, **content: Any) -> Citizen:
        """A supplier whose whole file was admitted."""
        agent = self.supplier()
        self.registry.call("draft_supplier", by=agent.by, **whole_file(**content))
        self.admit(agent, self.registry.call("submit_supplier", by=agent.by)["version"])
        return agent

    def admit(self, agent: Citizen, version: int) -> None:
        named = {"organisation_id": agent.organisation_id, "version": version}
        self.registry.call("examine_supplier", by=self.officer(), **named)
        self.registry.call("decide_supplier", by=self.reviewer(), admit=True, **named)

    def officer(self) -> Caller:
        return caller("00000000-0000-4000-8000-0000000000c1", None, "centre", "centre.officer")

    def reviewer(self) -> Caller:
        return caller("00000000-0000-4000-8000-0000000000c2", None, "centre", "centre.reviewer")

    def expert(self, name: str = "演练专家", **facts: Any) -> Citizen:
        """An expert admitted by finance."""
        given = {"name": name, "region": "长春", "specialties": ["A0201"], **facts}
        made = self.registry.call("enrol_expert", by=self.finance(), **given)
        self.registry.call("admit_expert", by=self.finance(), person_id=made["person_id"])
        return Citizen(made["person_id"], None, "", ("expert",))

    # sessions

    def answer(self, keys: Keys, challenge: str | None = None, secret: bytes | None = None) -> dict[str, Any]:
        """The answer to a session challenge, as `open_session` takes it."""
        asked = challenge or self.registry.call("session_challenge")["challenge"]
        digest = sha256_hex(secret if secret is not None else secrets.token_bytes(32))
        algorithm, signature = certificates.sign(keys.key, sessions.signed_bytes(asked, digest))
        return {
            "fingerprint": keys.fingerprint,
            "challenge": asked,
            "algorithm": algorithm,
            "signature": b64url(signature),
            "secret_digest": digest,
        }

    def session(self, keys: Keys) -> tuple[str, str]:
        """A session opened: its id, and the secret that fetches its tokens."""
        secret = secrets.token_bytes(32)
        opened = self.registry.call("open_session", **self.answer(keys, secret=secret))
        return opened["session_id"], b64url(secret)

    def token(self, session: tuple[str, str]) -> dict[str, Any]:
        told: dict[str, Any] = self.registry.call("session_token", session_id=session[0], secret=session[1])
        return told

    # what was said

    def events(self, name: str) -> list[dict[str, Any]]:
        return [each.payload for each in self.registry.announced if each.event == name]

    def refusal(self, method: str, by: Any = NOBODY, **fields: Any) -> Refusal:
        """The refusal of a call that must be refused."""
        try:
            answer = self.registry.call(method, by=by, **fields)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"{method} was not refused: {json.dumps(answer, ensure_ascii=False)}")


def codes(refusal: Refusal) -> list[str]:
    """The codes of a refusal's objections."""
    return [each.code for each in refusal.objections]


def public_pem(key: Any) -> str:
    """A public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
