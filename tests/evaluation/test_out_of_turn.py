"""What comes too early, twice, or of the wrong kind: each has its clear end, and nothing happened."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from services.protocol import certificates
from tests.evaluation.conftest import Played
from tests.evaluation.people import certificate, id_of, notice, refused
from tests.evaluation.test_draws import HOLDERS, fresh, reveal
from tests.evaluation.test_reviews import corrections
from tests.evaluation.test_rounds import OFFERS, final_round, look_at_prices, seal
from tests.evaluation.test_rounds import reveal as open_offer
from tests.evaluation.test_scores import mark
from tests.evaluation.world import KEYS, World


def test_a_panel_is_of_one_project_and_one_procedure(world: World) -> None:
    noticed = notice()
    noticed["lots"][1]["procedure"] = "consultation"
    foreign = copy.deepcopy(noticed) | {"project_id": id_of("other"), "lots": [noticed["lots"][0]]}
    foreign["lots"] = [copy.deepcopy(noticed["lots"][0]) | {"lot_id": id_of("foreign")}]
    world.hear_everything(noticed=noticed)
    world.hear("tendering", "notice_published", f"project:{id_of('other')}", foreign)
    world.hear("tendering", "bids_opened", f"lot:{id_of('foreign')}", world.opened(1) | {
        "lot_id": id_of("foreign"), "project_id": id_of("other"), "bids": [],
    })  # fmt: skip
    with refused("procedures_differ"):
        world.form_panel()
    with refused("lot_foreign"):
        world.form_panel(lot_ids=[world.lot(1), id_of("foreign")])


def test_nobody_is_in_the_room_before_the_day_and_nothing_begins_before_all_are(played: Played) -> None:
    world = played("opened")
    world.form_panel(evaluates_at="2026-06-10T01:00:00Z")
    with refused("check_in_early"):
        world.call("check_in", "ma", panel_id=world.panel_id)
    world.draw_experts()
    world.answer_all()
    for code in ("members_absent", "leader_missing", "supervisor_absent"):
        with refused(code):
            world.call("begin_evaluation", "zhao", panel_id=world.panel_id)
    world.later(days=2)
    expert = next(each for each in _accepted(world))
    member = next(iter(world.panel("zheng")["members"]))
    assert member["member_id"] is None, "no name and no id before they gather"
    with refused("leader_not_present"):
        world.call("vote_for_leader", expert, panel_id=world.panel_id, member_id=id_of("somebody"))


def _accepted(world: World) -> list[str]:
    ended = {each["call_id"] for each in world.events("call_ended") if each["outcome"] == "accepted"}
    return [KEYS[each["person_id"]] for each in world.events("expert_called") if each["call_id"] in ended]


def test_the_steps_of_a_draw_come_once_and_in_their_order(played: Played) -> None:
    world = played("formed")
    made, nonces = world.freeze(), fresh()
    refusal = {"draw_id": world.draw_id, "seat": "centre", "reason": "不愿公开"}
    with refused("refusal_early"):
        world.call("record_refusal_to_reveal", "zhao", **refusal)
    world.commit(made, HOLDERS, nonces)
    reveal(world, {seat: nonces[seat] for seat in ("purchaser", "supervisor")})
    made = world.call("record_refusal_to_reveal", "zhao", **refusal)
    again = {"centre": secrets.token_bytes(32), "purchaser": nonces["purchaser"], "supervisor": secrets.token_bytes(32)}
    holders = HOLDERS | {"centre": "qian"}
    world.commit(made, holders, again)
    with refused("nonce_reused"):
        reveal(world, {"purchaser": again["purchaser"]}, holders)
    with refused("draw_unfinished"):
        world.call("transcript", "zheng", draw_id=world.draw_id)


def test_after_the_draw_nobody_commits_and_an_open_call_leaves_the_transcript_unfinished(played: Played) -> None:
    world = played("formed")
    world.draw_experts()
    with refused("draw_done"):
        world.call("commit_nonce", "zhao", draw_id=world.draw_id, seat="centre", commitment="0" * 64)
    with refused("refusal_early"):
        world.call("record_refusal_to_reveal", "zhao", draw_id=world.draw_id, seat="centre", reason="晚了")
    with refused("draw_unfinished"):
        world.call("transcript", "zheng", draw_id=world.draw_id)


def test_prices_are_looked_at_in_the_lawful_order_and_once(played: Played) -> None:
    world = played("pricing")
    fields = {"lot_id": world.lot(2), "answer_by": world.in_minutes(30)}
    with refused("corrections_first"):
        world.call("examine_prices", world.panel_keys[0], **fields)
    question = corrections(world)
    with refused("corrections_found"):
        world.call("find_corrections", "zhao", **fields)
    with refused("question_of_another_kind"):
        world.call("answer_question", "agent-s5", question_id=question, text="同意")
    with refused("examine_first"):
        world.call("close_prices", "zhao", lot_id=world.lot(2))
    expert = next(each for each in world.panel("zheng")["members"] if each["kind"] == "expert")
    with refused("replacement_drawn"):
        world.call(
            "recuse_member", "zheng", member_id=expert["member_id"], reason="回避", replacement=id_of("sun")
        )
    assert len(world.panel("zheng")["members"]) == 7, "refused, so the expert still sits"


def test_marks_are_judged_and_changed_where_there_are_any(played: Played) -> None:
    world = played("scoring")
    lot, key = world.lot(1), world.panel_keys[0]
    member = world.panel("zheng")["members"][1]["member_id"]
    world.call("save_sheet", key, lot_id=lot, marks=world.marks_of(1, 0))
    judged = {"lot_id": lot, "bid_id": world.bid(1, "s1"), "factor": "tech", "member_id": member}
    with refused("mark_not_there"):
        world.call("judge_mark", key, **judged, choice="abnormal", reason="偏高")
    world.score(1)
    with refused("mark_not_there"):
        world.call("change_mark", key, lot_id=lot, **mark(world, "s1", "beauty", "1"), ground="abnormal", reason="x")
    with refused("mark_not_there"):
        world.call("judge_mark", key, **judged | {"bid_id": world.bid(1, "s6")}, choice="usual")


def test_a_ranking_is_signed_by_certificates_for_signing_and_made_once(played: Played) -> None:
    world = played("signing")
    key, lot = world.panel_keys[0], world.lot(2)
    with refused("ranked_already"):
        world.call("settle_ranking", "zhao", lot_id=lot)
    with refused("cursor_unknown"):
        world.call("evaluations", "zheng", after=id_of("nothing"))
    fact: dict[str, Any] = {
        "person_id": id_of(key),
        "fingerprint": certificates.fingerprint(certificate(key)),
        "pem": certificate(key),
        "not_after": "2029-01-01T00:00:00Z",
    }
    for changed, code in (
        ({"purpose": "encryption"}, "certificate_purpose"),
        ({"purpose": "signing", "not_after": "2026-06-01T00:00:00Z"}, "certificate_expired"),
    ):
        world.hear("registry", "certificate_enrolled", f"person:{id_of(key)}", fact | changed)
        with refused(code):
            world.call("sign_report", key, lot_id=lot, signed=world.signed(key, 2, "member"))


def test_an_offer_is_made_by_who_is_invited_in_a_round_of_the_future(played: Played) -> None:
    world = played("negotiating")
    with refused("round_in_the_past"):
        world.call("open_round", world.leader, lot_id=world.lot(2), kind="final_offer", closes_at=world.at())
    ground = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s6"), "ground": "refused_clarification"}
    for key in world.panel_keys[:3]:
        world.call("vote_on_rejection", key, **ground, choice="reject", reason="拒不澄清")
    round_id = final_round(world)
    with refused("offer_not_invited"):
        seal(world, round_id, "s6", OFFERS["s6"])
    world.later(minutes=60)
    with refused("offer_unknown"):
        open_offer(world, round_id, "s1", OFFERS["s1"])
    look_at_prices(world)
    assert world.call("close_prices", "zhao", lot_id=world.lot(2))["stage"] == "failed", "nobody made an offer"
