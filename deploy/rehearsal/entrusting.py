"""Act two: the purchase is entrusted, planned, prepared, objected to once with articles, corrected and confirmed."""

from __future__ import annotations

import copy
from typing import Any

from deploy.rehearsal.stage import Stage, at, wire

BEGINS, PREPARED, CLOSES = "2026-04-20 09:00", "2026-04-27 09:00", "2026-06-02 09:00"


def play(stage: Stage) -> None:
    """From the purchaser's wish to the confirmed tender document."""
    stage.move_to(BEGINS)
    _entrust(stage)
    stage.move_to(PREPARED)
    _prepare(stage)


def _entrust(stage: Stage) -> None:
    told = stage.data["project"]
    made = stage.call(
        "tendering.draft_entrustment", "sun",
        title=told["title"], plan_no=told["plan_no"], fiscal_year=told["fiscal_year"], funding=told["funding"],
        procedure=told["procedure"], budget_level="province", region="吉林",
        items=[{key: lot[key] for key in ("category", "title", "object", "budget")} for lot in told["lots"]],
    )  # fmt: skip
    project = stage.facts["project"] = made["project_id"]
    stage.call("tendering.submit_entrustment", "sun", project_id=project)
    stage.say(f"{stage.cast['sun'].name} entrusts: {told['title']}")
    stage.call("tendering.confirm_plan", "chen", project_id=project)
    stage.say(f"{stage.cast['chen'].name} confirms the plan {told['plan_no']}")
    named = {"officer_id": "li", "reviewer_id": "wang", "host_id": "zhao"}
    people: dict[str, Any] = {field: stage.cast[key].person_id for field, key in named.items()}
    accepted = stage.call("tendering.accept_entrustment", "li", project_id=project, **people)
    stage.facts["project_no"] = accepted["no"]
    stage.say(f"the centre accepts it as {accepted['no']}: officer, reviewer and host are three people")


def content(stage: Stage) -> dict[str, Any]:
    """The tender document: the input's three lots with bonds, requirements and terms."""
    told = stage.data["project"]
    lots = [
        {
            **lot, "bid_bond": told["bid_bond"][f"lot{lot['no']}"],
            "requirements": f"{lot['title']}的采购需求、技术参数与数量见附件（演练）",
            "conditions": {"performance_bond_percent": "5"},
        }
        for lot in told["lots"]
    ]  # fmt: skip
    return {"closes_at": wire(at(CLOSES)), "room": "第一开标室", "lots": lots}


def _prepare(stage: Stage) -> None:
    lawful = content(stage)
    drafted = stage.call("tendering.draft_document", "li", project_id=stage.facts["project"], content=_unlawful(lawful))
    document = stage.facts["document"] = drafted["id"]
    stage.refuse(
        "a tender document with 20 points for price, registered capital as a factor and a bond above 2 %",
        "tendering.submit_document", "li", document_id=document,
    )  # fmt: skip
    grown = drafted["content"]
    corrected = {**grown, "lots": [
        {**lot, **{key: wanted[key] for key in ("factors", "bid_bond")}}
        for lot, wanted in zip(grown["lots"], lawful["lots"], strict=True)
    ]}  # fmt: skip
    stage.call("tendering.edit_document", "li", document_id=document, revision=drafted["revision"], content=corrected)
    stage.call("tendering.submit_document", "li", document_id=document)
    stage.say("corrected and submitted")
    stage.refuse(
        "the officer reviewing the officer's own document", "tendering.review_document", "li", document_id=document
    )
    judged = [each["code"] for each in stage.call("tendering.document", "wang", document_id=document)["to_judge"]]
    stage.call("tendering.review_document", "wang", document_id=document, judged=judged)
    stage.call("tendering.confirm_document", "sun", document_id=document)
    stage.say(f"reviewed by {stage.cast['wang'].name}, confirmed by {stage.cast['sun'].name}")


def _unlawful(lawful: dict[str, Any]) -> dict[str, Any]:
    """The same with three faults in lot 1."""
    made = copy.deepcopy(lawful)
    lot = made["lots"][0]
    price, tech, plan, *rest = lot["factors"]
    lot["factors"] = [
        {**price, "points": 20}, {**tech, "points": 40},
        {**plan, "title": "注册资本", "points": 20}, *rest,
    ]  # fmt: skip
    lot["bid_bond"] = "300000.00"
    return made
