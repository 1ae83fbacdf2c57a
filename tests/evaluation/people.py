"""Who and what the rehearsal's evaluation knows from others: people with their rights, certificates, the notice, the
library.

Experts and bids are the rehearsal's; identities are made up from keys, always the same.
"""

from __future__ import annotations

import copy
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from services.chassis.caller import Caller
from services.chassis.refusal import Refusal
from services.protocol import certificates
from services.registry.permissions import grants
from tests.evaluation import rehearsal


def id_of(key: str) -> str:
    """The made-up id of a rehearsal key."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"rehearsal:{key}"))


@cache
def key_of(person: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(person.encode()).digest())


@cache
def certificate(person: str) -> str:
    """A signing certificate of a person, PEM; trust in it is registry's affair."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, person)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key_of(person).public_key())
        .serial_number(1 + int(hashlib.sha256(person.encode()).hexdigest()[:8], 16))
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2029, 1, 1, tzinfo=UTC))
        .sign(key_of(person), None)
    )
    return certificates.to_pem(made)


def caller(key: str) -> Caller:
    """A rehearsal person, or an expert, with what their roles grant."""
    data = rehearsal.data()
    person = next((each for each in data["people"] if each["key"] == key), None)
    if person is None:
        expert = next(each for each in data["experts"] if each["key"] == key)
        return Caller(id_of(key), expert["name"], None, "", frozenset({"expert"}), grants(["expert"]), "", "s")
    kind = next(each["kind"] for each in data["organisations"] if each["key"] == person["org"])
    may = grants(person["roles"])
    return Caller(id_of(key), person["name"], id_of(person["org"]), kind, frozenset(person["roles"]), may, "", "s")


def notice(only: int | None = None) -> dict[str, Any]:
    """tendering: notice_published of the rehearsal's project, or of one lot as a project of its own; the caller's own
    copy, to change at will."""
    project = copy.deepcopy(rehearsal.data()["project"])
    lots = [
        {
            **{
                name: lot[name]
                for name in (
                    "no",
                    "title",
                    "object",
                    "category",
                    "budget",
                    "ceiling",
                    "award_method",
                    "reserved_for_small",
                    "deductions",
                    "factors",
                )
            },
            "lot_id": id_of(f"lot{lot['no']}"),
            "procedure": project["procedure"],
            "consortium_allowed": False,
            "bid_bond": None,
            "conditions": {},
            "abnormally_low": {},
            "minimum_exception": None,
        }
        for lot in project["lots"]
        if only in (None, lot["no"])
    ]
    return {
        "notice_id": id_of("notice"),
        "kind": "tender",
        "project_id": id_of("project"),
        "project_no": "JLSZC2026-0917",
        "title": project["title"],
        "purchaser_id": id_of("education"),
        "purchaser_name": "省教育厅(演练)",
        "region": "吉林",
        "text": "",
        "published_at": "2026-05-11T01:00:00Z",
        "policy_rules_date": project["notice_date"],
        "lots": lots,
        "seats": {seat: [id_of(key) for key in keys] for seat, keys in project["seats"].items()},
        "officer_id": id_of("li"),
        "reviewer_id": id_of("wang"),
        "host_id": id_of("zhao"),
        "fiscal_year": 2026,
    }


def expert_pool(**asked: Any) -> dict[str, Any]:
    """What registry answers for the rehearsal's experts: ties computed here in the simplest way that fits the data."""
    names = {each["name"] for each in asked["bidders"]} | {asked["purchaser_name"]}
    eligible, out = [], []
    for expert in rehearsal.data()["experts"]:
        covers = [each for each in asked["categories"] if each in expert["specialties"]]
        tied = [
            each["org_name"]
            for each in [*expert["employers"], *expert.get("shareholdings", [])]
            if each["org_name"] in names and (each.get("until") is None or each["until"] >= "2023-05-11")
        ]
        fact = {"person_id": id_of(expert["key"]), "name": expert["name"]}
        if covers and not tied:
            eligible.append(fact | {"region": expert["region"], "specialties": expert["specialties"], "covers": covers})
        else:
            code = "recusal" if tied else "other_specialty"
            out.append(
                fact | {"reasons": [{"code": code, "message": "", "article": "条例9", "field": "", "figures": {}}]}
            )
    return {"as_of": "2026-06-08T01:00:00Z", "pool": eligible, "out": out}


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code, as the refusal's own or one of its objections'."""
    with pytest.raises(Refusal) as caught:
        yield
    found = caught.value
    codes = [found.code, *(each.code for each in found.objections)]
    assert code in codes, f"refused with {codes}: {found.message}"
