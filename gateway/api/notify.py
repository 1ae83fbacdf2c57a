"""Telling people: messages, the bulletin, the board, enquiries, appointments, surveys, open data."""

from __future__ import annotations

from gateway.api.answers import (
    Appointments,
    Board,
    BoardEvents,
    Bulletin,
    Deliveries,
    DueDuties,
    Enquiries,
    ExtensionFile,
    HiddenPanels,
    Inbox,
    Marked,
    Months,
    Package,
    ProjectNotices,
    PublishedEnquiries,
    Queued,
    Satisfaction,
    Slots,
    Suggested,
    Surveys,
    Webhooks,
)
from gateway.api.routes import Route
from services.notify.schemas import accepted, said

DESCRIPTION = "告知 Notify"

ROUTES = (
    Route(
        "GET", "/messages", "notify.inbox", accepted.ReadInbox, Inbox,
        summary="One's own messages, newest first: {'messages', 'next', 'unread'}.",
    ),
    Route(
        "POST", "/messages/read", "notify.mark_read", accepted.MarkRead, Marked,
        summary="Mark own messages read; answers how many were unread.",
    ),
    Route(
        "GET", "/preferences/own", "notify.preference", accepted.Nothing, said.PreferenceView,
        summary="Which channels one has chosen; e-mail unless told otherwise.",
    ),
    Route(
        "PUT", "/preferences/own", "notify.change_preference", accepted.ChangePreference, said.PreferenceView,
        summary="Choose channels and language.",
    ),
    Route(
        "GET", "/deliveries", "notify.deliveries", accepted.ReadDeliveries, Deliveries,
        summary="The record of deliveries, newest first.",
    ),
    Route(
        "POST", "/deliveries/retries", "notify.try_again", accepted.TryAgain, Queued,
        summary="Queue given-up deliveries anew; answers how many.",
    ),
    Route(
        "GET", "/webhooks", "notify.webhooks", accepted.Nothing, Webhooks,
        summary="The webhooks one may see: one's organisation's, or all.",
    ),
    Route(
        "POST", "/webhooks", "notify.register_webhook", accepted.RegisterWebhook, said.WebhookView,
        summary="Register an address for public events, at most ten an organisation.", status=201,
    ),
    Route(
        "POST", "/webhooks/{webhook_id}/end", "notify.end_webhook", accepted.EndWebhook, said.WebhookView,
        summary="Send nothing there any more.",
    ),
    Route(
        "GET", "/bulletin", "notify.search_bulletin", accepted.SearchBulletin, Bulletin,
        summary="The newest notices that fit: {'notices', 'next'}.", public=True,
    ),
    Route(
        "GET", "/bulletin/feed", "notify.bulletin_feed", accepted.ReadFeed,
        summary="What an Atom feed (RFC 4287) of the newest notices holds; the gateway writes the XML.", public=True,
    ),
    Route(
        "GET", "/bulletin/{notice_id}", "notify.notice", accepted.NameNotice, said.NoticeView,
        summary="One notice, whole.", public=True,
    ),
    Route(
        "POST", "/bulletin", "notify.publish_announcement", accepted.PublishAnnouncement, said.NoticeView,
        summary="Put a general announcement on the bulletin.", status=201,
    ),
    Route(
        "GET", "/projects/{project_id}/notices", "notify.notices_of_project", accepted.NameProject, ProjectNotices,
        summary="A project's notices, oldest first.", public=True,
    ),
    Route(
        "GET", "/board", "notify.board_now", accepted.Nothing, Board,
        summary="The wall as it stands: openings, calls, hidden panels, the clock, and the number to follow on from.",
        public=True,
    ),
    Route(
        "GET", "/board/events", "notify.board_events", accepted.FollowBoard, BoardEvents,
        summary="The events after number `since` (the last ones without it): {'events', 'last'}. Ask on from "
        "the last seen.",
        public=True,
    ),
    Route(
        "PUT", "/board/panels/{panel}", "notify.arrange_board", accepted.ArrangeBoard, HiddenPanels,
        summary="Show or hide a part of the wall.",
    ),
    Route(
        "POST", "/board/calls", "notify.call_into_room", accepted.CallIntoRoom, said.CallView,
        summary="Call somebody into a room: on the wall, and to their people.", status=201,
    ),
    Route(
        "POST", "/board/calls/{call_id}/acknowledgement", "notify.acknowledge_call", accepted.NameCall, said.CallView,
        summary="The called say that they come.",
    ),
    Route(
        "POST", "/board/calls/{call_id}/removal", "notify.take_down_call", accepted.NameCall, said.CallView,
        summary="Off the wall.",
    ),
    Route(
        "GET", "/enquiries", "notify.enquiries", accepted.ReadEnquiries, Enquiries,
        summary="The enquiries one may read, newest first; `mine`: those one owns or asked.",
    ),
    Route(
        "POST", "/enquiries", "notify.ask_enquiry", accepted.AskEnquiry, said.EnquiryView,
        summary="Ask or suggest; the project's officer, if it is about a project, is the first asked.", status=201,
    ),
    Route(
        "GET", "/enquiries/published", "notify.published_enquiries", accepted.Page, PublishedEnquiries,
        summary="Answered and agreed to be public, newest first.", public=True,
    ),
    Route(
        "POST", "/suggestions", "notify.leave_suggestion", accepted.LeaveSuggestion, Suggested,
        summary="The public's window for questions and suggestions; so many a minute for all together.",
        status=201, public=True,
    ),
    Route(
        "POST", "/enquiries/{enquiry_id}/owner", "notify.take_enquiry", accepted.NameEnquiry, said.EnquiryView,
        summary="Be the first asked.",
    ),
    Route(
        "POST", "/enquiries/{enquiry_id}/handover", "notify.hand_on_enquiry", accepted.HandOnEnquiry, said.EnquiryView,
        summary="Give it to a colleague who can answer it, with a reason; the time limit stays.",
    ),
    Route(
        "POST", "/enquiries/{enquiry_id}/answer", "notify.answer_enquiry", accepted.AnswerEnquiry, said.EnquiryView,
        summary="Answer what one owns; it is published where the asker agreed.",
    ),
    Route(
        "GET", "/slots", "notify.free_slots", accepted.ReadSlots, Slots,
        summary="The times still free, two weeks of them.",
    ),
    Route(
        "POST", "/slots", "notify.offer_slot", accepted.OfferSlot, said.SlotView,
        summary="Offer a time of one's own; own times never overlap.", status=201,
    ),
    Route(
        "POST", "/slots/{slot_id}/withdrawal", "notify.withdraw_slot", accepted.WithdrawSlot, said.SlotView,
        summary="Take a time back; whoever booked it is told why.",
    ),
    Route(
        "GET", "/bookings", "notify.appointments", accepted.Nothing, Appointments,
        summary="Booked times from today on: all, or one's organisation's.",
    ),
    Route(
        "POST", "/slots/{slot_id}/bookings", "notify.book_appointment", accepted.BookAppointment, said.AppointmentView,
        summary="Book a free time; refused when taken, when it is past, or when one is elsewhere then.", status=201,
    ),
    Route(
        "POST", "/bookings/{appointment_id}/cancellation", "notify.cancel_appointment",
        accepted.CancelAppointment, said.AppointmentView,
        summary="Give a booked time back, before it begins.",
    ),
    Route(
        "GET", "/surveys/own", "notify.my_surveys", accepted.Nothing, Surveys,
        summary="The surveys of one's organisation that wait for an answer.",
    ),
    Route(
        "POST", "/surveys/{survey_id}/answer", "notify.answer_survey", accepted.AnswerSurvey, said.SurveyView,
        summary="Answer for one's organisation, once.",
    ),
    Route(
        "GET", "/satisfaction", "notify.satisfaction", accepted.ReadSatisfaction, Satisfaction,
        summary="Figures by period and side; asked and answered are counted in the period they were asked and "
        "answered in.",
        public=True,
    ),
    Route(
        "GET", "/obligations/due", "notify.duties", accepted.Nothing, DueDuties,
        summary="Duties due within a day or overdue: all, or one's own and one's organisation's.",
    ),
    Route(
        "GET", "/releases", "notify.open_data_months", accepted.Nothing, Months,
        summary="The months there are releases of, newest first: how many, and how many processes began in each.",
        public=True,
    ),
    Route(
        "GET", "/releases/{month}", "notify.release_package", accepted.NameMonth, Package,
        summary="A page of a month's releases as a package: {'package', 'next'}. Refuses `open_data_empty`.",
        public=True,
    ),
    Route(
        "GET", "/records/{month}", "notify.record_package", accepted.NameMonth, Package,
        summary="A page of the processes begun in a month, as records: {'package', 'next'}. Refuses `open_data_empty`.",
        public=True,
    ),
    Route(
        "GET", "/projects/{project_id}/releases", "notify.project_record", accepted.NameProject, Package,
        summary="A project's record package. Refuses `open_data_empty`.", public=True,
    ),
    Route(
        "GET", "/open-data-extension/{file}", "notify.open_data_extension", accepted.NameExtension, ExtensionFile,
        summary="A file of our extension for scores: {'content'}; JSON read, README as text.", public=True,
    ),
)
