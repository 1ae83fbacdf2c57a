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
FINDINGS = {
    "same_author": "文件作者相同",
    "same_machine": "文件由同一台计算机制作",
    "same_agent": "由同一人办理投标事宜",
    "same_contact": "联系方式或项目管理人员相同",
    "same_bond_account": "保证金由同一账户转出",
    "alike_files": "投标文件异常一致",
    "mixed_files": "投标文件相互混装",
    "price_steps": "报价呈规律性差异",
    "regular_price_differences": "报价呈等差规律",
    "regular_price_ratios": "报价呈等比规律",
    "same_price": "报价完全相同",
    "rotating_winners": "相同投标人多次同场且轮流中标",
    "related_firms": "存在直接控股或者管理关系",
    "double_participation": "单独投标又参加联合体",
}
FIGURES = {
    "account": "账户",
    "agent": "经办人",
    "author": "作者",
    "by": "方式",
    "contact": "联系方式",
    "count": "个数",
    "lots": "同场次数",
    "machine": "计算机",
    "named": "出现的名称",
    "of": "片段总数",
    "price": "报价",
    "prices": "报价",
    "ratio": "比率",
    "shared": "相同片段",
    "since": "起自",
    "step": "间距",
    "supplier": "供应商",
    "winners": "历次第一候选人",
}


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


def findings(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    """Evidence with its figures and the bidders it is about, by name."""
    found = body["findings"]
    if not found:
        return []
    known = {**names, **{each["supplier_id"]: each["supplier"] for each in body["bids"] if "supplier_id" in each}}

    def named(text: str) -> str:
        return "、".join(known.get(part, part) for part in text.split("、"))

    rows = [
        [
            FINDINGS.get(each["kind"], each["kind"]),
            named("、".join(each["bids"])),
            "；".join(f"{FIGURES.get(name, name)}：{named(value)}" for name, value in sorted(each["figures"].items())),
            each["article"],
        ]
        for each in found
    ]
    return [
        head("十、廉政风险提示（仅为线索，不作为结论）"),
        table(("种类", "投标人", "数据", "依据"), rows),
    ]


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
