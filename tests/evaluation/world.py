"""The rehearsal as evaluation's tests play it: one department, its clock, and the steps of the work."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.chassis.caller import Caller
from services.chassis.database import Engines
from services.chassis.direct import Direct
from services.chassis.journal import Announcement
from services.evaluation.rules import capital_amounts
from services.evaluation.service import EvaluationService
from services.protocol import certificates, draw, signatures
from tests.evaluation import rehearsal
from tests.evaluation.people import caller, certificate, expert_pool, id_of, key_of, notice

START = datetime(2026, 6, 8, 1, 0, tzinfo=UTC)
SPECIALTIES = {"A02010104": 3, "A02010202": 3}
KEYS = {id_of(each["key"]): each["key"] for each in [*rehearsal.data()["experts"], *rehearsal.data()["people"]]}
SEATS = {"centre": ["zhao", "qian"], "purchaser": ["zhou"], "supervisor": ["zheng", "feng"]}


@dataclass
class World:
    """One evaluation department, its clock, and the steps.

    engines: connections to use instead of its own. panel_keys: rehearsal keys of the members in seat order. before:
    what was announced in the worlds this one is a copy of.
    """

    url: str
    engines: Engines | None = None
    service: Direct = field(init=False)
    time: datetime = START
    pool: Callable[..., dict[str, Any]] | None = None
    panel_id: str = ""
    draw_id: str = ""
    panel_keys: list[str] = field(default_factory=list)
    heard: dict[str, int] = field(default_factory=dict)
    before: list[Announcement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = Direct(
            EvaluationService,
            self.url,
            calls={"registry.expert_pool": self._library},
            now=lambda: self.time,
        )
        if self.engines is not None:
            self.service.runtime = replace(self.service.runtime, engines=self.engines)

    def _library(self, **asked: Any) -> dict[str, Any]:
        return (self.pool or expert_pool)(**asked)

    def call(self, method: str, key: str = "", **fields: Any) -> Any:
        """Call as a rehearsal person."""
        who = caller(key) if key else Caller()
        return self.service.call(method, by=who, **fields)

    def later(self, **span: float) -> None:
        """Time passes."""
        self.time += timedelta(**span)

    def events(self, name: str) -> list[dict[str, Any]]:
        """Payloads of the announced events of one name."""
        return [each.payload for each in self.service.announced if each.event == name]

    def ever(self, name: str) -> list[dict[str, Any]]:
        """The same, with what was announced in the worlds this one is a copy of."""
        return [each.payload for each in [*self.before, *self.service.announced] if each.event == name]

    def lot(self, number: int) -> str:
        """The id of a lot."""
        return id_of(f"lot{number}")

    def bid(self, number: int, supplier: str) -> str:
        """The id of a supplier's bid."""
        return id_of(f"lot{number}:{supplier}")

    # What the others say

    def hear_everything(self, lots: tuple[int, ...] = (1, 2), noticed: Mapping[str, Any] | None = None) -> None:
        """Registry's and tendering's facts up to the opened bids; `noticed` instead of the rehearsal's own notice."""
        data = rehearsal.data()
        for each in data["organisations"]:
            fact = {name: each.get(name) for name in ("kind", "name", "credit_code", "size", "budget_level")}
            self.hear(
                "registry",
                "organisation_registered",
                f"organisation:{id_of(each['key'])}",
                fact | {"organisation_id": id_of(each["key"]), "standing": "admitted", "controllers": []},
            )
        for each in data["people"]:
            fact = {"name": each["name"], "organisation_id": id_of(each["org"]), "language": "zh", "roles": []}
            self.hear(
                "registry",
                "person_registered",
                f"person:{id_of(each['key'])}",
                fact | {"person_id": id_of(each["key"])},
            )
        self.hear("tendering", "notice_published", f"project:{id_of('project')}", noticed or notice())
        for number in lots:
            self.hear("tendering", "bids_opened", f"lot:{self.lot(number)}", self.opened(number))

    def hear(self, department: str, event: str, subject: str, payload: Mapping[str, Any]) -> None:
        """Let the department hear one event, the next of its subject."""
        self.heard[subject] = self.heard.get(subject, 0) + 1
        self.service.hear(department, event, dict(payload), subject=subject, seq=self.heard[subject])

    def enrol(self, key: str) -> None:
        """registry: a person's signing certificate."""
        self.hear(
            "registry",
            "certificate_enrolled",
            f"person:{id_of(key)}",
            {
                "person_id": id_of(key),
                "fingerprint": certificates.fingerprint(certificate(key)),
                "purpose": "signing",
                "pem": certificate(key),
                "not_after": "2029-01-01T00:00:00Z",
            },
        )

    def opened(self, number: int, only: tuple[str, ...] = ()) -> dict[str, Any]:
        """tendering: bids_opened of a lot."""
        bids = [each for each in rehearsal.bids(number) if not only or each["supplier"] in only]
        return {
            "lot_id": self.lot(number),
            "project_id": id_of("project"),
            "no": number,
            "title": "",
            "opened_at": self.at(),
            "record_digest": "0" * 64,
            "integrity_signals": [],
            "present": [id_of(key) for key in ("zhao", "zhou", "zheng")],
            "bids": [self._opened_bid(number, each) for each in bids],
        }

    def _opened_bid(self, number: int, bid: Mapping[str, Any]) -> dict[str, Any]:
        sheet = {
            "price": bid["price"],
            "domestic": bid["domestic"],
            "brand": bid["brand"],
            "maker_size": bid["maker_size"],
        }
        if "words_total" in bid:
            sheet |= {"words_total": bid["words_total"], "figures_total": bid["figures_total"]}
        else:
            sheet["words"] = bid.get("sheet_words") or capital_amounts.write(Decimal(bid["price"]))
        organisation = next(each for each in rehearsal.data()["organisations"] if each["key"] == bid["supplier"])
        return {
            "bid_id": self.bid(number, bid["supplier"]),
            "supplier_id": id_of(bid["supplier"]),
            "supplier_name": organisation["name"],
            "credit_code": organisation["credit_code"],
            "received_at": self.at(),
            "price": bid["price"],
            "sheet": sheet,
            "manifest_digest": "0" * 64,
            "files_digest": "1" * 64,
            "consortium": [],
            "status": "opened",
            "fault": None,
        }

    def at(self) -> str:
        """The present moment as the wire writes it."""
        return self.time.isoformat().replace("+00:00", "Z")

    # The steps

    def form_panel(self, lots: tuple[int, ...] = (1, 2), **changes: Any) -> dict[str, Any]:
        """Six experts of two specialties and the purchaser's representative, in two hours."""
        fields = {
            "project_id": id_of("project"),
            "lot_ids": [self.lot(number) for number in lots],
            "wanted": [{"specialty": name, "experts": count} for name, count in SPECIALTIES.items()],
            "representatives": [id_of("ma")],
            "seats": {seat: [id_of(key) for key in keys] for seat, keys in SEATS.items()},
            "evaluates_at": (self.time + timedelta(hours=2)).isoformat().replace("+00:00", "Z"),
            "room": "评标三室",
        } | changes
        answer: dict[str, Any] = self.call("form_panel", "zhao", **fields)
        self.panel_id = answer["panel_id"]
        return answer

    def form_small_panel(self, number: int) -> None:
        """Five members for one lot of a small project: four experts of one specialty and the representative."""
        specialty = rehearsal.lot(number)["category"]
        self.form_panel(lots=(number,), wanted=[{"specialty": specialty, "experts": 4}])

    def freeze(self) -> dict[str, Any]:
        """Freeze the pool."""
        made: dict[str, Any] = self.call("freeze_pool", "zhao", panel_id=self.panel_id)
        self.draw_id = made["draw_id"]
        return made

    def commit(self, made: Mapping[str, Any], holders: Mapping[str, str], nonces: Mapping[str, bytes]) -> None:
        """Every seat commits."""
        for seat, nonce in nonces.items():
            sealed = draw.commitment(made["pool_digest"], made["round"], seat, nonce)
            self.call("commit_nonce", holders[seat], draw_id=self.draw_id, seat=seat, commitment=sealed)

    def draw_experts(self) -> dict[str, Any]:
        """Freeze, commit, reveal; the first experts are called."""
        made = self.freeze()
        holders = {seat: keys[0] for seat, keys in SEATS.items()}
        nonces = {seat: secrets.token_bytes(32) for seat in SEATS}
        self.commit(made, holders, nonces)
        for seat, nonce in nonces.items():
            made = self.call("reveal_nonce", holders[seat], draw_id=self.draw_id, seat=seat, nonce=nonce.hex())
        return made

    def waiting(self) -> dict[str, str]:
        """Expert key → the call that waits for an answer, in the order of calling."""
        ended = {each["call_id"] for each in self.events("call_ended")}
        called = {each["call_id"]: KEYS[each["person_id"]] for each in self.events("expert_called")}
        return {key: call_id for call_id, key in called.items() if call_id not in ended}

    def answer_all(self, answer: Callable[[str], dict[str, Any]] | None = None) -> None:
        """Every expert called answers until nobody is waited for; `answer(key)` gives the fields (accept by
        default)."""
        while waiting := self.waiting():
            for key, call_id in waiting.items():
                fields = answer(key) if answer else {"accept": True}
                self.call("answer_call", key, call_id=call_id, **fields)

    def gather(self) -> None:
        """Members and a supervisor check in, the leader is elected, the evaluation begins."""
        self.later(hours=2)
        outcomes = {each["call_id"]: each["outcome"] for each in self.events("call_ended")}
        called = {KEYS[each["person_id"]]: each["call_id"] for each in self.events("expert_called")}
        experts = [key for key, call_id in called.items() if outcomes.get(call_id) == "accepted"]
        for key in [*experts, "ma"]:
            self.call("check_in", key, panel_id=self.panel_id)
        self.call("attend", "zheng", panel_id=self.panel_id)
        people = {each["name"]: each["member_id"] for each in self.panel("zheng")["members"]}
        leader = people[caller(experts[0]).name]
        for key in experts:
            self.call("vote_for_leader", key, panel_id=self.panel_id, member_id=leader)

    def begin(self) -> None:
        """Gather and begin; notes who sits where."""
        self.gather()
        self.call("begin_evaluation", "zhao", panel_id=self.panel_id)
        keys = {caller(each["key"]).name: each["key"] for each in rehearsal.data()["experts"]} | {"马评委": "ma"}
        self.panel_keys = [keys[each["name"]] for each in self.panel("zheng")["members"]]
        for key in [*self.panel_keys, "zheng"]:
            self.enrol(key)

    def panel(self, key: str) -> dict[str, Any]:
        """The panel as somebody sees it."""
        found: dict[str, Any] = self.call("panel", key, panel_id=self.panel_id)
        return found

    @property
    def leader(self) -> str:
        """The leader's key."""
        seat = next(each["seat_no"] for each in self.panel("zheng")["members"] if each["leader"])
        return self.panel_keys[seat - 1]

    def qualify(self, number: int, failing: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Both sides check every bid; `failing`: supplier → reason."""
        for supplier in [each["supplier"] for each in rehearsal.bids(number)]:
            reason = (failing or {}).get(supplier, "")
            for key in ("li", "zhou"):
                self.call(
                    "check_qualification",
                    key,
                    lot_id=self.lot(number),
                    bid_id=self.bid(number, supplier),
                    passed=not reason,
                    reason=reason,
                    article="法22" if reason else "",
                )
        done: dict[str, Any] = self.call("close_qualification", "zhao", lot_id=self.lot(number))
        return done

    def qualify_by(self, key: str, number: int) -> None:
        """One side finds everybody qualified, and the host tries to close."""
        for supplier in [each["supplier"] for each in rehearsal.bids(number)]:
            self.call(
                "check_qualification", key, lot_id=self.lot(number), bid_id=self.bid(number, supplier), passed=True
            )
        self.call("close_qualification", "zhao", lot_id=self.lot(number))

    def conform(
        self, number: int, faults: Mapping[str, str] | None = None, out: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Every member votes on every bid; `faults`: supplier → reason all members give."""
        given = {each["supplier"]: each.get("conformity_fault", "") for each in rehearsal.bids(number)} | dict(
            faults or {}
        )
        for supplier, reason in given.items():
            if supplier in out:
                continue
            for key in self.panel_keys:
                self.call(
                    "vote_on_conformity",
                    key,
                    lot_id=self.lot(number),
                    bid_id=self.bid(number, supplier),
                    choice="fail" if reason else "pass",
                    reason=reason,
                )
        done: dict[str, Any] = self.call("close_conformity", "zhao", lot_id=self.lot(number))
        return done

    def in_minutes(self, minutes: int) -> str:
        """A moment from now."""
        return (self.time + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")

    def price(self, number: int, confirm: bool = True) -> dict[str, Any]:
        """Corrections are confirmed, low prices are asked about and nobody explains, prices are closed."""
        asked = self.call("find_corrections", "zhao", lot_id=self.lot(number), answer_by=self.in_minutes(30))
        for question in asked["question_ids"]:
            key = self._agent_of(number, question)
            self.call("confirm_correction", key, question_id=question, confirmed=confirm)
        asked = self.call("examine_prices", self.panel_keys[0], lot_id=self.lot(number), answer_by=self.in_minutes(30))
        if asked["question_ids"]:
            self.later(minutes=31)
        done: dict[str, Any] = self.call("close_prices", "zhao", lot_id=self.lot(number))
        return done

    def _agent_of(self, number: int, question_id: str) -> str:
        rows = self.call("questions", "zhao", lot_id=self.lot(number))["questions"]
        supplier = next(each["supplier_id"] for each in rows if each["question_id"] == question_id)
        return "agent-" + next(
            each["key"] for each in rehearsal.data()["organisations"] if id_of(each["key"]) == supplier
        )

    def marks_of(self, number: int, seat: int) -> list[dict[str, Any]]:
        """The rehearsal's marks of the member in a seat (from 0)."""
        return [
            {"bid_id": self.bid(number, supplier), "factor": factor, "points": marks[seat]}
            for supplier, factors in rehearsal.data()["scores"][str(number)].items()
            for factor, marks in factors.items()
        ]

    def score(self, number: int) -> None:
        """Every member saves and submits the rehearsal's marks."""
        for seat, key in enumerate(self.panel_keys):
            self.call("save_sheet", key, lot_id=self.lot(number), marks=self.marks_of(number, seat))
            self.call("submit_sheet", key, lot_id=self.lot(number))

    def close_sheets(self, number: int) -> dict[str, Any]:
        """The leader closes the sheets."""
        done: dict[str, Any] = self.call("close_sheets", self.leader, lot_id=self.lot(number))
        return done

    def signed(self, key: str, number: int, capacity: str, dissent: str = "") -> dict[str, Any]:
        """A signed statement on the report as it stands."""
        report = self.call("report", "zheng", lot_id=self.lot(number))
        said = {**report["statement"], "capacity": capacity, "dissent": dissent}
        return signatures.build(said, key_of(key), certificate(key))

    def sign(self, number: int, dissent: Mapping[str, str] | None = None) -> None:
        """Every member signs, the supervisor countersigns."""
        for key in self.panel_keys:
            text = (dissent or {}).get(key, "")
            self.call(
                "sign_report",
                key,
                lot_id=self.lot(number),
                signed=self.signed(key, number, "member", text),
                dissent=text,
            )
        self.call(
            "countersign_report", "zheng", lot_id=self.lot(number), signed=self.signed("zheng", number, "supervisor")
        )

    def settle(self, number: int) -> dict[str, Any]:
        """Rank, sign, and answer what was announced."""
        self.call("settle_ranking", "zhao", lot_id=self.lot(number))
        self.sign(number)
        return self.events("ranking_settled")[-1]

    def publish(self, number: int) -> None:
        """contracts announces the award."""
        self.hear(
            "contracts",
            "award_announced",
            f"lot:{self.lot(number)}",
            {"lot_id": self.lot(number), "announced_at": self.at(), "award_id": id_of("award")},
        )
