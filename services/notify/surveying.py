"""Asking both sides of a contract how it went, once all is accepted."""

from __future__ import annotations

import uuid

from sqlalchemy.dialects.postgresql import insert

from services.notify import telling
from services.notify.happening import Happening
from services.notify.models import Survey, new_id

_ASKED = uuid.UUID("0c2f5f8e-7a1d-5b7e-9a52-91b7d4f6a001")
SIDES = ("purchaser", "supplier")


def ask_both_sides(what: Happening) -> None:
    """A survey for each side, once a contract; after the last acceptance, or at the latest its completion."""
    fact = what.fact
    if what.event == "acceptance_certified" and not fact["complete"]:
        return
    for side in SIDES:
        organisation_id = fact[f"{side}_id"]
        if not organisation_id:
            continue
        row = {
            "id": new_id(), "contract_id": fact["contract_id"], "project_id": fact["project_id"], "side": side,
            "organisation_id": organisation_id, "asked_at": what.time,
        }  # fmt: skip
        asked = what.db.execute(insert(Survey).values(row).on_conflict_do_nothing().returning(Survey.id)).scalar()
        if asked is not None:
            _tell(what, asked, organisation_id)


def _tell(what: Happening, survey_id: str, organisation_id: str) -> None:
    told = Happening(
        what.db, what.now, str(uuid.uuid5(_ASKED, survey_id)), "survey_asked", "notify", f"survey:{survey_id}",
        what.time, {"organisation_id": organisation_id, "project_id": what.fact["project_id"]}, {},
    )  # fmt: skip
    telling.tell(told)
