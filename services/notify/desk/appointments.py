"""Appointments (预约): times offered, booked once, given back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.chassis.working_days import day_of
from services.notify import events, notices
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Appointment, Slot
from services.notify.refusals import no, refusal
from services.notify.rules import appointing
from services.notify.schemas import accepted, said

SHOWN = dt.timedelta(days=14)


class AppointmentDesk(Room):
    """When somebody of the centre can be seen."""

    @command(accepted.OfferSlot, permission="appointment.manage")
    def offer_slot(self, given: Fact, by: Caller) -> Answer:
        """Offer a time of one's own; own times never overlap."""
        by.require("appointment.manage")
        refuse_if(appointing.offer_objections(given["starts_at"], given["ends_at"], self.now()))
        row = Slot(**given, host_person_id=self.person(by), host_name=by.name, offered_at=self.now())
        with refuse_on("ex_slot_host_once", refusal("slot_overlaps", field="starts_at")):
            self.db.add(row)
            self.db.flush()
        self._slot_moved("slot_offered", row)
        return said.SlotView().dump(row)

    @command(accepted.WithdrawSlot, permission="appointment.manage")
    def withdraw_slot(self, given: Fact, by: Caller) -> Answer:
        """Take a time back; whoever booked it is told why."""
        by.require("appointment.manage")
        slot = self._slot(given["slot_id"])
        if slot.withdrawn_at is None:
            slot.withdrawn_at, slot.withdrawn_because = self.now(), given["reason"]
            booked = self._booking(slot.id)
            if booked is not None:
                self._cancel(booked, slot, given["reason"])
            self._slot_moved("slot_withdrawn", slot, reason=given["reason"])
        return said.SlotView().dump(slot)

    @query(accepted.ReadSlots, permission="appointment.read")
    def free_slots(self, wanted: Fact, by: Caller) -> Answer:
        """The times still free, two weeks of them."""
        begin, _ = notices.day_bounds(wanted["from_"] or day_of(self.now()), None)
        taken = select(Appointment.slot_id).where(Appointment.cancelled_at.is_(None))
        rows = (
            select(Slot)
            .where(Slot.withdrawn_at.is_(None), Slot.starts_at > self.now(), Slot.id.not_in(taken))
            .where(Slot.starts_at >= begin, Slot.starts_at < (begin or self.now()) + SHOWN)
            .order_by(Slot.starts_at, Slot.id)
            .limit(500)
        )
        if wanted["topic"]:
            rows = rows.where(Slot.topic == wanted["topic"])
        return {"slots": said.SlotView(many=True).dump(self.db.scalars(rows))}

    @command(accepted.BookAppointment, permission="appointment.book")
    def book_appointment(self, given: Fact, by: Caller) -> Answer:
        """Book a free time; refused when taken, when it is past, or when one is elsewhere then."""
        slot = self._slot(given["slot_id"])
        taken = self._booking(slot.id) is not None
        refuse_if(appointing.booking_objections(slot.starts_at, slot.withdrawn_at is not None, taken, self.now()))
        row = Appointment(
            slot_id=slot.id, person_id=self.person(by), organisation_id=by.organisation_id, name=by.name,
            matter=given["matter"], starts_at=slot.starts_at, ends_at=slot.ends_at, booked_at=self.now(),
        )  # fmt: skip
        with (
            refuse_on("uq_appointment_slot_live", refusal("slot_taken", field="slot_id")),
            refuse_on("ex_appointment_person_once", refusal("elsewhere_then", field="slot_id")),
        ):
            self.db.add(row)
            self.db.flush()
        self._slot_moved("appointment_booked", slot, row)
        self.tell("appointment_booked", row.id, f"slot:{slot.id}", self._visit(slot, row))
        return said.AppointmentView().dump(row)

    @command(accepted.CancelAppointment, permission="appointment.book")
    def cancel_appointment(self, given: Fact, by: Caller) -> Answer:
        """Give a booked time back, before it begins."""
        row = self.db.get(Appointment, given["appointment_id"], with_for_update=True)
        if row is None or row.person_id != by.person_id:
            no("appointment_unknown", field="appointment_id")
        if row.starts_at <= self.now():
            no("slot_past", field="appointment_id", starts_at=row.starts_at.isoformat())
        slot = self._slot(row.slot_id)
        if row.cancelled_at is None:
            self._cancel(row, slot, given["reason"])
        return said.AppointmentView().dump(row)

    @query(accepted.Nothing, permission="appointment.read")
    def appointments(self, wanted: Fact, by: Caller) -> Answer:
        """Booked times from today on: all, or one's organisation's."""
        begin, _ = notices.day_bounds(day_of(self.now()), None)
        rows = select(Appointment).where(Appointment.ends_at >= begin).order_by(Appointment.starts_at).limit(500)
        if not by.reaches("appointment.read"):
            own = Appointment.person_id == by.person_id
            if by.organisation_id:
                own = own | (Appointment.organisation_id == by.organisation_id)
            rows = rows.where(own)
        return {"appointments": said.AppointmentView(many=True).dump(self.db.scalars(rows))}

    def _slot(self, slot_id: str) -> Slot:
        row = self.db.get(Slot, slot_id, with_for_update=True, populate_existing=True)
        if row is None:
            no("slot_unknown", field="slot_id")
        return row

    def _booking(self, slot_id: str) -> Appointment | None:
        live = select(Appointment).where(Appointment.slot_id == slot_id, Appointment.cancelled_at.is_(None))
        return self.db.scalars(live).first()

    def _cancel(self, row: Appointment, slot: Slot, reason: str) -> None:
        row.cancelled_at, row.cancelled_because = self.now(), reason
        self._slot_moved("appointment_cancelled", slot, row, reason)
        self.tell("appointment_cancelled", row.id, f"slot:{slot.id}", {**self._visit(slot, row), "reason": reason})

    def _slot_moved(self, name: str, slot: Slot, row: Appointment | None = None, reason: str | None = None) -> None:
        self.db.flush()
        fact = {"slot_id": slot.id, "appointment_id": row.id if row else None, "reason": reason, "at": self.now()}
        self.announce(events.event(name, f"slot:{slot.id}", **fact))

    def _visit(self, slot: Slot, row: Appointment) -> Fact:
        return {
            "host_person_id": slot.host_person_id, "visitor_person_id": row.person_id, "name": row.name,
            "starts_at": slot.starts_at, "place": slot.place, "matter": row.matter,
        }  # fmt: skip
