"""Panels and draws: who may be named, commit and reveal, calls in order, and a transcript anyone can replay."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from services.protocol import draw
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import caller, expert_pool, id_of, refused
from tests.evaluation.world import SEATS, World

HOLDERS = {seat: keys[0] for seat, keys in SEATS.items()}


def fresh() -> dict[str, bytes]:
    return {seat: secrets.token_bytes(32) for seat in SEATS}


def reveal(world: World, nonces: dict[str, bytes], holders: dict[str, str] = HOLDERS) -> None:
    for seat, nonce in nonces.items():
        world.call("reveal_nonce", holders[seat], draw_id=world.draw_id, seat=seat, nonce=nonce.hex())


UNLAWFUL: list[tuple[str, dict[str, Any], str]] = [
    ("an even panel", {"representatives": []}, "panel_even"),
    ("five for a project of 12.2 million", {"wanted": [{"specialty": "A02010104", "experts": 4}]}, "panel_small"),
    ("a representative who was at the opening", {"representatives": [id_of("zhou")]}, "panel_was_at_opening"),
    ("the centre's own staff", {"representatives": [id_of("wang")]}, "panel_agency_staff"),
    ("somebody nobody knows", {"representatives": [id_of("nobody")]}, "person_unknown"),
    (
        "a seat held by the wrong side",
        {"seats": {"centre": [id_of("zhou")], "purchaser": [id_of("zhao")], "supervisor": [id_of("zheng")]}},
        "seat_holder_foreign",
    ),
    (
        "one person on two seats",
        {"seats": {"centre": [id_of("zhao")], "purchaser": [id_of("zhou")], "supervisor": [id_of("zhou")]}},
        "seat_holder_doubled",
    ),
    ("in the past", {"evaluates_at": "2026-06-07T01:00:00Z"}, "evaluation_in_the_past"),
    ("a lot of nobody", {"lot_ids": [id_of("lot1"), id_of("lot9")]}, "not_found"),
    ("twice the same specialty", {"wanted": [{"specialty": "A02010104", "experts": 3}] * 2}, "specialty_doubled"),
]


def test_a_panel_that_cannot_lawfully_be_formed_is_refused(played: Played) -> None:
    world = played("opened")
    for _, changes, code in UNLAWFUL:
        with refused(code):
            world.form_panel(**changes)
    assert world.form_panel()["size"] == 7


def test_only_the_centres_people_named_on_the_project_form_its_panel(played: Played) -> None:
    world = played("opened")
    fields = {"project_id": id_of("project"), "lot_ids": [world.lot(1)], "wanted": [], "representatives": []}
    with refused("forbidden"):
        world.call("form_panel", "sun", **fields)


def test_a_second_panel_is_not_formed_until_the_first_pleases(played: Played) -> None:
    world = played("formed")
    with refused("panel_formed_already"):
        world.form_panel()


def test_the_pool_is_not_frozen_earlier_than_two_working_days_before(played: Played) -> None:
    world = played("opened")
    world.form_panel(evaluates_at="2026-06-11T01:00:00Z")  # Thursday; today is Monday
    with refused("draw_early"):
        world.freeze()
    world.later(days=1)
    assert world.freeze()["round"] == 1


def test_the_pool_leaves_out_who_must_stand_aside_and_is_frozen_once(played: Played) -> None:
    world = played("formed")
    made = world.freeze()
    everybody = {each for one in made["pool"]["specialties"] for each in one["experts"]}
    assert made["pool"]["about"]["out"]["recusal"] == 3, (
        "e04 of s1, e15 of the purchaser, e21 with shares of s6; not e09"
    )
    assert not any(expert["name"] in str(made) for expert in rehearsal.data()["experts"]), "pseudonyms only"
    assert len(everybody) == world.events("pool_frozen")[-1]["experts"]
    with refused("pool_frozen_already"):
        world.freeze()


def test_partners_of_a_consortium_are_bidders_too_when_ties_are_computed_and_declared(world: World) -> None:
    world.hear_everything(lots=(2,))
    fact = world.opened(1)
    fact["bids"][0]["consortium"] = [id_of("s7"), {"supplier_id": id_of("partner"), "name": "长白山联合体伙伴公司"}]
    world.hear("tendering", "bids_opened", f"lot:{world.lot(1)}", fact)
    asked: list[dict[str, Any]] = []

    def noting(**question: Any) -> dict[str, Any]:
        asked.append(question)
        return expert_pool(**question)

    world.pool = noting
    world.form_panel()
    world.draw_experts()
    names = {each["organisation_id"]: each["name"] for each in asked[0]["bidders"]}
    s7 = next(each["name"] for each in rehearsal.data()["organisations"] if each["key"] == "s7")
    assert (names[id_of("s7")], names[id_of("partner")]) == (s7, "长白山联合体伙伴公司")
    (invited,) = world.call("my_invitations", next(iter(world.waiting())))["invitations"]
    assert {s7, "长白山联合体伙伴公司"} <= set(invited["organisations"])


def test_a_pool_too_small_for_the_panel_is_refused(played: Played) -> None:
    world = played("formed")

    def few(**asked: Any) -> dict[str, Any]:
        found = expert_pool(**asked)
        return found | {"pool": found["pool"][:3]}

    world.pool = few
    with refused("pool_too_small"):
        world.freeze()


def test_nobody_reveals_before_all_have_committed_nor_another_nonce_nor_for_another_seat(played: Played) -> None:
    world = played("formed")
    made, nonces = world.freeze(), fresh()
    first, *_ = SEATS
    world.commit(made, HOLDERS, {first: nonces[first]})
    with refused("reveal_early"):
        world.call("reveal_nonce", HOLDERS[first], draw_id=world.draw_id, seat=first, nonce=nonces[first].hex())
    with refused("seat_committed"):
        world.commit(made, HOLDERS, {first: secrets.token_bytes(32)})
    with refused("not_your_seat"):
        world.commit(made, {"purchaser": "zhao"}, {"purchaser": nonces["purchaser"]})
    world.commit(made, HOLDERS, {seat: nonces[seat] for seat in SEATS if seat != first})
    with refused("reveal_differs"):
        world.call("reveal_nonce", HOLDERS[first], draw_id=world.draw_id, seat=first, nonce="0" * 64)
    with refused("reveal_of_another"):
        world.call("reveal_nonce", "qian", draw_id=world.draw_id, seat="centre", nonce=nonces["centre"].hex())


def test_with_one_nonce_still_hidden_there_is_no_seed_and_nobody_is_called(played: Played) -> None:
    world = played("formed")
    made, nonces = world.freeze(), fresh()
    world.commit(made, HOLDERS, nonces)
    reveal(world, {seat: nonces[seat] for seat in ("centre", "purchaser")})
    assert world.call("draw", "zheng", draw_id=world.draw_id)["seed"] is None
    assert world.events("expert_called") == []
    reveal(world, {"supervisor": nonces["supervisor"]})
    expected = draw.seed_of(made["pool_digest"], [nonces[seat] for seat in SEATS]).hex()
    assert world.call("draw", "zheng", draw_id=world.draw_id)["seed"] == expected
    assert 3 <= len(world.events("expert_called")) <= 6, (
        "who is drawn twice is asked once, and the other specialty waits"
    )


def test_who_refuses_to_reveal_is_on_record_replaced_by_the_deputy_and_all_commit_anew(played: Played) -> None:
    world = played("formed")
    made, nonces = world.freeze(), fresh()
    world.commit(made, HOLDERS, nonces)
    reveal(world, {seat: nonces[seat] for seat in ("purchaser", "supervisor")})
    with refused("seat_revealed"):
        world.call("record_refusal_to_reveal", "zhao", draw_id=world.draw_id, seat="supervisor", reason="x")
    made = world.call("record_refusal_to_reveal", "zhao", draw_id=world.draw_id, seat="centre", reason="不愿公开")
    assert (made["round"], made["refused"]) == (2, [{"round": 1, "missing": ["centre"]}])
    with refused("not_your_seat"):
        world.commit(made, HOLDERS, {"centre": secrets.token_bytes(32)})
    with refused("seat_holder_doubled"):
        world.call("name_deputy", "qian", draw_id=world.draw_id, seat="centre", person_id=id_of("zhao"))
    holders, anew = HOLDERS | {"centre": "qian"}, fresh()
    world.commit(made, holders, anew)
    reveal(world, anew, holders)
    world.answer_all()
    transcript = world.call("transcript", "zheng", draw_id=world.draw_id)["transcript"]
    assert draw.replay(transcript, pool_digest=made["pool_digest"]) == []
    assert [one["missing"] for one in transcript["rounds"]] == [["centre"], []]
    assert world.events("reveal_refused")[0]["person_id"] == id_of("zhao")


def test_a_seat_without_a_deputy_needs_one_named_first(played: Played) -> None:
    world = played("formed")
    made, nonces = world.freeze(), fresh()
    world.commit(made, HOLDERS, nonces)
    refusal = {"draw_id": world.draw_id, "seat": "purchaser", "reason": "x"}
    with refused("seat_without_deputy"):
        world.call("record_refusal_to_reveal", "zhao", **refusal)
    with refused("seat_holder_foreign"):
        world.call("name_deputy", "zhao", draw_id=world.draw_id, seat="purchaser", person_id=id_of("wang"))
    world.call("name_deputy", "zhao", draw_id=world.draw_id, seat="purchaser", person_id=id_of("sun"))
    assert world.call("record_refusal_to_reveal", "zhao", **refusal)["round"] == 2


def test_declines_ties_and_silence_move_to_the_next_in_the_drawn_order(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    first, second, third, *_ = list(world.waiting().items())
    world.call("answer_call", first[0], call_id=first[1], accept=False, reason="当日有课")
    world.call("answer_call", second[0], call_id=second[1], accept=True, ties=["四平云岭电子有限公司(演练)"])
    with refused("not_yours"):
        world.call("answer_call", first[0], call_id=third[1], accept=True)
    with refused("call_over"):
        world.call("answer_call", first[0], call_id=first[1], accept=True)
    assert third[1] in world.waiting().values()
    world.later(minutes=31)
    with refused("call_over"):
        world.call("answer_call", third[0], call_id=third[1], accept=True)
    world.service.tick("expire_calls")
    assert third[0] not in world.waiting()
    world.answer_all()
    transcript = world.call("transcript", "zheng", draw_id=world.draw_id)["transcript"]
    assert draw.replay(transcript) == []
    outcomes = [each["outcome"] for each in transcript["calls"]]
    assert outcomes.count("accepted") == 6
    assert {"recused", "declined"} <= set(outcomes)
    assert "no_answer" in [each["kind"] for each in world.events("expert_performance_recorded")]


def test_an_absent_expert_is_replaced_by_the_next_and_the_transcript_still_replays(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all()
    gone = next(each for each in world.events("call_ended") if each["outcome"] == "accepted")
    world.call("record_absence", "zhao", call_id=gone["call_id"], reason="未到场")
    assert len(world.panel("zheng")["members"]) == 6, "five experts and the representative"
    world.answer_all()
    assert len(world.panel("zheng")["members"]) == 7
    transcript = world.call("transcript", "zheng", draw_id=world.draw_id)["transcript"]
    assert draw.replay(transcript) == []
    assert {each["expert"]: each["outcome"] for each in transcript["calls"]}[gone["pseudonym"]] == "absent"
    with refused("call_not_accepted"):
        world.call("record_absence", "zhao", call_id=gone["call_id"], reason="未到场")


def test_when_everybody_in_the_order_has_declined_the_panel_says_what_is_missing(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all(lambda key: {"accept": False, "reason": "没空"})
    found = world.panel("zheng")
    assert found["missing"] == ["A02010104", "A02010202"]
    with refused("panel_incomplete"):
        world.call("begin_evaluation", "zhao", panel_id=world.panel_id)
    assert world.form_panel()["size"] == 7, "now another panel may be formed"


def test_names_stay_secret_until_the_result_is_published(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all()
    names = {each["name"] for each in rehearsal.data()["experts"]}
    for key in ("zhao", "zheng", "chen"):
        found = world.panel(key)
        assert found["view"] == "pseudonyms"
        assert not names & {each["name"] for each in found["members"]}
    with refused("forbidden"):
        world.panel("agent-s1")
    assert [each["name"] for each in world.panel("ma")["members"]] == ["马评委"], "a member sees only itself"
    public = [each for each in world.service.announced if each.public]
    assert not any(name in str(each.payload) for name in names for each in public)
    assert not any(id_of(each["key"]) in str(one.payload) for each in rehearsal.data()["experts"] for one in public)


def test_nothing_begins_without_everybody_a_leader_and_a_supervisor(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all()
    with refused("supervisor_absent"):
        world.call("begin_evaluation", "zhao", panel_id=world.panel_id)
    world.gather()
    with refused("forbidden"):
        world.call("begin_evaluation", "zheng", panel_id=world.panel_id)
    world.call("begin_evaluation", "zhao", panel_id=world.panel_id)
    with refused("begun_already"):
        world.call("begin_evaluation", "zhao", panel_id=world.panel_id)
    assert [each["lot_id"] for each in world.events("evaluation_began")] == sorted([world.lot(1), world.lot(2)])


def test_the_representative_is_not_elected_leader_and_does_not_elect(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all()
    world.gather()
    members = {each["name"]: each["member_id"] for each in world.panel("zheng")["members"]}
    expert = next(each["key"] for each in rehearsal.data()["experts"] if each["name"] in members)
    with refused("leader_not_expert"):
        world.call("vote_for_leader", expert, panel_id=world.panel_id, member_id=members["马评委"])
    with refused("forbidden"):
        world.call("vote_for_leader", "ma", panel_id=world.panel_id, member_id=members["马评委"])


def test_a_member_who_declares_a_tie_during_the_evaluation_goes_and_its_votes_are_void(played: Played) -> None:
    world = played("pricing")
    place = next(number for number, key in enumerate(world.panel_keys) if key not in (world.leader, "ma"))
    going = world.panel_keys[place]
    world.call(
        "stand_aside", going, panel_id=world.panel_id, ties=["长春星桥信息技术有限公司(演练)"], reason="配偶在此任职"
    )
    assert world.call("evaluation", "zheng", lot_id=world.lot(1))["stage"] == "prices", "six of six still agree"
    world.answer_all()
    new = next(each for each in world.panel("zheng")["members"] if each["seat_no"] == place + 1)
    key = next(each["key"] for each in rehearsal.data()["experts"] if each["name"] == new["name"])
    assert key != going
    with refused("not_yours"):
        world.call("examine_prices", going, lot_id=world.lot(1), answer_by=world.in_minutes(30))
    with refused("not_checked_in"):
        world.call("vote_on_low_price", key, lot_id=world.lot(1), bid_id=world.bid(1, "s1"), choice="usual")
    world.call("check_in", key, panel_id=world.panel_id)
    world.panel_keys[place] = key
    world.price(1)
    world.score(1)
    assert world.close_sheets(1)["stage"] == "ranking"


def test_a_majority_that_rested_on_a_void_vote_is_voted_again(played: Played) -> None:
    world = played("begun")
    world.qualify(1)
    against = world.panel_keys[:3]
    for supplier in [each["supplier"] for each in rehearsal.bids(1)]:
        for key in world.panel_keys:
            fails = supplier == "s1" and key in against
            world.call(
                "vote_on_conformity",
                key,
                lot_id=world.lot(1),
                bid_id=world.bid(1, supplier),
                choice="fail" if fails else "pass",
                reason="参数不符" if fails else "",
            )
    assert world.call("close_conformity", "zhao", lot_id=world.lot(1))["stage"] == "prices"
    world.call("stand_aside", world.panel_keys[5], panel_id=world.panel_id, reason="与投标人有其他关系")
    assert world.call("evaluation", "zheng", lot_id=world.lot(1))["stage"] == "conformity", (
        "three to three is no majority"
    )


def test_a_representative_who_must_go_is_replaced_by_another_of_the_purchaser(played: Played) -> None:
    world = played("begun")
    member = next(each for each in world.panel("zheng")["members"] if each["kind"] == "representative")
    with refused("panel_was_at_opening"):
        world.call("recuse_member", "zheng", member_id=member["member_id"], reason="回避", replacement=id_of("zhou"))
    world.call("recuse_member", "zheng", member_id=member["member_id"], reason="回避", replacement=id_of("sun"))
    assert [each["name"] for each in world.panel("zheng")["members"]][-1] == caller("sun").name


def test_recordings_are_attached_by_digest_and_stand_in_the_report(played: Played) -> None:
    world = played("scoring")
    began = (world.time - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    fields = {
        "panel_id": world.panel_id,
        "digest": "a" * 64,
        "kind": "video",
        "size": 1_000_000,
        "began_at": began,
        "ended_at": world.at(),
    }
    first = world.call("attach_recording", "zhao", **fields)
    assert world.call("attach_recording", "zhao", **fields) == first, "the same recording twice is one"
    with refused("recording_times"):
        world.call("attach_recording", "zhao", **fields | {"ended_at": began})
    world.settle(2)
    body = world.call("report", "zheng", lot_id=world.lot(2))["body"]
    assert [each["digest"] for each in body["recordings"]] == ["a" * 64]
