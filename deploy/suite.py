"""What runs, with which settings: the broker and the database (unless given), five departments, the gateway."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from deploy import broker_rights, databases, keys, migrations, ports, processes, rabbitmq
from deploy.broker import Broker, BrokerPorts
from deploy.databases import DEPARTMENTS, Access
from deploy.places import ROOT, Places, Ports
from deploy.postgres import PostgresServer
from deploy.supervisor import Program, Say, Supervisor
from deploy.trouble import Trouble

GATEWAY_PORT = 8080
_DRAIN_SECONDS = 30.0
_READY_SECONDS = 120.0
_without_proxy = build_opener(ProxyHandler({}))


def ask(url: str, within: float = 2.0) -> int:
    """The HTTP status under this address; 0 when nobody answers."""
    try:
        with _without_proxy.open(url, timeout=within) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
    except OSError:
        return 0


@dataclass
class Suite:
    """Everything of one checkout. `start` brings it up under the supervisor, `stop` takes down what was started."""

    places: Places
    supervisor: Supervisor
    say: Say
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    _ports: Ports = field(init=False)
    _broker: Broker | None = field(default=None, init=False)
    _postgres: PostgresServer | None = field(default=None, init=False)
    _departments: list[str] = field(default_factory=list, init=False)
    gateway_url: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._ports = Ports(self.places)

    def start(self) -> None:
        """Everything up and ready. Raises Trouble naming the step that failed."""
        self.gateway_url = f"http://{ports.LOOPBACK}:{self._gateway_port()}"
        self._start_broker()
        self._start_postgres()
        access = self._prepare_databases()
        self._migrate(access)
        if self._broker is not None:
            self.supervisor.wait_ready(["epmd", "broker"], _READY_SECONDS)
        for department in DEPARTMENTS:
            keys.department_key(self.places, department)
        for department in DEPARTMENTS:
            self._start_department(department, access[department])
        self._start_gateway()
        self.supervisor.wait_ready([*self._departments, "gateway"], _READY_SECONDS)
        if self._broker is not None:
            self._broker.settle()

    def stop(self) -> None:
        """The gateway first, so that nobody asks; then the departments, which finish what is under way."""
        self.supervisor.stop([["gateway"], self._departments, ["broker", "postgres"], ["epmd"]])

    def _start_broker(self) -> None:
        if self.environment.get("AMQP_URI"):
            self.say("broker: the one given by AMQP_URI")
            return
        users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, *DEPARTMENTS)
        known = keys.passwords(self.places, [f"broker.{user}" for user in users])
        taken = BrokerPorts(*(self._ports.take(name) for name in ("amqp", "erlang", "epmd")))
        node = Broker(
            self.places.run / "broker",
            taken,
            rabbitmq.find(self.places.broker_cache, self.say),
            DEPARTMENTS,
            {user: known[f"broker.{user}"] for user in users},
            dies_with_us=True,
            log=self.places.log("broker"),
        )
        self._broker = node
        log = node.log_file
        self.supervisor.add(Program("epmd", node.launch_epmd, node.epmd_ready, log, port=taken.epmd))
        self.supervisor.wait_ready(["epmd"], 20)
        self.supervisor.add(Program("broker", node.launch, node.ready, log, stop_within=30, port=taken.amqp))

    def _start_postgres(self) -> None:
        if self.environment.get("DATABASE_ADMIN_URL") or self._all_databases_given():
            self.say("database: the one given")
            return
        server = PostgresServer(
            self.places.run / "postgres",
            self._ports.take("postgres"),
            keys.passwords(self.places, ["postgres"])["postgres"],
            dies_with_us=True,
            log=self.places.log("postgres"),
        )
        self._postgres = server
        self.supervisor.add(
            Program(
                "postgres", server.launch, server.ready, server.log_file, stop_signal=signal.SIGINT, port=server.port
            )
        )
        self.supervisor.wait_ready(["postgres"], _READY_SECONDS)

    def _all_databases_given(self) -> bool:
        return all(self.environment.get(f"{name.upper()}_DATABASE_URL") for name in DEPARTMENTS)

    def _prepare_databases(self) -> dict[str, Access]:
        found: dict[str, Access] = {}
        for department in DEPARTMENTS:
            given = self.environment.get(f"{department.upper()}_DATABASE_URL")
            if given:
                migration = self.environment.get(f"{department.upper()}_MIGRATION_DATABASE_URL", given)
                found[department] = Access(department, given, migration)
                continue
            roles = [f"database.{department}", f"database.{department}_owner"]
            known = keys.passwords(self.places, roles)
            admin = self._postgres.url() if self._postgres else self.environment["DATABASE_ADMIN_URL"]
            found[department] = databases.prepare(
                admin,
                department,
                {role.removeprefix("database."): known[role] for role in roles},
                prefix=self.environment.get("DATABASE_PREFIX", ""),
            )
        return found

    def _migrate(self, access: Mapping[str, Access]) -> None:
        behind = [name for name in DEPARTMENTS if not migrations.is_current(name, access[name].migration_url)]
        running = {name: self._migration(access[name]) for name in behind}
        try:
            self.supervisor.care_until(lambda: all(each.poll() is not None for each in running.values()))
        finally:
            for each in running.values():
                if each.poll() is None:
                    each.kill()
                    each.wait()
        for name, each in running.items():
            if each.returncode != 0:
                raise Trouble(f"the database of {name} could not be migrated: see {self.places.log('migrate-' + name)}")
        self.say(f"databases are migrated{': ' + ', '.join(behind) if behind else ' already'}")

    def _migration(self, access: Access) -> subprocess.Popen[bytes]:
        return processes.start(
            [sys.executable, "-m", "services.chassis.migrate", access.department],
            log=self.places.log(f"migrate-{access.department}"),
            environment={
                **self.environment,
                "MIGRATION_DATABASE_URL": access.migration_url,
                "RUNTIME_ROLE": access.runtime_role,
            },
            folder=ROOT,
            dies_with_us=True,
        )

    def amqp_uri(self, user: str) -> str:
        """The broker's address for a department or the gateway."""
        own = self.environment.get(f"{user.upper()}_AMQP_URI")
        if own:
            return own
        return self._broker.uri(user) if self._broker else self.environment["AMQP_URI"]

    def department_environment(self, department: str, access: Access, ops_port: int) -> dict[str, str]:
        """The settings of one process of a department (services/chassis/README.md, "Settings")."""
        settings = {
            **self._common(),
            "AMQP_URI": self.amqp_uri(department),
            "DATABASE_URL": access.runtime_url,
            "OPS_PORT": str(ops_port),
            "DEPARTMENT_KEY_FILE": str(keys.department_key(self.places, department)),
        }
        if department == "notify":
            settings.setdefault("NOTIFY_PUBLIC_URL", self.gateway_url)
        if self._broker is None and not self.environment.get(f"{department.upper()}_AMQP_URI"):
            settings["EVENT_SENDERS"] = "shared"  # one user for all: the broker cannot vouch for senders
        return settings

    def _common(self) -> dict[str, str]:
        return {
            "LOG_LEVEL": "INFO",
            "SUNSHINE_PROFILE": "rehearsal",
            "STORE_URL": self.places.store.as_uri(),
            **self.environment,
            "TRUST_DIR": str(self.places.trust),
            "PYTHONUNBUFFERED": "1",
        }

    def _start_department(self, department: str, access: Access) -> None:
        for number in range(1, self._instances(department) + 1):
            name = department if number == 1 else f"{department}-{number}"
            port = self._ports.take(f"ops.{name}")
            log = self.places.log(name)
            environment = self.department_environment(department, access, port)
            self.supervisor.add(
                Program(
                    name,
                    _launch([sys.executable, "-m", "services.chassis.launch", department], log, environment),
                    _answers(f"http://{ports.LOOPBACK}:{port}/ready", [200]),
                    log,
                    stop_within=_DRAIN_SECONDS,
                    port=port,
                )
            )
            self._departments.append(name)

    def _instances(self, department: str) -> int:
        name = f"INSTANCES_{department.upper()}"
        wanted = self.environment.get(name) or "1"
        if not wanted.isdigit() or int(wanted) < 1:
            raise Trouble(f"{name} must be a whole number of at least 1, not {wanted!r}")
        return int(wanted)

    def _start_gateway(self) -> None:
        port = int(self.gateway_url.rpartition(":")[2])
        log = self.places.log("gateway")
        command: list[str | Path] = [
            sys.executable, "-m", "gunicorn", "-c", "gateway/gunicorn_conf.py", "gateway.wsgi:app",
        ]  # fmt: skip
        environment = {
            **self._common(),
            "AMQP_URI": self.amqp_uri(broker_rights.GATEWAY),
            "GATEWAY_BIND": ports.LOOPBACK,
            "GATEWAY_PORT": str(port),
            "GATEWAY_SECRET_FILE": str(keys.gateway_secret(self.places)),
            "GATEWAY_URL": self.gateway_url,
        }
        self.supervisor.add(
            Program(
                "gateway",
                _launch(command, log, environment),
                _answers(f"{self.gateway_url}/ready", [200]),
                log,
                stop_within=_DRAIN_SECONDS,
                port=port,
            )
        )

    def _gateway_port(self) -> int:
        wanted = self.environment.get("PORT")
        if not wanted:
            noted = self._ports.noted("gateway")
            return self._ports.take("gateway", None if noted or not ports.is_free(GATEWAY_PORT) else GATEWAY_PORT)
        if not wanted.isdigit() or not ports.is_free(int(wanted)):
            raise Trouble(f"PORT={wanted} cannot be used: choose a free port, or leave PORT out and one is found")
        return self._ports.take("gateway", int(wanted))


def _launch(
    command: list[str | Path], log: Path, environment: Mapping[str, str]
) -> Callable[[], subprocess.Popen[bytes]]:
    return lambda: processes.start(command, log=log, environment=environment, folder=ROOT, dies_with_us=True)


def _answers(url: str, statuses: list[int]) -> Callable[[], bool]:
    return lambda: ask(url) in statuses
