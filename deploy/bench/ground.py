"""The ground measurements stand on: a private broker and PostgreSQL, and processes of two small departments."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deploy import broker_rights, databases, ports, processes, rabbitmq
from deploy.broker import Broker, BrokerPorts
from deploy.places import ROOT, Places
from deploy.postgres import PostgresServer
from deploy.trouble import Trouble

SOURCE = "source"
LISTENER = "listener"
REGISTRY = "registry"  # does not run here; its exchange and key must be there for whoever does
DEPARTMENTS = (SOURCE, LISTENER, REGISTRY)
_READY_WITHIN = 60.0


class Ground:
    """Starts what is asked for, once, and ends all of it: `with Ground(print) as ground: …`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stack = contextlib.ExitStack()
        self._broker: Broker | None = None
        self._postgres: PostgresServer | None = None
        self._accesses: dict[str, databases.Access] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="sunshine-bench-"))
        self.folder.chmod(0o711)
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def __enter__(self) -> Ground:
        self._write_keys()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def broker(self) -> Broker:
        """The broker, started at first use."""
        if self._broker is None:
            self._say("starting a private broker")
            users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, *DEPARTMENTS)
            programs = rabbitmq.find(Places.of_this_checkout().broker_cache, self._say)
            passwords = {user: secrets.token_hex(12) for user in users}
            self._broker = Broker(
                self.folder / "broker", BrokerPorts.free(), programs, DEPARTMENTS, passwords, dies_with_us=True
            )
            self._stack.callback(self._broker.stop)
            self._broker.start()
        return self._broker

    @property
    def postgres(self) -> PostgresServer:
        """A PostgreSQL that keeps its promises (fsync on), started at first use."""
        if self._postgres is None:
            self._say("starting a private PostgreSQL")
            self._postgres = PostgresServer(
                self.folder / "postgres", ports.free_port(), secrets.token_hex(16), dies_with_us=True
            )
            self._stack.callback(self._postgres.stop)
            self._postgres.start()
        return self._postgres

    def uri(self, user: str) -> str:
        """The broker's address for a department, broker_rights.GATEWAY or broker_rights.PARTNER."""
        return self.broker.uri(user)

    def access(self, department: str) -> databases.Access:
        """The department's database, made and migrated at first use."""
        if department not in self._accesses:
            wanted = {name: secrets.token_hex(12) for name in (department, f"{department}_owner")}
            access = databases.prepare(self.postgres.url(), department, wanted)
            environment = {
                **os.environ,
                "MIGRATION_DATABASE_URL": access.migration_url,
                "RUNTIME_ROLE": access.runtime_role,
            }
            command = [sys.executable, "-m", "services.chassis.migrate", f"deploy.bench.{department}"]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
            self._accesses[department] = access
        return self._accesses[department]

    @contextlib.contextmanager
    def running(
        self, department: str, instances: int = 1, workers: int = 16, module: str = "service"
    ) -> Iterator[None]:
        """Processes of the source or the listener, ready; they end with the block."""
        with contextlib.ExitStack() as stack:
            doors = []
            for number in range(instances):
                door = ports.free_port()
                doors.append(door)
                command = ["-m", "services.chassis.launch", f"deploy.bench.{department}.{module}"]
                environment = self._environment(department, door, workers)
                stack.enter_context(self.program(f"{department}-{number}", command, environment))
            for door in doors:
                if not processes.wait_until(partial(_says_ready, door), within=_READY_WITHIN):
                    raise Trouble(f"{department} did not become ready: see {self.folder}")
            yield

    @contextlib.contextmanager
    def program(
        self, name: str, arguments: list[str], environment: dict[str, str] | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A Python process that ends with the block."""
        log = self.folder / f"{name}.log"
        child = processes.start(
            [sys.executable, *arguments],
            log=log,
            environment=environment or dict(os.environ),
            folder=ROOT,
            dies_with_us=True,
        )
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def ask(self, arguments: list[str], within: float = 300) -> dict[str, float]:
        """Run a Python program to its end, in so many seconds; it prints its figures as one line of JSON."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=within, check=False)
        if done.returncode:
            raise Trouble(f"{' '.join(arguments[:2])} failed: {done.stderr.strip()[-2000:]}")
        figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures

    def _environment(self, department: str, door: int, workers: int) -> dict[str, str]:
        return {
            **os.environ,
            "SUNSHINE_PROFILE": "rehearsal",
            "AMQP_URI": self.uri(department),
            "DATABASE_URL": self.access(department).runtime_url,
            "OPS_PORT": str(door),
            "DEPARTMENT_KEY_FILE": str(self.folder / f"{department}.key"),
            "TRUST_DIR": str(self.folder / "trust"),
            "STORE_URL": f"file://{self.folder}/store",
            "LOG_LEVEL": "WARNING",
            "MAX_WORKERS": str(workers),
        }

    def _write_keys(self) -> None:
        (self.folder / "trust").mkdir()
        for name in DEPARTMENTS:
            key = Ed25519PrivateKey.generate()
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            (self.folder / f"{name}.key").write_bytes(private)
            (self.folder / "trust" / f"{name}.pem").write_bytes(public)


def _says_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{ports.LOOPBACK}:{port}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        time.sleep(0.1)
        return False
