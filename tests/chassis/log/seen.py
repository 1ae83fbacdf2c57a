"""What somebody sees of a department's log: all of it as one text to look for secrets in, or one proved entry."""

import json
from datetime import UTC, datetime
from typing import Any

from services.chassis import relay
from services.chassis.direct import Direct
from services.chassis.log import ledger, reading
from services.protocol.log import verify


def seen(direct: Direct, viewer: str) -> str:
    """The log's entries as `viewer` (`reading.ANYBODY`, `reading.ENTITLED`) gets them now."""
    _sealed(direct)
    with direct.runtime.engines.reading() as session:
        reader = _reader(direct, session, viewer)
        found, more = [], reader.entries(-1, 500)
        while more:
            found += more
            more = reader.entries(found[-1]["position"], 500)
    assert found, "nothing was sealed"
    return json.dumps(found, ensure_ascii=False)


def proved(direct: Direct, viewer: str, subject: str, holds: str) -> dict[str, Any]:
    """The proof that who holds a paper asks for with the paper's subject and a value on it; it has been verified."""
    _sealed(direct)
    runtime = direct.runtime
    with runtime.engines.writer.connect() as connection:
        ledger.make_checkpoint(connection, runtime.department, runtime.key, datetime.now(UTC))
        connection.commit()
    with runtime.engines.reading() as session:
        found = _reader(direct, session, viewer).proved_entry(subject=subject, holds=holds)
    keys = [ledger.key_of(runtime.department, runtime.key.public_key())]
    assert verify.inclusion(found, keys).reasons == []
    return found


def _sealed(direct: Direct) -> None:
    with direct.runtime.engines.writer.connect() as connection:
        while relay.seal(connection):
            pass


def _reader(direct: Direct, session: Any, viewer: str) -> reading.Reader:
    return reading.Reader(session, direct.runtime.department, viewer, getattr(direct.service, "secrecy", None))
