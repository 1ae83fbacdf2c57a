"""The announcement of an award, its notice, and the losers' letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.journal import Announcement
from services.chassis.objection import Objection
from services.contracts import duties, events
from services.contracts.models import Award, LoserNotice, Lot, Organisation, Project, Ranking
from services.contracts.papers.letters import day_in_words, letter
from services.contracts.queries import awards, lots
from services.contracts.rules import announcement as rule
from services.contracts.rules import items as item_rules
from services.contracts.rules.amount_in_words import in_words

Tell = Callable[[Announcement], object]


@dataclass(frozen=True)
class Paper:
    """What an announcement says, and what it still lacks."""

    facts: dict[str, Any]
    items: list[dict[str, Any]]
    panel: list[str]
    objections: list[Objection]


def announcement(
    session: Session, award: Award, lot: Lot, project: Project, given: Mapping[str, Any], centre: Organisation
) -> Paper:
    """Put the announcement together from what was heard and what the officer adds.

    `objections` lists what is missing.
    """
    purchaser = lots.organisation(session, award.purchaser_id)
    supplier = lots.organisation(session, award.supplier_id)
    bid = lots.opened_bid(session, award.bid_id)
    found, _ = item_rules.from_sheet(bid.sheet if bid else {}, lot.title or "", award.amount)
    details = {each["no"]: each for each in given["items"]}
    items = [each.as_dict() | _only(details.get(each.no, {}), "specification", "service") for each in found]
    facts = {
        "purchaser_name": project.purchaser_name or purchaser.name,
        "purchaser_address": given.get("purchaser_address") or purchaser.address,
        "purchaser_contact": given.get("purchaser_contact") or purchaser.contact,
        "centre_name": given.get("centre_name") or centre.name,
        "centre_address": given.get("centre_address") or centre.address,
        "centre_contact": given.get("centre_contact") or centre.contact,
        "project_title": project.title,
        "project_no": project.no or project.plan_no,
        "lot_no": lot.no,
        "lot_title": lot.title,
        "supplier_name": award.supplier_name,
        "supplier_address": given.get("supplier_address") or supplier.address,
        "amount": f"{award.amount:.2f}",
        "amount_in_words": in_words(award.amount),
        "document_digest": lot.document_digest,
    }
    panel = _ranking(session, award).panel
    missing = rule.objections(facts, items, panel) + rule.total_objections(items, award.amount)
    return Paper(facts, items, panel, missing)


def issue(
    session: Session, tell: Tell, award: Award, lot: Lot, project: Project, paper: Paper, by: str | None, now: datetime
) -> None:
    """Give the notice its number and its times, write everybody's letter, announce, and open the duty to sign."""
    day = lots.rules_day(project, lot)
    challenge_from = duties.due_of(session, "result_notice_period", now, day)
    award.challenge_until = duties.due_of(session, "challenge_window", challenge_from, day)
    award.signing_due = duties.due_of(session, duties.SIGNING, now, day)
    award.announced_at, award.announced_by = now, by
    number = awards.notice_number(session, award.project_id)
    award.notice_no = f"{project.no or project.plan_no or project.id[:8]}-{lot.no}-Z{number:02}"
    shown = paper.facts | {
        "items": "\n".join(letter("item", each) for each in paper.items),
        "panel": "、".join(paper.panel),
        "challenge_until": day_in_words(award.challenge_until),
        "signing_due": day_in_words(award.signing_due),
        "notice_no": award.notice_no,
        "day": day_in_words(now),
    }
    text = letter("announcement", shown)
    award.announcement = {
        "text": text,
        "award_notice": letter("award_notice", shown),
        "items": paper.items,
        "facts": paper.facts,
    }
    told = _tell_losers(session, award, lot, paper, now)
    session.flush()
    tell(events.award_announced(award, paper.panel, told, text, lot.document_digest))
    obligations.meet_all(session, tell, f"lot:{lot.id}", now, duties.AWARD_NOTICE)
    duties.open_duty(
        session,
        tell,
        duties.SIGNING,
        f"lot:{lot.id}",
        since=now,
        now=now,
        rules_day=day,
        owner_organisation_id=award.purchaser_id,
        waiting_organisation_id=award.supplier_id,
    )


def _tell_losers(session: Session, award: Award, lot: Lot, paper: Paper, now: datetime) -> list[dict[str, Any]]:
    ranking = _ranking(session, award)
    names = {each["bid_id"]: each.get("supplier_name") for each in (*ranking.places, *ranking.rejected)}
    told = rule.losers(ranking.places, ranking.rejected, award.bid_id)
    for each in told:
        kind = (
            "loser_rejected" if each["rank"] is None else ("loser_priced" if each["total"] is None else "loser_ranked")
        )
        values = paper.facts | each | {"supplier_name": names[each["bid_id"]], "winner": award.supplier_name}
        notice = {name: each[name] for name in ("bid_id", "supplier_id", "total", "rank", "reason", "article")}
        session.add(LoserNotice(award_id=award.id, lot_id=lot.id, text=letter(kind, values), at=now, **notice))
    return told


def _ranking(session: Session, award: Award) -> Ranking:
    found = session.get(Ranking, award.ranking_id)
    if found is None:
        raise LookupError(f"award {award.id} rests on no ranking")
    return found


def _only(source: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: source[name] for name in names if source.get(name)}
