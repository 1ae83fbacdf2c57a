"""Alpha and beta with their logs, called without a bus on a real PostgreSQL."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session

from services.chassis import relay
from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.entrypoints import PUBLIC, command
from services.chassis.journal import Announcement
from services.chassis.log import ledger, reading
from services.chassis.log.entrypoints import log_entrypoints
from services.protocol.log.note import Key
from tests.pair.alpha.service import AlphaService, TakeNote
from tests.pair.beta.service import BetaService

MOMENT = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)


class Alpha(AlphaService):
    """Alpha with its log."""

    @command(TakeNote, permission=PUBLIC)
    def take_confidential_note(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Note this for the entitled."""
        entry = self.announce(Announcement("noted", 1, f"topic:{note['topic']}", note, public=False))
        return {"leaf": entry.leaf, "id": entry.id}

    @command(TakeNote, permission=PUBLIC)
    def take_secret_note(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Note this for nobody yet."""
        entry = self.announce(Announcement("noted", 1, f"topic:{note['topic']}", note, public=False, relay=False))
        return {"leaf": entry.leaf}

    @staticmethod
    def secrecy(db: Session, subjects: Collection[str]) -> Mapping[str, str]:
        """As the test has said."""
        return {each: LEVELS[each] for each in subjects if each in LEVELS}


LEVELS: dict[str, str] = {}


class Beta(BetaService):
    """Beta with its log."""


for service, others in ((Alpha, ("beta",)), (Beta, ("alpha",))):
    for entrypoint in log_entrypoints(others):
        setattr(service, entrypoint.__name__, entrypoint)


class Running:
    """Alpha and beta over one database each, trusting each other's keys; the relay is turned by hand."""

    def __init__(self, accesses: dict[str, Any], superuser: str) -> None:
        self.admin = {
            name: create_engine(
                make_url(superuser).set(
                    database=make_url(access.runtime_url).database, drivername="postgresql+psycopg"
                ),
                connect_args={"options": "-c session_replication_role=replica"},  # no trigger stops a superuser
            )
            for name, access in accesses.items()
        }
        for engine in self.admin.values():
            with engine.begin() as connection:
                names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
                connection.execute(text(f"TRUNCATE {', '.join(set(names) - {'alembic_version'})} RESTART IDENTITY"))
        LEVELS.clear()
        self.time = MOMENT
        self.alpha, self.beta = (
            Direct(made, accesses[name].runtime_url, now=lambda: self.time, calls={
                "alpha.log_consistency": lambda **fields: self.alpha.call("log_consistency", **fields),
            })
            for name, made in (("alpha", Alpha), ("beta", Beta))
        )
        keys = {each.runtime.department: [each.runtime.key.public_key()] for each in (self.alpha, self.beta)}
        for each in (self.alpha, self.beta):
            each.verifier.trust.keys.update(keys)

    @property
    def keys(self) -> list[Key]:
        return [ledger.key_of("alpha", self.alpha.runtime.key.public_key())]

    def note(self, *names: str) -> list[dict[str, Any]]:
        """Alpha takes notes, and the relay seals them."""
        answers = [self.alpha.call("take_note", key=name, topic="t") for name in names]
        self.seal()
        return answers

    def seal(self) -> None:
        with self.alpha.runtime.engines.writer.connect() as connection:
            while relay.seal(connection):
                pass

    def sign(self) -> str:
        """Alpha signs its log; answers the note, with what it announced."""
        self.time += timedelta(seconds=3)
        self.alpha.announced.clear()
        self.alpha.tick("sign_log")
        self.seal()
        return str(self.alpha.call("log_newest")["checkpoint"])

    def tell_beta(self, announced: Announcement) -> None:
        self.beta.hear("alpha", announced.event, announced.payload, announced.subject)

    def rows(self, department: str, table: Any) -> list[Any]:
        with Session(self.admin[department]) as session:
            return list(session.execute(select(table)).all())

    def tamper(self, *statements: str) -> None:
        """What a superuser of alpha's database may do."""
        with self.admin["alpha"].begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def exported(self, viewer: str = reading.ENTITLED) -> list[str]:
        with self.alpha.runtime.engines.reading() as session:
            return list(reading.Reader(session, "alpha", viewer, Alpha.secrecy).lines())

    def close(self) -> None:
        for each in (self.alpha, self.beta):
            each.close()
        for engine in self.admin.values():
            engine.dispose()
