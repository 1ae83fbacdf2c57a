"""The report as people sign it: a PDF in Chinese (STSong-Light needs no font file), made from the report's data alone.

The same data give the same bytes, so the printed form can be made again and compared by its digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from services.evaluation.report_annexes import annexes, findings, rounds
from services.evaluation.report_paper import FONT, TEXT, TITLE, head, table

METHODS = {
    "comprehensive_scoring": "综合评分法",
    "lowest_evaluated_price": "最低评标价法",
    "consultation_scoring": "综合评分法（磋商）",
}
STEPS = {
    "opening": "开标",
    "qualification": "资格审查",
    "conformity": "符合性审查",
    "prices": "报价审查",
    "scoring": "评分",
}
CORRECTIONS = {
    "sheet_over_detail": "开标一览表优先",
    "words_over_figures": "大写优先",
    "misplaced_point": "小数点错位，改单价",
    "unit_prices_over_total": "单价汇总优先",
}
TRIGGERS = {"mean": "平均值", "next": "次低报价", "ceiling": "最高限价"}
DEDUCTIONS = {
    "maker_small": "小微企业制造",
    "supplier_small": "小微企业承接",
    "small_share": "小微企业份额30%以上",
    "domestic": "本国产品",
    "reserved_lot": "专门面向中小企业，不再扣除",
    "maker_not_small": "制造商非小微企业，不扣除",
    "supplier_not_small": "非小微企业，不扣除",
    "partners_related": "联合体内部有控股管理关系，不扣除",
    "not_domestic": "非本国产品，不扣除",
    "only_domestic_compete": "无非本国产品竞争，不扣除",
}
RATES = {"small": "小微企业", "domestic": "本国产品", "consortium": "含小微企业的联合体或分包"}
GROUNDS = {
    "arithmetic": "分值汇总计算错误",
    "out_of_range": "分项评分超出评分标准范围",
    "objective_unequal": "客观评审因素评分不一致",
    "abnormal": "经认定评分畸高、畸低",
}
KINDS = {"expert": "评审专家", "representative": "采购人代表", "supervisor": "监督员"}
QUESTIONS = {
    "clarification": "澄清",
    "correction": "报价修正确认",
    "words": "大写金额说明",
    "explanation": "异常低价说明",
}


def render(body: Mapping[str, Any], digest: str) -> bytes:
    """The PDF's bytes. digest: that of the body, printed on every page."""
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=landscape(A4),
        leftMargin=15 * mm,
        rightMargin=15 * mm,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=f"评标报告 {body['project']['no'] or ''} 包{body['lot']['no']}",
        author="评标委员会",
        invariant=1,
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawString(15 * mm, 9 * mm, f"报告摘要（SHA-256）：{digest}    第{page.page}页")

    document.build(_story(body), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _story(body: Mapping[str, Any]) -> list[Flowable]:
    names = {each["bid_id"]: each["supplier"] for each in body["bids"]}
    story: list[Flowable] = [Paragraph("评 标 报 告", TITLE), *_cover(body)]
    parts = (
        _panel(body),
        _bids(body),
        _qualification(body, names),
        _conformity(body, names),
        _questions(body, names),
        rounds(body, names),
        _prices(body, names),
        _scores(body, names),
        _changes(body, names),
        _ranking(body),
        _rejected(body),
        findings(body, names),
        annexes(body, names),
        _signing(body),
    )
    for part in parts:
        story += part
    return story


def _cover(body: Mapping[str, Any]) -> list[Flowable]:
    project, lot = body["project"], body["lot"]
    lines = (
        f"项目名称：{project['title']}    项目编号：{project['no'] or '—'}    采购人：{project['purchaser']}",
        f"采购包{lot['no']}：{lot['title']}    预算：{lot['budget']}元    最高限价：{lot['ceiling'] or '未设'}元",
        f"评标方法：{METHODS.get(lot['method'], lot['method'])}    版本：{body['version']}",
        f"适用规则日期（公告日）：{project['notice_day']}    {_policies(lot)}",
        f"开标：{_time(body, 'opened_at')}    评审开始：{_time(body, 'begun_at')}    报告生成：{body['made_at']}",
    )
    return [Paragraph(escape(line), TEXT) for line in lines]


def _policies(lot: Mapping[str, Any]) -> str:
    """The document's own rates; a lot reserved for small firms has none for them."""
    rates = [f"{RATES.get(name, name)}{rate}" for name, rate in sorted(lot.get("deductions", {}).items())]
    reserved = ["专门面向中小企业"] if lot.get("reserved_for_small") else []
    return f"采购文件规定的价格扣除比例：{'，'.join([*reserved, *rates]) or '无'}"


def _panel(body: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        [
            str(each["seat"] or "—"),
            each["name"],
            KINDS.get(each["kind"], each["kind"]),
            "组长" if each["leader"] else "",
        ]
        for each in body["panel"]
    ]
    draw = body["draw"]
    said = (
        f"专家抽取：专家库冻结摘要 {draw['pool_digest']}；种子 {draw['seed']}；第{draw['rounds']}轮；"
        f"抽取记录摘要 {draw['transcript_digest']}"
        if draw
        else "未经抽取"
    )
    return [head("一、评标委员会与监督"), table(("席位", "姓名", "身份", "职务"), rows), Paragraph(said, TEXT)]


def _bids(body: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        [
            str(each["place"]),
            each["supplier"],
            each["price"] or "—",
            each["brand"] or "—",
            _yes(each["domestic"]),
            each["maker_size"] or "—",
        ]
        for each in body["bids"]
    ]
    return [head("二、开标情况"), table(("顺序", "投标人", "投标报价（元）", "品牌", "本国产品", "制造商规模"), rows)]


def _qualification(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    sides = {"centre": "采购中心", "purchaser": "采购人"}
    rows = [
        [names[each["bid_id"]], sides[each["side"]], each["by"], "通过" if each["passed"] else "不通过", each["reason"]]
        for each in body["qualification"]
    ]
    return [head("三、资格审查（采购中心与采购人）"), table(("投标人", "审查方", "审查人", "结论", "理由"), rows)]


def _conformity(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    rows = []
    for each in body["conformity"]:
        dissent = "；".join(f"{one['member']}：{one['reason']}" for one in each["dissent"])
        counts = each["counts"]
        rows.append(
            [
                names[each["bid_id"]],
                "通过" if each["choice"] == "pass" else "不通过",
                f"通过{counts.get('pass', 0)}票，不通过{counts.get('fail', 0)}票",
                "；".join(each["reasons"]),
                dissent,
            ]
        )
    return [head("四、符合性审查（少数服从多数）"), table(("投标人", "结论", "票数", "理由", "书面不同意见"), rows)]


def _questions(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    if not body["questions"]:
        return []
    rows = [
        [
            names[each["bid_id"]],
            QUESTIONS.get(each["kind"], each["kind"]),
            each["text"],
            each["answer_by"],
            each["answer"] or "未答复",
        ]
        for each in body["questions"]
    ]
    return [
        head("五、澄清、修正确认与说明"),
        table(("投标人", "种类", "内容", "答复期限", "答复"), rows, (32, 22, 110, 33, 60)),
    ]


def _prices(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    rows = []
    for each in body["prices"]:
        corrections = "；".join(
            f"{CORRECTIONS[one['rule']]}：{one['before']}→{one['after']}（{one['article']}）"
            for one in each["corrections"]
        )
        triggers = "；".join(
            f"低于{TRIGGERS[one['kind']]}{one['measure']}×{one['share']}＝{one['limit']}（{one['article']}）"
            for one in each["triggers"]
        )
        deductions = "；".join(
            f"{DEDUCTIONS.get(one['because'], one['because'])}"
            + (f" 扣{one['rate']}＝{one['amount']}（{one['article']}）" if one["granted"] else "")
            for one in each["deductions"]
        )
        rows.append(
            [
                names[each["bid_id"]],
                each["quoted"],
                corrections,
                each["price"],
                triggers,
                deductions,
                each["evaluation_price"] or "—",
            ]
        )
    widths = (38, 24, 48, 24, 48, 60, 24)
    return [
        head("六、报价修正、异常低价与政策扣除"),
        table(("投标人", "开标报价", "修正", "评审用报价", "异常低价触发", "政策扣除", "评标价"), rows, widths),
    ]


def _scores(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    if not body["scores"]:
        return []
    titles = {each["key"]: f"{each['title']}（{each['points']}分）" for each in body["lot"]["factors"]}
    means = {each["bid_id"]: each["factor_scores"] or {} for each in body["ranking"]}
    members = [f"{each['seat']}号" for each in body["panel"] if each["kind"] != "supervisor"]
    rows = [
        [
            names[each["bid_id"]],
            titles.get(each["factor"], each["factor"]),
            *each["marks"],
            means.get(each["bid_id"], {}).get(each["factor"], "—"),
        ]
        for each in body["scores"]
    ]
    return [
        head("七、评分（各成员独立评分，因素得分为算术平均值，四舍五入保留两位）"),
        table(("投标人", "评审因素", *members, "平均"), rows),
    ]


def _changes(body: Mapping[str, Any], names: Mapping[str, str]) -> list[Flowable]:
    made: list[Flowable] = []
    if body["outliers"]:
        rows = [
            [
                names[each["bid_id"]],
                "合计" if each["factor"] == "*" else each["factor"],
                each["member"],
                each["mark"],
                each["others"],
                each["allowed"],
            ]
            for each in body["outliers"]
        ]
        made += [
            head(f"评分差异提示（组长意见：{body['outliers_seen'] or '—'}）"),
            table(("投标人", "因素", "成员", "评分", "其他成员中位数", "提示界限"), rows),
        ]
    if body["changes"]:
        rows = [
            [
                names[each["bid_id"]],
                each["factor"],
                each["member"],
                each["old"],
                each["new"],
                GROUNDS[each["ground"]],
                each["reason"],
            ]
            for each in body["changes"]
        ]
        made += [head("评分依法修改"), table(("投标人", "因素", "成员", "原分", "现分", "情形", "理由"), rows)]
    return made


def _ranking(body: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        [
            f"{each['rank']}{'（并列）' if each['joint'] else ''}",
            each["supplier_name"],
            each["price"],
            each["evaluation_price"],
            each["price_score"] or "—",
            each["total"] or "—",
            f"第{each['candidate']}中标候选人" if each["recommended"] else f"不作为中标候选人：{each['reason']}",
        ]
        for each in body["ranking"]
    ]
    return [
        head("八、排序与推荐"),
        table(("名次", "投标人", "报价（元）", "评标价（元）", "价格分", "总得分", "推荐"), rows),
    ]


def _rejected(body: Mapping[str, Any]) -> list[Flowable]:
    if not body["rejected"]:
        return []
    rows = [
        [each["supplier_name"], STEPS.get(each["stage"], each["stage"]), each["reason"], each["article"]]
        for each in body["rejected"]
    ]
    return [head("九、未通过审查或无效的投标"), table(("投标人", "阶段", "理由", "依据"), rows)]


def _signing(body: Mapping[str, Any]) -> list[Flowable]:
    rows = [[each["name"], KINDS.get(each["kind"], each["kind"]), "", ""] for each in body["panel"]]
    return [
        head("签署（对报告有异议的，应当签署不同意见并说明理由，否则视为同意评标报告）"),
        table(("姓名", "身份", "数字证书签名（对本报告摘要）", "不同意见"), rows),
        Spacer(1, 2 * mm),
    ]


def _time(body: Mapping[str, Any], name: str) -> str:
    return body["times"][name] or "—"


def _yes(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, "—") if isinstance(value, bool) else "—"
