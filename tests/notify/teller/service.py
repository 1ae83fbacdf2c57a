"""What the teller can be asked; it announces as registry does."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command
from services.chassis.journal import Announcement
from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.chassis.wire import Schema, moment_text


class Tell(Schema):
    first = fields.Integer(required=True)
    alarms = fields.Integer(required=True)
    barred = fields.List(fields.String(), required=True)


class TellerService:
    """Raises alarms about a log, which every supervisor is told of; says of suppliers that they are barred."""

    name = "registry"

    db = Database()
    now = Clock()
    announce = Announce()
    plumbing = Plumbing()

    @command(Tell, permission=PUBLIC)
    def tell(self, told: dict[str, Any], by: Caller) -> dict[str, Any]:
        """So many alarms, and one event for each supplier named, in one transaction."""
        at = moment_text(self.now())
        for number in range(told["first"], told["first"] + told["alarms"]):
            payload = {"about": f"演练{number}", "kind": "fork", "message": "", "figures": {}, "at": at}
            self.announce(Announcement("log_alarm", 1, f"log:teller-{number}", payload))
        for number, supplier in enumerate(told["barred"], told["first"]):
            barred: dict[str, str | None] = {
                "organisation_id": supplier, "name": f"供应商{number}(演练)", "credit_code": "91220100MA17015073",
                "ground": "collusion", "article": "法77", "decision_no": f"演练〔2026〕{number}号", "from": at[:10],
                "until": "2030-01-01", "lifted_because": None, "at": at,
            }  # fmt: skip
            self.announce(Announcement("supplier_barred", 1, f"organisation:{supplier}", barred))
        return {}
