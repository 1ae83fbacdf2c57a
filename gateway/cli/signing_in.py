"""`sunshine login`, `whoami`, `logout`: sessions by certificate."""

from __future__ import annotations

import secrets
from typing import IO, Any

from gateway.cli import keys, state
from gateway.cli.desk import Desk
from gateway.cli.ending import NOT_ALLOWED, Stop
from gateway.cli.spoken import command, keys_options, option
from gateway.cli.words import say
from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url, sha256_hex

_PREFIX = b"sunshine-session-v1\n"
"""What a signature at sign-in covers: this, then canonical JSON of {"challenge", "secret_digest"}."""


@command("login")
@keys_options
@option("--no-paths", is_flag=True, help="option.no_paths")
def login(desk: Desk, certificate: str | None, key: str | None, passphrase_file: IO[bytes] | None,
          no_paths: bool) -> None:
    """Answer a challenge with the key; keep the session's secret, and where the key lies."""
    told = sign_in(desk, desk.signer(certificate, key, passphrase_file), remember=not no_paths)
    desk.screen.tell(told, say("signed_in", name=told["name"], organisation=told.get("organisation_name") or "-",
                               url=desk.url), say("roles", roles=", ".join(told["roles"]) or "-"))  # fmt: skip


def sign_in(desk: Desk, signer: keys.Signer, *, remember: bool) -> dict[str, Any]:
    """Open a session, keep it, and answer who is signed in."""
    secret = secrets.token_bytes(32)
    challenge = desk.anybody.json("POST", "/sessions/challenges", anonymous=True, request_id=secrets.token_hex(16))
    said = canonical({"challenge": challenge["challenge"], "secret_digest": sha256_hex(secret)})
    algorithm, signature = certificates.sign(signer.key, _PREFIX + said)
    answered = {
        "fingerprint": signer.fingerprint, "challenge": challenge["challenge"], "algorithm": algorithm,
        "signature": b64url(signature), "secret_digest": sha256_hex(secret),
    }  # fmt: skip
    opened = desk.anybody.json(
        "POST", "/sessions", fields=answered, anonymous=True, request_id=desk.request_id()
    )  # fmt: skip
    desk.session = state.Session(
        desk.url, desk.account, str(opened["session_id"]), b64url(secret), signer.fingerprint,
        certificate=signer.certificate_file if remember else "", key=signer.key_file if remember else "",
    )  # fmt: skip
    told = desk.who()
    state.set_current(desk.url, desk.account)
    return told


@command("whoami")
def whoami(desk: Desk) -> None:
    """Ask who is signed in, freshly."""
    told = desk.who()
    desk.screen.tell(told, say("signed_in", name=told["name"], organisation=told.get("organisation_name") or "-",
                               url=desk.url), say("roles", roles=", ".join(told["roles"]) or "-"),
                     say("session_until", until=told["session_expires_at"]))  # fmt: skip


@command("logout")
def logout(desk: Desk) -> None:
    """End the session there and forget it here; one that has ended already is forgotten all the same."""
    session = desk.session
    if session is None:
        raise Stop(NOT_ALLOWED, "not_signed_in", say("not_signed_in"))
    ended = True
    try:
        desk.anybody.json("POST", f"/sessions/{session.session_id}/closure", fields={"secret": session.secret},
                          request_id=desk.request_id(), anonymous=True)  # fmt: skip
    except Stop as stop:
        if stop.status != NOT_ALLOWED:
            raise
        ended = False
    state.forget_session(session)
    desk.screen.tell({"signed_out": True, "ended_there": ended}, say("signed_out"))
