"""A tendering department with the rehearsal's people in it, and the moves of a purchase as one line each."""

from __future__ import annotations

import io
import itertools
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import text

from services.chassis import clock
from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.refusal import Refusal
from services.chassis.store import Store
from services.protocol import signatures
from services.protocol.sealing import holding, seal, turning
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing.container import SourceFile
from services.protocol.sealing.sheet import SealingSheet
from tests.tendering import people
from tests.tendering.people import agent_of, caller, id_of

NOTICE = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
SEATS = {"centre": ["zhao", "qian"], "purchaser": ["zhou"], "supervisor": ["zheng", "feng"]}
TURNING = ("zhao", "zhou", "zheng")
_NUMBERS = itertools.count(1)


@dataclass
class Offer:
    """A sealed bid as the supplier holds it."""

    supplier: str
    lot_id: str
    manifest: dict[str, Any]
    signed: dict[str, Any]
    keepsake: dict[str, str]
    price: bytes
    files: bytes


@dataclass
class World:
    """The department and what the test knows of it. lots: number → id."""

    direct: Direct
    project_id: str = ""
    document_id: str = ""
    lots: dict[int, str] = field(default_factory=dict)

    @cached_property
    def store(self) -> Store:
        return Store(self.direct.runtime.settings.store_url)

    # time

    def at(self, moment: datetime) -> None:
        """Let the rehearsal's clock, the department's and its database's, stand at this moment, unless it is past."""
        session = self.direct.runtime.engines.writing()
        if clock.offset_seconds(session) == 0 or clock.law_time(session, "rehearsal") < moment:
            clock.move(session, "rehearsal", (moment - datetime.now(UTC)).total_seconds())
        session.commit()
        session.close()

    # calls

    def call(self, method: str, by: str | Caller, **fields: Any) -> Any:
        """The answer; raises Refusal."""
        return self.direct.call(method, by=caller(by) if isinstance(by, str) else by, **fields)

    def refused(self, method: str, by: str | Caller, **fields: Any) -> Refusal:
        """The refusal that must come."""
        try:
            answer = self.call(method, by, **fields)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"{method} was not refused but answered {answer}")

    def announced(self, event: str) -> list[dict[str, Any]]:
        """The payloads announced under this name, in order."""
        return [each.payload for each in self.direct.announced if each.event == event]

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows, read past the department."""
        with self.direct.runtime.engines.reader.connect() as connection:
            return list(connection.execute(text(statement), values))

    # people

    def settle(self, at: datetime = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)) -> None:
        """The registry's facts: organisations, people, roles, certificates."""
        self.at(at)
        for told in people.rehearsal()["organisations"]:
            payload = {
                "organisation_id": id_of(told["key"]), "kind": told["kind"], "name": told["name"],
                "credit_code": told["credit_code"], "budget_level": told.get("budget_level"), "size": told.get("size"),
                "responsible_person": f"{told['key']}负责人", "controllers": [],
                "standing": "admitted" if told["kind"] == "supplier" else "registered",
            }  # fmt: skip
            self.hear("organisation_registered", payload, f"organisation:{payload['organisation_id']}")
        for told in people.rehearsal()["people"]:
            self.enrol(told["key"])

    def enrol(self, key: str) -> None:
        """A person with roles and certificates."""
        by = caller(key)
        subject = f"person:{by.person_id}"
        fact = {"person_id": by.person_id, "name": by.name, "organisation_id": by.organisation_id}
        self.hear("person_registered", {**fact, "language": "zh", "roles": []}, subject)
        for role in sorted(by.roles):
            appointed = {"person_id": by.person_id, "role": role, "organisation_id": by.organisation_id}
            self.hear("role_appointed", {**appointed, "from": "2026-01-01T00:00:00Z", "until": None}, subject)
        held = [("signing", people.signing(key))]
        if key in people.HOLDERS:
            held.append(("encryption", people.encryption(key)))
        for purpose, keys in held:
            enrolled = {
                "person_id": by.person_id, "fingerprint": keys.fingerprint, "purpose": purpose, "pem": keys.pem,
                "not_after": "2030-01-01T00:00:00Z",
            }  # fmt: skip
            self.hear("certificate_enrolled", enrolled, subject)

    def hear(self, event: str, payload: Mapping[str, Any], subject: str, source: str = "registry") -> None:
        self.direct.hear(source, event, dict(payload), subject, seq=next(_NUMBERS))

    # a purchase

    def entrusted(self, **changes: Any) -> str:
        """The rehearsal's project, submitted, confirmed by finance, accepted by the centre."""
        told = people.rehearsal()["project"]
        fields: dict[str, Any] = {
            "title": told["title"], "plan_no": told["plan_no"], "fiscal_year": told["fiscal_year"],
            "funding": told["funding"], "procedure": told["procedure"], "region": "吉林",
            "items": [
                {key: lot[key] for key in ("category", "title", "object", "budget")} for lot in told["lots"]
            ],
        }  # fmt: skip
        self.project_id = self.call("draft_entrustment", "sun", **{**fields, **changes})["project_id"]
        self.call("submit_entrustment", "sun", project_id=self.project_id)
        self.call("confirm_plan", "chen", project_id=self.project_id)
        self.call(
            "accept_entrustment", "li", project_id=self.project_id, officer_id=id_of("li"), reviewer_id=id_of("wang"),
            host_id=id_of("zhao"),
        )  # fmt: skip
        return self.project_id

    def content(self, **changes: Any) -> dict[str, Any]:
        """The rehearsal's document: its three lots, with bonds and requirements."""
        told = people.rehearsal()["project"]
        lots = [
            {**lot, "bid_bond": told["bid_bond"][f"lot{lot['no']}"], "requirements": f"{lot['title']}的采购需求"}
            for lot in told["lots"]
        ]
        return {"closes_at": CLOSES.isoformat(), "room": "第一开标室", "lots": lots, **changes}

    def documented(self, **changes: Any) -> str:
        """Drafted, submitted, reviewed by another, confirmed by the purchaser."""
        drafted = self.call("draft_document", "li", project_id=self.project_id, content=self.content(**changes))
        self.document_id = drafted["id"]
        self.call("submit_document", "li", document_id=self.document_id)
        self.call("review_document", "wang", document_id=self.document_id)
        self.call("confirm_document", "sun", document_id=self.document_id)
        return self.document_id

    def held(self, seats: Mapping[str, Sequence[str]] | None = None) -> None:
        """Key holders named, and each one's key proven."""
        named = {seat: [id_of(each) for each in held] for seat, held in (seats or SEATS).items()}
        self.call("name_holders", "li", project_id=self.project_id, seats=named)
        for key in dict.fromkeys(each for held in (seats or SEATS).values() for each in held):
            for test in self.call("my_key_tests", key)["tests"]:
                answer = holding.answer(people.encryption(key).key, test["test"])
                self.call("prove_key", key, holder_id=test["holder_id"], answer=answer)

    def published(self) -> dict[str, Any]:
        """The notice goes out on the rehearsal's notice day."""
        self.at(NOTICE)
        notice: dict[str, Any] = self.call("publish_notice", "li", project_id=self.project_id)
        self.lots = {each["no"]: each["lot_id"] for each in notice["payload"]["lots"]}
        return notice

    def ready(self) -> World:
        """From nothing to the published notice."""
        self.entrusted()
        self.documented()
        self.held()
        self.published()
        return self

    # bids

    def sheet(self, lot_id: str) -> SealingSheet:
        return SealingSheet(self.direct.call("lot", lot_id=lot_id)["sealing_sheet"])

    def price_sheet(self, lot_id: str, supplier: str, price: str, **more: Any) -> dict[str, Any]:
        return {"lot_id": lot_id, "supplier_id": id_of(supplier), "price": price, "currency": "CNY", **more}

    def sealed(
        self, lot: int, supplier: str, price: str, *, files: Sequence[SourceFile] | None = None,
        sheet: Mapping[str, Any] | None = None, under: SealingSheet | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Offer:  # fmt: skip
        """Seal a bid on the supplier's machine."""
        lot_id = self.lots[lot]
        told = self.price_sheet(lot_id, supplier, price) if sheet is None else sheet
        held = (
            files
            if files is not None
            else [SourceFile.of("技术方案.txt", f"{supplier} {lot} {uuid.uuid4()}".encode() * 40)]
        )
        price_into, files_into = io.BytesIO(), io.BytesIO()
        made = seal.seal(
            under or self.sheet(lot_id), bid=str(uuid.uuid4()), supplier=id_of(supplier), price_sheet=told, files=held,
            price_into=price_into, files_into=files_into, about=about,
        )  # fmt: skip
        keys = people.signing(f"agent-{supplier}")
        signed = manifests.sign(made.manifest, keys.key, keys.pem)
        return Offer(
            supplier, lot_id, made.manifest, signed, made.keepsake, price_into.getvalue(), files_into.getvalue()
        )

    def upload(self, offer: Offer) -> None:
        self.store.put([offer.price])
        self.store.put([offer.files])

    def hand_in(self, offer: Offer, request_id: str | None = None) -> dict[str, Any]:
        """Upload and submit; the receipt."""
        self.upload(offer)
        answer: dict[str, Any] = self.direct.call(
            "submit_bid", by=agent_of(offer.supplier), request_id=request_id, lot_id=offer.lot_id,
            manifest=offer.manifest, signed=offer.signed,
        )  # fmt: skip
        return answer

    def bid(self, lot: int, supplier: str, price: str, **more: Any) -> Offer:
        """Seal and hand in."""
        offer = self.sealed(lot, supplier, price, **more)
        self.hand_in(offer)
        return offer

    # opening

    def close(self, moment: datetime = CLOSES) -> None:
        """The deadline comes; the clock closes what is due."""
        self.at(moment)
        while self.direct.tick("close_lots"):
            pass

    def turn(self, lot: int, person: str, *, spoil: Sequence[str] = (), signer: str | None = None) -> dict[str, Any]:
        """A holder fetches the wrapped shares, unwraps them at home and posts them, signed."""
        lot_id, answer = self.lots[lot], {}
        told = self.call("wrapped_shares", person, lot_id=lot_id)
        keys = people.encryption(person)
        for each in told["sheets"]:
            sheet = SealingSheet(each["sheet"])
            mine = [made for made in told["manifests"] if made["sheet"] == sheet.digest]
            turned = turning.turn(keys.key, sheet, keys.fingerprint, mine)
            for entry in turned["shares"]:
                if entry["bid"] in spoil:
                    entry["share"] = "A" * 43
            signing = people.signing(signer or person)
            signed = turning.sign(turned, signing.key, signing.pem)
            answer = self.call("post_shares", person, lot_id=lot_id, turned=turned, signed=signed)
        return answer

    def begin(self, lot: int) -> None:
        """The host begins, every seat signs in."""
        self.call("begin_opening", "zhao", lot_id=self.lots[lot])
        for person in TURNING:
            self.call("sign_in", person, lot_id=self.lots[lot])

    def unseal(self, lot: int) -> dict[str, Any]:
        """Begin, sign in, and turn every key."""
        self.begin(lot)
        return [self.turn(lot, person) for person in TURNING][-1]

    def sign(self, lot: int, person: str) -> dict[str, Any]:
        """Sign the record of the opening."""
        digest = self.call("opening", person, lot_id=self.lots[lot])["record_digest"]
        keys = people.signing(person)
        said = signatures.statement("opening_record", digest, lot=self.lots[lot])
        answer: dict[str, Any] = self.call(
            "sign_record", person, lot_id=self.lots[lot], signed=signatures.build(said, keys.key, keys.pem)
        )
        return answer

    def open_files(self) -> None:
        while self.direct.tick("open_files"):
            pass

    def opened(self, lot: int) -> dict[str, Any]:
        """The whole ceremony; the payload of `bids_opened`."""
        self.unseal(lot)
        self.open_files()
        for person in TURNING:
            self.sign(lot, person)
        return next(each for each in self.announced("bids_opened") if each["lot_id"] == self.lots[lot])


def codes(refusal: Refusal) -> set[str]:
    """The codes of a refusal's objections."""
    return {each.code for each in refusal.objections}


def plain(value: Any) -> Any:
    """As JSON would bring it."""
    return json.loads(json.dumps(value, ensure_ascii=False))
