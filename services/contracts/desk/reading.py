"""What may be read, and by whom: awards, results, contracts, accounts, bonds, duties, law."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.caller import ANY, Caller
from services.chassis.entrypoints import PUBLIC, query
from services.chassis.obligations import ObligationView
from services.chassis.wire import moment_text
from services.contracts import witnessing
from services.contracts.desk.room import Room
from services.contracts.models import Award, Bond, Contract
from services.contracts.queries import awards, contracts, lots
from services.contracts.refusals import no
from services.contracts.rules import law, suspension
from services.contracts.schemas import accepted, said

Wanted = dict[str, Any]


class ReadingDesk(Room):
    """Everything the portal shows of awards and contracts."""

    @query(accepted.ReadLot, permission=PUBLIC)
    def public_award(self, wanted: Wanted, by: Caller) -> Any:
        """The announced award of a lot, for everybody; `award_unknown` before it is announced."""
        award = awards.live_award(self.db, wanted["lot_id"])
        if award is None or award.announced_at is None:
            no("award_unknown", field="lot_id")
        return said.PublicAward().dump(award)

    @query(accepted.ReadContract, permission=PUBLIC)
    def public_contract(self, wanted: Wanted, by: Caller) -> Any:
        """The published text of a contract, for everybody; `contract_unknown` before it is published."""
        contract = contracts.contract(self.db, wanted["contract_id"])
        if contract.published_at is None:
            no("contract_unknown", field="contract_id")
        shown = said.ContractView(
            only=("id", "no", "lot_id", "project_id", "supplier_name", "amount", "status", "signed_at")
        )
        return shown.dump(contract) | {
            "text": contract.published_text,
            "published_at": moment_text(contract.published_at),
        }

    @query(accepted.ReadLot, permission="award.read")
    def lot_awards(self, wanted: Wanted, by: Caller) -> Any:
        """A lot's awards, the ranking they rest on, the duties and what suspends them.

        A supplier sees its own awards only.
        """
        lot = lots.lot(self.db, wanted["lot_id"])
        project, made = lots.project(self.db, lot.project_id), awards.awards_of(self.db, lot.id)
        if by.organisation_kind == "supplier":
            made = [each for each in made if each.supplier_id == by.organisation_id]
            self.reach(by, "award.read", project, *(each.supplier_id for each in made))
            return {"lot_id": lot.id, "awards": said.AwardView(many=True).dump(made)}
        self.reach(by, "award.read", project, project.purchaser_id)
        ranking = lots.latest_ranking(self.db, lot.id)
        owed = obligations.owed(self.db, about=f"lot:{lot.id}", only_open=False)
        standing = lots.disputes(self.db, lot.project_id, lot.id)
        stops = {
            step: [each.id for each in suspension.standing(standing, step, self.now())]
            for step in (suspension.AWARD, suspension.SIGNING, suspension.PERFORMANCE)
        }
        return {
            "lot_id": lot.id,
            "awards": said.AwardView(many=True).dump(made),
            "ranking": ranking.places if ranking else [],
            "rejected": ranking.rejected if ranking else [],
            "obligations": ObligationView(many=True).dump([obligations.view(each, self.now()) for each in owed]),
            "suspended_by": stops,
        }

    @query(accepted.ListLots, permission="award.read")
    def lots_to_award(self, wanted: Wanted, by: Caller) -> Any:
        """Lots on their way to a contract, with the next step (decide, announce, draft, sign) and its last instant."""
        found = [
            self._next_step(by, each.lot_id, each.project_id, None)
            for each in lots.awaiting_award(self.db, self.now(), wanted["limit"])
        ]
        found += [
            self._next_step(by, each.lot_id, each.project_id, each)
            for each in awards.without_contract(self.db, wanted["limit"])
        ]
        return {"lots": said.LotToDo(many=True).dump([each for each in found if each is not None])}

    @query(accepted.ListLots, permission="award.read")
    def my_results(self, wanted: Wanted, by: Caller) -> Any:
        """What the caller's firm was told of its own bids that did not win: score, rank, reason; nobody else's."""
        found = awards.results_of(self.db, by.organisation_id or "", wanted["limit"])
        return {"results": said.ResultNotice(many=True).dump(found)}

    @query(accepted.ReadContract, permission="contract.read")
    def contract(self, wanted: Wanted, by: Caller) -> Any:
        """A contract with its papers and signatures, for its parties and those who watch."""
        found = contracts.contract(self.db, wanted["contract_id"])
        self.reach_contract(by, "contract.read", found)
        return whole(self.db, found)

    @query(accepted.ReadContract, permission="contract.read")
    def contract_evidence(self, wanted: Wanted, by: Caller) -> Any:
        """What checks the signatures without us: envelope, digest, signed statements, what each must state."""
        found = contracts.contract(self.db, wanted["contract_id"])
        self.reach_contract(by, "contract.read", found)
        under = contracts.signatures(self.db, found.id)
        return said.Evidence().dump(
            {
                "contract_id": found.id,
                "no": found.no,
                "digest": found.digest,
                "envelope": found.data,
                "signatures": [each.signed for each in under],
                "expected": [witnessing.expected("contract", found.id, each.side, found.digest) for each in under],
                "chains": [lots.chain(self.db, each.fingerprint) for each in under],
            }
        )

    @query(accepted.ListContracts, permission="contract.read")
    def contracts(self, wanted: Wanted, by: Caller) -> Any:
        """Contracts the caller may see, newest first; `next` is the cursor of the next page, or None."""
        chosen = select(Contract).order_by(Contract.drafted_at.desc(), Contract.id.desc()).limit(wanted["limit"] + 1)
        if not by.reaches("contract.read"):
            mine = by.organisation_id if by.reaches("contract.read", own=True) else None
            chosen = chosen.where(or_(Contract.purchaser_id == mine, Contract.supplier_id == mine))
        for name in ("project_id", "lot_id"):
            if wanted.get(name):
                chosen = chosen.where(getattr(Contract, name) == wanted[name])
        if wanted.get("status"):
            chosen = chosen.where(*contracts.in_status(wanted["status"]))
        if wanted.get("after"):
            moment, _, key = wanted["after"].partition("|")
            at = contracts.cursor_moment(moment)
            chosen = chosen.where(or_(Contract.drafted_at < at, and_(Contract.drafted_at == at, Contract.id < key)))
        found = list(self.db.scalars(chosen))
        page, more = found[: wanted["limit"]], len(found) > wanted["limit"]
        cursor = f"{moment_text(page[-1].drafted_at)}|{page[-1].id}" if more else None
        return {"contracts": said.ContractView(many=True).dump(page), "next": cursor}

    @query(accepted.ReadContract, permission="payment.read")
    def contract_account(self, wanted: Wanted, by: Caller) -> Any:
        """Everything delivered, accepted, invoiced, paid and agreed under a contract."""
        found = contracts.contract(self.db, wanted["contract_id"])
        self.reach_contract(by, "payment.read", found)
        deliveries = contracts.deliveries(self.db, found.id)
        lines = contracts.delivery_lines(self.db, *(each.id for each in deliveries))
        names = ("id", "no", "milestone", "note", "at", "late")
        return said.ContractAccount().dump(
            {
                "contract": found,
                "lines": contracts.lines(self.db, found.id),
                "deliveries": [
                    {**{name: getattr(each, name) for name in names}, "lines": lines[each.id]} for each in deliveries
                ],
                "acceptances": contracts.acceptances(self.db, found.id),
                "invoices": contracts.invoices(self.db, found.id),
                "payments": contracts.payments(self.db, found.id),
                "agreements": contracts.agreements(self.db, found.id),
                "bond": awards.performance_bond(self.db, found.id),
            }
        )

    @query(accepted.ListBonds, permission="bond.read")
    def bonds(self, wanted: Wanted, by: Caller) -> Any:
        """Bonds of a lot or a contract, or all the caller may see."""
        chosen = select(Bond).order_by(Bond.lodged_at, Bond.id).limit(wanted["limit"])
        if not by.reaches("bond.read"):
            mine = by.organisation_id if by.reaches("bond.read", own=True) else None
            chosen = chosen.where(or_(Bond.purchaser_id == mine, Bond.supplier_id == mine))
        for name in ("lot_id", "contract_id"):
            if wanted.get(name):
                chosen = chosen.where(getattr(Bond, name) == wanted[name])
        return {"bonds": said.BondView(many=True).dump(list(self.db.scalars(chosen)))}

    @query(accepted.ListObligations, permission="contract.read")
    def obligations(self, wanted: Wanted, by: Caller) -> Any:
        """Duties about something, or the caller's own; who may not see all sees those of its organisation."""
        everything = by.grants.get("contract.read") == ANY
        mine = None if everything else by.organisation_id or "nobody"
        found = obligations.owed(
            self.db, about=wanted.get("about"), owner_organisation_id=mine, only_open=wanted["only_open"]
        )
        return {"obligations": ObligationView(many=True).dump([obligations.view(each, self.now()) for each in found])}

    @query(accepted.ReadLaw, permission=PUBLIC)
    def law(self, wanted: Wanted, by: Caller) -> Any:
        """The dated rows of law this department goes by."""
        return {"rows": said.LawRow(many=True).dump(law.rows())}

    def _next_step(self, by: Caller, lot_id: str, project_id: str, award: Award | None) -> Wanted | None:
        """One row of the list; None where it is not the caller's to see."""
        project, lot = lots.project(self.db, project_id), lots.lot_if_known(self.db, lot_id)
        owners = (project.purchaser_id, award.supplier_id if award else None)
        named = by.person_id is not None and by.person_id in (project.officer_id, project.reviewer_id)
        if not by.reaches("award.read", own=by.organisation_id in owners and bool(by.organisation_id), project=named):
            return None
        if award is None:
            step = "decide"
        elif award.announced_at is None:
            step = "announce"
        else:
            step = "draft" if contracts.live_contract(self.db, lot_id) is None else "sign"
        owed = obligations.owed(self.db, about=f"lot:{lot_id}")
        standing = lots.disputes(self.db, project_id, lot_id)
        stopped = suspension.AWARD if step in ("decide", "announce") else suspension.SIGNING
        return {
            "id": lot_id,
            "project_id": project_id,
            "no": lot.no if lot else None,
            "title": lot.title if lot else None,
            "project_no": project.no,
            "step": step,
            "due": owed[0].due if owed else None,
            "suspended": bool(suspension.standing(standing, stopped, self.now())),
        }


def whole(session: Session, contract: Contract) -> Any:
    """A contract with its papers, as `ContractWhole` shows it."""
    under = contracts.signatures(session, contract.id)
    papers = {
        "data": contract.data,
        "files": contracts.text_of(session, contract).files,
        "signatures": under,
        "signed_sides": [each.side for each in under],
    }
    brief: dict[str, Any] = said.ContractView().dump(contract)
    return brief | said.ContractPapers().dump(papers)
