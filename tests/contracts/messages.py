"""What the other departments say of the rehearsal's project: notice, opened bids, rankings. All of it is invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.chassis.wire import moment_text
from tests.contracts.people import id_of, organisation, person, rehearsal

PANEL = ["褚专家", "卫专家", "蒋专家", "沈专家", "韩专家", "杨专家", "马评委"]
CONDITIONS = {
    "delivery_days": 30,
    "warranty_months": 36,
    "payment_terms": [{"key": "验收合格", "percent": "100", "days": 30}],
    "performance_bond_percent": "5",
    "joint_rule": "draw",
    "acceptance_standard": "按招标文件技术参数逐项验收",
}
SHEETS: dict[int, dict[str, list[dict[str, str]]]] = {
    1: {
        "s2": [
            {
                "name": "教学服务器",
                "specification": "2U 双路",
                "quantity": "40",
                "unit": "台",
                "unit_price": "190000.00",
                "service": "上门安装",
            },
            {
                "name": "存储阵列",
                "specification": "200TB",
                "quantity": "1",
                "unit": "套",
                "unit_price": "550000.00",
                "service": "三年维保",
            },
        ]
    },
    2: {
        "s5": [
            {
                "name": "核心交换机",
                "specification": "48口万兆",
                "quantity": "4",
                "unit": "台",
                "unit_price": "260000.00",
                "service": "安装调试",
            },
            {
                "name": "接入交换机",
                "specification": "24口千兆",
                "quantity": "130",
                "unit": "台",
                "unit_price": "8000.00",
                "service": "安装调试",
            },
        ]
    },
}
# Lot 1 as the panel's marks give it (87-55; lot 2: lowest evaluated price after the lawful corrections).
RANKINGS: dict[int, list[tuple[str, str, str | None, str | None, bool]]] = {
    1: [
        ("s2", "8150000.00", "91.79", "35.00", True),
        ("s1", "7980000.00", "83.53", "29.04", True),
        ("s5", "8010000.00", "81.79", "28.93", True),
        ("s3", "8390000.00", "79.93", "26.00", False),
    ],
    2: [
        ("s5", "2050000.00", None, None, True),
        ("s2", "2060000.00", None, None, True),
        ("s1", "2210000.00", None, None, True),
        ("s6", "1930000.00", None, None, False),
    ],
}
REJECTED = {
    1: [("s6", "conformity", "未响应带★号条款", "87-50"), ("s4", "same_brand", "同品牌投标人中得分较低", "87-31")],
    2: [("s4", "abnormal_price", "报价明显低于其他投标人且未作出说明", "87-60")],
}


def lot_id(no: int) -> str:
    return id_of("lot", str(no))


def bid_id(no: int, supplier: str) -> str:
    return id_of("bid", str(no), supplier)


PROJECT = id_of("project", "1")


TERMS = {
    "delivery_place": "长春市人民大街指定校区",
    "supplier_account": "工商银行长春分行 4200 0000 0001",
    "purchaser_contact": "孙处长 0431-80000001",
    "supplier_contact": "授权代表 0431-80000002",
}
ADDRESSES = {
    "purchaser_address": "长春市人民大街1号",
    "purchaser_contact": "0431-80000001",
    "centre_address": "长春市民康路2号",
    "centre_contact": "0431-80000003",
    "supplier_address": "吉林省",
}


def findings(*, conforms: bool = True) -> list[dict[str, Any]]:
    """One finding for each standard."""
    return [
        {"standard": "technical", "text": "参数逐项核对" if conforms else "两台参数不符", "conforms": conforms},
        {"standard": "service", "text": "安装培训已完成", "conforms": True},
        {"standard": "safety", "text": "用电安全检查合格", "conforms": True},
    ]


def described(firm: dict[str, Any]) -> dict[str, Any]:
    """organisation_registered."""
    return {
        "organisation_id": firm["id"],
        "kind": firm["kind"],
        "name": firm["name"],
        "credit_code": firm["credit_code"],
        "budget_level": firm.get("budget_level"),
        "size": firm.get("size"),
        "responsible_person": None,
        "controllers": [],
        "standing": "admitted",
    }


def notice(**conditions: Any) -> dict[str, Any]:
    """notice_published of the rehearsal's three lots."""
    project = rehearsal()["project"]
    lots = []
    for raw in project["lots"]:
        lots.append(
            {
                **{key: raw[key] for key in ("no", "title", "object", "category", "budget", "ceiling", "award_method")},
                "lot_id": lot_id(raw["no"]),
                "procedure": "open_tender",
                "reserved_for_small": raw["reserved_for_small"],
                "deductions": raw["deductions"],
                "factors": raw["factors"],
                "bid_bond": project["bid_bond"][f"lot{raw['no']}"],
                "conditions": CONDITIONS | conditions,
                "consortium_allowed": False,
            }
        )
    return {
        "notice_id": id_of("notice", "1"),
        "kind": "tender",
        "project_id": PROJECT,
        "project_no": "JLZC-2026-0917",
        "title": project["title"],
        "purchaser_id": organisation("education")["id"],
        "purchaser_name": organisation("education")["name"],
        "region": "吉林",
        "text": "招标公告",
        "document_digest": "d" * 64,
        "published_at": "2026-05-11T01:00:00Z",
        "closes_at": "2026-06-05T01:00:00Z",
        "lots": lots,
        "policy_rules_date": "2026-05-11",
        "budget_level": "province",
        "fiscal_year": 2026,
        "funding": project["funding"],
    }


def opened(no: int) -> dict[str, Any]:
    """bids_opened of one lot."""
    bids = next(each["bids"] for each in rehearsal()["bids"] if each["lot"] == no)
    return {
        "lot_id": lot_id(no),
        "project_id": PROJECT,
        "no": no,
        "title": "",
        "opened_at": "2026-06-05T01:30:00Z",
        "bids": [_bid(no, each) for each in bids],
        "integrity_signals": [],
        "present": [person("zhao").id, person("zhou").id, person("zheng").id],
        "record_digest": "c" * 64,
    }


def _bid(no: int, raw: dict[str, Any]) -> dict[str, Any]:
    firm, items = organisation(raw["supplier"]), SHEETS.get(no, {}).get(raw["supplier"])
    sheet = {"total": raw["price"], "domestic": raw["domestic"]} | ({"items": items} if items else {})
    return {
        "bid_id": bid_id(no, raw["supplier"]),
        "supplier_id": firm["id"],
        "supplier_name": firm["name"],
        "credit_code": firm["credit_code"],
        "received_at": "2026-06-04T08:00:00Z",
        "price": raw["price"],
        "sheet": sheet,
        "manifest_digest": "a" * 64,
        "files_digest": "b" * 64,
        "consortium": [],
        "status": "opened",
    }


def settled(no: int, when: datetime) -> dict[str, Any]:
    """ranking_settled of one lot."""
    ranking = [
        {
            "bid_id": bid_id(no, key),
            "supplier_id": organisation(key)["id"],
            "supplier_name": organisation(key)["name"],
            "price": price,
            "evaluation_price": price,
            "price_score": price_score,
            "total": total,
            "rank": rank,
            "joint": False,
            "recommended": recommended,
        }
        for rank, (key, price, total, price_score, recommended) in enumerate(RANKINGS[no], start=1)
    ]
    rejected = [
        {
            "bid_id": bid_id(no, key),
            "supplier_id": organisation(key)["id"],
            "supplier_name": organisation(key)["name"],
            "stage": stage,
            "reason": reason,
            "article": article,
        }
        for key, stage, reason, article in REJECTED[no]
    ]
    return {
        "lot_id": lot_id(no),
        "project_id": PROJECT,
        "method": "comprehensive_scoring" if no == 1 else "lowest_evaluated_price",
        "settled_at": moment_text(when),
        "report_digest": "e" * 64,
        "panel": PANEL,
        "ranking": ranking,
        "rejected": rejected,
    }
