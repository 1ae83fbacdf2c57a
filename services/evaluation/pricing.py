"""A lot's prices on our tables: corrected, examined, deducted. The arithmetic is in `rules`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from services.chassis.refusal import Objection, refuse_if
from services.chassis.wire import moment_text
from services.evaluation import asking, offers, outcomes, queries, sheets
from services.evaluation.models import Appraisal, Evaluation, Lot, OpenedBid, Project, Question
from services.evaluation.rules import abnormally_low, brands, corrections, deductions, voting
from services.evaluation.rules.abnormally_low import Quoted, Trigger
from services.evaluation.rules.corrections import Corrected, Papers
from services.evaluation.rules.deductions import Deduction, Terms

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def notice_day(project: Project) -> date:
    """The day whose rules count. Raises ValueError where tendering never told it."""
    if project.notice_day is None:
        raise ValueError(f"project {project.id} has opened bids and no notice day")
    return project.notice_day


def find_corrections(desk: Desk, found: Evaluation, lot: Lot, project: Project, answer_by: datetime) -> list[Question]:
    """Look at every bid still in, at its final offer where one was made; what contradicts itself is corrected in the
    lawful order and put to the bidder."""
    day, asked = notice_day(project), []
    final = offers.settle(desk, found, lot, project)
    for bid in queries.left(desk.db, found):
        papers = Papers(final[bid.bid_id]) if bid.bid_id in final else sheets.papers(bid)
        made = corrections.correct(desk.law, day, papers)
        desk.db.merge(
            Appraisal(
                evaluation_id=found.id,
                bid_id=bid.bid_id,
                quoted=papers.figures,
                price=papers.figures,
                corrections=[_correction(step) for step in made.steps],
                triggers=[],
                deductions=[],
            )
        )
        if made.objections:
            text = f"开标一览表大写金额“{papers.words}”无法辨认，请书面说明其金额。"
            asked.append(asking.ask(desk, found, bid, "words", text, answer_by))
        elif made.needs_confirmation:
            asked.append(asking.ask(desk, found, bid, "correction", _say(papers, made), answer_by))
    found.corrections_found_at = desk.now()
    return asked


def settle_corrections(desk: Desk, found: Evaluation) -> None:
    """Take confirmed corrections over, reject what was not confirmed (87-59). Refuses while a bidder may still
    answer."""
    still = asking.still_open(desk, found, ("correction", "words"))
    refuse_if(
        Objection(
            "correction_open",
            f"A bidder may still answer until {moment_text(each.answer_by)}.",
            "87-59",
            "",
            {"answer_by": moment_text(each.answer_by)},
        )
        for each in still
    )
    appraisals = queries.appraisals(desk.db, found.id)
    for question in queries.questions(desk.db, found.id):
        if question.kind not in ("correction", "words") or question.bid_id not in appraisals:
            continue
        bid, appraisal = queries.bid(desk.db, found.lot_id, question.bid_id), appraisals[question.bid_id]
        if question.kind == "correction" and question.confirmed:
            changing = [step for step in appraisal.corrections if step["changes_price"]]
            appraisal.price = Decimal(changing[-1]["after"]) if changing else appraisal.quoted
        elif question.kind == "words" and question.amount is not None:
            _take_words(desk, appraisal, question)
        else:
            outcomes.reject(
                desk,
                found,
                bid,
                stage="prices",
                code="correction_not_confirmed",
                reason="投标人未确认修正后的报价",
                article="87-59",
            )
    desk.db.flush()


def examine(desk: Desk, found: Evaluation, lot: Lot, project: Project, answer_by: datetime) -> list[Question]:
    """Reject prices over the ceiling, and ask those that are abnormally low to explain; asks nobody twice."""
    day = notice_day(project)
    appraisals = queries.appraisals(desk.db, found.id)
    for bid in queries.left(desk.db, found):
        price = appraisals[bid.bid_id].price
        over = corrections.ceiling_objections(desk.law, day, price, lot.ceiling, lot.budget or Decimal(0))
        if over or price <= 0:
            reason = f"报价{price}元超过最高限价{over[0].figures['limit']}元" if over else "报价为零"
            outcomes.reject(
                desk,
                found,
                bid,
                stage="prices",
                code="price_over_ceiling" if over else "price_nothing",
                reason=reason,
                article="87-63",
            )
    left = queries.left(desk.db, found)
    made = triggers(desk, found, lot, project, left, appraisals)
    panel = queries.panel_of(desk.db, found)
    asked_already = {each.bid_id for each in queries.questions(desk.db, found.id) if each.kind == "explanation"}
    asked = []
    for bid in left:
        mine = [each for each in made if each.bid_id == bid.bid_id]
        appraisals[bid.bid_id].triggers = [_trigger(each) for each in mine]
        suspected = voting.outcome(queries.votes(desk.db, found.id, f"low:{bid.bid_id}"), panel.size)
        if bid.bid_id in asked_already or not (mine or (suspected and suspected.choice == "low")):
            continue
        refuse_if(abnormally_low.answer_objections(desk.law, day, desk.now(), answer_by))
        asked.append(asking.ask(desk, found, bid, "explanation", _say_low(mine), answer_by))
    found.prices_examined_at = desk.now()
    return asked


def triggers(
    desk: Desk, found: Evaluation, lot: Lot, project: Project, left: list[OpenedBid], appraisals: dict[str, Appraisal]
) -> list[Trigger]:
    """What the figures in force on the notice's day say about the prices, each as quoted and lawfully corrected.

    The mean counts every bid that passed conformity and whose price is valid, the low one included.
    """
    document = {name: Decimal(share) for name, share in lot.low_shares.items()}
    refuse_if(abnormally_low.document_objections(desk.law, notice_day(project), document), "document_unlawful")
    quoted = [Quoted(bid.bid_id, appraisals[bid.bid_id].price) for bid in left]
    return abnormally_low.triggers(
        desk.law, notice_day(project), quoted, ceiling=lot.ceiling, budget=lot.budget or Decimal(0), document=document
    )


def settle_low_prices(desk: Desk, found: Evaluation) -> None:
    """Reject who gave no proof in time, or whose proof the panel's majority did not accept. Refuses while that is
    open."""
    still = asking.still_open(desk, found, ("explanation",))
    panel = queries.panel_of(desk.db, found)
    waiting: list[Objection] = [
        Objection(
            "explanation_open",
            f"A bidder may still explain until {moment_text(each.answer_by)}.",
            "87-60",
            "",
            {"answer_by": moment_text(each.answer_by)},
        )
        for each in still
    ]
    failed: list[tuple[str, str, str]] = []
    for question in queries.questions(desk.db, found.id):
        if question.kind != "explanation" or question in still:
            continue
        if question.answered_at is None:
            failed.append((question.bid_id, "price_unexplained", "未在规定时间内提供书面说明及证明材料"))
            continue
        votes = queries.votes(desk.db, found.id, f"proof:{question.bid_id}")
        made = voting.outcome(votes, panel.size)
        if made is None:
            waiting.append(
                Objection("proof_open", "The panel has not decided whether an explanation proves the price.", "87-60")
            )
        elif made.choice == "unproved":
            said = dict.fromkeys(vote.reason for vote in votes if vote.choice == "unproved" and vote.reason)
            failed.append((question.bid_id, "price_unproved", "；".join(said)))
    refuse_if(waiting)
    out = queries.rejections(desk.db, found.id)
    for bid_id, code, reason in failed:
        if bid_id not in out:
            bid = queries.bid(desk.db, found.lot_id, bid_id)
            outcomes.reject(
                desk,
                found,
                bid,
                stage="prices",
                code=code,
                reason=f"报价异常低，{reason}",
                article=_low_article(desk, found),
            )


def apply_brand_rule(desk: Desk, found: Evaluation, lot: Lot, seed: str) -> None:
    """Lowest price: the cheapest bid stands for its brand, the others are invalid (87-31)."""
    if lot.award_method != "lowest_evaluated_price":
        return
    left = {each.bid_id: each for each in queries.left(desk.db, found)}
    appraisals = queries.appraisals(desk.db, found.id)
    prices = {bid_id: appraisals[bid_id].price for bid_id in left}
    gone = brands.stand_for_brand({bid_id: sheets.brand(bid) for bid_id, bid in left.items()}, prices, seed)
    for bid_id, stays in gone.items():
        outcomes.reject(
            desk,
            found,
            left[bid_id],
            stage="prices",
            code="brand_stood_for",
            reason=f"与{left[stays].supplier_name}提供相同品牌产品，由报价较低者参加评标",
            article="87-31",
        )


def deduct(desk: Desk, found: Evaluation, lot: Lot, project: Project) -> None:
    """The evaluation price of every bid still in, with every deduction granted and withheld."""
    terms = Terms(
        lot.object or "",
        notice_day(project),
        lot.reserved_for_small,
        {name: Decimal(rate) for name, rate in lot.deductions.items()},
    )
    refuse_if(deductions.rate_objections(desk.law, terms), "document_unlawful")
    left = queries.left(desk.db, found)
    appraisals = queries.appraisals(desk.db, found.id)
    known = queries.organisations(desk.db, {each.supplier_id for each in left})
    offered = [sheets.offer(bid, appraisals[bid.bid_id].price, known.get(bid.supplier_id)) for bid in left]
    for made in deductions.evaluate(desk.law, terms, offered):
        appraisal = appraisals[made.bid_id]
        appraisal.evaluation_price = made.evaluation_price
        appraisal.deductions = [_deduction(each, True) for each in made.granted]
        appraisal.deductions += [_deduction(each, False) for each in made.withheld]
    desk.db.flush()


def _take_words(desk: Desk, appraisal: Appraisal, question: Question) -> None:
    amount = question.amount
    if amount is None or amount == appraisal.quoted:
        return
    article = "87-59"
    step = {
        "rule": "words_over_figures",
        "article": article,
        "before": str(appraisal.quoted),
        "after": str(amount),
        "changes_price": True,
        "item": "",
    }
    appraisal.corrections, appraisal.price = [*appraisal.corrections, step], amount


def _low_article(desk: Desk, found: Evaluation) -> str:
    day = notice_day(queries.project(desk.db, found.project_id))
    row = desk.law.find("price.low.mean", day)
    return row.article if row is not None else desk.law.row("price.low.unproved", day).article


def _correction(step: corrections.Correction) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "article": step.article,
        "before": str(step.before),
        "after": str(step.after),
        "changes_price": step.changes_price,
        "item": step.item,
    }


def _trigger(made: Trigger) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "price": str(made.price),
        "measure": _yuan(made.measure),
        "share": str(made.share),
        "limit": _yuan(made.limit),
        "article": made.article,
        "row": made.row,
    }


def _deduction(made: Deduction, granted: bool) -> dict[str, Any]:
    return {
        "policy": made.policy,
        "because": made.because,
        "granted": granted,
        "rate": str(made.rate),
        "amount": str(made.amount),
        "article": made.article,
        "row": made.row,
    }


def _yuan(value: Fraction) -> str:
    """For people to read: to the fen, the comparison itself having been exact."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.2f}"


WHY = {
    "sheet_over_detail": "开标一览表与投标文件中相应内容不一致，以开标一览表为准",
    "words_over_figures": "大写金额与小写金额不一致，以大写金额为准",
    "misplaced_point": "单价金额小数点或者百分比有明显错位，以开标一览表的总价为准，并修改单价",
    "unit_prices_over_total": "总价金额与按单价汇总金额不一致，以单价金额计算结果为准",
}
TRIGGER_WHY = {
    "mean": "低于全部通过符合性审查投标人报价平均值的{share}",
    "next": "低于报价次低投标人报价的{share}",
    "ceiling": "低于最高限价（未设的为预算）的{share}",
}


def _say(papers: Papers, made: Corrected) -> str:
    steps = "；".join(f"{WHY[step.rule]}：由{step.before}改为{step.after}" for step in made.steps)
    return (
        f"贵方报价{papers.figures}元，经评标委员会依87-59修正：{steps}。"
        f"修正后的报价为{made.price}元，请确认；不确认的，投标无效。"
    )


def _say_low(made: list[Trigger]) -> str:
    why = [TRIGGER_WHY[each.kind].format(share=_percent(each.share)) + f"（{_yuan(each.limit)}元）" for each in made]
    return (
        f"贵方报价{'、'.join(why) or '经评标委员会认定'}过低，请在规定时间内提供书面说明，必要时提交相关证明材料；"
        "不能证明其报价合理性的，作为无效投标处理。"
    )


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
