"""`sunshine draw`: a seat's part in the draw of experts, and the replay of any published draw."""

from __future__ import annotations

import secrets
from typing import Any

import click

from gateway.cli import state
from gateway.cli.desk import Desk, read_object, write_file
from gateway.cli.ending import SAID_NO, USAGE, Stop
from gateway.cli.spoken import command, group, option
from gateway.cli.words import language, say
from services.protocol import draw as protocol
from services.protocol import reasons

SEATS = ("centre", "purchaser", "supervisor")
draw = group("draw")


@command("show")
@click.argument("draw_id")
def draw_show(desk: Desk, draw_id: str) -> None:
    """How far a draw is."""
    desk.screen.tell(desk.api.get(f"/draws/{draw_id}"))


@command("commit")
@click.argument("draw_id")
@option("--seat", type=click.Choice(SEATS), required=True, help="option.seat")
def draw_commit(desk: Desk, draw_id: str, seat: str) -> None:
    """Draw a nonce, keep it, publish its commitment. A nonce kept for this round is used again, never replaced."""
    found = desk.api.get(f"/draws/{draw_id}")
    place = state.nonce_file(draw_id, found["round"], seat)
    kept = state.read_json(place)
    nonce = bytes.fromhex(kept["nonce"]) if kept else secrets.token_bytes(protocol.NONCE_BYTES)
    if kept is None:
        noted = {"draw": draw_id, "round": found["round"], "seat": seat, "pool_digest": found["pool_digest"]}
        state.write_json(place, {**noted, "nonce": nonce.hex()})
    made = protocol.commitment(found["pool_digest"], found["round"], seat, nonce)
    fields = {"seat": seat, "commitment": made}
    answer = desk.api.change("POST", f"/draws/{draw_id}/commitments", fields, desk.request_id())
    desk.screen.tell({"commitment": made, "round": found["round"], "answer": answer},
                     say("committed", commitment=made, round=found["round"]))  # fmt: skip


@command("reveal")
@click.argument("draw_id")
@option("--seat", type=click.Choice(SEATS), required=True, help="option.seat")
def draw_reveal(desk: Desk, draw_id: str, seat: str) -> None:
    """Reveal the nonce that was committed to from this machine."""
    found = desk.api.get(f"/draws/{draw_id}")
    kept = state.read_json(state.nonce_file(draw_id, found["round"], seat))
    if kept is None:
        raise Stop(USAGE, "nonce_missing", say("nonce_missing", round=found["round"], seat=seat))
    if kept["pool_digest"] != found["pool_digest"]:
        raise Stop(SAID_NO, "pool_changed", say("pool_changed"))
    fields = {"seat": seat, "nonce": kept["nonce"]}
    answer = desk.api.change("POST", f"/draws/{draw_id}/nonces", fields, desk.request_id())
    desk.screen.tell(answer, say("revealed", seed=answer.get("seed") or "-"))


@command("transcript")
@click.argument("draw_id")
@option("--output", "-o", type=click.Path(dir_okay=False), help="option.output")
def draw_transcript(desk: Desk, draw_id: str, output: str | None) -> None:
    """Fetch a transcript."""
    told = desk.api.get(f"/draws/{draw_id}/transcript")
    into = output or f"draw-{draw_id}.json"
    write_file(into, told["transcript"])
    desk.screen.tell({"file": into, "people": told.get("people", [])}, say("kept", file=into))


@command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@option("--pool-digest", help="option.pool_digest")
@option("--digest", help="option.transcript_digest")
def draw_replay(desk: Desk, file: str, pool_digest: str | None, digest: str | None) -> None:
    """Do a published draw again, without a network; says no where the transcript departs from it."""
    told: Any = read_object(file, exact=True)
    found = protocol.replay(told, pool_digest, digest)
    if found:
        objections = [{"code": each.code, "message": reasons.say(each, language())} for each in found]
        raise Stop(SAID_NO, "draw_differs", say("draw_differs"), objections=objections)
    experts = sum(len(each["order"]) for each in told["orders"])
    desk.screen.tell({"replays": True, "digest": told["digest"], "orders": told["orders"]},
                     say("draw_replays", experts=experts))  # fmt: skip


for each in (draw_show, draw_commit, draw_reveal, draw_transcript, draw_replay):
    draw.add_command(each)
