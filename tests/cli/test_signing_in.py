"""Signing in: what travels, what is kept, and under which protection."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import state
from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import from_b64url, sha256_hex
from tests.cli.conftest import Run, signed_in
from tests.cli.edge import Answer, Edge, Request, problem
from tests.cli.people import issued, pem_files, pkcs12_file

TOKEN = {
    "token": "a.b.c", "person_id": "p-1", "name": "王", "organisation_id": "o-1", "organisation_name": "Synthetic Ltd",
    "roles": ["supplier.agent"], "session_expires_at": "2026-05-11T12:00:00Z",
}  # fmt: skip


def registry(request: Request) -> Answer:
    """Checks a signature as registry does (its README)."""
    if request.path.endswith("/sessions/challenges"):
        return Answer(200, {"challenge": "challenge-1"})
    if request.path.endswith("/sessions"):
        said = request.json
        covered = canonical({"challenge": said["challenge"], "secret_digest": said["secret_digest"]})
        pem = issued()[1]
        assert said["fingerprint"] == certificates.fingerprint(pem)
        certificates.verify_signature(
            pem, b"sunshine-session-v1\n" + covered, from_b64url(said["signature"]), said["algorithm"]
        )
        return Answer(201, {"session_id": "s-1"})
    return Answer(200, TOKEN)


def kept(home: Path) -> tuple[Path, dict[str, Any]]:
    (place,) = (home / "sessions").iterdir()
    return place, json.loads(place.read_text())


def test_a_challenge_is_answered_and_only_the_secret_of_the_session_is_kept(
    edge: Edge, run: Run, home: Path, tmp_path: Path
) -> None:
    edge.answers(registry)
    ran = run("login", "--url", edge.url, *pem_files(tmp_path), "--json")
    assert (ran.status, ran.json["name"]) == (0, "王")
    assert "token" not in ran.json
    place, session = kept(home)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    opened = next(each.json for each in edge.heard if each.path.endswith("/sessions"))
    assert opened["secret_digest"] == sha256_hex(from_b64url(session["secret"]))
    assert session["key"] == str((tmp_path / "me.key").resolve())
    sent = b"".join(each.body for each in edge.heard) + place.read_bytes()
    private = (tmp_path / "me.key").read_text().splitlines()[1].encode()
    assert private not in sent
    assert run("whoami").out.startswith(f"Signed in to {edge.url}: 王 (Synthetic Ltd)")


def test_the_keys_place_is_not_noted_where_that_is_not_wanted(
    edge: Edge, run: Run, home: Path, tmp_path: Path
) -> None:
    edge.answers(registry)
    run("login", "--url", edge.url, *pem_files(tmp_path), "--no-paths")
    assert (kept(home)[1]["key"], kept(home)[1]["certificate"]) == ("", "")


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
def test_a_passphrase_is_taken_from_a_file(edge: Edge, run: Run, tmp_path: Path, kind: str) -> None:
    edge.answers(registry)
    (tmp_path / "pass").write_text("correct horse\n")
    (tmp_path / "wrong").write_text("battery\n")
    p12 = ["-c", str(pkcs12_file(tmp_path, b"correct horse"))]
    named = pem_files(tmp_path, password=b"correct horse") if kind == "pem" else p12
    assert run("login", "--url", edge.url, *named, "--passphrase-file", tmp_path / "wrong").status == 2
    assert edge.heard == []
    assert run("login", "--url", edge.url, *named, "--passphrase-file", tmp_path / "pass").status == 0


def test_one_file_may_hold_certificate_and_key(edge: Edge, run: Run, tmp_path: Path) -> None:
    edge.answers(registry)
    pem_files(tmp_path)
    both = tmp_path / "both.pem"
    both.write_text((tmp_path / "me.key").read_text() + issued("an authority")[1] + (tmp_path / "me.pem").read_text())
    assert run("login", "--url", edge.url, "-c", both).status == 0


def test_a_key_of_another_certificate_is_told_before_anything_is_sent(edge: Edge, run: Run, tmp_path: Path) -> None:
    pem_files(tmp_path)
    (tmp_path / "me.pem").write_text(issued("somebody else")[1])
    ran = run("login", "--url", edge.url, "-c", tmp_path / "me.pem", "-k", tmp_path / "me.key", "--json")
    assert (ran.status, ran.error["code"], edge.heard) == (2, "key_of_another", [])


@pytest.mark.parametrize("answer", [Answer(200, {}), problem(401, "session_over")])
def test_signing_out_forgets_the_session_even_if_it_has_ended_there(edge: Edge, run: Run, answer: Answer) -> None:
    session = signed_in(edge.url)
    edge.answers(answer)
    assert run("logout").status == 0
    assert edge.heard[0].json == {"secret": session.secret}
    assert state.load_session(edge.url, "main") is None
    assert run("whoami").status == 4


def test_an_unreachable_house_keeps_the_session_to_be_ended(edge: Edge, run: Run) -> None:
    signed_in(edge.url)
    edge.answers(problem(503, "busy"))
    assert run("logout", "--patience", "0").status == 5
    assert state.load_session(edge.url, "main") is not None


def test_two_accounts_at_one_address_are_two_sessions(edge: Edge, run: Run, home: Path, tmp_path: Path) -> None:
    edge.answers(registry)
    for account in ("one", "two"):
        run("login", "--url", edge.url, "--account", account, *pem_files(tmp_path))
    assert len(list((home / "sessions").iterdir())) == 2
    assert state.current()["account"] == "two"


def test_a_supplier_registers_with_proof_of_its_key_and_is_signed_in(edge: Edge, run: Run, tmp_path: Path) -> None:
    def house(request: Request) -> Answer:
        if request.path.endswith("/certificates/challenges"):
            return Answer(200, {"challenge": "possess-1", "wrapped": None})
        if request.path.endswith("/suppliers"):
            proof = request.json["certificate"]["proof"]
            certificates.verify_signature(
                issued()[1], b"sunshine-possession-v1\npossess-1", from_b64url(proof["signature"]), proof["algorithm"]
            )
            return Answer(201, {"organisation_id": "o-1", "person_id": "p-1"})
        return registry(request)

    edge.answers(house)
    (tmp_path / "new.json").write_text(json.dumps({"organisation": {"name": "x"}, "person": {"name": "y"}}))
    ran = run("register", "new", tmp_path / "new.json", "--url", edge.url, *pem_files(tmp_path), "--json")
    assert (ran.status, ran.json["organisation_id"]) == (0, "o-1")
    assert run("whoami").status == 0
