"""Random commands in random order: never an unlawful state, and the journal replays to the same one.

Every step calls a real entrypoint of the department on a real database, by whoever may call it, or brings what another
department tells; bids, amendments, challenges, complaints and openings among them. What is refused must leave nothing
behind. The same courses each time; STATE_MACHINE_EXAMPLES says how many others are tried instead.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.chassis.refusal import Refusal
from services.protocol.reasons import ProtocolError
from services.tendering.rules import moves
from services.tendering.rules.history import replay
from services.tendering.rules.status import LOT_STATES, PROJECT_STATES
from tests.tendering.conftest import Prepared, Worlds
from tests.tendering.people import agent_of, id_of
from tests.tendering.test_course import MATTERS
from tests.tendering.world import CLOSES, TURNING, World

EXAMPLES = int(os.environ.get("STATE_MACHINE_EXAMPLES", "0"))
STEPS = 36
LOTS = st.sampled_from([2, 2, 1, 3])
SUPPLIERS = st.sampled_from(["s1", "s2", "s4", "s5"])
PRICES = st.integers(1, 900).map(lambda thousand: f"{thousand}000.00")
OUTCOMES = ("rejected", "upheld_no_effect", "upheld_retender")
LOT_ORDER = {state: place for place, state in enumerate(LOT_STATES)}
BACK = {("awarded", "ranked")}
"""A winner who refuses leaves the ranking standing."""
ELSEWHERE = {
    # state → what another department says of a lot in it
    "opened": [("evaluation", "evaluation_began")],
    "evaluating": [("evaluation", "ranking_settled"), ("evaluation", "evaluation_failed")],
    "ranked": [("contracts", "award_decided"), ("contracts", "lot_returned")],
    "awarded": [("contracts", "award_announced"), ("contracts", "award_refused"), ("contracts", "contract_signed")],
    "contracted": [("contracts", "contract_completed")],
}
done: Counter[str] = Counter()
reached: set[str] = set()


def states(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """What the department's own pages say."""
    projects, lots = {}, {}
    for (project_id,) in world.sql("SELECT id FROM project"):
        shown = world.call("project", "li", project_id=project_id)
        projects[project_id] = shown["status"]
        lots.update({each["id"]: each["status"] for each in shown["lots"] if each["published_at"]})
        assert set(shown["open_moves"]) == set(moves.open_moves(moves.PROJECT_MOVES, shown["status"]))
    return projects, lots


def now(world: World) -> datetime:
    moment: datetime = world.sql("SELECT chassis_now()")[0][0]
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Command:
    """What may be called: when it fits (always, before or after the closing, late, or once there are disputes)."""

    name: str
    fits: str
    given: dict[str, st.SearchStrategy[Any]]


COMMANDS: list[Command] = []


def command(fits: str, **given: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """One of the commands; hypothesis' own rules would leave most of them out of each of a few courses."""

    def noted(function: Callable[..., None]) -> Callable[..., None]:
        COMMANDS.append(Command(function.__name__, fits, given))
        return function

    return noted


class Purchase(RuleBasedStateMachine):
    """A published project of three lots, and everybody who has a hand in it."""

    def __init__(self, worlds: Worlds, noticed: Prepared) -> None:
        super().__init__()
        self.made = worlds.world(noticed)
        self.world = next(self.made)
        self.project = {"project_id": self.world.project_id}
        self.before = states(self.world)
        self.stopped: set[str] = set()
        self.seen: list[tuple[datetime, tuple[dict[str, str], dict[str, str]]]] = []
        self.challenges: list[tuple[str, str]] = []
        self.complaints: list[tuple[str, str]] = []
        self.closing, self.closed, self.steps, self.known = CLOSES, False, 0, (0, False)

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        """Any command of those that may be called now, with anything it takes."""
        there = {
            "any": True, "open": not self.closed, "closed": self.closed, "late": self.steps > STEPS // 2,
            "challenges": bool(self.challenges), "complaints": bool(self.complaints),
        }  # fmt: skip
        chosen = data.draw(st.sampled_from([each for each in COMMANDS if there[each.fits]]))
        getattr(self, chosen.name)(**{name: data.draw(strategy) for name, strategy in chosen.given.items()})

    def attempt(self, method: str, by: str, **fields: Any) -> Any:
        """The answer, or None for a refusal, which leaves no trace in the journal."""
        world = self.world
        written = world.sql("SELECT count(*) FROM journal")
        try:
            answer = world.call(method, agent_of(by) if by.startswith("s") and by[1:].isdigit() else by, **fields)
        except Refusal:
            assert world.sql("SELECT count(*) FROM journal") == written
            return None
        done[method] += 1
        return answer

    def tried(self, step: Any, *given: Any) -> None:
        """A longer step of the world's; whatever of it was refused did not happen."""
        try:
            step(*given)
        except (Refusal, ProtocolError, StopIteration):
            return
        done[step.__name__] += 1

    def lot(self, number: int) -> dict[str, str]:
        return {"lot_id": self.world.lots[number]}

    # until the closing

    @initialize()
    def three_bid_for_two_lots(self) -> None:
        for lot in (2, 1):
            for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00")):
                self.tried(self.world.bid, lot, supplier, price)

    @command("open", lot=LOTS, supplier=SUPPLIERS, price=PRICES)
    def bid(self, lot: int, supplier: str, price: str) -> None:
        self.tried(self.world.bid, lot, supplier, price)

    @command("open", supplier=SUPPLIERS, affects=st.booleans())
    def ask_and_answer(self, supplier: str, affects: bool) -> None:
        asked = self.attempt("ask_question", supplier, **self.project, text="?")
        if asked:
            told = {"question_id": asked["question_id"], "answer": "!", "affects_bids": affects}
            self.moved((self.attempt("answer_question", "li", **told) or {}).get("moved"))

    @command("open", affects=st.booleans(), later=st.sampled_from([3, None]), by=st.sampled_from(["wang", "li"]))
    def amend(self, affects: bool, later: int | None, by: str) -> None:
        wanted = {"closes_at": (self.closing + timedelta(days=later)).isoformat()} if later else {}
        made = self.attempt("draft_amendment", "li", **self.project, text="x", affects_bids=affects, **wanted)
        if made:
            told = self.attempt("publish_amendment", by, amendment_id=made["amendment_id"])
            self.moved((told or {}).get("moved"))

    def moved(self, told: dict[str, str] | None) -> None:
        done["moved"] += bool(told)
        self.closing = max([self.closing, *(datetime.fromisoformat(each) for each in (told or {}).values())])

    # time

    @command("any", days=st.integers(0, 6), tick=st.booleans())
    def time_passes(self, days: int, tick: bool) -> None:
        self.world.at(now(self.world) + timedelta(days=days))
        self.closed = self.closed or now(self.world) >= self.closing
        if tick:
            self.world.direct.tick("close_lots")

    def the_deadline_comes(self) -> None:
        self.closed = True
        self.world.close(self.closing)

    # the opening, and what follows it elsewhere

    @command("closed", lot=LOTS, holders=st.sampled_from([TURNING, TURNING, *((each,) for each in TURNING)]))
    def seats_turn(self, lot: int, holders: tuple[str, ...]) -> None:
        self.attempt("begin_opening", "zhao", **self.lot(lot))
        for holder in holders:
            self.attempt("sign_in", holder, **self.lot(lot))
            self.tried(self.world.turn, lot, holder)

    @command("closed", lot=LOTS, holders=st.sampled_from([TURNING, *((each,) for each in TURNING)]))
    def sign(self, lot: int, holders: tuple[str, ...]) -> None:
        self.world.open_files()
        for holder in holders:
            self.tried(self.world.sign, lot, holder)

    @command("closed", lot=LOTS, which=st.integers(0, 2))
    def another_department_tells(self, lot: int, which: int) -> None:
        lot_id, at = self.world.lots[lot], now(self.world).isoformat()
        told = ELSEWHERE.get(self.before[1][lot_id])
        if told:
            source, event = told[which % len(told)]
            fact = {
                "lot_id": lot_id, "supplier_id": id_of("s4"), "reason": "too_few_left", "at": at, "settled_at": at,
                "decided_at": at, "announced_at": at, "signed_at": at, "figures": {"left": 2, "least": 3},
            }  # fmt: skip
            self.world.hear(event, fact, f"lot:{lot_id}", source)
            done[event] += 1

    # disputes

    @command("any", supplier=SUPPLIERS, about=st.sampled_from(["document", "document", "process", "result"]))
    def challenge(self, supplier: str, about: str) -> None:
        self.attempt("take_document", supplier, **self.project)
        told = {"about": about, "matters": MATTERS, "request": "x"}
        made = self.attempt("lodge_challenge", supplier, **self.project, **told)
        if made:
            self.challenges.append((supplier, made["id"]))

    @command("challenges", which=st.integers(0, 5), end=st.sampled_from(["rejected", "upheld", "withdrawn"]))
    def a_challenge_ends(self, which: int, end: str) -> None:
        supplier, made = self.challenges[which % len(self.challenges)]
        if end == "withdrawn":
            self.attempt("withdraw_challenge", supplier, challenge_id=made)
        else:
            told = {"upheld": end == "upheld", "changes_result": end == "upheld", "decision": "x"}
            self.attempt("answer_challenge", "li", challenge_id=made, **told)

    @command("challenges", which=st.integers(0, 5), stop=st.booleans())
    def complain(self, which: int, stop: bool) -> None:
        supplier, challenged = self.challenges[which % len(self.challenges)]
        told = {"challenge_id": challenged, "matters": ["a"], "request": "x"}
        made = self.attempt("lodge_complaint", supplier, **told)
        if made:
            self.complaints.append((supplier, made["id"]))
            if stop:
                self.suspend(made["id"])

    def suspend(self, complaint: str) -> None:
        until = (max(now(self.world), self.closing) + timedelta(days=2)).isoformat()
        self.attempt("suspend_procurement", "chen", complaint_id=complaint, until=until)

    @command("complaints", which=st.integers(0, 5), move=st.sampled_from([*OUTCOMES, "suspend", "resume", "withdraw"]))
    def a_complaint_goes_on(self, which: int, move: str) -> None:
        supplier, made = self.complaints[which % len(self.complaints)]
        if move in OUTCOMES:
            told = {"complaint_id": made, "outcome": move, "decision_no": "1", "text": "x"}
            self.attempt("decide_complaint", "chen", **told)
        elif move == "suspend":
            self.suspend(made)
        elif move == "resume":
            self.attempt("resume_procurement", "chen", complaint_id=made)
        else:
            self.attempt("withdraw_complaint", supplier, complaint_id=made)

    # ends, and what fits no published project

    @command("late", lot=LOTS, which=st.sampled_from(["again", "again", "again", "fail", "cancel"]))
    def an_end(self, lot: int, which: str) -> None:
        if which == "again":
            self.attempt("tender_again", "li", lot_ids=[self.world.lots[lot]])
        elif which == "fail":
            self.attempt("fail_lot", "li", **self.lot(lot), reason="unlawful_acts", note="x")
        else:
            self.attempt("cancel_project", "sun", **self.project, reason="x")

    @command("any", lot=LOTS, supplier=SUPPLIERS)
    def withdraw_or_begin(self, lot: int, supplier: str) -> None:
        self.attempt("withdraw_bid", supplier, **self.lot(lot))
        self.attempt("begin_opening", "zhao", **self.lot(lot))

    @command("any", which=st.sampled_from([
        ("submit_entrustment", "sun"), ("confirm_plan", "chen"), ("draft_document", "li"), ("publish_notice", "li"),
        ("return_entrustment", "li"), ("submit_document", "li"), ("review_document", "wang"),
        ("confirm_document", "sun"),
    ]))  # fmt: skip
    def what_was_over_before(self, which: tuple[str, str]) -> None:
        method, by = which
        about = {"document_id": self.world.document_id} if method.endswith("_document") else self.project
        about = self.project if method == "draft_document" else about
        more = {"reasons": "x"} if method.startswith("return") else {}
        assert self.attempt(method, by, **about, **more) is None

    # what must hold, whatever was called

    @invariant()
    def the_state_is_lawful(self) -> None:
        self.steps += 1
        [[written]] = self.world.sql("SELECT count(*) FROM journal")
        if (written, self.closed) == self.known and self.steps != STEPS // 4:
            return  # nothing happened
        self.known = (written, self.closed)
        after = states(self.world)
        for lot, state in after[1].items():
            earlier = self.before[1][lot]
            assert state in LOT_STATES
            assert LOT_ORDER[state] >= LOT_ORDER[earlier] or (earlier, state) in BACK, f"{earlier} → {state}"
            assert earlier != "failed" or state == "failed"
            assert self.closed or state in ("open", "failed"), f"{state} before the closing"
            assert not (lot in self.stopped and earlier == "closed" and state not in ("closed", "failed"))
        assert set(after[0].values()) <= set(PROJECT_STATES)
        live = "SELECT lot_ids FROM complaint WHERE decided_at IS NULL AND suspended_until > chassis_now()"
        self.stopped = {lot for (lots,) in self.world.sql(live) for lot in lots}
        if self.steps == STEPS // 4:
            self.the_deadline_comes()
            after = states(self.world)
        self.before = after
        reached.update(after[1].values())
        self.seen.append((now(self.world), after))

    def teardown(self) -> None:
        """The journal tells the same, of now and of any moment there was."""
        try:
            self.replayed()
        finally:
            next(self.made, None)

    def replayed(self) -> None:
        world = self.world
        rows = world.sql("SELECT event, payload, time FROM journal ORDER BY number")
        told = replay([(row[0], row[1], row[2]) for row in rows])
        assert told.states(now(world)) == states(world)
        kept = world.sql("SELECT id, closes_at FROM lot WHERE published_at IS NOT NULL")
        assert {lot: facts.closes_at for lot, facts in told.lots.items()} == {row[0]: row[1] for row in kept}
        for moment, as_it_was in self.seen[::6]:
            told_now: tuple[dict[str, str], dict[str, str]] = ({}, {})
            for project_id in as_it_was[0]:
                past = world.call("project_as_of", "li", project_id=project_id, at=moment.isoformat())
                told_now[0][project_id] = past["status"]
                told_now[1].update({each["lot_id"]: each["status"] for each in past["lots"]})
            assert told_now == as_it_was, moment


def test_whatever_is_called_no_unlawful_state_comes_and_the_journal_tells_the_same(
    worlds: Worlds, noticed: Prepared
) -> None:
    done.clear()
    reached.clear()
    tries = settings(
        max_examples=EXAMPLES or 7, stateful_step_count=STEPS, deadline=None, derandomize=not EXAMPLES, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=list(Phase) if EXAMPLES else [Phase.generate],  # a shorter course to the same fault takes minutes
    )  # fmt: skip

    class Here(Purchase):
        def __init__(self) -> None:
            super().__init__(worlds, noticed)

    run_state_machine_as_test(Here, settings=tries)
    assert {"open", "closed", "opening", "read_out", "failed"} <= reached, (reached, done)
    assert {
        "bid", "withdraw_bid", "answer_question", "publish_amendment", "moved", "lodge_challenge", "answer_challenge",
        "lodge_complaint", "suspend_procurement", "decide_complaint", "begin_opening", "turn",
    } <= {each for each, times in done.items() if times}, done  # fmt: skip


def test_a_moment_to_come_cannot_be_asked_for(open_world: World) -> None:
    asked = {"project_id": open_world.project_id, "at": "2099-01-01T00:00:00Z"}
    assert open_world.refused("project_as_of", "li", **asked).code == "moment_to_come"
