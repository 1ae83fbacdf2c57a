"""Many bids and large files: none at all, thousands in one lot, gigabytes in one bid.

SIZE_BIDS and SIZE_MEGABYTES say how many and how large; the suite keeps them small.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.cli.turning import BIDS_A_TURN
from gateway.settings import Settings
from services.protocol.sealing import envelope, seal, turning
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing.container import SourceFile
from services.protocol.sealing.sheet import SealingSheet
from services.tendering.models import Bid
from tests.tendering import people
from tests.tendering.people import agent_of, id_of
from tests.tendering.world import CLOSES, TURNING, World, codes

BIDS = int(os.environ.get("SIZE_BIDS", "60"))
MEGABYTES = int(os.environ.get("SIZE_MEGABYTES", "9"))
PAGE = min(BIDS // 3 + 1, 1000)


def test_lots_nobody_bid_for_fail_and_the_notice_says_so_in_words(open_world: World) -> None:
    open_world.close()
    assert [each["figures"] for each in open_world.announced("lot_failed")] == [{"bids": "0", "minimum": "3"}] * 3
    texts = [each["text"] for each in open_world.call("notices", "li", kind="failure")["notices"]]
    assert all("收到投标 0 份" in text and "=" not in text for text in texts)
    assert open_world.call("project", "li", project_id=open_world.project_id)["status"] == "ended"


def test_thousands_of_bids_open_in_turns_of_a_part_each_in_order_of_receipt(open_world: World) -> None:
    world, lot = open_world, open_world.lots[2]
    prices = {hand_in_past_the_desk(world, place): f"{place}000.00" for place in range(1, BIDS + 1)}
    world.close()
    world.begin(2)
    for person in TURNING:
        turns = list(turned_in_parts(world, lot, person))
        assert sum(len(each["shares"]) for each in turns) == BIDS
        assert len(turns) > 2
        for each in turns:
            refused = world.refused("conclude_unsealing", "zhao", lot_id=lot)
            assert codes(refused) == {"seats_not_turned"}
            answer = posted(world, lot, person, each)
    assert (answer["status"], answer["waiting_for"]) == ("read_out", [])
    read = world.announced("price_read_out")
    assert [each["order"] for each in read] == list(range(1, BIDS + 1))
    assert {each["bid_id"]: each["price"] for each in read} == prices
    said = len(json.dumps(turns[0], separators=(",", ":"))) / len(turns[0]["shares"])
    assert said * BIDS_A_TURN < Settings.largest_body / 2, "what a command line says in one turn is taken"


def test_a_turn_that_names_no_bid_turns_nothing(open_world: World) -> None:
    for supplier in ("s1", "s2", "s4"):
        open_world.bid(2, supplier, "2000000.00")
    open_world.close()
    open_world.begin(2)
    lot = open_world.lots[2]
    turned = {**next(iter(turned_in_parts(open_world, lot, "zhao"))), "shares": []}
    signing = people.signing("zhao")
    given = {"lot_id": lot, "turned": turned, "signed": turning.sign(turned, signing.key, signing.pem)}
    assert codes(open_world.refused("post_shares", "zhao", **given)) == {"turn_of_no_bid"}
    assert open_world.announced("seat_turned") == []


def test_no_suppliers_keepsake_goes_before_the_seats_own_turn(open_world: World) -> None:
    offers = [open_world.bid(2, supplier, "2000000.00") for supplier in ("s1", "s2", "s4")]
    open_world.close()
    open_world.begin(2)
    given = {"lot_id": open_world.lots[2], "seat": "centre", "share": offers[0].keepsake["centre"]}
    assert codes(open_world.refused("hand_in_share", agent_of("s1"), **given)) == {"seats_not_turned"}


def test_a_large_file_goes_through_the_sealing_and_the_opening_in_pieces(open_world: World, tmp_path: Path) -> None:
    world, path, block = open_world, tmp_path / "方案.bin", os.urandom(1 << 20)
    with path.open("wb") as into:
        for _ in range(MEGABYTES):
            into.write(block)
    with path.open("rb") as source:
        digest = sha256_of(source)
    sheet, price, sealed = world.sheet(world.lots[2]), io.BytesIO(), tmp_path / "sealed"
    with sealed.open("wb") as files:
        made = seal.seal(
            sheet, bid=str(uuid.uuid4()), supplier=id_of("s1"), price_into=price, files_into=files,
            price_sheet=world.price_sheet(world.lots[2], "s1", "2210000.00"), files=[SourceFile.at(path)],
        )  # fmt: skip
    with sealed.open("rb") as files:
        world.store.put(envelope.pieces_of(files), expected=made.manifest["files"]["digest"])
    world.store.put([price.getvalue()])
    keys = people.signing("agent-s1")
    signed = manifests.sign(made.manifest, keys.key, keys.pem)
    world.call("submit_bid", agent_of("s1"), lot_id=world.lots[2], manifest=made.manifest, signed=signed)
    for supplier in ("s2", "s4"):
        world.bid(2, supplier, "2000000.00")
    world.close()
    world.opened(2)
    [file] = world.call("bids_of_lot", "zhao", lot_id=world.lots[2])["opened"][0]["files"]
    assert (file["name"], file["size"], file["digest"]) == ("方案.bin", MEGABYTES << 20, digest)
    assert world.store.size(digest) == MEGABYTES << 20


def hand_in_past_the_desk(world: World, place: int) -> str:
    """A bid of a supplier of its own put among the lot's as accepted (how bids are accepted, others show); its id."""
    lot, supplier = world.lots[2], str(uuid.uuid4())
    price, files = io.BytesIO(), io.BytesIO()
    told = {"lot_id": lot, "supplier_id": supplier, "price": f"{place}000.00"}
    made = seal.seal(
        world.sheet(lot), bid=str(uuid.uuid4()), supplier=supplier, price_sheet=told, files=[], price_into=price,
        files_into=files,
    ).manifest  # fmt: skip
    world.store.put([price.getvalue()])
    world.store.put([files.getvalue()])
    session = world.direct.runtime.engines.writing()
    session.add(
        Bid(
            id=made["bid"], lot_id=lot, supplier_id=supplier, supplier={"name": f"演练企业{place}"},
            agent_id=id_of("agent-s1"), manifest=made, signed={}, manifest_digest=manifests.digest(made),
            sheet_digest=made["sheet"], received_at=CLOSES - timedelta(days=1) + timedelta(seconds=place), receipt={},
        )
    )  # fmt: skip
    session.commit()
    session.close()
    return str(made["bid"])


def turned_in_parts(world: World, lot: str, person: str) -> Iterator[dict[str, Any]]:
    """A turn of the key for each page of wrapped shares."""
    keys, after = people.encryption(person), None
    while True:
        page = world.call("wrapped_shares", person, lot_id=lot, limit=PAGE, **({"after": after} if after else {}))
        [sheet] = page["sheets"]
        yield turning.turn(keys.key, SealingSheet(sheet["sheet"]), keys.fingerprint, page["manifests"])
        after = page["next"]
        if after is None:
            return


def posted(world: World, lot: str, person: str, turned: dict[str, Any]) -> dict[str, Any]:
    signing = people.signing(person)
    signed = turning.sign(turned, signing.key, signing.pem)
    answer: dict[str, Any] = world.call("post_shares", person, lot_id=lot, turned=turned, signed=signed)
    return answer


def sha256_of(source: Any) -> str:
    return hashlib.file_digest(source, "sha256").hexdigest()
