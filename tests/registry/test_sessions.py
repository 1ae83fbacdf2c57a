"""Sessions: who is let in, every way of being refused, and how a session ends everywhere."""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from sqlalchemy import update

from services.chassis.caller import Caller
from services.chassis.refusal import Refusal
from services.chassis.tokens import LONGEST_TOKEN, TokenVerifier, Trust
from services.protocol import certificates
from services.protocol.encoding import b64url
from services.registry import authority, challenges, session_keys, sessions
from services.registry.models import Certificate, Session
from services.registry.permissions import ROLES, grants
from tests.registry.town import ENCRYPTION_KEY, Citizen, Keys, Town, caller, codes


@pytest.fixture
def li(town: Town) -> Citizen:
    """An officer of a purchaser with a signing certificate."""
    organisation = town.organisation("purchaser", budget_level="province")
    citizen = town.person(organisation, "purchaser", "purchaser.officer", name="孙处长")
    town.enrol(citizen)
    town.registry.call("appoint", by=town.administrator(), person_id=citizen.person_id, role="purchaser.officer")
    town.registry.announced.clear()
    return citizen


def verifier(town: Town, folder: Path) -> TokenVerifier:
    """What any department verifies with: registry's public key in a folder, nothing else."""
    public = town.registry.runtime.key.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / "registry.pem").write_bytes(public.public_bytes(serialization.Encoding.PEM, form))
    return TokenVerifier(Trust(folder))


def signed_in(town: Town, citizen: Citizen) -> tuple[str, str]:
    assert citizen.keys is not None
    return town.session(citizen.keys)


def keys_of(citizen: Citizen) -> Keys:
    assert citizen.keys is not None
    return citizen.keys


def change(town: Town, statement: Any) -> None:
    """What only the passing of time would do otherwise."""
    with town.registry.runtime.engines.writing() as session:
        session.execute(statement)
        session.commit()


def test_a_session_gives_a_token_that_every_department_understands(town: Town, li: Citizen, tmp_path: Path) -> None:
    answer = town.token(signed_in(town, li))
    by = verifier(town, tmp_path).caller(answer["token"])
    assert (by.person_id, by.organisation_id, by.organisation_kind) == (li.person_id, li.organisation_id, "purchaser")
    assert by.roles == {"purchaser.officer"}
    assert by.grants == grants(["purchaser.officer"]) == answer["may"]
    assert by.certificate == keys_of(li).fingerprint
    assert answer["organisation_name"].startswith("演练")


@pytest.mark.parametrize("make", [ec.SECP256R1, ec.SECP384R1, ed25519.Ed25519PrivateKey, 2048], ids=str)
def test_each_kind_of_signing_key_opens_a_session(town: Town, make: Any) -> None:
    key = (
        ENCRYPTION_KEY if make == 2048
        else make.generate() if make is ed25519.Ed25519PrivateKey
        else ec.generate_private_key(make())
    )  # fmt: skip
    citizen = town.person(town.organisation("hall"), "hall")
    town.enrol(citizen, town.keys(key=key))
    assert town.token(signed_in(town, citizen))["person_id"] == citizen.person_id


def test_the_token_of_the_widest_roles_is_short_enough_for_the_chassis(town: Town) -> None:
    for kind in {kind for kinds in ROLES.values() for kind in kinds}:
        together = [role for role, kinds in ROLES.items() if kind in kinds]
        claims = {"sub": "x" * 36, "name": "名" * 60, "org": "x" * 36, "org_kind": kind, "roles": together,
                  "may": grants(together), "cert": "0" * 64, "sid": "x" * 36, "exp": 2**31}  # fmt: skip
        made = session_keys.of(town.registry.runtime.key).token(claims, time.time())
        assert len(made) < LONGEST_TOKEN, (kind, len(made))


# every way of being refused


def test_an_unknown_certificate_is_refused(town: Town) -> None:
    refused = town.refusal("open_session", **town.answer(town.keys()))
    assert refused.code == "certificate_unknown"


def test_a_signature_of_another_key_is_refused(town: Town, li: Citizen) -> None:
    forged = town.answer(town.keys()) | {"fingerprint": keys_of(li).fingerprint}
    assert town.refusal("open_session", **forged).code == "signature_wrong"


def test_a_signature_under_another_secret_is_refused(town: Town, li: Citizen) -> None:
    swapped = town.answer(keys_of(li)) | {"secret_digest": "0" * 64}
    assert town.refusal("open_session", **swapped).code == "signature_wrong"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"algorithm": "SM2-SM3"}, "algorithm_unavailable"),
        ({"algorithm": "RSA-PSS-SHA256"}, "algorithm_unfit"),
        ({"algorithm": "none"}, "algorithm_unknown"),
        ({"challenge": "bm90aGluZw.bm90aGluZw"}, "challenge_false"),
        ({"challenge": "x"}, "challenge_false"),
    ],
)
def test_an_answer_that_cannot_be_checked_is_refused(
    town: Town, li: Citizen, changed: dict[str, str], code: str
) -> None:
    assert town.refusal("open_session", **(town.answer(keys_of(li)) | changed)).code == code


def test_a_stale_challenge_is_refused(town: Town, li: Citizen) -> None:
    stale = challenges.make(town.registry.runtime.key, sessions.SESSION, time.time() - challenges.LIFE)
    assert town.refusal("open_session", **town.answer(keys_of(li), stale)).code == "challenge_stale"


def test_a_challenge_of_another_registry_or_another_purpose_is_refused(town: Town, li: Citizen) -> None:
    foreign = challenges.make(ed25519.Ed25519PrivateKey.generate(), sessions.SESSION, time.time())
    other = challenges.make(town.registry.runtime.key, "possession", time.time())
    for challenge in (foreign, other):
        assert town.refusal("open_session", **town.answer(keys_of(li), challenge)).code == "challenge_false"


def test_a_challenge_answered_before_is_refused_but_a_repeated_request_gets_its_answer(town: Town, li: Citizen) -> None:
    answer = town.answer(keys_of(li))
    first = town.registry.call("open_session", request_id="once", **answer)
    assert town.registry.call("open_session", request_id="once", **answer) == first
    assert town.refusal("open_session", **answer).code == "challenge_spent"


def test_the_stored_answer_lets_nobody_in(town: Town, li: Citizen) -> None:
    secret = secrets.token_bytes(32)
    opened = town.registry.call("open_session", **town.answer(keys_of(li), secret=secret))
    assert b64url(secret) not in json.dumps(opened)
    assert "token" not in opened
    wrong = town.refusal("session_token", session_id=opened["session_id"], secret=b64url(secrets.token_bytes(32)))
    assert wrong.code == "session_unknown"


def test_an_encryption_certificate_opens_nothing(town: Town, li: Citizen) -> None:
    keys = town.keys(key=ENCRYPTION_KEY, purpose="encryption")
    town.enrol(li, keys)
    refused = town.refusal("open_session", **town.answer(keys))
    assert (refused.code, codes(refused)) == ("certificate_refused", ["certificate_wrong_purpose"])


def test_a_revoked_certificate_opens_nothing_and_its_session_is_over_everywhere(
    town: Town, li: Citizen, tmp_path: Path
) -> None:
    session, other_department = signed_in(town, li), verifier(town, tmp_path)
    token = town.token(session)["token"]
    other_department.caller(token)
    town.registry.call(
        "revoke_certificate", by=li.by, fingerprint=keys_of(li).fingerprint, reason="key_compromise"
    )
    assert codes(town.refusal("open_session", **town.answer(keys_of(li)))) == ["certificate_revoked"]
    assert town.refusal("session_token", session_id=session[0], secret=session[1]).code == "session_over"
    ended = town.events("session_ended")
    assert [each["session_id"] for each in ended] == [session[0]]
    assert ended[0]["until"] > time.time() + session_keys.TOKEN_LIFE
    assert town.events("certificate_revoked")[0]["reason"] == "key_compromise"

    other_department.end_sessions([(ended[0]["session_id"], ended[0]["until"])])
    with pytest.raises(Refusal, match="session has ended"):
        other_department.caller(token)


def test_a_department_away_at_the_revocation_refuses_the_token_when_it_is_back(town: Town, li: Citizen) -> None:
    """Its queue kept the fact: hearing it on return writes it where every process of the department looks."""
    session = signed_in(town, li)
    town.registry.call("revoke_certificate", by=li.by, fingerprint=keys_of(li).fingerprint, reason="lost")
    fact = town.events("session_ended")[0]
    heard = town.registry.hear("registry", "session_ended", fact, subject=f"session:{session[0]}")
    assert heard == "new"
    with town.registry.runtime.engines.reading() as reading:
        kept = reading.connection().exec_driver_sql("SELECT session_id FROM ended_session").scalars().all()
    assert session[0] in kept


def test_an_expired_certificate_is_refused_by_the_machines_time_whatever_the_rehearsal_says(
    town: Town, li: Citizen
) -> None:
    expired = issued(town, li, valid_until=datetime.now(UTC) - timedelta(days=1))
    refused = town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **town.offered(expired))
    assert (refused.code, codes(refused)) == ("certificate_refused", ["certificate_expired"])
    in_force = issued(town, li, valid_until=datetime.now(UTC) + timedelta(seconds=1))
    town.enrol(li, in_force)
    time.sleep(1.1)
    assert codes(town.refusal("open_session", **town.answer(in_force))) == ["certificate_expired"]


def test_a_certificate_of_another_authority_is_refused(town: Town, li: Citizen, tmp_path: Path) -> None:
    elsewhere = authority.open_authority(tmp_path / "elsewhere")
    made = elsewhere.issue("孙处长", "演练单位", "signing", keys_of(li).key.public_key())
    foreign = Keys(keys_of(li).key, certificates.to_pem(made), [certificates.to_pem(elsewhere.issuing)])
    refused = town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **town.offered(foreign))
    assert (refused.code, codes(refused)) == ("certificate_refused", ["certificate_untrusted"])
    change(town, update(Certificate).where(Certificate.person_id == li.person_id).values(chain=[]))
    assert codes(town.refusal("open_session", **town.answer(keys_of(li)))) == ["certificate_untrusted"]


def test_possession_must_be_proved_for_this_certificate(town: Town, li: Citizen) -> None:
    mine, other = town.keys(), town.keys()
    offered = town.offered(mine)
    swapped = {**offered, "pem": other.pem}
    assert (
        town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **swapped).code == "possession_not_proved"
    )
    unsigned = {**offered, "proof": {"challenge": offered["proof"]["challenge"]}}
    assert (
        town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **unsigned).code == "possession_not_proved"
    )
    encryption = town.keys(key=ENCRYPTION_KEY, purpose="encryption")
    guessed = town.offered(encryption)
    guessed["proof"]["secret"] = b64url(bytes(32))
    assert (
        town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **guessed).code == "possession_not_proved"
    )


def test_others_bind_the_first_certificate_and_only_the_holder_another(town: Town, li: Citizen) -> None:
    asked = {"person_id": li.person_id, **town.offered(town.keys())}
    assert town.refusal("enrol_certificate", by=town.administrator(), **asked).code == "holder_adds"
    town.registry.call("enrol_certificate", by=li.by, **asked)
    for each in town.registry.call("person", by=li.by, person_id=li.person_id)["certificates"]:
        town.registry.call("revoke_certificate", by=li.by, fingerprint=each["fingerprint"], reason="lost")
    renewed = {"person_id": li.person_id, **town.offered(town.keys())}
    town.registry.call("enrol_certificate", by=town.administrator(), **renewed)


def test_a_certificate_belongs_to_one_person(town: Town, li: Citizen) -> None:
    again = town.refusal("enrol_certificate", by=li.by, person_id=li.person_id, **town.offered(keys_of(li)))
    assert again.code == "certificate_enrolled_already"


def test_a_small_key_is_refused_before_anything_else(town: Town) -> None:
    small = rsa.generate_private_key(65537, 1024)
    refused = town.refusal("possession_challenge", pem=town.keys(key=small).pem)
    assert refused.code == "key_too_small"


# how a session goes on and ends


def test_signing_out_ends_the_session_and_is_told(town: Town, li: Citizen) -> None:
    session = signed_in(town, li)
    town.registry.call("close_session", session_id=session[0], secret=session[1])
    assert town.events("session_ended")[0]["session_id"] == session[0]
    assert town.refusal("session_token", session_id=session[0], secret=session[1]).code == "session_over"


def test_a_session_is_over_after_twelve_hours_and_its_last_token_ends_with_it(town: Town, li: Citizen) -> None:
    session = signed_in(town, li)
    ending = datetime.now(UTC) + timedelta(seconds=90)
    change(town, update(Session).where(Session.id == session[0]).values(expires_at=ending))
    assert datetime.fromisoformat(town.token(session)["expires_at"]) <= ending
    change(town, update(Session).where(Session.id == session[0]).values(expires_at=datetime.now(UTC)))
    assert town.refusal("session_token", session_id=session[0], secret=session[1]).code == "session_over"


def test_the_end_of_a_role_ends_the_sessions_and_the_next_token_lacks_it(town: Town, li: Citizen) -> None:
    session = signed_in(town, li)
    held = town.registry.call("person", by=town.administrator(), person_id=li.person_id)["appointments"][0]
    town.registry.call("end_role", by=town.administrator(), appointment_id=held["appointment_id"], reason="调离")
    assert [each["session_id"] for each in town.events("session_ended")] == [session[0]]
    assert town.token(signed_in(town, li))["roles"] == []


def test_a_role_whose_time_is_over_ends_by_itself(fresh_town: Town) -> None:
    town = fresh_town
    citizen = town.person(town.organisation("purchaser"), "purchaser", "purchaser.officer")
    town.enrol(citizen)
    until = (town.clock.moment + timedelta(days=2)).isoformat()
    named = {"person_id": citizen.person_id, "role": "purchaser.officer", "until": until}
    town.registry.call("appoint", by=town.administrator(), **named)
    signed_in(town, citizen)
    town.clock.forward(days=2)
    assert town.token(signed_in(town, citizen))["roles"] == []
    town.registry.announced.clear()
    town.registry.tick("end_roles_run_out")
    assert [each["role"] for each in town.events("role_ended")] == ["purchaser.officer"]
    assert len(town.events("session_ended")) == 2


def test_who_has_left_is_not_let_in(town: Town, li: Citizen) -> None:
    signed_in(town, li)
    town.registry.call("change_person", by=town.administrator(), person_id=li.person_id, left=True)
    assert town.refusal("open_session", **town.answer(keys_of(li))).code == "person_left"
    assert town.events("person_changed")[-1]["left"] is True
    assert len(town.events("session_ended")) == 1


def test_a_suspended_expert_is_no_expert_meanwhile(fresh_town: Town) -> None:
    town = fresh_town
    expert = town.expert()
    town.enrol(expert)
    session = signed_in(town, expert)
    assert town.token(session)["roles"] == ["expert"]
    decision = {"ground": "under_investigation", "decision_no": "1号", "until": "2026-05-20"}
    town.registry.call("suspend_expert", by=town.finance(), person_id=expert.person_id, **decision)
    assert town.refusal("session_token", session_id=session[0], secret=session[1]).code == "session_over"
    assert town.token(signed_in(town, expert))["roles"] == []
    town.clock.forward(days=10)
    assert town.token(signed_in(town, expert))["roles"] == ["expert"]


def test_session_keys_change_without_an_outage(town: Town, tmp_path: Path) -> None:
    keys = session_keys.SessionKeys(town.registry.runtime.key)
    elsewhere = verifier(town, tmp_path)
    now = time.time()
    claims = {"sub": "p", "sid": "s", "exp": int(now) + 300}
    before = keys.token(claims, now - session_keys.KEY_USE + 1)
    after = keys.token(claims, now + 2)
    assert elsewhere.caller(before).person_id == elsewhere.caller(after).person_id == "p"
    heads = {each.split(".")[0] for each in (before, after)}
    assert len(heads) == 2


def test_a_token_of_a_session_key_nobody_vouched_for_is_refused(town: Town, tmp_path: Path) -> None:
    forged = session_keys.SessionKeys(ed25519.Ed25519PrivateKey.generate())
    made = forged.token({"sub": "p", "sid": "s", "exp": int(time.time()) + 300}, time.time())
    with pytest.raises(Refusal, match="not valid"):
        verifier(town, tmp_path).caller(made)


def test_others_sessions_are_ended_by_those_entitled_only(town: Town, li: Citizen) -> None:
    signed_in(town, li)
    stranger: Caller = caller("p", "o", "supplier", "supplier.agent")
    assert town.refusal("end_sessions", by=stranger, person_id=li.person_id, reason="…").code == "forbidden"
    town.registry.call("end_sessions", by=town.administrator(), person_id=li.person_id, reason="可疑登录")
    assert len(town.events("session_ended")) == 1


def issued(town: Town, citizen: Citizen, valid_until: datetime) -> Keys:
    """A certificate of the rehearsal authority that ends when told."""
    key = ec.generate_private_key(ec.SECP256R1())
    building = x509.CertificateBuilder().subject_name(x509.Name([])).issuer_name(town.authority.issuing.subject)
    building = building.public_key(key.public_key()).serial_number(x509.random_serial_number())
    building = building.not_valid_before(authority.VALID_FROM).not_valid_after(valid_until)
    usage = town.authority.issue("甲", None, "signing", key.public_key()).extensions
    building = building.add_extension(usage.get_extension_for_class(x509.KeyUsage).value, critical=True)
    made = building.sign(town.authority.key, hashes.SHA256())
    return Keys(key, certificates.to_pem(made), [certificates.to_pem(town.authority.issuing)])
