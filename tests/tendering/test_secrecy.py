"""What the log shows of a purchase while it must stay secret who takes part, and what once it need not."""

from services.chassis.log.reading import ANYBODY, ENTITLED
from tests.chassis.log.seen import proved, seen
from tests.tendering.people import agent_of, id_of
from tests.tendering.test_course import lodge
from tests.tendering.world import World

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
    assert challenge["id"] in told()[ANYBODY], "who takes part is no secret any more"
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
