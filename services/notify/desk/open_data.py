"""Open data: release and record packages by month, a project's record, our extension."""

from __future__ import annotations

import datetime as dt
import json
from importlib import resources

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, query
from services.chassis.working_days import SHANGHAI
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Process, Release
from services.notify.ocds import releasing
from services.notify.queries import open_data
from services.notify.queries.paging import cursor_of, number_of, page
from services.notify.refusals import no
from services.notify.schemas import accepted


class OpenDataDesk(Room):
    """OCDS 1.1, for everybody."""

    @query(accepted.Nothing, permission=PUBLIC)
    def open_data_months(self, wanted: Fact, by: Caller) -> Answer:
        """The months there are releases of, newest first, with how many, and how many processes began in each."""
        releases, begun = open_data.releases_by_month(self.db), open_data.begun_by_month(self.db)
        months = [{"month": each, "releases": n, "records": begun.get(each, 0)} for each, n in releases.items()]
        return {"months": months}

    @query(accepted.NameMonth, permission=PUBLIC)
    def release_package(self, wanted: Fact, by: Caller) -> Answer:
        """A page of a month's releases as a package: {"package", "next"}. Refuses `open_data_empty`."""
        rows = select(Release).where(Release.month == wanted["month"]).order_by(Release.number)
        if (after := number_of(wanted["after"])) is not None:
            rows = rows.where(Release.number > after)
        shown, onward = page(list(self.db.scalars(rows.limit(wanted["most"] + 1))), wanted["most"])
        if not shown:
            no("open_data_empty", field="month")
        uri = _uri("releases", wanted)
        return {"package": releasing.release_package(shown, uri, shown[-1].date), "next": onward}

    @query(accepted.NameMonth, permission=PUBLIC)
    def record_package(self, wanted: Fact, by: Caller) -> Answer:
        """A page of the processes begun in a month, as records: {"package", "next"}. Refuses `open_data_empty`."""
        begin, end = _month(wanted["month"])
        rows = (
            select(Process)
            .where(Process.begun_at >= begin, Process.begun_at < end)
            .order_by(Process.begun_at, Process.project_id)
            .offset(number_of(wanted["after"]) or 0)
            .limit(wanted["most"] + 1)
        )
        found = list(self.db.scalars(rows))
        shown = found[: wanted["most"]]
        if not shown:
            no("open_data_empty", field="month")
        seen = (number_of(wanted["after"]) or 0) + len(shown)
        changed = max(each.changed_at for each in shown)
        package = releasing.record_package(self.db, shown, _uri("records", wanted), changed)
        return {"package": package, "next": cursor_of(seen) if len(found) > len(shown) else None}

    @query(accepted.NameProject, permission=PUBLIC)
    def project_record(self, wanted: Fact, by: Caller) -> Answer:
        """A project's record package. Refuses `open_data_empty`."""
        row = self.db.get(Process, wanted["project_id"])
        if row is None:
            no("open_data_empty", field="project_id")
        uri = f"/open-data/projects/{row.project_id}.json"
        return {"package": releasing.record_package(self.db, [row], uri, row.changed_at)}

    @query(accepted.NameExtension, permission=PUBLIC)
    def open_data_extension(self, wanted: Fact, by: Caller) -> Answer:
        """A file of our extension for scores: {"content"}; JSON read, README as text."""
        text = resources.files("services.notify").joinpath("ocds", "extension", wanted["file"]).read_text("utf-8")
        return {"content": json.loads(text) if wanted["file"].endswith(".json") else text}


def _uri(what: str, wanted: Fact) -> str:
    return f"/open-data/{what}/{wanted['month']}.json" + (f"?after={wanted['after']}" if wanted["after"] else "")


def _month(text: str) -> tuple[dt.datetime, dt.datetime]:
    year, month = int(text[:4]), int(text[5:])
    begin = dt.datetime(year, month, 1, tzinfo=SHANGHAI)
    return begin, dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=SHANGHAI)
