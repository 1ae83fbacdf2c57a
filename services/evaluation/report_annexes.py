"""The report's further figures in print: rounds and offers, votes on low prices, recordings, the law it was made under.

A report made before one of these was kept lacks its member, and prints without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportlab.platypus import Flowable

from services.evaluation.report_paper import head, table

ROUNDS = {"negotiation": "谈判（磋商）", "final_offer": "最后报价"}
PROOFS = {"proved": "能够证明报价合理", "unproved": "不能证明报价合理"}
RECORDINGS = {"video": "录像", "audio": "录音", "screen": "屏幕录像"}


def rounds(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    """Each round with what changed, and each offer with the commitment it was sealed by."""
    held = body.get("rounds") or []
    if not held:
        return []
    made = [
        [
            f"第{each['number']}轮 {ROUNDS.get(each['kind'], each['kind'])}",
            each["changes"] or "—",
            each["closes_at"],
            "；".join(
                f"{names.get(one['bid_id'], one['bid_id'])}：{one['price'] or '未开启'}（密封摘要 {one['commitment']}）"
                for one in each["offers"]
            ),
        ]
        for each in held
    ]
    return [head("谈判轮次与最后报价"), table(("轮次", "变动内容", "截止", "报价（元）"), made, (30, 60, 40, 130))]


def annexes(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    """Votes on low prices, recordings, law."""
    return [*_proofs(body, names), *_recordings(body), *_law(body)]


def _proofs(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    votes = body.get("low_price_votes") or []
    if not votes:
        return []
    rows = [
        [
            names.get(each["bid_id"], each["bid_id"]),
            PROOFS.get(each["choice"], each["choice"]),
            "，".join(f"{PROOFS.get(choice, choice)}{count}票" for choice, count in sorted(each["counts"].items())),
            "；".join(each["reasons"]),
            "；".join(f"{one['member']}：{one['reason']}" for one in each["dissent"]),
        ]
        for each in votes
    ]
    return [head("异常低价说明的认定"), table(("投标人", "结论", "票数", "理由", "书面不同意见"), rows)]


def _recordings(body: Mapping[str, Any]) -> list[Flowable]:
    kept = body.get("recordings") or []
    if not kept:
        return []
    rows = [
        [
            RECORDINGS.get(each["kind"], each["kind"]),
            each["began_at"],
            each["ended_at"],
            str(each["size"]),
            each["digest"],
        ]
        for each in kept
    ]
    return [head("录音录像（按摘要存档）"), table(("种类", "开始", "结束", "字节", "SHA-256"), rows)]


def _law(body: Mapping[str, Any]) -> list[Flowable]:
    used = body.get("law") or []
    if not used:
        return []
    rows = [[each["id"], each["article"], "已核对原文" if each["checked"] else "待法律人员核对"] for each in used]
    return [head("适用规则"), table(("规则", "依据", "核对"), rows)]
