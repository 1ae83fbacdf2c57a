"""Receipts: the department's signed word that a bid was taken, with its leaf in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.journal import Entry
from services.chassis.log.ledger import origin
from services.chassis.wire import moment_text
from services.protocol import receipt

PROMISE = timedelta(minutes=5)
"""Within this time of the receipt its leaf is in the log."""


def of_entry(key: Ed25519PrivateKey, kind: str, entry: Entry, at: Any, digest: str, department: str) -> dict[str, Any]:
    """A receipt for what the journal entry records. kind: "bid" or "withdrawal"; at: the moment of acceptance."""
    return receipt.issue(
        key, kind=kind, time=moment_text(at), subject=entry.announcement.subject, digest=digest, leaf=entry.leaf,
        log=origin(department), promise=moment_text(at + PROMISE),
    )  # fmt: skip
