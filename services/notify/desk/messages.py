"""The inbox, the channels, the record of deliveries, and the work that empties the queue."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update

from services.chassis import heavy
from services.chassis.caller import Caller
from services.chassis.entrypoints import command, every, query
from services.notify import settings
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Delivery, Message, Preference, Webhook
from services.notify.post import hooks, spool
from services.notify.post.mail import MailSession
from services.notify.post.queue import DeliveryFault, Taken, send_waiting
from services.notify.queries.paging import number_of, page
from services.notify.schemas import accepted, said


class MessageDesk(Room):
    """What people were told, and by which way."""

    @query(accepted.ReadInbox, permission="message.read")
    def inbox(self, wanted: Fact, by: Caller) -> Answer:
        """One's own messages, newest first: {"messages", "next", "unread"}."""
        rows = select(Message).where(Message.person_id == self.person(by)).order_by(Message.number.desc())
        if (before := number_of(wanted["after"])) is not None:
            rows = rows.where(Message.number < before)
        if wanted["unread"]:
            rows = rows.where(Message.read_at.is_(None))
        shown, onward = page(list(self.db.scalars(rows.limit(wanted["most"] + 1))), wanted["most"])
        unread = select(func.count()).where(Message.person_id == self.person(by), Message.read_at.is_(None))
        return {
            "messages": said.MessageView(many=True).dump(shown), "next": onward, "unread": self.db.scalar(unread),
        }  # fmt: skip

    @command(accepted.MarkRead, permission="message.read")
    def mark_read(self, given: Fact, by: Caller) -> Answer:
        """Mark own messages read; answers how many were unread."""
        chosen: ColumnElement[bool] = Message.id.in_(given["message_ids"])
        if given["up_to"]:
            last = select(Message.number).where(Message.id == given["up_to"]).scalar_subquery()
            chosen = chosen | (Message.number <= last)
        marked = self.db.execute(
            update(Message)
            .where(Message.person_id == self.person(by), Message.read_at.is_(None), chosen)
            .values(read_at=self.now())
            .returning(Message.number)
        )
        return {"marked": len(marked.all())}

    @query(accepted.Nothing, permission="message.read")
    def preference(self, wanted: Fact, by: Caller) -> Answer:
        """Which channels one has chosen; e-mail unless told otherwise."""
        row = self.db.get(Preference, self.person(by))
        return said.PreferenceView().dump(row or {"email": True, "sms": False, "language": None})

    @command(accepted.ChangePreference, permission="preference.change")
    def change_preference(self, given: Fact, by: Caller) -> Answer:
        """Choose channels and language."""
        row = self.db.merge(Preference(person_id=self.person(by), **given))
        return said.PreferenceView().dump(row)

    @query(accepted.ReadDeliveries, permission="delivery.read")
    def deliveries(self, wanted: Fact, by: Caller) -> Answer:
        """The record of deliveries, newest first."""
        rows = select(Delivery).order_by(Delivery.number.desc())
        for name in ("event_id", "recipient", "channel"):
            if wanted[name]:
                rows = rows.where(getattr(Delivery, name) == wanted[name])
        states = {
            "waiting": Delivery.try_at.is_not(None), "sent": Delivery.sent_at.is_not(None),
            "given_up": Delivery.given_up_at.is_not(None),
        }  # fmt: skip
        if wanted["state"]:
            rows = rows.where(states[wanted["state"]])
        if (before := number_of(wanted["after"])) is not None:
            rows = rows.where(Delivery.number < before)
        shown, onward = page(list(self.db.scalars(rows.limit(wanted["most"] + 1))), wanted["most"])
        return {"deliveries": said.DeliveryView(many=True).dump(shown), "next": onward}

    @command(accepted.TryAgain, permission="delivery.retry")
    def try_again(self, given: Fact, by: Caller) -> Answer:
        """Queue given-up deliveries anew; answers how many."""
        anew = self.db.execute(
            update(Delivery)
            .where(Delivery.id.in_(given["delivery_ids"]), Delivery.given_up_at.is_not(None))
            .values(given_up_at=None, tries=0, try_at=func.clock_timestamp())
            .returning(Delivery.id)
        )
        return {"queued": len(anew.all())}

    @every(seconds=2)
    def post_mail(self) -> bool:
        """Send waiting e-mail."""
        server = settings.current().mail
        if server is None:
            return False
        with MailSession(server) as mail:
            return send_waiting(self.plumbing.engines, "email", mail.send)

    @every(seconds=5)
    def post_short_messages(self) -> bool:
        """Write waiting short messages into the spool."""
        folder = settings.current().sms_spool
        if folder is None:
            return False
        return send_waiting(self.plumbing.engines, "sms", lambda taken: spool.write(folder, taken))

    @every(seconds=2)
    def post_webhooks(self) -> bool:
        """Send waiting events to partners."""
        return send_waiting(self.plumbing.engines, "webhook", self._post_webhook)

    def _post_webhook(self, taken: Taken) -> None:
        with self.plumbing.engines.reading() as session:
            hook = session.get(Webhook, taken.recipient)
        if hook is None or hook.ended_at is not None:
            raise DeliveryFault("the webhook has ended", lasting=True)
        heavy.run(hooks.post, taken, hook.secret, self.plumbing.key, settings.current().webhook_networks)

