"""The expert library and the eligible pool."""

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, hears, query
from services.registry import library, queries
from services.registry.entrypoints.room import Room, is_self
from services.registry.models import ExpertPerformance
from services.registry.rules.categories import above
from services.registry.rules.days import day_of
from services.registry.schemas import experts as wire

Answer = dict[str, Any]


class Experts(Room):
    """Who may be drawn, and why not."""

    @command(wire.EnrolExpert, permission="expert.enrol")
    def enrol_expert(self, given: Answer, by: Caller) -> Answer:
        """Open an expert's file; admission is a step of its own."""
        return self._expert(library.enrol(self.act(by), given))

    @command(wire.ChangeExpert, permission="expert.change")
    def change_expert(self, given: Answer, by: Caller) -> Answer:
        """Declare new facts; specialties and region are finance's."""
        card = queries.experts.expert_for_update(self.db, given.pop("person_id"))
        by.require("expert.change", own=is_self(by, card[2]))
        return self._expert(library.change(self.act(by), card, given, finance=by.reaches("expert.change")))

    @command(wire.ExpertNamed, permission="expert.admit")
    def admit_expert(self, given: Answer, by: Caller) -> Answer:
        """Admit an expert to the library."""
        card = queries.experts.expert_for_update(self.db, given["person_id"])
        return self._expert(library.admit(self.act(by), card))

    @command(wire.SuspendExpert, permission="expert.admit")
    def suspend_expert(self, decision: Answer, by: Caller) -> Answer:
        """Finance suspends an expert."""
        card = queries.experts.expert_for_update(self.db, decision["person_id"])
        return self._expert(library.suspend(self.act(by), card, decision))

    @command(wire.ReleaseExpert, permission="expert.admit")
    def lift_expert_suspension(self, given: Answer, by: Caller) -> Answer:
        """Lift an expert's suspensions."""
        card = queries.experts.expert_for_update(self.db, given["person_id"])
        return self._expert(library.lift_suspension(self.act(by), card, given["reason"]))

    @command(wire.ReleaseExpert, permission="expert.admit")
    def release_expert(self, given: Answer, by: Caller) -> Answer:
        """Take an expert out of the library."""
        card = queries.experts.expert_for_update(self.db, given["person_id"])
        return self._expert(library.release(self.act(by), card, given["reason"]))

    @query(wire.ExpertNamed, permission="expert.read")
    def expert(self, wanted: Answer, by: Caller) -> Answer:
        """An expert's file as it counts now, with the record of performance."""
        card = queries.experts.expert(self.db, wanted["person_id"])
        by.require("expert.read", own=is_self(by, card[2]))
        return self._expert(card)

    @query(wire.ListExperts, permission="expert.read")
    def experts(self, wanted: Answer, by: Caller) -> Answer:
        """The library by specialty and region."""
        by.require("expert.read")
        codes = above(wanted["category"]) if wanted["category"] else ()
        found = queries.experts.experts(
            self.db, covering=codes, region=wanted["region"], after=wanted["after"], limit=wanted["limit"]
        )
        more = found[-1][0].person_id if len(found) == wanted["limit"] else None
        return {"items": [self._expert(each) for each in found], "next": more}

    @query(wire.AskExpertPool, permission="expert_pool.read", departments=("evaluation",))
    def expert_pool(self, wanted: Answer, by: Caller) -> Answer:
        """Who may be drawn for these lots, sorted, and each other expert of the library with every reason."""
        answer = library.pool(self.db, wanted)
        pool = [
            {
                "person_id": each.person_id, "name": each.name, "region": each.region,
                "specialties": list(each.specialties), "covers": list(covers),
            }
            for each, covers in answer.eligible
        ]
        out = [
            {"person_id": each.person_id, "name": each.name, "reasons": [reason.as_dict() for reason in reasons]}
            for each, reasons in answer.out
        ]
        return wire.ExpertPool().dump({"as_of": self.now(), "pool": pool, "out": out})

    @hears("evaluation", "expert_performance_recorded", wire.ExpertPerformanceHeard)
    def note_expert_performance(self, fact: Answer, envelope: Answer) -> None:
        """A panel's record of an expert flows back into the file."""
        self.db.add(
            ExpertPerformance(
                id=envelope["id"], person_id=fact["person_id"], lot_id=fact["lot_id"], kind=fact["kind"],
                points=fact["points"], note=(fact["note"] or "")[:2000], at=fact["at"],
            )
        )

    def _expert(self, card: library.Card) -> Answer:
        expert, version, person = card
        suspended = queries.experts.suspensions(self.db, [expert.person_id]).get(expert.person_id, [])
        told = {
            **version.facts,
            "person_id": expert.person_id,
            "name": person.name,
            "state": library.state(card, suspended, day_of(self.now())),
            "version": version.number,
            "admitted_at": expert.admitted_at,
            "left_at": expert.left_at,
            "performance": queries.experts.performance(self.db, expert.person_id),
        }
        return wire.Expert().dump(told)
