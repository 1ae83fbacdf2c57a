"""Act one: everybody is enrolled, registers, is reviewed and admitted."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from deploy.places import ROOT
from deploy.rehearsal.people import ENCRYPTION, SIGNING, Person, offered, read_issued
from deploy.rehearsal.stage import Stage

BEGINS = "2026-04-13 09:00"
_KINDS = ("business_licence", "financial_report", "tax_and_social_security", "capability", "no_violation_statement")
_CATEGORIES = ["A02", "C03"]


def play(stage: Stage) -> None:
    """From an empty registry to everybody admitted."""
    _first_administrator(stage)
    stage.move_to(BEGINS)
    _organisations(stage)
    _staff(stage)
    _suppliers(stage)
    _experts(stage)


def _first_administrator(stage: Stage) -> None:
    admin = stage.cast["admin"]
    home = stage.cast.organisation("centre")
    stage.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        sys.executable, "-m", "services.registry.authority", "issue", str(stage.authority), "--name", admin.name,
        "--organisation", home["name"], "--out", str(stage.folder / "admin"), "--administrator",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    admin.held = dict(read_issued(stage.folder, "admin"))
    made = stage.call(
        "registry.claim_administration",
        organisation={"name": home["name"], "credit_code": home["credit_code"]},
        person={"name": admin.name}, certificate=offered(stage.api, admin.held[SIGNING]), patience=0,
    )  # fmt: skip
    admin.person_id, stage.cast.organisations["centre"] = made["person_id"], made["organisation_id"]
    stage.say(f"the first administrator of {home['name']} is {admin.name}")


def _organisations(stage: Stage) -> None:
    for each in stage.data["organisations"]:
        if each["kind"] in ("centre", "supplier"):
            continue
        given = {key: each[key] for key in ("kind", "name", "credit_code", "budget_level") if key in each}
        made = stage.call("registry.enrol_organisation", "admin", **given)
        stage.cast.organisations[each["key"]] = made["organisation_id"]
        stage.say(f"enrolled {each['name']}")


def _staff(stage: Stage) -> None:
    """The administrator enrols the centre's people and the others' first officers, who enrol their own."""
    cast = stage.cast
    first = [*cast.of("centre"), cast["sun"], cast["chen"]]
    stage.all(lambda each: _enrol(stage, each, cast["admin"]), first)
    others = [each for each in (*cast.of("education"), *cast.of("finance")) if each not in first]
    chief = {"education": cast["sun"], "finance": cast["chen"]}
    stage.all(lambda each: _enrol(stage, each, chief[str(each.organisation)]), others)
    stage.say(f"{len(first) + len(others)} people are enrolled with certificates and appointed")


def _enrol(stage: Stage, person: Person, by: Person) -> None:
    home = stage.cast.organisations[str(person.organisation)]
    made = stage.call("registry.enrol_person", by, organisation_id=home, name=person.name)
    person.person_id = made["person_id"]
    holders = {each for held in stage.data["project"]["seats"].values() for each in held}
    for purpose in (SIGNING, ENCRYPTION) if person.handle in holders else (SIGNING,):
        keys = person.certify(stage.api, purpose, stage.cast.name_of(str(person.organisation)))
        stage.call("registry.enrol_certificate", by, person_id=person.person_id, **offered(stage.api, keys))
    for role in person.roles:
        stage.call("registry.appoint", by, person_id=person.person_id, role=role)


def _suppliers(stage: Stage) -> None:
    stage.all(lambda key: _register(stage, key), stage.cast.suppliers)
    stage.say(f"{len(stage.cast.suppliers)} suppliers registered themselves; an officer examines, a reviewer admits")
    stage.all(lambda key: _admit(stage, key), stage.cast.suppliers)
    stage.say(f"admitted: {', '.join(stage.cast.name_of(key) for key in stage.cast.suppliers)}")


def _register(stage: Stage, key: str) -> None:
    told, agent = stage.cast.organisation(key), stage.cast.agent(key)
    keys = agent.certify(stage.api, SIGNING, told["name"])
    made = stage.call(
        "registry.register_supplier",
        organisation={"name": told["name"], "credit_code": told["credit_code"]},
        person={"name": agent.name, "email": f"{agent.handle}@example.cn"}, certificate=offered(stage.api, keys),
    )  # fmt: skip
    agent.person_id, stage.cast.organisations[key] = made["person_id"], made["organisation_id"]
    stage.call("registry.draft_supplier", agent, **_file(stage, key, agent))
    stage.call("registry.submit_supplier", agent)


def _file(stage: Stage, key: str, agent: Person) -> dict[str, Any]:
    """A supplier's file: synthetic, with nothing missing."""
    number = stage.cast.suppliers.index(key) + 1
    title = f"{stage.cast.name_of(key)}资格证明材料（演练用虚构材料）"
    digest = stage.api.upload(title.encode(), agent)
    return {
        "address": f"吉林省演练路 {number} 号", "responsible_person": f"演练负责人{number}",
        "contact_name": agent.name, "contact_phone": f"0431-8800-{number:04d}",
        "contact_email": f"{agent.handle}@example.cn", "bank_name": "演练银行",
        "bank_account": f"622200001111000{number}", "size": stage.cast.organisation(key)["size"],
        "controllers": [f"演练控股{number}"], "categories": _CATEGORIES,
        "documents": [
            {"kind": kind, "title": title, "digest": digest, "valid_until": "2028-12-31"} for kind in _KINDS
        ],
    }  # fmt: skip


def _admit(stage: Stage, key: str) -> None:
    organisation_id = stage.cast.organisations[key]
    named: dict[str, Any] = {"organisation_id": organisation_id, "version": 1}
    stage.call("registry.examine_supplier", "li", remarks="材料齐全", **named)
    stage.call("registry.decide_supplier", "wang", admit=True, **named)


def _experts(stage: Stage) -> None:
    told = {each["key"]: each for each in stage.data["experts"]}
    stage.all(lambda each: _expert(stage, each, told[each.handle]), stage.cast.experts)
    stage.say(f"{len(told)} experts are in the library, each with employers, holdings and specialties on file")


def _expert(stage: Stage, expert: Person, told: dict[str, Any]) -> None:
    facts = {key: told[key] for key in ("name", "region", "specialties", "employers", "shareholdings") if told.get(key)}
    made = stage.call("registry.enrol_expert", "chen", **facts)
    expert.person_id = made["person_id"]
    keys = expert.certify(stage.api, SIGNING, None)
    stage.call(
        "registry.enrol_certificate", "chen", person_id=expert.person_id, **offered(stage.api, keys)
    )  # fmt: skip
    stage.call("registry.admit_expert", "chen", person_id=expert.person_id)
