"""What the log shows of a purchase while it must stay secret who takes part, and what once it need not."""

import json
from typing import Any

from services.chassis.log.reading import ANYBODY, ENTITLED
from tests.chassis.log.seen import proved, seen
from tests.tendering import people
from tests.tendering.people import agent_of, id_of
from tests.tendering.test_course import lodge
from tests.tendering.world import SEATS, World

TAKERS = ("s1", "s2", "s3", "s4")


def test_before_the_opening_the_log_names_nobody_who_took_documents_asked_challenged_or_bid(open_world: World) -> None:
    world = open_world
    project = {"project_id": world.project_id}
    for key in TAKERS:
        world.call("take_document", agent_of(key), **project)
    world.call("ask_question", agent_of("s1"), **project, text="?")
    challenge = lodge(world, "s2")
    for key in TAKERS:
        world.bid(1, key, "8000000.00")
    world.call("withdraw_bid", agent_of("s3"), lot_id=world.lots[1])
    bids = [row[0] for row in world.sql("SELECT id FROM bid")]
    downloads = [row[0] for row in world.sql("SELECT id FROM download")]
    names = [*map(id_of, TAKERS), *(str(agent_of(key).person_id) for key in TAKERS), challenge["id"], *bids, *downloads]

    def told() -> dict[str, list[str]]:
        texts = {viewer: seen(world.direct, viewer) for viewer in (ANYBODY, ENTITLED)}
        assert all("notice_published" in text for text in texts.values())
        return {viewer: [name for name in names if name in text] for viewer, text in texts.items()}

    assert told() == {ANYBODY: [], ENTITLED: []}
    world.close()  # nobody bid for the other lots: they fail
    assert "lot_failed" in seen(world.direct, ANYBODY)
    assert told() == {ANYBODY: [], ENTITLED: []}, "closed is not yet opened"

    world.begin(1)
    assert {*bids, *downloads, challenge["id"]} <= set(told()[ENTITLED])
    assert challenge["id"] not in told()[ANYBODY], "whose challenge it is, only the entitled see"
    assert set(bids) <= set(told()[ANYBODY]), "that they were handed in; what, only the entitled see"
    assert not set(downloads) & set(told()[ANYBODY]), "what failed lots share stays with the entitled"
    assert '"answer_to_inquiry"' not in seen(world.direct, ANYBODY), "the asker is unnamed for ever"


def test_of_a_cancelled_project_only_the_entitled_see_who_took_part(open_world: World) -> None:
    open_world.bid(1, "s1", "8000000.00")
    project = {"project_id": open_world.project_id}
    open_world.call("cancel_project", "sun", **project, reason="机构撤并")
    assert id_of("s1") in seen(open_world.direct, ENTITLED)
    assert id_of("s1") not in seen(open_world.direct, ANYBODY)


def test_who_holds_a_notice_gets_its_proof(open_world: World) -> None:
    notices = open_world.call("notices", "li", project_id=open_world.project_id)["notices"]
    assert notices
    for notice in notices:
        found = proved(open_world.direct, ANYBODY, f"project:{notice['project_id']}", notice["id"])
        assert found["entry"]["payload"]["text"] == notice["text"]


def payloads(world: World, viewer: str) -> list[tuple[str, dict[str, Any]]]:
    """What the viewer reads in the log: event and payload."""
    shown = json.loads(seen(world.direct, viewer))
    return [(each["event"], each["entry"]["payload"]) for each in shown if "entry" in each]


def test_the_public_log_names_only_those_the_law_or_the_sealing_sheet_makes_public(open_world: World) -> None:
    """87-13: whom to ask; 87-40: who hosts; the sheet: who holds a key. Nobody else, and no bidder's own affairs."""
    world = open_world
    world.call("assign_people", "wang", project_id=world.project_id, reviewer_id=id_of("wang"), host_id=id_of("zhao"))
    world.call("take_document", agent_of("s2"), project_id=world.project_id)
    lodge(world, "s2")
    private = {"bond": {"account": "6222 0001", "amount": "1"}, "contact": {"phone": "0431-7777"}}
    for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00")):
        sheet = {**world.price_sheet(world.lots[2], supplier, price), **private}
        world.bid(2, supplier, price, sheet=sheet)
    world.close()
    world.call("begin_opening", "zhao", lot_id=world.lots[2])
    world.call("sign_in", agent_of("s1"), lot_id=world.lots[2])
    for person in ("zhou", "zheng"):
        world.call("sign_in", person, lot_id=world.lots[2])
    for person in ("zhao", "zhou", "zheng"):
        world.turn(2, person)
    world.open_files()
    for person in ("agent-s1", "zhao", "zhou", "zheng"):
        world.sign(2, person)
    assert world.announced("bids_opened")[0]["integrity_signals"]
    entitled, anybody = (json.dumps(payloads(world, viewer)) for viewer in (ENTITLED, ANYBODY))
    known = {"li", *(holder for held in SEATS.values() for holder in held)}
    for each in people.rehearsal()["people"]:
        assert each["key"] in known or id_of(each["key"]) not in anybody, each["key"]
    for private_fact in ("6222 0001", "0431-7777", "same_contact", '"challenge_lodged"'):
        assert private_fact in entitled, "or nothing was looked for"
        assert private_fact not in anybody
    assert "2210000.00" in anybody, "prices are read out in public"
    told = {event for event, _ in payloads(world, ANYBODY)}
    assert {"notice_published", "lot_closed", "opening_began", "seat_turned", "price_read_out", "lot_failed"} <= told


def test_an_unpublished_purchase_is_nowhere_in_the_public_log(world: World) -> None:
    world.entrusted()
    shown = seen(world.direct, ANYBODY)
    assert world.project_id not in shown
    assert "8600000.00" not in shown
