"""The same department without its log: journalled as ever, but nothing is sealed, signed or witnessed.

Only a measurement runs it: what is left out here is what the log costs.
"""

from __future__ import annotations

from sqlalchemy import Connection

from deploy.bench.source.service import SourceService
from services.chassis import relay


def _leave_unsealed(connection: Connection) -> int:
    connection.rollback()
    return 0


relay.seal = _leave_unsealed


class UnloggedSource(SourceService):
    """Echoes, waits, tells, and keeps no log."""

    name = "source"
    sign_log = notice_silence = None
