"""What of a signed contract may be withheld from the public?

条例50: a contract is published within two working days of signing, except what is a state or a business secret. Who
bought what from whom for how much is never one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

MAY_BE_SECRET = ("items", "acceptance_standard", "delivery_place", "payment_terms", "supplier_account", "contacts")
KINDS = {"state_secret": "国家秘密", "business_secret": "商业秘密"}


def objections(secrets: Sequence[Mapping[str, str]]) -> list[Objection]:
    """Why these terms may not be withheld. secrets: {term, kind}."""
    return [
        objection("redaction_unlawful", "条例50", f"secrets.{place}", term=each["term"])
        for place, each in enumerate(secrets)
        if each["term"] not in MAY_BE_SECRET or each["kind"] not in KINDS
    ]
