"""From the opened bids to a ranking: panels, draws, reviews, prices, scores, reports."""

from __future__ import annotations

from gateway.api.routes import Route
from services.evaluation.schemas import accepted, said

DESCRIPTION = "评标 Evaluation"

ROUTES = (
    Route(
        "GET", "/evaluations", "evaluation.evaluations", accepted.ListEvaluations, said.Evaluations,
        summary="The evaluations the caller may follow, newest opening first.",
    ),
    Route(
        "GET", "/lots/{lot_id}/evaluation", "evaluation.evaluation", accepted.OfLot, said.Evaluation,
        summary="Where the evaluation of a lot stands.",
    ),
    Route(
        "POST", "/panels", "evaluation.form_panel", accepted.FormPanel, said.PanelFormed,
        summary="Settle a panel's size and make-up before anybody is drawn (87-47, 法38, 法40).",
        status=201,
    ),
    Route(
        "GET", "/panels/{panel_id}", "evaluation.panel", accepted.OfPanel, said.Panel,
        summary="A panel: names only for those who may see them yet (87-47).",
    ),
    Route(
        "POST", "/panels/{panel_id}/draws", "evaluation.freeze_pool", accepted.OfPanel, said.Draw,
        summary="Ask registry who may be drawn, and freeze that; its digest is journalled before any randomness "
        "exists.",
        status=201,
    ),
    Route(
        "GET", "/draws/{draw_id}", "evaluation.draw", accepted.OfDraw, said.Draw,
        summary="How far a draw is, under pseudonyms.",
    ),
    Route(
        "GET", "/draws/{draw_id}/transcript", "evaluation.transcript", accepted.OfDraw, said.Transcript,
        summary="The draw to be replayed; with the names once the result is published.",
    ),
    Route(
        "POST", "/draws/{draw_id}/commitments", "evaluation.commit_nonce", accepted.CommitNonce, said.Done,
        summary="A seat commits to its nonce for this round.",
    ),
    Route(
        "POST", "/draws/{draw_id}/nonces", "evaluation.reveal_nonce", accepted.RevealNonce, said.Draw,
        summary="A seat reveals; with the last one the order is drawn and the first experts are called.",
    ),
    Route(
        "POST", "/draws/{draw_id}/refusals", "evaluation.record_refusal_to_reveal", accepted.RecordRefusal, said.Draw,
        summary="A seat will not reveal: on record, published with the result; a deputy takes over and all "
        "commit anew.",
    ),
    Route(
        "POST", "/draws/{draw_id}/deputies", "evaluation.name_deputy", accepted.ReplaceHolder, said.Done,
        summary="Another deputy for a seat, where none is left.",
    ),
    Route(
        "GET", "/invitations/own", "evaluation.my_invitations", accepted.Nothing, said.Invitations,
        summary="The caller's own calls, newest first.",
    ),
    Route(
        "POST", "/invitations/{call_id}/answer", "evaluation.answer_call", accepted.AnswerCall, said.Answered,
        summary="An expert accepts, declines, or declares a tie and is passed over (条例9).",
    ),
    Route(
        "POST", "/invitations/{call_id}/absence", "evaluation.record_absence", accepted.RecordAbsence, said.Answered,
        summary="Who accepted did not come: the next in the order is called.",
    ),
    Route(
        "POST", "/panels/{panel_id}/departure", "evaluation.stand_aside", accepted.StandAside, said.Done,
        summary="A member declares a tie after having accepted, and goes; the next in the order is called (条例9).",
    ),
    Route(
        "POST", "/panels/{panel_id}/check-ins", "evaluation.check_in", accepted.OfPanel, said.Done,
        summary="A member is in the room.",
    ),
    Route(
        "POST", "/panels/{panel_id}/attendances", "evaluation.attend", accepted.OfPanel, said.Done,
        summary="A supervisor is in the room; nothing begins without one.",
    ),
    Route(
        "POST", "/panels/{panel_id}/recordings", "evaluation.attach_recording", accepted.AttachRecording, said.Done,
        summary="A recording of the room belongs to the record (at least fifteen years: 法42).",
    ),
    Route(
        "POST", "/panels/{panel_id}/beginning", "evaluation.begin_evaluation", accepted.OfPanel, said.Begun,
        summary="Everybody is there: the evaluation of the panel's lots begins.",
    ),
    Route(
        "POST", "/panels/{panel_id}/leader-votes", "evaluation.vote_for_leader", accepted.VoteLeader, said.Elected,
        summary="A vote for the leader; who has more than half of the panel leads.",
    ),
    Route(
        "POST", "/panels/{panel_id}/performance-records", "evaluation.record_performance",
        accepted.RecordPerformance, said.Done,
        summary="A line for an expert's record in the registry.",
    ),
    Route(
        "POST", "/panel-members/{member_id}/recusal", "evaluation.recuse_member", accepted.RecuseMember, said.Done,
        summary="A member must stand aside; a representative is replaced by another person of the purchaser.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/qualification-checks", "evaluation.check_qualification",
        accepted.CheckQualification, said.Done,
        summary="One side's finding on one bid; both sides check every bid (87-44).",
    ),
    Route(
        "POST", "/lots/{lot_id}/qualification/closure", "evaluation.close_qualification",
        accepted.OfLot, said.StepClosed,
        summary="Both sides have checked every bid and agree; who failed is out.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/conformity-votes", "evaluation.vote_on_conformity",
        accepted.VoteConformity,
        summary="A member's vote on one bid; a vote against is given its reason in writing (87-61).",
    ),
    Route(
        "POST", "/lots/{lot_id}/conformity/closure", "evaluation.close_conformity", accepted.OfLot, said.StepClosed,
        summary="Every member has voted on every bid; the majority decides, dissent stays on record.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/rejection-votes", "evaluation.vote_on_rejection", accepted.VoteRejection,
        summary="A member's vote to reject a bid for collusion, false material or a condition not allowed; a "
        "majority rejects.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/clarifications", "evaluation.ask_bidder", accepted.AskBidder, said.Done,
        summary="A written question about what is unclear, within a time limit; it cannot change the substance "
        "(87-51).",
        status=201,
    ),
    Route(
        "GET", "/lots/{lot_id}/clarifications", "evaluation.questions", accepted.OfLot, said.Questions,
        summary="Questions put to bidders; a bidder reads its own.",
    ),
    Route(
        "GET", "/clarifications/own", "evaluation.my_questions", accepted.Nothing, said.Questions,
        summary="Every question put to the caller's organisation, newest first.",
    ),
    Route(
        "POST", "/clarifications/{question_id}/answer", "evaluation.answer_question",
        accepted.AnswerQuestion, said.Done,
        summary="A bidder's answer in writing; after the time limit there is none.",
    ),
    Route(
        "POST", "/clarifications/{question_id}/confirmation", "evaluation.confirm_correction",
        accepted.ConfirmCorrection, said.Done,
        summary="The bidder stands by the corrected price, or its bid will be invalid (87-59).",
    ),
    Route(
        "POST", "/lots/{lot_id}/prices/corrections", "evaluation.find_corrections",
        accepted.FindCorrections, said.Asked,
        summary="Correct contradictory prices in the lawful order and ask their bidders to confirm (87-59).",
    ),
    Route(
        "POST", "/lots/{lot_id}/prices/examinations", "evaluation.examine_prices", accepted.ExaminePrices, said.Asked,
        summary="Reject unconfirmed and excessive prices; low ones are to be explained (财库〔2026〕2号, 87-60).",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/low-price-votes", "evaluation.vote_on_low_price", accepted.VoteLow,
        summary="A member's vote that a price must be explained though no figure triggers it.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/{bid_id}/proof-votes", "evaluation.vote_on_proof", accepted.VoteProof,
        summary="A member's vote whether an explanation proves the price reasonable.",
    ),
    Route(
        "POST", "/lots/{lot_id}/prices/closure", "evaluation.close_prices", accepted.OfLot, said.StepClosed,
        summary="Everything about prices is decided: evaluation prices are computed, and the lot goes on or fails.",
    ),
    Route(
        "GET", "/lots/{lot_id}/reviews", "evaluation.reviews", accepted.OfLot, said.Votes,
        summary="Checks, votes and prices so far.",
    ),
    Route(
        "GET", "/lots/{lot_id}/findings", "evaluation.findings", accepted.OfLot, said.Findings,
        summary="Integrity findings: evidence, never a verdict.",
    ),
    Route(
        "GET", "/lots/{lot_id}/score-sheets", "evaluation.score_sheets", accepted.OfLot, said.ScoreSheets,
        summary="Score sheets as far as the caller may see them: one's own, the outliers, who is done, or all "
        "once closed.",
    ),
    Route(
        "PUT", "/lots/{lot_id}/score-sheets/own", "evaluation.save_sheet", accepted.SaveSheet, said.Done,
        summary="Keep marks in one's own draft; each is held against its range.",
    ),
    Route(
        "POST", "/lots/{lot_id}/score-sheets/own/submission", "evaluation.submit_sheet", accepted.OfLot, said.Done,
        summary="Submit one's sheet, complete and within range; nobody sees it until every member has submitted.",
    ),
    Route(
        "POST", "/lots/{lot_id}/score-sheets/closure", "evaluation.close_sheets", accepted.CloseSheets, said.StepClosed,
        summary="The leader closes the sheets: all are in, members agree on objective factors, outliers were "
        "looked at.",
    ),
    Route(
        "POST", "/lots/{lot_id}/score-sheets/changes", "evaluation.change_mark", accepted.ChangeMark, said.Done,
        summary="Change one's own submitted mark on one of the four lawful grounds; it stands in the report (87-64).",
    ),
    Route(
        "POST", "/lots/{lot_id}/score-sheets/judgements", "evaluation.judge_mark", accepted.JudgeMark,
        summary="A member's vote whether a mark is abnormally high or low; only once all sheets are in.",
    ),
    Route(
        "POST", "/lots/{lot_id}/rounds", "evaluation.open_round", accepted.OpenRound, said.Done,
        summary="A round with every supplier still in; what changes is told to all of them at once (法38).", status=201,
    ),
    Route(
        "POST", "/rounds/{round_id}/sealed-offers", "evaluation.seal_offer", accepted.SealOffer, said.Done,
        summary="A sealed offer: nobody reads it before the round has closed.",
    ),
    Route(
        "POST", "/rounds/{round_id}/offers", "evaluation.reveal_offer", accepted.RevealOffer, said.Done,
        summary="Open one's sealed offer after the round has closed.",
    ),
    Route(
        "POST", "/lots/{lot_id}/ranking", "evaluation.settle_ranking", accepted.OfLot, said.ReportMade,
        summary="Compute the ranking and put the report together; a new version takes the place of an unsigned one.",
    ),
    Route(
        "GET", "/lots/{lot_id}/ranking", "evaluation.ranking", accepted.OfLot, said.Ranking,
        summary="The ranking with its figures, once the caller may see it.",
    ),
    Route(
        "GET", "/lots/{lot_id}/report", "evaluation.report", accepted.OfLot, said.Report,
        summary="The report, what to sign, and who has.",
    ),
    Route(
        "POST", "/lots/{lot_id}/report/signatures", "evaluation.sign_report", accepted.SignReport, said.Done,
        summary="A member signs the report by certificate, with a different opinion where there is one (条例41).",
    ),
    Route(
        "POST", "/lots/{lot_id}/report/refusals", "evaluation.record_refusal_to_sign", accepted.RefuseToSign, said.Done,
        summary="A member neither signs nor writes why: on record, and counted as agreeing (条例41).",
    ),
    Route(
        "POST", "/lots/{lot_id}/report/countersignature", "evaluation.countersign_report",
        accepted.SignReport, said.Done,
        summary="The supervisor's countersignature, after every member's word: the ranking is settled.",
    ),
    Route(
        "POST", "/lots/{lot_id}/report/delivery", "evaluation.deliver_report", accepted.OfLot, said.Done,
        summary="The report goes to the purchaser, within two working days of the end of the evaluation (条例43).",
    ),
    Route(
        "GET", "/lots/{lot_id}/result", "evaluation.published_result", accepted.OfLot, said.Result,
        summary="What anybody may read once the result is published.", public=True,
    ),
    Route(
        "GET", "/lots/{lot_id}/result/own", "evaluation.loser_notice", accepted.OfLot, said.LoserNotice,
        summary="What a bidder is told of its own bid once the result is published (87-69).",
    ),
    Route(
        "POST", "/lots/{lot_id}/evaluation/reopening", "evaluation.reopen_evaluation",
        accepted.ReopenEvaluation, said.Reopened,
        summary="Do an evaluation again, exactly as far as the law lets a challenge or complaint reach (条例44, "
        "87-64, 87-67).",
    ),
)
