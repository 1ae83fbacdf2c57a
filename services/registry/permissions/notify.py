"""Permissions of the notify department (telling people)."""

from typing import Final

_CENTRE: Final = "centre.officer=any centre.reviewer=any centre.host=any"
_ALL_OWN: Final = (
    "centre.officer=own centre.reviewer=own centre.host=own registry.admin=own purchaser.officer=own"
    " purchaser.representative=own purchaser.acceptor=own supervisor=own finance.officer=own hall.observer=own"
    " supplier.agent=own agency.program=own expert=own"
)

TABLE: Final = (
    ("message.read", "Read one's own messages, mark them read", _ALL_OWN),
    ("preference.change", "Choose channels and language for oneself", _ALL_OWN),
    ("delivery.read", "Read the record of deliveries", "registry.admin=any supervisor=any centre.reviewer=any"),
    ("delivery.retry", "Queue deliveries that were given up anew", "registry.admin=any"),
    ("webhook.register", "Register, change or remove a signed webhook", "agency.program=own registry.admin=any"),
    ("webhook.read", "Read webhooks and their deliveries", "agency.program=own registry.admin=any"),
    ("bulletin.publish", "Put a general announcement on the bulletin", "centre.reviewer=any finance.officer=any"),
    ("board.call", "Call a supplier into a room, take a call down", "centre.host=any centre.officer=any"),
    ("call.acknowledge", "Say that one comes when called into a room",
     "supplier.agent=own purchaser.officer=own centre.host=any centre.officer=any"),
    ("board.manage", "Show or hide panels of the board", "centre.host=any"),
    ("enquiry.ask", "Ask or suggest under one's own name", _ALL_OWN),
    ("enquiry.read", "Read enquiries",
     (f"{_CENTRE} finance.officer=any supervisor=any purchaser.officer=own supplier.agent=own agency.program=own"
     " expert=own")),
    ("enquiry.own", "Take an enquiry as first asked, hand it on", _CENTRE + " finance.officer=any"),
    ("enquiry.answer", "Answer an enquiry one owns", _CENTRE + " finance.officer=any"),
    ("appointment.book", "Book or cancel an appointment",
     "purchaser.officer=own supplier.agent=own agency.program=own expert=own"),
    ("appointment.read", "Read appointments",
     f"{_CENTRE} supervisor=any purchaser.officer=own supplier.agent=own agency.program=own expert=own"),
    ("appointment.manage", "Offer times, confirm, move or refuse appointments", _CENTRE),
    ("survey.answer", "Answer a survey after acceptance", ("purchaser.officer=own purchaser.acceptor=own"
     " supplier.agent=own")),
    ("reminder.read", "Read duties falling due or overdue",
     f"{_CENTRE} finance.officer=any supervisor=any purchaser.officer=own supplier.agent=own"),
)
