"""What people read: projects, lots, notices, the law, duties, warnings, the archive."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.wire import moment_text
from services.chassis.working_days import extend, year_as_published
from services.tendering import archive, duties, events, lawbook, pages, publishing
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Lot, Project, RiskWarning
from services.tendering.queries import disputes, law, openings, parties, projects
from services.tendering.refusals import no
from services.tendering.rules import moves
from services.tendering.rules.periods import day_of
from services.tendering.schemas import entrusting as accepted
from services.tendering.schemas import said
from services.tendering.schemas.publishing import ListNotices, ReadNotice


class ReadingDesk(Room):
    """Pages and lists."""

    @query(accepted.ReadProject, permission="project.read")
    def project(self, wanted: Given, by: Caller) -> Answer:
        """A project's inside page: where it stands, its lots, its people, the open moves."""
        project = projects.project(self.db, wanted["project_id"])
        self.reach(by, "project.read", project)
        status = projects.status(self.db, project, self.now())
        document = projects.latest_document(self.db, project.id)
        shown = said.ProjectView(exclude=("lots",)).dump(project)
        assert isinstance(shown, dict)
        return {
            **shown,
            "purchaser_name": parties.name_of(self.db, project.purchaser_id),
            "status": status,
            "open_moves": moves.open_moves(moves.PROJECT_MOVES, status),
            "document_id": document.id if document else None,
            "lots": [self._lot(each, project) for each in projects.lots_of(self.db, project.id)],
            "holders": [
                {
                    "seat": each.seat,
                    "place": each.place,
                    "person_id": each.person_id,
                    "proven": each.proven_at is not None,
                }
                for each in projects.holders(self.db, project.id)
            ],
        }

    @query(accepted.ListProjects, permission="project.read")
    def projects(self, wanted: Given, by: Caller) -> Answer:
        """Projects, newest first; a purchaser sees its own."""
        reach = by.grants.get("project.read")
        purchaser = by.organisation_id if reach == "own" else wanted["purchaser_id"]
        person = by.person_id if reach == "project" else None
        position = pages.position(wanted["after"])
        found = projects.page(self.db, purchaser_id=purchaser, person_id=person, after=position, limit=wanted["limit"])
        lines = []
        for each in found:
            line = said.ProjectLine().dump(each)
            assert isinstance(line, dict)
            lines.append({**line, "status": projects.status(self.db, each, self.now())})
        return {"projects": lines, "next": _next(found, wanted["limit"], "created_at")}

    @query(accepted.ReadLot, permission=PUBLIC)
    def lot(self, wanted: Given, by: Caller) -> Answer:
        """A published lot: terms, status, sealing sheet. How many bids there are is nowhere in it."""
        lot = projects.lot(self.db, wanted["lot_id"])
        project = projects.project(self.db, lot.project_id)
        if lot.published_at is None:
            self.reach(by, "project.read", project)
        sheets = projects.sheets(self.db, lot.id)
        return {
            **self._lot(lot, project),
            "sealing_sheet": sheets[-1].content if sheets else None,
            "sealing_sheet_digest": sheets[-1].digest if sheets else None,
            "sheets": [{"digest": each.digest, "version": each.version, "sheet": each.content} for each in sheets],
        }

    @query(ListNotices, permission=PUBLIC)
    def notices(self, wanted: Given, by: Caller) -> Answer:
        """Published notices, newest first."""
        found = projects.notices(
            self.db, kind=wanted["kind"], project_id=wanted["project_id"], after=pages.position(wanted["after"]),
            limit=wanted["limit"],
        )  # fmt: skip
        shown = said.NoticeView(many=True, exclude=("payload",)).dump(found)
        return {"notices": shown, "next": _next(found, wanted["limit"], "published_at")}

    @query(ReadNotice, permission=PUBLIC)
    def notice(self, wanted: Given, by: Caller) -> Answer:
        """One notice with what was announced with it."""
        found = publishing.notice(self.db, wanted["notice_id"])
        return said.NoticeView().dump(found) if found else no("notice_unknown", id=wanted["notice_id"])

    @query(accepted.ReadLaw, permission=PUBLIC)
    def law(self, wanted: Given, by: Caller) -> Answer:
        """The rules in force on a day, each with its article and whether it was checked against the text."""
        book, day = law.book(self.db), wanted["on"] or day_of(self.now())
        rows = [each for each in book.rows if each.in_force(day) and wanted["key"] in (None, each.key)]
        return {
            "on": day.isoformat(),
            "law_version": book.version,
            "sources": lawbook.sources(),
            "rules": [
                {
                    "id": each.id, "key": each.key, "value": each.value, "unit": each.unit, "bound": each.bound,
                    "article": each.article, "checked": each.checked, "in_force_from": each.in_force_from.isoformat(),
                    "zh": each.zh, "en": each.en,
                }
                for each in rows
            ],
        }  # fmt: skip

    @query(accepted.ReadLaw, permission=PUBLIC)
    def procedures(self, wanted: Given, by: Caller) -> Answer:
        """The procedures of a day, as the table of flags has them."""
        day = wanted["on"] or day_of(self.now())
        rows = law.book(self.db).all("procedure", day)
        return {"procedures": [{**each.value, "article": each.article, "row": each.id} for each in rows]}

    @query(accepted.ReadProject, permission="obligation.read")
    def duties(self, wanted: Given, by: Caller) -> Answer:
        """A project's duties with their times: its own, its lots', its challenges'."""
        project = projects.project(self.db, wanted["project_id"])
        self.reach(by, "obligation.read", project)
        about = [f"project:{project.id}", *(f"lot:{each.id}" for each in projects.lots_of(self.db, project.id))]
        about += [f"challenge:{each.id}" for each in disputes.challenges(self.db, project.id)]
        about += [f"complaint:{each.id}" for each in disputes.complaints(self.db, project.id)]
        found = [duty for each in about for duty in obligations.owed(self.db, about=each, only_open=False)]
        now = self.now()
        return {"duties": [obligations.ObligationView().dump(obligations.view(duty, now)) for duty in found]}

    @query(accepted.Nothing, permission="obligation.read")
    def my_duties(self, wanted: Given, by: Caller) -> Answer:
        """What the caller owes, earliest first."""
        found = obligations.owed(self.db, owner_person_id=by.person_id) if by.person_id else []
        now = self.now()
        return {"duties": [obligations.ObligationView().dump(obligations.view(duty, now)) for duty in found]}

    @command(accepted.ExtendDuty, permission="obligation.extend")
    def extend_duty(self, given: Given, by: Caller) -> Answer:
        """Extend a duty of one's own side where the law lets it (延时服务); the waiting party is told the reason."""
        now = self.now()
        by.require("obligation.extend", own=duties.is_owed_by(self.db, given["obligation_id"], by))
        duty = obligations.extend(self.db, self.announce, given["obligation_id"], now, given["due"], given["reason"])
        return {"duty": obligations.ObligationView().dump(obligations.view(duty, now))}

    @command(accepted.ExtendCalendar, permission="working_days.enter")
    def extend_calendar(self, given: Given, by: Caller) -> Answer:
        """Enter a year's working days as they were published; duties already open keep their due times."""
        try:
            days = year_as_published(given["year"], given["rest"], given["make_up"])
        except ValueError as error:
            no("calendar_contradicts", "94-42", why=str(error))
        extend(self.db, days, source=given["source"])
        return {"year": given["year"], "working_days": sum(days.values())}

    @query(accepted.ReadProject, permission="warning.read")
    def warnings(self, wanted: Given, by: Caller) -> Answer:
        """The integrity warnings recorded at the steps of a project."""
        rows = self.db.scalars(
            select(RiskWarning).where(RiskWarning.project_id == wanted["project_id"]).order_by(RiskWarning.at)
        )
        return {
            "warnings": [
                {
                    "step": each.step, "code": each.code, "article": each.article, "figures": each.figures,
                    "at": moment_text(each.at),
                }
                for each in rows
            ]
        }  # fmt: skip

    @query(accepted.ReadLot, permission="signal.read")
    def signals(self, wanted: Given, by: Caller) -> Answer:
        """The integrity signals of an opened lot: evidence for people, never a verdict."""
        lot = projects.lot(self.db, wanted["lot_id"])
        self.reach(by, "signal.read", projects.project(self.db, lot.project_id))
        return {
            "signals": [
                {
                    "kind": each.kind, "bids": each.bids, "figures": each.figures, "article": each.article,
                    "source": each.source,
                }
                for each in openings.signals(self.db, lot.id)
            ]
        }  # fmt: skip

    @query(accepted.ReadProject, permission="archive.read")
    def archive(self, wanted: Given, by: Caller) -> Answer:
        """Everything of a project by its digest, and the sealed list where there is one."""
        project = projects.project(self.db, wanted["project_id"])
        self.reach(by, "archive.read", project)
        return archive.listed(self.db, project, self.now())

    @command(accepted.OnProject, permission="archive.seal")
    def seal_archive(self, given: Given, by: Caller) -> Answer:
        """Seal the list of everything of an ended project, to be kept fifteen years or more (法42)."""
        project = projects.project(self.db, given["project_id"], lock=True)
        status = projects.status(self.db, project, self.now())
        if status not in ("ended", "cancelled"):
            no("not_ended", "法42", state=status)
        sealed = archive.seal(self.db, project, by.person_id or "", self.now())
        self.announce(events.event("archive_sealed", f"project:{project.id}", sealed))
        return {"project_id": project.id, "digest": sealed["digest"], "entries": sealed["entries"]}

    def _lot(self, lot: Lot, project: Project) -> dict[str, Any]:
        now = self.now()
        held = disputes.suspended(self.db, project.id, lot.id, now)
        status = lot.status(now)
        shown = said.LotView().dump(lot)
        assert isinstance(shown, dict)
        return {
            **shown,
            "status": status,
            "open_moves": moves.open_moves(moves.LOT_MOVES, status),
            "suspended_until": moment_text(held.suspended_until) if held and held.suspended_until else None,
            "ways_on": (lot.failure or {}).get("ways_on", []),
            "procedure": project.procedure,
            "public_opening": self.public_opening(project),
        }


def _next(found: list[Any], limit: int, moment: str) -> str | None:
    return pages.cursor(getattr(found[-1], moment), found[-1].id) if len(found) == limit else None
