"""Act three: keys are proven, the notice goes out, documents are taken, a question is asked and answered."""

from __future__ import annotations

import json

from deploy.rehearsal.people import Person
from deploy.rehearsal.stage import Stage
from services.protocol.sealing import holding

PROVEN, TAKEN, ASKED, ANSWERED = "2026-05-08 09:00", "2026-05-12 09:00", "2026-05-13 10:00", "2026-05-14 15:00"


def play(stage: Stage) -> None:
    """From the confirmed document to answered questions."""
    stage.move_to(PROVEN)
    _prove_keys(stage)
    stage.move_to(f"{stage.data['project']['notice_date']} 09:00")
    notice = stage.call("tendering.publish_notice", "li", project_id=stage.facts["project"])
    stage.facts["notice"], stage.facts["notice_digest"] = notice["id"], notice["document_digest"]
    stage.lots.update({each["no"]: each["lot_id"] for each in notice["payload"]["lots"]})
    stage.say(f"the notice is out with a sealing sheet for each of {len(stage.lots)} lots")
    stage.move_to(TAKEN)
    stage.all(lambda key: _take(stage, key), stage.cast.suppliers)
    stage.say(f"{len(stage.cast.suppliers)} suppliers took the document, free of charge")
    stage.refuse(
        "asking before the closing who took the document", "tendering.downloads", "li",
        "secret_until_closing", project_id=stage.facts["project"],
    )  # fmt: skip
    stage.move_to(ASKED)
    asked = stage.call(
        "tendering.ask_question", stage.cast.agent("s2"), project_id=stage.facts["project"],
        text="服务器电源模块是否必须支持热插拔？",
    )  # fmt: skip
    stage.move_to(ANSWERED)
    stage.call("tendering.answer_question", "li", question_id=asked["question_id"], answer="是，见技术参数第3条。")
    stage.say("a question was asked and answered to all; the asker stays unnamed")


def _prove_keys(stage: Stage) -> None:
    told = stage.data["project"]["seats"]
    named = {seat: [stage.cast[key].person_id for key in held] for seat, held in told.items()}
    stage.call("tendering.name_holders", "li", project_id=stage.facts["project"], seats=named)
    holders = [stage.cast[key] for held in told.values() for key in held]
    for holder in holders:
        _prove(stage, holder)
    stage.say(f"{len(holders)} key holders of {len(told)} seats unwrapped a test secret: their keys are at hand")


def _prove(stage: Stage, holder: Person) -> None:
    for test in stage.call("tendering.my_key_tests", holder)["tests"]:
        answer = holding.answer(holder.encryption.key, test["test"])
        stage.call("tendering.prove_key", holder, holder_id=test["holder_id"], answer=answer)


def _take(stage: Stage, supplier: str) -> None:
    agent = stage.cast.agent(supplier)
    taken = stage.call("tendering.take_document", agent, project_id=stage.facts["project"])
    path = f"/projects/{stage.facts['project']}/downloads/own"
    fetched = stage.api.download(taken["digest"], path, agent)
    if supplier == stage.cast.suppliers[0]:
        stage.keep("document.json", json.loads(fetched))
