"""Act five: the lots close, seats turn their keys, prices are read out, the record is signed; lot 3 fails."""

from __future__ import annotations

from typing import Any

from deploy.rehearsal.people import Person
from deploy.rehearsal.stage import NotAsExpected, Stage
from services.protocol.sealing import turning
from services.protocol.sealing.sheet import SealingSheet

BEGINS = "2026-06-02 09:10"
TURNING = ("zhao", "zhou", "zheng")
"""Who turns the key of each seat, the host first."""
OPENED = (1, 2)


def play(stage: Stage) -> None:
    """Lots 1 and 2 are opened, lot 3 has two bids and fails by itself."""
    stage.move_to(BEGINS)
    stage.until("closing of the lots", lambda: _state(stage, 3) == "failed")
    stage.say("the lots have closed by themselves; lot 3 has two bids where three are needed: it has failed")
    stage.refuse("opening lot 3", "tendering.begin_opening", "zhao", lot_id=stage.lots[3])
    for no in OPENED:
        _open(stage, no)


def _state(stage: Stage, no: int) -> str:
    return str(stage.call("tendering.lot", lot_id=stage.lots[no])["status"])


def _open(stage: Stage, no: int) -> None:
    lot_id = stage.lots[no]
    stage.call("tendering.begin_opening", "zhao", lot_id=lot_id)
    for key in TURNING:
        stage.call("tendering.sign_in", key, lot_id=lot_id)
    stage.say(f"lot {no}: centre, purchaser and supervisor are in the room")
    for key in TURNING[:-1]:
        _turn(stage, no, stage.cast[key])
    stage.say(f"lot {no}: two of three seats have turned, and nobody can read a price yet")
    _turn(stage, no, stage.cast[TURNING[-1]])
    opening = stage.until("reading of the prices", lambda: _read_out(stage, lot_id))
    for bid in opening["bids"]:
        supplier = stage.cast.supplier_of(bid["supplier_id"])
        stage.say(f"lot {no}: read out: {stage.cast.name_of(supplier)} {bid['price']} yuan")
    for told in stage.data["bids"][no - 1]["bids"]:
        stage.call("tendering.confirm_reading", stage.cast.agent(told["supplier"]), lot_id=lot_id, kind="confirm")
    for key in TURNING:
        person = stage.cast[key]
        signed = person.sign("opening_record", opening["record_digest"], lot=lot_id)
        stage.call("tendering.sign_record", person, lot_id=lot_id, signed=signed)
        stage.keep(f"opening/{no}-{key}-signed.json", signed)
    stage.keep(f"opening/{no}-record.json", opening["record"])
    stage.until("opened files", lambda: _state(stage, no) == "opened")
    prices = {stage.cast.supplier_of(each["supplier_id"]): each["price"] for each in opening["bids"]}
    wanted = {each["supplier"]: each["price"] for each in stage.data["bids"][no - 1]["bids"]}
    if prices != wanted:
        raise NotAsExpected(f"lot {no}: read out were {prices}, sealed were {wanted}")
    stage.say(f"lot {no}: the record is signed by all, the files are open")


def _read_out(stage: Stage, lot_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = stage.call("tendering.opening", "zhao", lot_id=lot_id)
    return found if found["record_digest"] else None


def _turn(stage: Stage, no: int, person: Person) -> None:
    """A holder fetches the wrapped shares, unwraps them at home and posts them, signed."""
    told = stage.call("tendering.wrapped_shares", person, lot_id=stage.lots[no])
    keys = person.encryption
    for each in told["sheets"]:
        sheet = SealingSheet(each["sheet"])
        mine = [made for made in told["manifests"] if made["sheet"] == sheet.digest]
        turned = turning.turn(keys.key, sheet, keys.fingerprint, mine)
        signed = turning.sign(turned, person.key, person.pem)
        stage.call("tendering.post_shares", person, lot_id=stage.lots[no], turned=turned, signed=signed)
