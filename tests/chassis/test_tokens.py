"""Tokens: every service believes a signature, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.chassis.refusal import Refusal
from services.chassis.tokens import TokenVerifier, Trust, department_token
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url

REGISTRY, ALPHA, STRANGER, SESSION = (Ed25519PrivateKey.generate() for _ in range(4))


@pytest.fixture
def verifier(tmp_path: Path) -> TokenVerifier:
    for name, key in (("registry", REGISTRY), ("alpha", ALPHA)):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / f"{name}.pem").write_bytes(pem)
    return TokenVerifier(Trust(tmp_path))


def persons_token(
    *,
    vouched_by: Ed25519PrivateKey = REGISTRY,
    signed_by: Ed25519PrivateKey = SESSION,
    key_until: float = 3600,
    **changed: Any,
) -> str:
    now = int(time.time())
    session_key = b64url(SESSION.public_key().public_bytes_raw())
    vouched = {"kid": "k1", "sk": session_key, "sk_exp": now + int(key_until)}
    header = {**vouched, "sk_sig": b64url(vouched_by.sign(canonical(vouched)))}
    claims = {
        "iss": "registry", "aud": "sunshine", "sub": "p1", "name": "李", "org": "o1", "org_kind": "centre",
        "roles": ["centre.officer"], "may": {"note.read": "own"}, "cert": "ab", "sid": "s1", "iat": now,
        "exp": now + 600,
        **changed,
    }  # fmt: skip
    return jwt.encode(claims, signed_by, algorithm="EdDSA", headers=header)


def test_a_persons_token_gives_the_caller(verifier: TokenVerifier) -> None:
    caller = verifier.caller(persons_token())
    assert (caller.person_id, caller.organisation_id, caller.actor) == ("p1", "o1", "person:p1")
    assert caller.reaches("note.read", own=True)
    assert not caller.reaches("note.read")


def test_a_departments_own_token_speaks_for_the_department(verifier: TokenVerifier) -> None:
    caller = verifier.caller(department_token("alpha", ALPHA, time.time()))
    assert (caller.department, caller.actor) == ("alpha", "department:alpha")


def forged() -> dict[str, str]:
    now = int(time.time())
    plain = persons_token()
    return {
        "expired": persons_token(exp=now - 60),
        "session key expired": persons_token(key_until=-10),
        "session key vouched for by a stranger": persons_token(vouched_by=STRANGER),
        "session key vouched for by another department": persons_token(vouched_by=ALPHA),
        "signed by another key": persons_token(signed_by=STRANGER),
        "another issuer": persons_token(iss="alpha"),
        "another audience": persons_token(aud="elsewhere"),
        "a department's name under a stranger's key": department_token("alpha", STRANGER, now),
        "an unknown department": department_token("gamma", STRANGER, now),
        "an old department token": department_token("alpha", ALPHA, now - 3600),
        "no algorithm": jwt.encode({"iss": "registry", "sub": "p1"}, "", algorithm="none"),
        "a shared secret": jwt.encode({"iss": "registry", "sub": "p1"}, "secret" * 8, algorithm="HS256"),
        "cut short": plain[:-20],
        "changed inside": plain.replace(plain.split(".")[1], plain.split(".")[1][:-4] + "AAAA"),
        "not a token": "hello",
        "too long": "x" * 10_000,
    }


@pytest.mark.parametrize("kind", forged())
def test_a_false_token_is_refused(verifier: TokenVerifier, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        verifier.caller(forged()[kind])
    assert caught.value.code == "unauthenticated"


def test_a_token_of_an_ended_session_is_refused_though_it_was_known(verifier: TokenVerifier) -> None:
    token = persons_token()
    verifier.caller(token)
    verifier.end_sessions([("s1", time.time() + 600)])
    with pytest.raises(Refusal, match="ended"):
        verifier.caller(token)


def test_a_department_may_have_two_keys_while_it_changes_them(tmp_path: Path) -> None:
    for name, key in (("alpha", ALPHA), ("alpha-2", STRANGER)):
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / f"{name}.pem").write_bytes(pem)
    verifier = TokenVerifier(Trust(tmp_path))
    for key in (ALPHA, STRANGER):
        assert verifier.caller(department_token("alpha", key, time.time())).department == "alpha"
