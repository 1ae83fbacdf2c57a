"""Forming a panel, checking in, electing a leader, beginning; who must go and who comes instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse, refuse_if
from services.chassis.working_days import day_of
from services.evaluation import departing, panels, queries, reopenings
from services.evaluation.desk.base import Desk
from services.evaluation.models import Attendance, Evaluation, Member, Panel, Person, Recording, Vote, new_id
from services.evaluation.rules import stages, voting
from services.evaluation.rules.panel import least
from services.evaluation.schemas import accepted, said

ONE_OF_US = timedelta(hours=12)


class PanelDesk(Desk):
    """The panel."""

    @command(accepted.FormPanel, permission="panel.form")
    def form_panel(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Settle a panel's size and make-up for lots of one project (87-47, 法38, 法40), before anybody is drawn."""
        project = queries.project(self.db, wanted["project_id"])
        panels.require_organiser(self.db, by, project)
        evaluations = [self._to_be_evaluated(lot_id) for lot_id in wanted["lot_ids"]]
        for found in evaluations:
            refuse_if(stages.objections("form_panel", found.facts), "wrong_stage")
        purchase = panels.purchase(self.db, project, wanted)
        refuse_if(panels.forming_objections(self, project, purchase, wanted, evaluations))
        panel = Panel(
            id=new_id(),
            project_id=project.id,
            host_id=by.person_id,
            experts=sum(each["experts"] for each in wanted["wanted"]),
            representatives=len(wanted["representatives"]),
            wanted={each["specialty"]: each["experts"] for each in wanted["wanted"]},
            regions=wanted["regions"],
            seats=wanted["seats"],
            excluded=panels.excluded(self.db, evaluations),
            laws=[row.id for row in least(self.law, purchase).rows],
            evaluates_at=wanted["evaluates_at"],
            room=wanted["room"],
            formed_at=self.now(),
        )
        self.db.add(panel)
        self.db.flush()
        panels.name_everybody(self.db, panel)
        for found in evaluations:
            found.panel_id = panel.id
        for person_id in wanted["representatives"]:
            self._seat_representative(panel, person_id)
        self.tell(
            "panel_formed",
            f"panel:{panel.id}",
            panel_id=panel.id,
            project_id=project.id,
            lot_ids=wanted["lot_ids"],
            size=panel.size,
            experts=panel.experts,
            evaluates_at=panel.evaluates_at,
            laws=panel.laws,
            at=self.now(),
        )
        return said.PanelFormed().dump({"panel_id": panel.id, "size": panel.size, "laws": panel.laws})

    @command(accepted.OfPanel, permission="panel.check_in")
    def check_in(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member is in the room."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "panel.check_in", lock=True)
        member = queries.member(self.db, panel.id, by.person_id)
        if abs(self.now() - panel.evaluates_at) > ONE_OF_US and panel.begun_at is None:
            refuse("check_in_early", "Check in on the day of the evaluation.")
        if member.checked_in_at is None:
            member.checked_in_at = self.now()
            self._tell_member("member_checked_in", member)
        return said.Done().dump({"id": member.id, "at": member.checked_in_at})

    @command(accepted.OfPanel, permission="evaluation.attend")
    def attend(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A supervisor is in the room; nothing begins without one."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "evaluation.attend", lock=True)
        if by.person_id == panel.host_id:
            refuse("host_is_supervisor", "Who hosts an evaluation cannot supervise it.")
        found = self.db.get(Attendance, (panel.id, by.person_id))
        if found is None:
            found = Attendance(panel_id=panel.id, person_id=by.person_id, name=by.name, checked_in_at=self.now())
            self.db.add(found)
            self.tell(
                "supervisor_checked_in", f"panel:{panel.id}", panel_id=panel.id, person_id=by.person_id, at=self.now()
            )
        return said.Done().dump({"id": panel.id, "at": found.checked_in_at})

    @command(accepted.VoteLeader, permission="panel.elect_leader")
    def vote_for_leader(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A vote for the leader; who has more than half of the panel leads."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "panel.elect_leader", lock=True)
        voter = queries.member(self.db, panel.id, by.person_id)
        members = {each.id: each for each in queries.members(self.db, panel.id)}
        candidate = members.get(wanted["member_id"])
        if voter.checked_in_at is None or candidate is None:
            refuse("leader_not_present", "Members who have checked in vote for one of the panel.")
        article = self.law.row("panel.leader", day_of(panel.formed_at)).article
        refuse_if(voting.leader_objections(candidate.kind, article))
        self.db.merge(
            Vote(scope_id=panel.id, matter="leader", member_id=voter.id, choice=candidate.id, reason="", at=self.now())
        )
        self.db.flush()
        votes = [each for each in queries.votes(self.db, panel.id, "leader") if each.choice in members]
        made = voting.outcome(votes, panel.size)  # a vote for somebody who has left counts for nobody
        if made is not None and not any(each.leader for each in members.values()):
            members[made.choice].leader = True
            self._tell_member("leader_elected", members[made.choice])
        return said.Elected().dump({"leader": made.choice if made else None})

    @command(accepted.OfPanel, permission="evaluation.host")
    def begin_evaluation(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Everybody is there: the evaluation of the panel's lots begins."""
        panel, project = self.panel_for(wanted["panel_id"], by, "evaluation.host", lock=True)
        members = queries.members(self.db, panel.id)
        refuse_if(panels.beginning_objections(self, panel, members))
        refuse_if(panels.document_objections(self, panel, project), "document_unlawful")
        experts = panels.in_drawn_order(self.db, panel, members)
        for number, member in enumerate(experts, start=1):
            member.seat_no = number
        panel.begun_at = self.now()
        begun = []
        for found in queries.evaluations_of(self.db, panel.id, lock=True):
            if found.failed_at is None:
                refuse_if(stages.objections("begin", found.facts), "wrong_stage")
                found.begun_at = self.now()
                begun.append(found.lot_id)
                self.tell(
                    "evaluation_began", f"lot:{found.lot_id}", lot_id=found.lot_id, project_id=project.id, at=self.now()
                )
        return said.Begun().dump({"lot_ids": begun, "at": self.now()})

    @command(accepted.StandAside, permission="invitation.answer")
    def stand_aside(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member declares a tie after having accepted, and goes; the next in the order is called (条例9)."""
        panel = queries.panel(self.db, wanted["panel_id"], lock=True)
        member = queries.member(self.db, panel.id, by.person_id)
        reason = "、".join([*wanted["ties"], wanted["reason"]]).strip("、")
        departing.remove(self, panel, member, "recused", reason)
        return said.Done().dump({"id": member.id, "at": self.now()})

    @command(accepted.RecuseMember, permission="recusal.decide")
    def recuse_member(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member must stand aside; a representative is replaced by another person of the purchaser."""
        member = self.db.get(Member, wanted["member_id"])
        if member is None or member.left_at is not None:
            refuse("not_found", f"Nobody sits as {wanted['member_id']}.")
        panel, project = self.panel_for(member.panel_id, by, "recusal.decide", lock=True)
        departing.remove(self, panel, member, "recused", wanted["reason"])
        if wanted["replacement"]:
            if member.kind != "representative":
                refuse("replacement_drawn", "An expert is replaced by the next in the drawn order.")
            refuse_if(panels.representative_objections(self, project, [wanted["replacement"]]))
            self._seat_representative(panel, wanted["replacement"], member.seat_no)
        return said.Done().dump({"id": member.id, "at": self.now()})

    @command(accepted.AttachRecording, permission="evaluation.host")
    def attach_recording(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A recording of the room belongs to the record (at least fifteen years: 法42)."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "evaluation.host")
        if wanted["ended_at"] <= wanted["began_at"]:
            refuse("recording_times", "A recording ends after it began.")
        kept = {name: wanted[name] for name in ("digest", "kind", "size", "began_at", "ended_at")}
        known = self.db.scalar(
            select(Recording).where(Recording.panel_id == panel.id, Recording.digest == wanted["digest"])
        )
        found = known or Recording(id=new_id(), panel_id=panel.id, attached_at=self.now(), **kept)
        if known is None:
            self.db.add(found)
            self.tell(
                "recording_attached",
                f"panel:{panel.id}",
                panel_id=panel.id,
                digest=found.digest,
                kind=found.kind,
                size=found.size,
                at=self.now(),
            )
        return said.Done().dump({"id": found.id, "at": found.attached_at})

    def _to_be_evaluated(self, lot_id: str) -> Evaluation:
        """The lot's evaluation; begun anew where its panel cannot be made whole again, whose findings are void
        (87-49)."""
        found = queries.evaluation(self.db, lot_id, lock=True)
        return reopenings.begin_anew(self, found) if panels.stands_still(self, found) else found

    def _seat_representative(self, panel: Panel, person_id: str, seat_no: int | None = None) -> None:
        person = self.db.get_one(Person, person_id)
        self.db.add(
            Member(
                id=new_id(),
                panel_id=panel.id,
                person_id=person_id,
                name=person.name,
                kind="representative",
                seat_no=seat_no,
                joined_at=self.now(),
            )
        )
        self.db.flush()

    def _tell_member(self, event: str, member: Member) -> None:
        self.tell(
            event,
            f"panel:{member.panel_id}",
            panel_id=member.panel_id,
            member_id=member.id,
            person_id=member.person_id,
            reason=None,
            at=self.now(),
        )
