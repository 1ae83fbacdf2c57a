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
@option("--pool-digest", help="option.pool_told")
@option("--round", "round_told", type=click.IntRange(1), default=1, help="option.round")
def draw_commit(desk: Desk, draw_id: str, seat: str, pool_digest: str | None, round_told: int) -> None:
    """Draw a nonce, keep it, publish its commitment. A nonce kept for this round is used again, never replaced."""
    if pool_digest is None:
        found = desk.api.get(f"/draws/{draw_id}")
        pool_digest, round_told = str(found["pool_digest"]), int(found["round"])
    place = state.nonces_file(draw_id, seat)
    rounds = state.read_json(place) or {}
    kept = rounds.get(str(round_told))
    if kept is None:
        kept = {"pool_digest": pool_digest, "nonce": secrets.token_bytes(protocol.NONCE_BYTES).hex()}
        state.write_json(place, {**rounds, str(round_told): kept})
    made = protocol.commitment(pool_digest, round_told, seat, bytes.fromhex(kept["nonce"]))
    fields = {"seat": seat, "commitment": made}
    answer = desk.api.change("POST", f"/draws/{draw_id}/commitments", fields, desk.request_id())
    desk.screen.tell({"commitment": made, "round": round_told, "answer": answer},
                     say("committed", commitment=made, round=round_told))  # fmt: skip


@command("reveal")
@click.argument("draw_id")
@option("--seat", type=click.Choice(SEATS), required=True, help="option.seat")
def draw_reveal(desk: Desk, draw_id: str, seat: str) -> None:
    """Reveal the nonce that was committed to from this machine in the draw's present round."""
    kept = state.read_json(state.nonces_file(draw_id, seat)) or {}
    standing = _standing(desk, draw_id)
    number = str(standing["round"]) if standing else max(kept, key=int, default="1")
    if number not in kept:
        raise Stop(USAGE, "nonce_missing", say("nonce_missing", round=number, seat=seat))
    if standing and kept[number]["pool_digest"] != standing["pool_digest"]:
        raise Stop(SAID_NO, "pool_changed", say("pool_changed"))
    fields = {"seat": seat, "nonce": kept[number]["nonce"]}
    answer = desk.api.change("POST", f"/draws/{draw_id}/nonces", fields, desk.request_id())
    desk.screen.tell(answer, say("revealed", seed=answer.get("seed") or "-"))


def _standing(desk: Desk, draw_id: str) -> dict[str, Any] | None:
    """How far the draw is; None for a seat holder who may take part but not read."""
    try:
        found: dict[str, Any] = desk.api.get(f"/draws/{draw_id}")
    except Stop as stop:
        if stop.document.get("http_status") == 403:
            return None
        raise
    return found


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
