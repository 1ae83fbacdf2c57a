"""The year's figures: folded in by the clock, read by everybody, made anew on request, as tables and as files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from services.chassis import heavy
from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, every, query
from services.chassis.working_days import day_of
from services.contracts import events, folding
from services.contracts.desk.room import Room
from services.contracts.models import FigureFact
from services.contracts.papers import tables
from services.contracts.queries import figures
from services.contracts.schemas import accepted, said

Given = dict[str, Any]


class FigureDesk(Room):
    """The statistics' read model."""

    @every(seconds=2)
    def fold_figures(self) -> bool:
        """Fold in what happened since."""
        return folding.fold(self.db) == folding.AT_ONCE

    @query(accepted.ReadFigures, permission=PUBLIC)
    def figures(self, wanted: Given, by: Caller) -> Any:
        """A year's figures by one dimension, failed lots apart."""
        rows = figures.rows(self.db, wanted["year"], wanted["dimension"])
        surveys, satisfied = figures.satisfaction(self.db, wanted["year"])
        waiting = self.db.scalar(select(func.count()).select_from(FigureFact).where(~FigureFact.folded)) or 0
        return said.FiguresView().dump(
            {**wanted, "rows": rows, "waiting": waiting, "surveys": surveys, "satisfied_percent": satisfied}
        )

    @query(accepted.RenderFigures, permission=PUBLIC)
    def figures_file(self, wanted: Given, by: Caller) -> Any:
        """The same as CSV or XLSX, kept in the store under its digest; all dimensions where none is named."""
        chosen = [wanted["dimension"]] if wanted.get("dimension") else list(accepted.DIMENSIONS)
        sheets = {each: figures.rows(self.db, wanted["year"], each) for each in chosen}
        media_type, render = tables.FORMATS[wanted["format"]]
        stored = heavy.run(_keep, self.store(), render, wanted["year"], sheets)
        of = f"-{wanted['dimension']}" if wanted.get("dimension") else ""
        name = f"figures-{wanted['year']}{of}.{wanted['format']}"
        return said.StoredFile().dump(
            {"name": name, "media_type": media_type, "digest": stored.digest, "size": stored.size}
        )

    @command(accepted.RebuildFigures, permission="statistics.rebuild")
    def rebuild_figures(self, given: Given, by: Caller) -> Any:
        """Make the figures anew from the journals; `changed` says how many cells were not the same before."""
        by.require("statistics.rebuild")
        folding.fold(self.db, at_most=1_000_000)
        made = folding.rebuild(self.db)
        self.tell(events.figures_rebuilt(made.facts, made.lots, made.cells, made.changed, day_of(self.now())))
        return {"facts": made.facts, "lots": made.lots, "cells": made.cells, "changed": made.changed}


def _keep(store: Any, render: Any, year: int, sheets: dict[str, list[Given]]) -> Any:
    return store.put([render(year, sheets)])
