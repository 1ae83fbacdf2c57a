"""Partners' webhooks: registered, read, ended."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.notify import events, settings, telling
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Webhook
from services.notify.refusals import no
from services.notify.rules.addresses import url_objections
from services.notify.rules.reasons import objection
from services.notify.schemas import accepted, said

MOST = 10


class WebhookDesk(Room):
    """Where partners have public events sent to."""

    @command(accepted.RegisterWebhook, permission="webhook.register")
    def register_webhook(self, given: Fact, by: Caller) -> Answer:
        """Register an address for public events, at most ten an organisation."""
        owner = given["organisation_id"] or by.organisation_id
        if owner is None:
            no("webhook_without_owner", field="organisation_id")
        by.require("webhook.register", own=owner == by.organisation_id)
        known = {each.partition(".")[2] for each in telling.for_webhooks()}
        objections = url_objections(given["url"], settings.current().webhook_plain)
        objections += [
            objection("webhook_event_unknown", field=f"events.{place}", event=each)
            for place, each in enumerate(given["events"])
            if each not in known
        ]
        if given["secret"] and len(given["secret"]) < 32:
            objections.append(objection("webhook_secret_short", field="secret"))
        live = list(self.db.scalars(select(Webhook.id).where(_live(owner)).with_for_update()))
        if len(live) >= MOST:
            objections.append(objection("webhook_too_many", most=MOST))
        refuse_if(objections)
        row = Webhook(
            organisation_id=owner, url=given["url"], secret=given["secret"], events=given["events"],
            registered_by=self.person(by), registered_at=self.now(),
        )  # fmt: skip
        self.db.add(row)
        self.db.flush()
        self._journal("webhook_registered", row, None)
        return said.WebhookView().dump(row)

    @command(accepted.EndWebhook, permission="webhook.register")
    def end_webhook(self, given: Fact, by: Caller) -> Answer:
        """Send nothing there any more."""
        row = self.db.get(Webhook, given["webhook_id"], with_for_update=True)
        if row is None:
            no("webhook_unknown", field="webhook_id")
        by.require("webhook.register", own=row.organisation_id == by.organisation_id)
        if row.ended_at is None:
            row.ended_at, row.ended_because = self.now(), given["reason"]
            self._journal("webhook_ended", row, given["reason"])
        return said.WebhookView().dump(row)

    @query(accepted.Nothing, permission="webhook.read")
    def webhooks(self, wanted: Fact, by: Caller) -> Answer:
        """The webhooks one may see: one's organisation's, or all."""
        rows = select(Webhook).order_by(Webhook.registered_at, Webhook.id).limit(500)
        if not by.reaches("webhook.read"):
            rows = rows.where(Webhook.organisation_id == by.organisation_id)
        return {"webhooks": said.WebhookView(many=True).dump(self.db.scalars(rows))}

    def _journal(self, name: str, row: Webhook, reason: str | None) -> None:
        self.announce(
            events.event(
                name, f"webhook:{row.id}", webhook_id=row.id, organisation_id=row.organisation_id, url=row.url,
                reason=reason, at=self.now(),
            )
        )  # fmt: skip


def _live(owner: str) -> ColumnElement[bool]:
    return (Webhook.organisation_id == owner) & Webhook.ended_at.is_(None)
