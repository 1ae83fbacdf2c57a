"""From the award to the last payment: awards, contracts, performance, payments, statistics."""

from __future__ import annotations

from gateway.api.answers import (
    ContractLaw,
    Contracts,
    Graded,
    LotAwards,
    LotGround,
    LotsToAward,
    Obligations,
    OwnResults,
    PerformanceBonds,
    PublishedContract,
    Rebuilt,
)
from gateway.api.routes import Route
from services.contracts.schemas import accepted, said

DESCRIPTION = "合同 Contracts"

ROUTES = (
    Route(
        "GET", "/awards/due", "contracts.lots_to_award", accepted.ListLots, LotsToAward,
        summary="The caller's lots whose award is to be decided, with the last instant of the period.",
    ),
    Route(
        "GET", "/results/own", "contracts.my_results", accepted.ListLots, OwnResults,
        summary="What the caller's firm was told of its own bids that did not win: score, rank, reason; nobody else's.",
    ),
    Route(
        "GET", "/lots/{lot_id}/awards", "contracts.lot_awards", accepted.ReadLot, LotAwards,
        summary="A lot's awards, the ranking they rest on, the duties and what suspends them.",
    ),
    Route(
        "POST", "/lots/{lot_id}/awards", "contracts.decide_award", accepted.DecideAward, said.AwardView,
        summary="Award in ranking order (条例43), or refuse with every reason.", status=201,
    ),
    Route(
        "POST", "/lots/{lot_id}/awards/hold", "contracts.hold_award", accepted.HoldAward, LotGround,
        summary="State a lawful reason for not deciding in time, so that silence does not decide (87-68).",
    ),
    Route(
        "GET", "/lots/{lot_id}/award", "contracts.public_award", accepted.ReadLot, said.PublicAward,
        summary="The announced award of a lot, for everybody; `award_unknown` before it is announced.", public=True,
    ),
    Route(
        "POST", "/lots/{lot_id}/return", "contracts.return_lot", accepted.ReturnLot, LotGround,
        summary="Send the lot back for a new tender on a coded ground.",
    ),
    Route(
        "POST", "/awards/{award_id}/announcement", "contracts.announce_award", accepted.AnnounceAward, said.AwardView,
        summary="Issue the award notice, announce the result with all the law lists, tell each loser (条例43, 87-69).",
    ),
    Route(
        "POST", "/awards/{award_id}/annulment", "contracts.annul_award", accepted.EndAward, said.AwardView,
        summary="Declare an award void (条例71, 94-16), so that the next candidate or a new tender may follow.",
    ),
    Route(
        "POST", "/awards/{award_id}/refusal", "contracts.refuse_award", accepted.EndAward, said.AwardView,
        summary="The winner refuses (条例49).",
    ),
    Route(
        "POST", "/awards/{award_id}/refusal-finding", "contracts.declare_refusal", accepted.EndAward, said.AwardView,
        summary="The purchaser states that the winner has not signed, withholds the bond, or adds conditions.",
    ),
    Route(
        "POST", "/lots/{lot_id}/contracts", "contracts.draft_contract", accepted.DraftContract, said.ContractWhole,
        summary="Generate the contract from document and bid; every departure is shown, unlawful ones are refused.",
        status=201,
    ),
    Route(
        "GET", "/contracts", "contracts.contracts", accepted.ListContracts, Contracts,
        summary="Contracts the caller may see, newest first; `next` is the cursor of the next page, or None.",
    ),
    Route(
        "GET", "/contracts/{contract_id}", "contracts.contract", accepted.ReadContract, said.ContractWhole,
        summary="A contract with its papers and signatures, for its parties and those who watch.",
    ),
    Route(
        "GET", "/contracts/{contract_id}/account", "contracts.contract_account",
        accepted.ReadContract, said.ContractAccount,
        summary="Everything delivered, accepted, invoiced, paid and agreed under a contract.",
    ),
    Route(
        "GET", "/contracts/{contract_id}/evidence", "contracts.contract_evidence", accepted.ReadContract, said.Evidence,
        summary="What checks the signatures without us: envelope, digest, signed statements, what each must state.",
    ),
    Route(
        "POST", "/contracts/{contract_id}/signatures", "contracts.sign_contract",
        accepted.SignContract, said.ContractWhole,
        summary="A side signs the present digest; when both have, the contract is in force (法43, 46).",
    ),
    Route(
        "POST", "/contracts/{contract_id}/publication", "contracts.publish_contract",
        accepted.PublishContract, said.ContractView,
        summary="Publish a signed contract, except state and business secrets (条例50).",
    ),
    Route(
        "GET", "/contracts/{contract_id}/publication", "contracts.public_contract",
        accepted.ReadContract, PublishedContract,
        summary="The published text of a contract, for everybody; `contract_unknown` before it is published.",
        public=True,
    ),
    Route(
        "POST", "/contracts/{contract_id}/filing", "contracts.file_contract", accepted.FileContract, said.ContractView,
        summary="Record that a copy went to the finance department (法47).",
    ),
    Route(
        "POST", "/contracts/{contract_id}/amendments", "contracts.propose_amendment",
        accepted.ProposeAmendment, said.AgreementView,
        summary="A change of terms on a coded reason that carries it (法50).", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/supplements", "contracts.propose_supplement",
        accepted.ProposeSupplement, said.AgreementView,
        summary="More of the same at the same price, all supplements within ten per cent (法49).", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/terminations", "contracts.propose_termination",
        accepted.EndContract, said.AgreementView,
        summary="An early end on a coded ground (法50): both sign, or the side the other has failed.", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/termination", "contracts.terminate_contract",
        accepted.EndContract, said.ContractView,
        summary="End a contract at once: finance by its decision (条例71), the purchaser over the supplier's breach.",
    ),
    Route(
        "POST", "/contracts/{contract_id}/bonds", "contracts.record_bond", accepted.RecordBond, said.BondView,
        summary="Record the performance bond that was lodged (条例48).", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/deliveries", "contracts.record_delivery",
        accepted.RecordDelivery, said.DeliveryView,
        summary="Record a delivery or a milestone, in part or whole; never more than was ordered.", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/acceptances", "contracts.open_acceptance",
        accepted.OpenAcceptance, said.AcceptanceView,
        summary="Write the certificate for every member to sign (法41, 条例45).", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/invoices", "contracts.submit_invoice",
        accepted.SubmitInvoice, said.InvoiceView,
        summary="An invoice for what was accepted; the purchaser's thirty days begin (财库〔2019〕38号).", status=201,
    ),
    Route(
        "POST", "/contracts/{contract_id}/grade", "contracts.grade_performance", accepted.GradePerformance, Graded,
        summary="The purchaser's judgement of the supplier, for its record with the registry; once a contract.",
    ),
    Route(
        "POST", "/invoices/{invoice_id}/payments", "contracts.record_payment", accepted.RecordPayment, said.PaymentView,
        summary="Record money that left for the supplier; never more than its invoice, never more than was accepted.",
        status=201,
    ),
    Route(
        "POST", "/invoices/{invoice_id}/return", "contracts.return_invoice", accepted.ReturnInvoice, said.InvoiceView,
        summary="Send back an invoice that is not valid; its time stops counting, another may be submitted.",
    ),
    Route(
        "POST", "/acceptances/{acceptance_id}/signatures", "contracts.sign_acceptance",
        accepted.SignAcceptance, said.AcceptanceView,
        summary="A member signs; with the last signature what was accepted counts.",
    ),
    Route(
        "POST", "/acceptances/{acceptance_id}/withdrawal", "contracts.withdraw_acceptance",
        accepted.WithdrawAcceptance, said.AcceptanceView,
        summary="Drop a certificate that not every member has signed, so that another can be written.",
    ),
    Route(
        "POST", "/agreements/{agreement_id}/signatures", "contracts.sign_agreement",
        accepted.SignAgreement, said.AgreementView,
        summary="A side signs; when everybody who must has, the agreement is in force.",
    ),
    Route(
        "POST", "/agreements/{agreement_id}/withdrawal", "contracts.withdraw_agreement",
        accepted.WithdrawAgreement, said.AgreementView,
        summary="Take back a proposal that is not in force; either side may.",
    ),
    Route(
        "GET", "/bonds", "contracts.bonds", accepted.ListBonds, PerformanceBonds,
        summary="Bonds of a lot or a contract, or all the caller may see.",
    ),
    Route(
        "POST", "/bonds/{bond_id}/return", "contracts.return_bond", accepted.EndBond, said.BondView,
        summary="Return a bond that is due back; late, it bears interest (条例33, 87-38).",
    ),
    Route(
        "POST", "/bonds/{bond_id}/forfeiture", "contracts.keep_bond", accepted.EndBond, said.BondView,
        summary="Keep the performance bond of a contract that ended by the supplier's breach (招标投标法60).",
    ),
    Route(
        "GET", "/obligations/contracts", "contracts.obligations", accepted.ListObligations, Obligations,
        summary="Duties about something, or the caller's own; who may not see all sees those of its organisation.",
    ),
    Route(
        "GET", "/statistics/{year}", "contracts.figures", accepted.ReadFigures, said.FiguresView,
        summary="A year's figures by one dimension, failed lots apart.", public=True,
    ),
    Route(
        "GET", "/statistics/{year}/file", "contracts.figures_file", accepted.RenderFigures, said.StoredFile,
        summary="The same as CSV or XLSX, kept in the store under its digest; all dimensions where none is named.",
        public=True,
    ),
    Route(
        "POST", "/statistics/rebuilding", "contracts.rebuild_figures", accepted.RebuildFigures, Rebuilt,
        summary="Make the figures anew from the journals; `changed` says how many cells were not the same before.",
    ),
    Route(
        "GET", "/law/contracts", "contracts.law", accepted.ReadLaw, ContractLaw,
        summary="The dated rows of law this department goes by.", public=True,
    ),
)
