"""`sunshine score`: a panel member's own score sheet.

    {"marks": [{"bid_id": "…", "factor": "technical", "points": "18.5"}, …]}
"""

from __future__ import annotations

import click

from gateway.cli.desk import Desk, read_object
from gateway.cli.ending import USAGE, Stop
from gateway.cli.spoken import command, group
from gateway.cli.words import say

score = group("score")


@command("draft")
@click.argument("lot_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def score_draft(desk: Desk, lot_id: str, file: str) -> None:
    """Keep marks in the draft; what is not named stays."""
    marks = read_object(file).get("marks")
    if not isinstance(marks, list):
        raise Stop(USAGE, "no_marks", say("no_marks", file=file))
    answer = desk.api.change("PUT", f"/lots/{lot_id}/score-sheets/own", {"marks": marks}, desk.request_id())
    desk.screen.tell(answer, say("marks_kept", marks=len(marks)))


@command("submit")
@click.argument("lot_id")
def score_submit(desk: Desk, lot_id: str) -> None:
    """Submit the sheet; from here on a mark changes on lawful grounds alone."""
    path = f"/lots/{lot_id}/score-sheets/own/submission"
    desk.screen.tell(desk.api.change("POST", path, {}, desk.request_id()), say("sheet_submitted"))


@command("show")
@click.argument("lot_id")
def score_show(desk: Desk, lot_id: str) -> None:
    """The sheets of a lot, as far as the caller may see them."""
    desk.screen.tell(desk.api.get(f"/lots/{lot_id}/score-sheets"))


for each in (score_draft, score_submit, score_show):
    score.add_command(each)
