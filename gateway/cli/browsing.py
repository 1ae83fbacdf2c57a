"""`sunshine browse`: notices, projects, lots, one's own bids, barred suppliers; lists a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from gateway.cli.desk import Desk, pages
from gateway.cli.spoken import Function, command, group, option
from gateway.cli.words import say

browse = group("browse")


def _paged(function: Function) -> Function:
    for made in (
        option("--all", "everything", is_flag=True, help="option.all"),
        option("--after", metavar="CURSOR", help="option.after"),
        option("--limit", type=click.IntRange(1, 200), help="option.limit"),
    ):
        function = made(function)
    return function


def _list(desk: Desk, path: str, items: str, query: Mapping[str, Any], columns: Sequence[str],
          everything: bool) -> None:
    """One page, or all as one document; a column `column.x` shows the member x."""
    found: list[dict[str, Any]] = []
    after: Any = None
    for page in pages(desk.anybody, path, items, query, everything=everything):
        found += page[items]
        after = page.get("next")
    names = [column.removeprefix("column.") for column in columns]
    hints = [say("more", cursor=after)] if after else []
    desk.screen.table({items: found, "next": after}, columns, [[each.get(name) for name in names] for each in found],
                      *hints)  # fmt: skip


@command("notices")
@option("--words", help="option.words")
@option("--kind", help="option.kind")
@option("--object", type=click.Choice(["goods", "services", "works"]), help="option.object")
@option("--region", help="option.region")
@option("--procedure", help="option.procedure")
@option("--purchaser", "purchaser_id", help="option.purchaser")
@option("--from", "from_", metavar="YYYY-MM-DD", help="option.from")
@option("--until", metavar="YYYY-MM-DD", help="option.until")
@_paged
def browse_notices(desk: Desk, everything: bool, from_: str | None, limit: int | None, **query: Any) -> None:
    """GET /bulletin, whose page size is called `most`."""
    columns = ("column.published_at", "column.kind", "column.title", "column.notice_id", "column.project_id")
    _list(desk, "/bulletin", "notices", {**query, "from": from_, "most": limit}, columns, everything)


@command("notice")
@click.argument("notice_id")
def browse_notice(desk: Desk, notice_id: str) -> None:
    """GET /bulletin/{id}."""
    desk.screen.tell(desk.anybody.get(f"/bulletin/{notice_id}"))


@command("projects")
@option("--purchaser", "purchaser_id", help="option.purchaser")
@_paged
def browse_projects(desk: Desk, everything: bool, **query: Any) -> None:
    """GET /projects."""
    columns = ("column.no", "column.title", "column.status", "column.id")
    _list(desk, "/projects", "projects", query, columns, everything)


@command("project")
@click.argument("project_id")
def browse_project(desk: Desk, project_id: str) -> None:
    """GET /projects/{id}."""
    desk.screen.tell(desk.anybody.get(f"/projects/{project_id}"))


@command("lots")
@click.argument("project_id")
def browse_lots(desk: Desk, project_id: str) -> None:
    """The lots a project's notices name (a list leaves out what each announced), each as it stands now."""
    named: list[str] = []
    for page in pages(desk.anybody, "/notices", "notices", {"project_id": project_id, "limit": 200}, everything=True):
        for line in page["notices"]:
            notice = desk.anybody.get(f"/notices/{line['id']}")
            lots = (notice.get("payload") or {}).get("lots") or []
            named += [str(each["lot_id"]) for each in lots if isinstance(each, Mapping) and each.get("lot_id")]
    found = [desk.anybody.get(f"/lots/{each}") for each in dict.fromkeys(named)]
    shown = [{**each, "id": lot_id, **(each.get("lot") or {})} for lot_id, each in zip(dict.fromkeys(named), found,
                                                                                      strict=True)]  # fmt: skip
    columns = ("no", "title", "status", "closes_at", "id")
    desk.screen.table({"lots": found}, [f"column.{each}" for each in columns],
                      [[each.get(name) for name in columns] for each in shown])  # fmt: skip


@command("lot")
@click.argument("lot_id")
def browse_lot(desk: Desk, lot_id: str) -> None:
    """GET /lots/{id}."""
    desk.screen.tell(desk.anybody.get(f"/lots/{lot_id}"))


@command("bids")
@click.argument("lot_id")
def browse_bids(desk: Desk, lot_id: str) -> None:
    """One's own bids for a lot, with their receipts."""
    told = desk.api.get(f"/lots/{lot_id}/bids/own")
    columns = ("received_at", "id", "replaced_at", "withdrawn_at")
    desk.screen.table(told, [f"column.{each}" for each in columns],
                      [[each.get(name) for name in columns] for each in told["bids"]])  # fmt: skip


@command("excluded")
@option("--past", is_flag=True, help="option.past")
@_paged
def browse_excluded(desk: Desk, everything: bool, **query: Any) -> None:
    """GET /exclusions."""
    columns = ("column.name", "column.credit_code", "column.ground", "column.from", "column.until")
    _list(desk, "/exclusions", "items", query, columns, everything)


for each in (browse_notices, browse_notice, browse_projects, browse_project, browse_lots, browse_lot, browse_bids,
             browse_excluded):  # fmt: skip
    browse.add_command(each)
