"""A release written in the transaction in which its fact is heard; records and packages read from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.working_days import SHANGHAI
from services.notify import settings
from services.notify.happening import Effect, Happening
from services.notify.models import Process, Release, SettledRanking
from services.notify.ocds.parts import date
from services.notify.ocds.tendering import Compiled, Content
from services.notify.rules.merging import compiled
from services.notify.schemas.heard_later import RankedBid, RejectedBid

EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
)
SCORES = "/open-data/extensions/scores/extension.json"


def releases(build: Callable[[Happening, Compiled], Content]) -> Effect:
    """The effect that writes this builder's release."""

    def effect(what: Happening) -> None:
        project = what.project
        if project is None:
            return
        process = what.db.get(Process, project.id, with_for_update=True)
        ocid = process.ocid if process else f"{settings.current().ocid_prefix}-{project.id}"
        before = process.compiled if process else {}
        found = build(what, before)
        if found is None:
            return
        tags, content = found
        body = {
            "ocid": ocid, "id": f"{ocid}-{what.id}", "date": date(what.time), "tag": tags, "initiationType": "tender",
            "language": "zh", **content,
        }  # fmt: skip
        if "parties" in body:
            body["parties"] = _with_earlier_roles(body["parties"], before.get("parties", []))
        after = compiled(before, body)
        if process is None:
            process = Process(project_id=project.id, ocid=ocid, begun_at=what.time)
            what.db.add(process)
        process.compiled, process.changed_at = after, what.time
        # As with notices and the board: who read one number has read all below it.
        what.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("notify.release", 7))))
        what.db.add(
            Release(
                id=body["id"], ocid=ocid, project_id=project.id, event_id=what.id, tags=tags, date=what.time,
                month=month_of(what.time), body=body,
            )
        )  # fmt: skip
        what.db.flush()

    return effect


def keep_ranking(what: Happening) -> None:
    """Keep a ranking back until the award is announced."""
    row = what.db.get(SettledRanking, what.fact["lot_id"])
    if row is None:
        row = SettledRanking(lot_id=what.fact["lot_id"])
        what.db.add(row)
    row.settled_at = what.fact["settled_at"]
    row.ranking = {
        "ranking": RankedBid(many=True).dump(what.fact["ranking"]),
        "rejected": RejectedBid(many=True).dump(what.fact["rejected"] or []),
    }


def month_of(moment: datetime) -> str:
    """The month of Beijing a release falls in, "2026-05"."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m")


def release_package(rows: list[Release], uri: str, now: datetime) -> dict[str, Any]:
    """A release package (OCDS 1.1)."""
    return {**_package(uri, now), "releases": [row.body for row in rows]}


def record_package(db: Session, processes: list[Process], uri: str, now: datetime) -> dict[str, Any]:
    """A record package: each process with all its releases and what they compile to."""
    wanted = select(Release).where(Release.ocid.in_([each.ocid for each in processes])).order_by(Release.number)
    by_ocid: dict[str, list[dict[str, Any]]] = {each.ocid: [] for each in processes}
    for row in db.scalars(wanted):
        by_ocid[row.ocid].append(row.body)
    records = [
        {"ocid": each.ocid, "releases": by_ocid[each.ocid], "compiledRelease": each.compiled} for each in processes
    ]
    return {**_package(uri, now), "records": records}


def _with_earlier_roles(parties: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A list of roles replaces the earlier one when releases are merged, so it repeats it."""
    had = {each["id"]: each.get("roles", []) for each in before}
    return [{**each, "roles": sorted({*each["roles"], *had.get(each["id"], [])})} for each in parties]


def _package(uri: str, now: datetime) -> dict[str, Any]:
    told = settings.current()
    return {
        "uri": f"{told.public_url}{uri}",
        "version": "1.1",
        "extensions": [*EXTENSIONS, f"{told.public_url}{SCORES}"],
        "publishedDate": date(now),
        "publisher": {"name": told.publisher},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "publicationPolicy": f"{told.public_url}/open-data",
    }
