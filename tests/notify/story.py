"""A project told by events, from the plan to the last payment, and the people who hear of it. Synthetic throughout."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from services.chassis.caller import NOBODY, Caller
from services.chassis.direct import Direct
from services.chassis.wire import moment_text
from services.registry.permissions import grants

BEGIN = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
_SPACE = uuid.UUID("7d0c7f64-0b4e-5d1f-8a53-0d6a3c0f9e11")


def uid(name: str) -> str:
    """The same uuid for the same name."""
    return str(uuid.uuid5(_SPACE, name))


class Clock:
    """The law's time, moved by hand."""

    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


ORGANISATIONS = {
    "centre": ("centre", "省政府采购中心(演练)", "91220100MA17001378"),
    "education": ("purchaser", "省教育厅(演练)", "91220100MA1700274Q"),
    "finance": ("finance", "省财政厅采购管理办公室(演练)", "91220100MA1700411L"),
    "s1": ("supplier", "长春星桥信息技术有限公司(演练)", "91220100MA17015073"),
    "s2": ("supplier", "吉林市松江网络科技有限公司(演练)", "91220100MA1701644K"),
    "s3": ("supplier", "四平云岭电子有限公司(演练)", "91220100MA17017814"),
    "agency": ("agency", "对接平台(演练)", "91220100MA1702192D"),
}
PEOPLE = {
    "li": ("centre", "李经办", "centre.officer"),
    "wang": ("centre", "王审核", "centre.reviewer"),
    "zhao": ("centre", "赵主持", "centre.host"),
    "admin": ("centre", "管理员", "registry.admin"),
    "sun": ("education", "孙处长", "purchaser.officer"),
    "wu": ("education", "吴验收", "purchaser.acceptor"),
    "zheng": ("finance", "郑监督", "supervisor"),
    "chen": ("finance", "陈监管", "finance.officer"),
    "agent-s1": ("s1", "甲授权代表", "supplier.agent"),
    "agent-s2": ("s2", "乙授权代表", "supplier.agent"),
    "agent-s3": ("s3", "丙授权代表", "supplier.agent"),
    "program": ("agency", "对接程序", "agency.program"),
    "chu": (None, "褚专家", "expert"),
}
PRICES = {"s1": "7980000.00", "s2": "8120000.00", "s3": "8390000.00"}


class Story:
    """What notify hears, step by step."""

    def __init__(self, direct: Direct, clock: Clock) -> None:
        self.direct = direct
        self.clock = clock
        self.project = uid("project")
        self.lot = uid("lot-1")
        self.contract = uid("contract-1")

    def hear(self, source: str, event: str, subject: str, **payload: Any) -> str:
        return self.direct.hear(source, event, payload, subject)

    def by(self, key: str) -> Caller:
        """The caller this person is."""
        organisation, name, role = PEOPLE[key]
        return Caller(
            person_id=uid(key), name=name, organisation_id=uid(organisation) if organisation else None,
            organisation_kind=ORGANISATIONS[organisation][0] if organisation else "", roles=frozenset([role]),
            grants=grants([role]),
        )  # fmt: skip

    def call(self, method: str, by: str | None = None, **fields: Any) -> Any:
        return self.direct.call(method, self.by(by) if by else NOBODY, **fields)

    def at(self) -> str:
        return moment_text(self.clock())

    def inbox(self, key: str) -> list[str]:
        """The events this person was told of, oldest first."""
        return [each["event"].partition(".")[2] for each in self.letters(key)]

    def letters(self, key: str) -> list[dict[str, Any]]:
        messages = self.call("inbox", by=key, most=100)["messages"]
        return list(reversed(messages))

    def people(self) -> None:
        for key, (kind, name, code) in ORGANISATIONS.items():
            self.hear(
                "registry", "organisation_registered", f"organisation:{uid(key)}", organisation_id=uid(key), kind=kind,
                name=name, credit_code=code, controllers=[], standing="registered", at=self.at(),
            )  # fmt: skip
        for key, (organisation, name, role) in PEOPLE.items():
            home = uid(organisation) if organisation else None
            self.hear(
                "registry", "person_registered", f"person:{uid(key)}", person_id=uid(key), name=name,
                organisation_id=home, email=f"{key}@example.org", phone="13900000000", language="zh", roles=[role],
                left=False, at=self.at(),
            )  # fmt: skip
            self.hear(
                "registry", "role_appointed", f"person:{uid(key)}", appointment_id=uid(f"{key}-role"),
                person_id=uid(key), role=role, organisation_id=home, **{"from": moment_text(BEGIN)}, until=None,
            )  # fmt: skip

    def people_known(self) -> None:
        """The people were heard before, in the database this one was copied from: their events are numbered on."""
        for key in PEOPLE:
            self.direct._heard["registry", f"person:{uid(key)}"] = 2
        for key in ORGANISATIONS:
            self.direct._heard["registry", f"organisation:{uid(key)}"] = 1

    def of_project(self, event: str, **payload: Any) -> None:
        self.hear("tendering", event, f"project:{self.project}", project_id=self.project, **payload)

    def of_lot(self, source: str, event: str, **payload: Any) -> None:
        self.hear(source, event, f"lot:{self.lot}", lot_id=self.lot, project_id=self.project, **payload)

    def of_contract(self, event: str, **payload: Any) -> None:
        self.hear(
            "contracts", event, f"contract:{self.contract}", contract_id=self.contract, lot_id=self.lot,
            project_id=self.project, purchaser_id=uid("education"), supplier_id=uid("s1"), at=self.at(), **payload,
        )  # fmt: skip

    def plan(self) -> None:
        told = {
            "title": "高校校园网络设备采购(演练)", "purchaser_id": uid("education"), "plan_no": "JH-2026-0511",
            "fiscal_year": 2026, "procedure": "open_tender", "budget": "8400000.00", "items": [],
            "officer_id": uid("li"), "reviewer_id": uid("wang"), "at": self.at(),
        }  # fmt: skip
        for event in ("entrustment_submitted", "plan_confirmed", "entrustment_accepted"):
            self.of_project(event, **told)

    def notice(self, kind: str = "tender", **changed: Any) -> None:
        lot = {
            "lot_id": self.lot, "no": 1, "title": "核心交换机与无线接入", "object": "goods", "category": "A02010202",
            "budget": "8400000.00", "ceiling": "8400000.00", "procedure": "open_tender",
            "award_method": "comprehensive_scoring", "reserved_for_small": False,
            "factors": [{"key": "price", "title": "价格", "points": "30", "kind": "price"}],
        }  # fmt: skip
        told = {
            "notice_id": uid(f"notice-{kind}"), "kind": kind, "project_no": "JLZC-2026-0511",
            "title": "高校校园网络设备采购公开招标公告(演练)", "purchaser_id": uid("education"),
            "purchaser_name": "省教育厅(演练)", "region": "长春", "text": "采购核心交换机、无线接入设备及服务。",
            "document_digest": "0" * 64, "published_at": self.at(), "closes_at": "2026-06-01T01:00:00Z",
            "lots": [lot], "policy_rules_date": "2026-05-11", "budget_level": "province", "fiscal_year": 2026,
            "funding": "budget",
        }  # fmt: skip
        self.of_project("notice_published", **{**told, **changed})

    def opening(self, *, public: bool = True) -> None:
        self.of_lot("tendering", "lot_closed", closed_at=self.at())
        self.of_lot("tendering", "opening_began", title="核心交换机与无线接入", at=self.at(), room="开标一室")
        self.of_lot("tendering", "seat_turned", seat="supervisor", at=self.at())
        bids = []
        for order, (key, price) in enumerate(PRICES.items(), 1):
            bid = {"bid_id": uid(f"bid-{key}"), "supplier_id": uid(key), "supplier_name": ORGANISATIONS[key][1]}
            if public:
                self.of_lot("tendering", "price_read_out", order=order, price=price, at=self.at(), **bid)
            bids.append({
                **bid, "credit_code": ORGANISATIONS[key][2], "received_at": "2026-05-31T08:00:00Z", "price": price,
                "sheet": {}, "manifest_digest": "1" * 64, "files_digest": "2" * 64, "consortium": [],
                "status": "opened",
            })  # fmt: skip
        self.of_lot(
            "tendering", "bids_opened", no=1, title="核心交换机与无线接入", opened_at=self.at(), bids=bids,
            integrity_signals=[], record_digest="3" * 64, public_opening=public,
        )  # fmt: skip

    def evaluation(self) -> None:
        self.of_lot("evaluation", "evaluation_began", at=self.at())
        ranking = [
            {
                "bid_id": uid(f"bid-{key}"), "supplier_id": uid(key), "supplier_name": ORGANISATIONS[key][1],
                "price": PRICES[key], "evaluation_price": PRICES[key], "price_score": "30.00",
                "factor_scores": {"service": "10.00", "technical": "51.20"}, "total": total, "rank": rank,
                "joint": False, "recommended": True,
            }
            for rank, (key, total) in enumerate((("s1", "91.20"), ("s2", "88.15")), 1)
        ]  # fmt: skip
        out = {
            "bid_id": uid("bid-s3"), "supplier_id": uid("s3"), "supplier_name": ORGANISATIONS["s3"][1],
            "stage": "conformity", "reason": "交货期不响应", "article": "87-63",
        }  # fmt: skip
        self.of_lot(
            "evaluation", "ranking_settled", method="comprehensive_scoring", settled_at=self.at(), version=1,
            report_digest="4" * 64, pdf_digest="5" * 64, transcript_digest=None, panel=["褚专家"], ranking=ranking,
            rejected=[out],
        )  # fmt: skip

    def award(self) -> None:
        won = {
            "award_id": uid("award-1"), "supplier_id": uid("s1"), "supplier_name": ORGANISATIONS["s1"][1],
            "amount": PRICES["s1"],
        }  # fmt: skip
        self.of_lot("contracts", "award_decided", by_silence=False, decided_at=self.at(), **won)
        losers = [
            {"supplier_id": uid("s2"), "total": "88.15", "rank": 2, "reason": None},
            {"supplier_id": uid("s3"), "total": None, "rank": None, "reason": "交货期不响应"},
        ]
        self.of_lot(
            "contracts", "award_announced", panel=["褚专家"], losers=losers, text="中标人：长春星桥信息技术有限公司。",
            announced_at=self.at(), notice_no="ZB-1", challenge_until=self.at(), signing_due=self.at(),
            document_digest=None, **won,
        )  # fmt: skip

    def contract_life(self) -> None:
        signed = {
            "contract_id": self.contract, "purchaser_id": uid("education"), "supplier_id": uid("s1"), "no": "HT-1",
            "supplier_name": ORGANISATIONS["s1"][1], "amount": PRICES["s1"], "digest": "6" * 64,
        }  # fmt: skip
        self.of_lot("contracts", "contract_signed", award_id=uid("award-1"), signed_at=self.at(), late=False, **signed)
        self.of_lot(
            "contracts", "contract_published", text="合同全文(演练)", withheld=[], published_at=self.at(), **signed
        )
        money = {"amount": PRICES["s1"], "total_accepted": PRICES["s1"], "total_paid": "0.00", "complete": True}
        self.of_contract("delivery_made", **{**money, "total_accepted": "0.00"})
        self.of_contract("acceptance_certified", **money)
        self.of_contract("invoice_received", **money)
        self.of_contract("payment_made", payment_id=uid("payment-1"), **{**money, "total_paid": PRICES["s1"]})
        self.of_contract("contract_completed", amount=PRICES["s1"], supplements="0.00", paid=PRICES["s1"])

    def whole(self) -> None:
        """From the plan to the end, days apart."""
        self.plan()
        self.notice()
        self.clock.forward(days=21)
        self.opening()
        self.clock.forward(days=1)
        self.evaluation()
        self.clock.forward(days=3)
        self.award()
        self.clock.forward(days=10)
        self.contract_life()
