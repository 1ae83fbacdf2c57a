"""From entrustment to the opened bids: projects, documents, notices, bids, openings, challenges."""

from __future__ import annotations

from gateway.api.answers import (
    AfterShares,
    BidAccepted,
    BidBonds,
    Checked,
    Duties,
    EntrustmentSubmitted,
    Extended,
    Notices,
    OpenedBids,
    OwnBids,
    ProjectMoved,
    Projects,
    Warnings,
    WrappedShares,
    YearEntered,
)
from gateway.api.routes import Route
from services.tendering.schemas import bids, disputes, documents, entrusting, openings, past, publishing, said

DESCRIPTION = "招标 Tendering"

ROUTES = (
    Route(
        "POST", "/entrustments", "tendering.draft_entrustment", entrusting.DraftEntrustment, ProjectMoved,
        summary="Write down what is to be bought; a draft may be incomplete in everything but its shape.", status=201,
    ),
    Route(
        "PUT", "/entrustments/{project_id}", "tendering.edit_entrustment", entrusting.EditEntrustment,
        summary="Write the draft anew.",
    ),
    Route(
        "POST", "/entrustments/{project_id}/submission", "tendering.submit_entrustment",
        entrusting.OnProject, EntrustmentSubmitted,
        summary="Submit it to finance; the procedure must be able to buy what is listed, on a lawful ground.",
    ),
    Route(
        "POST", "/entrustments/{project_id}/acceptance", "tendering.accept_entrustment",
        entrusting.AcceptEntrustment, ProjectMoved,
        summary="The centre accepts and names officer and reviewer, two people (法61).",
    ),
    Route(
        "POST", "/entrustments/{project_id}/return", "tendering.return_entrustment", entrusting.ReturnProject,
        summary="The centre returns it with reasons.",
    ),
    Route(
        "POST", "/entrustments/{project_id}/plan/confirmation", "tendering.confirm_plan",
        entrusting.ConfirmPlan, ProjectMoved,
        summary="Finance confirms ceiling and procedure; another procedure above the threshold needs its "
        "approval (法27).",
    ),
    Route(
        "POST", "/entrustments/{project_id}/plan/return", "tendering.return_plan", entrusting.ReturnProject,
        summary="Finance returns it with reasons.",
    ),
    Route(
        "POST", "/entrustments/{project_id}/approval", "tendering.record_approval", entrusting.RecordApproval,
        summary="Finance records its approval of another procedure, or of imports.",
    ),
    Route(
        "GET", "/projects", "tendering.projects", entrusting.ListProjects, Projects,
        summary="Projects, newest first; a purchaser sees its own.",
    ),
    Route(
        "GET", "/projects/{project_id}", "tendering.project", entrusting.ReadProject,
        summary="A project's inside page: where it stands, its lots, its people, the open moves.",
    ),
    Route(
        "PUT", "/projects/{project_id}/people", "tendering.assign_people", entrusting.AssignPeople,
        summary="Name other people for the project; who is not named stays.",
    ),
    Route(
        "GET", "/projects/{project_id}/warnings", "tendering.warnings", entrusting.ReadProject, Warnings,
        summary="The integrity warnings recorded at the steps of a project.",
    ),
    Route(
        "GET", "/projects/{project_id}/obligations", "tendering.duties", entrusting.ReadProject, Duties,
        summary="A project's duties with their times: its own, its lots', its challenges'.",
    ),
    Route(
        "GET", "/obligations/own", "tendering.my_duties", entrusting.Nothing, Duties,
        summary="What the caller owes, earliest first.",
    ),
    Route(
        "POST", "/obligations/{obligation_id}/extensions", "tendering.extend_duty", entrusting.ExtendDuty, Extended,
        summary="Extend a duty of one's own side where the law lets it (延时服务); who waits is told the reason.",
    ),
    Route(
        "PUT", "/working-days/{year}", "tendering.extend_calendar", entrusting.ExtendCalendar, YearEntered,
        summary="Enter a year's working days as they were published; duties already open keep their due times.",
    ),
    Route(
        "POST", "/projects/{project_id}/cancellation", "tendering.cancel_project",
        entrusting.CancelProject, ProjectMoved,
        summary="The task itself is cancelled by a grave change (法36); its lots end with it.",
    ),
    Route(
        "POST", "/retenders", "tendering.tender_again", entrusting.TenderAgain,
        summary="Begin anew with failed lots (法37): a new project of the same purchaser, to be confirmed by finance.",
        status=201,
    ),
    Route(
        "GET", "/projects/{project_id}/past", "tendering.project_as_of", past.ReadPast, past.Past,
        summary="Where the project and its lots stood at a moment of the past, folded from the journal.",
    ),
    Route(
        "GET", "/projects/{project_id}/archive", "tendering.archive", entrusting.ReadProject,
        summary="Everything of a project by its digest, and the sealed list where there is one.",
    ),
    Route(
        "POST", "/projects/{project_id}/archive", "tendering.seal_archive", entrusting.OnProject,
        summary="Seal the list of everything of an ended project, to be kept fifteen years or more (法42).",
    ),
    Route(
        "POST", "/projects/{project_id}/documents", "tendering.draft_document", documents.DraftDocument,
        summary="Begin the document from a template; lots follow the entrusted items until they are written otherwise.",
        status=201,
    ),
    Route(
        "GET", "/documents/{document_id}", "tendering.document", documents.OnDocument,
        summary="The document in the making, with everything that stands against it now.",
    ),
    Route(
        "PUT", "/documents/{document_id}", "tendering.edit_document", documents.EditDocument,
        summary="Replace the draft's content; who read an older revision is refused.",
    ),
    Route(
        "GET", "/documents/{document_id}/objections", "tendering.check_document", documents.CheckDocument, Checked,
        summary="All objections, each with its article, figures and what would satisfy it; nothing is moved.",
    ),
    Route(
        "POST", "/documents/{document_id}/submission", "tendering.submit_document", documents.OnDocument,
        summary="Submit it for review, or hear every objection at once.",
    ),
    Route(
        "POST", "/documents/{document_id}/review", "tendering.review_document", documents.ReviewDocument,
        summary="The reviewer, another than who prepared it, approves (法61).",
    ),
    Route(
        "POST", "/documents/{document_id}/return", "tendering.return_document", documents.ReturnDocument,
        summary="The reviewer sends it back with reasons.",
    ),
    Route(
        "POST", "/documents/{document_id}/confirmation", "tendering.confirm_document", documents.OnDocument,
        summary="The purchaser confirms; from here on nobody edits it.",
    ),
    Route(
        "POST", "/documents/{document_id}/refusal", "tendering.decline_document", documents.ReturnDocument,
        summary="The purchaser sends it back with reasons.",
    ),
    Route(
        "GET", "/templates", "tendering.templates", documents.ListTemplates,
        summary="The templates in force, clauses with their typed blanks.",
    ),
    Route(
        "POST", "/templates", "tendering.publish_template", documents.PublishTemplate,
        summary="Publish a version of a template; older documents remember theirs.", status=201,
    ),
    Route(
        "POST", "/projects/{project_id}/key-holders", "tendering.name_holders", publishing.NameHolders,
        summary="Name the key holders of every seat; each is asked to prove that the key is at hand.",
    ),
    Route(
        "GET", "/key-tests/own", "tendering.my_key_tests", entrusting.Nothing,
        summary="The tests put to the caller: unwrap the secret with the encryption key, and answer it.",
    ),
    Route(
        "POST", "/key-holders/{holder_id}/proof", "tendering.prove_key", publishing.ProveKey,
        summary="The holder answers the test; only the right secret proves the key.",
    ),
    Route(
        "POST", "/projects/{project_id}/invitations", "tendering.invite_suppliers", publishing.InviteSuppliers,
        summary="Draw the invited suppliers from a qualified pool (法34), or name the one (法31).",
    ),
    Route(
        "POST", "/projects/{project_id}/intention", "tendering.publish_intention",
        publishing.PublishIntention, said.NoticeView,
        summary="An intention, or the publicity of a single supplier (条例38).", status=201,
    ),
    Route(
        "POST", "/projects/{project_id}/publication", "tendering.publish_notice",
        publishing.PublishNotice, said.NoticeView,
        summary="The tender notice with its sealing sheets goes out; the notice day decides whose law counts.",
        status=201,
    ),
    Route(
        "POST", "/projects/{project_id}/amendments", "tendering.draft_amendment", publishing.DraftAmendment,
        summary="Prepare an amendment; another publishes it.", status=201,
    ),
    Route(
        "POST", "/amendments/{amendment_id}/publication", "tendering.publish_amendment", publishing.PublishAmendment,
        summary="What was published stays; the amendment is added and may move the closing (条例31).",
    ),
    Route(
        "GET", "/notices", "tendering.notices", publishing.ListNotices, Notices,
        summary="Published notices, newest first.", public=True,
    ),
    Route(
        "GET", "/notices/{notice_id}", "tendering.notice", publishing.ReadNotice, said.NoticeView,
        summary="One notice with what was announced with it.", public=True,
    ),
    Route(
        "POST", "/projects/{project_id}/questions", "tendering.ask_question", publishing.AskQuestion,
        summary="Ask about a document; an answer is owed within three working days (条例52).", status=201,
    ),
    Route(
        "GET", "/projects/{project_id}/questions", "tendering.questions", entrusting.OnProject,
        summary="Questions: one's own, and the unnamed ones the caller may see.",
    ),
    Route(
        "POST", "/questions/{question_id}/answer", "tendering.answer_question", publishing.AnswerQuestion,
        summary="Answer to all; an answer that changes what bids must be counts as an amendment and may move "
        "the closing.",
    ),
    Route(
        "POST", "/projects/{project_id}/downloads", "tendering.take_document", publishing.TakeDocument,
        summary="The document's digest in the store, free of charge; that it was taken is recorded.",
    ),
    Route(
        "GET", "/projects/{project_id}/downloads", "tendering.downloads", entrusting.OnProject,
        summary="Who took the document: nobody is told before the closing, not even how many (87-24).",
    ),
    Route(
        "GET", "/projects/{project_id}/downloads/own", "tendering.my_downloads", entrusting.OnProject,
        summary="When one's own organisation took the document.",
    ),
    Route(
        "GET", "/lots/{lot_id}", "tendering.lot", entrusting.ReadLot,
        summary="A published lot: terms, status, sealing sheet. How many bids there are is nowhere in it.", public=True,
    ),
    Route(
        "GET", "/lots/{lot_id}/sealing-sheets", "tendering.sealing_sheets", entrusting.ReadLot,
        summary="Every sealing sheet ever published for a lot, the one in force last.", public=True,
    ),
    Route(
        "POST", "/lots/{lot_id}/bids", "tendering.submit_bid", bids.SubmitBid, BidAccepted,
        summary="Accept a sealed bid for a lot, in the place of an earlier one, or refuse it with every reason.",
        status=201,
    ),
    Route(
        "GET", "/lots/{lot_id}/bids", "tendering.bids_of_lot", entrusting.ReadLot, OpenedBids,
        summary="The bids of a lot, as far as the caller may see them: nothing before the closing, not even "
        "their number.",
    ),
    Route(
        "GET", "/lots/{lot_id}/bids/own", "tendering.my_bids", bids.OwnBids, OwnBids,
        summary="One's own bids for a lot with their receipts.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bids/own/withdrawal", "tendering.withdraw_bid", bids.WithdrawBid, BidAccepted,
        summary="Withdraw the live bid before the closing; a record stays, no content.",
    ),
    Route(
        "POST", "/lots/{lot_id}/bid-bonds", "tendering.record_bond", bids.RecordBond, said.BondView,
        summary="Record a bid bond: never cash, at least what the document asks (条例33); secret until the closing.",
        status=201,
    ),
    Route(
        "GET", "/lots/{lot_id}/bid-bonds", "tendering.bonds", entrusting.ReadLot, BidBonds,
        summary="The bonds of a lot; nobody is told before the closing.",
    ),
    Route(
        "GET", "/lots/{lot_id}/bid-bonds/own", "tendering.my_bonds", entrusting.ReadLot, BidBonds,
        summary="One's own bonds for a lot.",
    ),
    Route(
        "POST", "/bid-bonds/{bond_id}/return", "tendering.return_bond", bids.ReturnBond, said.BondView,
        summary="A bid bond went back; the duty is met.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening", "tendering.begin_opening", openings.BeginOpening,
        summary="The host begins; not before the closing, not while a complaint suspends the procurement (法57).",
    ),
    Route(
        "GET", "/lots/{lot_id}/opening", "tendering.opening", openings.OnLot,
        summary="The opening as those inside watch it: who is there, which seats turned, what was read out, who "
        "signed.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/sign-ins", "tendering.sign_in", openings.OnLot,
        summary="Take one's place: a seat for who is on the sealing sheet, a bidder's place for who bid.",
    ),
    Route(
        "GET", "/lots/{lot_id}/opening/wrapped-shares", "tendering.wrapped_shares", openings.FetchShares, WrappedShares,
        summary="The manifests of the bids whose shares this holder unwraps, with the sheets they were sealed under.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/shares", "tendering.post_shares", openings.PostShares, AfterShares,
        summary="A holder turns the key: signed shares, each checked against its commitment; the last seat "
        "opens the lot.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/keepsakes", "tendering.hand_in_share", openings.HandInShare, AfterShares,
        summary="The supplier present hands in its own keepsake for a seat that cannot read its wrapped share.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/conclusion", "tendering.conclude_unsealing", openings.OnLot,
        summary="Every seat has turned and some shares still do not match: the host goes on, faults on record, "
        "by whose.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/confirmations", "tendering.confirm_reading", openings.ConfirmReading,
        summary="The bidder confirms what was read out, or objects on the spot.",
    ),
    Route(
        "POST", "/remarks/{remark_id}/answer", "tendering.answer_remark", openings.AnswerRemark,
        summary="The host answers an objection there and then (87-42).",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/signatures", "tendering.sign_record", openings.SignRecord,
        summary="One of those present signs the record; the last signature lets the opening end.",
    ),
    Route(
        "POST", "/lots/{lot_id}/opening/recordings", "tendering.add_recording", openings.AddRecording,
        summary="Attach a recording of the room (录音录像) by its digest.",
    ),
    Route(
        "GET", "/lots/{lot_id}/signals", "tendering.signals", entrusting.ReadLot,
        summary="The integrity signals of an opened lot: evidence for people, never a verdict.",
    ),
    Route(
        "POST", "/lots/{lot_id}/failure", "tendering.fail_lot", openings.FailLot,
        summary="Declare a lot failed on a coded ground (法36); all bidders are told why.",
    ),
    Route(
        "POST", "/projects/{project_id}/challenges", "tendering.lodge_challenge",
        disputes.LodgeChallenge, said.ChallengeView,
        summary="Challenge the document, the process or the result; while it is open, nothing is signed (条例54).",
        status=201,
    ),
    Route(
        "GET", "/projects/{project_id}/challenges", "tendering.challenges", disputes.ListDisputes,
        summary="A project's challenges, as far as the caller may see them.",
    ),
    Route(
        "POST", "/challenges/{challenge_id}/answer", "tendering.answer_challenge",
        disputes.AnswerChallenge, said.ChallengeView,
        summary="Answer within seven working days (法53).",
    ),
    Route(
        "POST", "/challenges/{challenge_id}/withdrawal", "tendering.withdraw_challenge",
        disputes.OnChallenge, said.ChallengeView,
        summary="The supplier takes its challenge back before it is answered.",
    ),
    Route(
        "POST", "/challenges/{challenge_id}/complaints", "tendering.lodge_complaint",
        disputes.LodgeComplaint, said.ComplaintView,
        summary="Complain to finance about the answer, or its absence, within fifteen working days (法55).", status=201,
    ),
    Route(
        "GET", "/projects/{project_id}/complaints", "tendering.complaints", disputes.ListDisputes,
        summary="A project's complaints; a supplier sees its own.",
    ),
    Route(
        "POST", "/complaints/{complaint_id}/decision", "tendering.decide_complaint", disputes.DecideComplaint,
        summary="Finance decides (法56); a decision to tender again ends the lots, and everybody can read it (条例58).",
    ),
    Route(
        "POST", "/complaints/{complaint_id}/suspension", "tendering.suspend_procurement",
        disputes.SuspendProcurement, said.ComplaintView,
        summary="Finance stops the procurement while it handles the complaint: thirty days in all at most (法57).",
    ),
    Route(
        "POST", "/complaints/{complaint_id}/resumption", "tendering.resume_procurement",
        disputes.OnComplaint, said.ComplaintView,
        summary="Finance lifts the suspension before its time.",
    ),
    Route(
        "POST", "/complaints/{complaint_id}/withdrawal", "tendering.withdraw_complaint",
        disputes.OnComplaint, said.ComplaintView,
        summary="The complainant withdraws in writing; the handling ends (条例57).",
    ),
    Route(
        "GET", "/law/tendering", "tendering.law", entrusting.ReadLaw,
        summary="The rules in force on a day, each with its article and whether it was checked against the text.",
        public=True,
    ),
    Route(
        "GET", "/procedures", "tendering.procedures", entrusting.ReadLaw,
        summary="The procedures of a day, as the table of flags has them.", public=True,
    ),
)
