"""Who may accept, and what does the certificate report?

法41: every member of the acceptance party signs the certificate. 条例45: it reports on every technical, service and
safety standard; users of a public service take part and the result is published. Separation of duties: whoever ran the
purchase does not accept what it brought (条例 and the centre's own rule 岗位职责相互分离).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

STANDARDS = ("technical", "service", "safety")


def member_objections(
    members: Sequence[Mapping[str, Any]],
    *,
    purchaser_id: str,
    ran_the_purchase: Mapping[str, str],
    panel_names: Sequence[str],
) -> list[Objection]:
    """Why these people may not accept.

    members: {person_id, name, organisation_id, roles}; ran_the_purchase: person id → what they did in this purchase.
    panel_names: the evaluation panel (we are told names only).
    """
    found = []
    if not members:
        found.append(objection("no_acceptor", "法41", "members"))
    if len({each["person_id"] for each in members}) < len(members):
        found.append(objection("acceptor_twice", "法41", "members"))
    for place, each in enumerate(members):
        named = {"name": str(each["name"])}
        if each["person_id"] in ran_the_purchase:
            part = ran_the_purchase[each["person_id"]]
            found.append(objection("acceptor_ran_purchase", "岗位分离", f"members.{place}", **named, part=part))
        elif each["organisation_id"] == purchaser_id and each["name"] in panel_names:
            found.append(objection("acceptor_ran_purchase", "岗位分离", f"members.{place}", **named, part="panel"))
        if each["organisation_id"] != purchaser_id or "purchaser.acceptor" not in each["roles"]:
            found.append(objection("acceptor_not_appointed", "法41", f"members.{place}", **named))
    return found


def finding_objections(
    findings: Sequence[Mapping[str, Any]], *, rejects: bool, public_service: bool, users_opinion: str | None
) -> list[Objection]:
    """What the certificate still lacks. findings: {standard, text, conforms}; rejects: whether anything is rejected."""
    found = []
    covered = {each["standard"] for each in findings}
    for standard in STANDARDS:
        if standard not in covered:
            found.append(objection("standard_not_reported", "条例45", "findings", standard=standard))
    conforming = all(each["conforms"] for each in findings)
    if rejects and conforming:
        found.append(objection("rejection_without_finding", "条例45", "findings"))
    if public_service and not (users_opinion or "").strip():
        found.append(objection("users_not_heard", "条例45", "users_opinion"))
    return found
