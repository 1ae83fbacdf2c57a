"""Sealing while the database goes away."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.chassis import relay
from services.chassis.log import ledger
from tests.chassis.log.running import Running


def test_a_connection_cut_while_sealing_is_an_error_the_relay_waits_for_and_goes_on_after(running: Running) -> None:
    running.alpha.call("take_note", key="a", topic="t")
    with running.alpha.runtime.engines.writer.connect() as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
        first = ledger.size(connection)
        with running.admin["alpha"].begin() as superuser:
            superuser.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        with pytest.raises(OperationalError), ledger._copied(connection, first, [1], [bytes(32)]):
            pass
    with running.alpha.runtime.engines.writer.connect() as connection:
        assert relay.seal(connection) == 1
