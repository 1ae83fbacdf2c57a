"""The chassis' own tables, in every department's database.

`inbox`    request ids already answered, with the answer given
`heard`    how far each foreign subject has been heard; `waiting`: foreign events that could not be heard yet
`journal`  what was done: outbox, audit trail and log in one; rows are neither changed nor deleted
`subject`  where each subject's numbering stands
`relay`    how far the journal has been announced; `unrouted`: announced, but nobody was listening

`create` makes them all in a department's first migration, with the SQL functions, and takes from the running service
the right to change the journal; `keep` does so with a department's own table.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.tables_base import metadata

inbox = Table(
    "inbox",
    metadata,
    Column("caller", String(80), primary_key=True),
    Column("request_id", String(200), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("answer", JSONB),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

heard = Table(
    "heard",
    metadata,
    Column("department", String(40), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("department", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("trace", String(60), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("waits", Integer, nullable=False),
    Column("why", String(500), nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Index("ix_waiting_due", "due"),
    Index("ix_waiting_subject", "department", "subject"),
)

heard_since = Table(
    "heard_since",
    metadata,
    Column("department", String(40), primary_key=True),
    Column("event", String(80), primary_key=True),
    Column("since", Double, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("event", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("after", JSONB, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("relay", Boolean, nullable=False),
    Column("trace", String(60), nullable=False, server_default=""),
    Index("ix_journal_subject", "subject", "seq"),
)

subject = Table(
    "subject",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
)

relay_cursor = Table(
    "relay_cursor",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

unrouted = Table(
    "unrouted",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("event", String(80), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

redelivered = Table(
    "redelivered",
    metadata,
    Column("message", String(200), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
)

ended_session = Table(
    "ended_session",
    metadata,
    Column("session_id", String(80), primary_key=True),
    Column("until", Double, nullable=False),
)

clock_offset = Table(
    "clock_offset",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=text("true")),
    Column("seconds", Double, nullable=False),
)

_FUNCTIONS = (
    # Journal rows not yet in the log. Numbers are handed out before commit; a row is safe to take once its transaction
    # is below the oldest one still running.
    """
    CREATE TABLE unsealed (
        number bigint CONSTRAINT pk_unsealed PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id())
    """,
    # The law's time: the machine's plus what a rehearsal has moved it by. Production refuses to start on an offset.
    """
    CREATE FUNCTION chassis_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT clock_timestamp() + make_interval(secs => coalesce((SELECT seconds FROM clock_offset), 0))
    $$
    """,
    # One round trip an entry: number it within its subject, remember what came before, write it.
    """
    CREATE FUNCTION chassis_record(
        p_id text, p_time timestamptz, p_actor text, p_event text, p_version int, p_subject text, p_payload jsonb,
        p_salt text, p_leaf bytea, p_public boolean, p_relay boolean, p_trace text
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        v_seq bigint;
        v_before jsonb;
        v_number bigint;
        v_now double precision := extract(epoch FROM clock_timestamp());
    BEGIN
        INSERT INTO subject AS s (subject, seq, before, after)
        VALUES (p_subject, 1, '{}',
                CASE WHEN p_relay THEN jsonb_build_object(p_event, jsonb_build_array(1, v_now)) ELSE '{}' END)
        ON CONFLICT (subject) DO UPDATE SET
            seq = s.seq + 1,
            before = s.after,
            after = CASE WHEN p_relay THEN s.after || jsonb_build_object(p_event, jsonb_build_array(s.seq + 1, v_now))
                         ELSE s.after END
        RETURNING s.seq, s.before INTO v_seq, v_before;
        INSERT INTO journal (id, time, actor, event, version, subject, seq, after, payload, salt, leaf, public, relay,
        trace)
        VALUES (p_id, p_time, p_actor, p_event, p_version, p_subject, v_seq, v_before, p_payload, p_salt, p_leaf,
        p_public,
                p_relay, p_trace)
        RETURNING number INTO v_number;
        INSERT INTO unsealed (number) VALUES (v_number);
        RETURN v_seq;
    END $$
    """,
    # Is this event new, seen, or early? Holds the subject's row until the transaction ends, so its events go one by
    # one.
    """
    CREATE FUNCTION chassis_hear(p_department text, p_subject text, p_seq bigint, p_needed bigint)
    RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
        v_seq bigint;
    BEGIN
        INSERT INTO heard (department, subject, seq) VALUES (p_department, p_subject, 0) ON CONFLICT DO NOTHING;
        SELECT seq INTO v_seq FROM heard WHERE department = p_department AND subject = p_subject FOR UPDATE;
        IF v_seq >= p_seq THEN RETURN 'seen'; END IF;
        IF v_seq < p_needed THEN RETURN 'early'; END IF;
        UPDATE heard SET seq = p_seq WHERE department = p_department AND subject = p_subject;
        RETURN 'new';
    END $$
    """,
)

_KEPT = """
    CREATE FUNCTION chassis_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are kept: neither changed nor deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """

_APPEND_ONLY = ("journal", "log_leaf", "log_tile", "log_checkpoint", "witnessed", "log_alarm")


def create(op: Operations, runtime_role: str) -> None:
    """Make the chassis' tables and functions; called by each department's first migration.

    runtime_role: the role the service runs as; it may read and insert into the append-only tables, nothing more.
    """
    from services.chassis import obligations  # noqa: F401  the import fills the metadata
    from services.chassis.log import store_tables  # noqa: F401  the import fills the metadata

    connection = op.get_bind()
    metadata.create_all(connection)
    for function in _FUNCTIONS:
        connection.exec_driver_sql(function.replace("%", "%%"))
    role = '"' + runtime_role.replace('"', '""') + '"'
    connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    connection.exec_driver_sql(_KEPT.replace("%", "%%"))
    for name in _APPEND_ONLY:
        if name in metadata.tables:
            keep(op, name, runtime_role)


def keep(op: Operations, table: str, runtime_role: str) -> None:
    """Let rows of a table only be added: the service has no right to more, and the table's owner is refused too.

    A record is to be kept for years; here it is kept for ever. What a superuser of the server does all the same, the
    log shows.
    """
    connection = op.get_bind()
    role = '"' + runtime_role.replace('"', '""') + '"'
    connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION chassis_kept()"
    )
