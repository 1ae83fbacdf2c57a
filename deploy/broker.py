"""A private RabbitMQ node: its own name, ports, cookie and folders; no system broker is touched.

Erlang's port mapper (epmd) is private as well, and ours to end: a shared one would tie two nodes together.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy import broker_rights, ports, processes
from deploy.rabbitmq import Programs
from deploy.trouble import Trouble

_NODE = "sunshine@localhost"
_START_SECONDS = 90.0
# Idle schedulers sleep instead of spinning: the machine is shared with everything else of ours.
_ERLANG = (
    "+sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {127,0,0,1} "
    "-kernel prevent_overlapping_partitions false"
)
_SCHEDULERS = max(1, len(os.sched_getaffinity(0)) // 2)
"""Half of the processors: two schedulers of two hand every message over between them, and the rest of ours waits."""
_CALL_ELECTIONS = "[ra:trigger_election({Q, node()}) || {Q, follower} <- ets:tab2list(ra_state)]."
_HELLO = b"AMQP\x00\x00\x09\x01"
_CONNECTION_START = b"\x00\x0a\x00\x0a"  # class 10, method 10 of AMQP 0-9-1, in the first frame a broker sends


@dataclass(frozen=True)
class BrokerPorts:
    """AMQP, Erlang's distribution, and Erlang's port mapper."""

    amqp: int
    distribution: int
    epmd: int

    @classmethod
    def free(cls) -> BrokerPorts:
        return cls(ports.free_port(), ports.free_port(), ports.free_port())


@dataclass
class Broker:
    """One node. `folder` holds its messages, cookie and configuration; `passwords` is as broker_rights wants it."""

    folder: Path
    ports: BrokerPorts
    programs: Programs
    departments: Sequence[str]
    passwords: Mapping[str, str]
    dies_with_us: bool = False
    log: Path | None = None
    started: processes.Known | None = field(default=None, init=False)
    epmd: processes.Known | None = field(default=None, init=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _mapper: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log_file(self) -> Path:
        return self.log or self.folder / "broker.log"

    def uri(self, user: str, vhost: str = broker_rights.VHOST) -> str:
        """The address under which a department, the gateway or a partner reaches it."""
        return f"amqp://{user}:{self.passwords[user]}@{ports.LOOPBACK}:{self.ports.amqp}/{vhost}"

    def start(self) -> None:
        """Start the port mapper and the node, wait until it accepts the users it was told of."""
        self.launch_epmd()
        if not processes.wait_until(self.epmd_ready, within=10):
            raise Trouble(f"Erlang's port mapper did not start on port {self.ports.epmd}: see {self.log_file}")
        self.launch()
        self.wait_ready()

    def launch_epmd(self) -> subprocess.Popen[bytes]:
        """Start the port mapper, without waiting."""
        self._make_folders()
        mapper = self.programs.which("epmd")
        command: list[str | Path] = [mapper, "-port", str(self.ports.epmd), "-address", ports.LOOPBACK]
        self._mapper = processes.start(
            command,
            log=self.log_file,
            environment=self._environment(),
            folder=self.folder,
            dies_with_us=self.dies_with_us,
        )
        self.epmd = processes.known("epmd", self._mapper.pid)
        return self._mapper

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the node, without waiting. The port mapper must be up."""
        self._make_folders()
        self._forget_unfinished_start()
        self._write_configuration()
        self._link_plugins()
        self._child = processes.start(
            [self.programs.server],
            log=self.log_file,
            environment=self._environment(),
            folder=self.folder,
            dies_with_us=self.dies_with_us,
        )
        self.started = processes.known("broker", self._child.pid)
        return self._child

    def wait_ready(self) -> None:
        """Raises Trouble when the node ended or stayed silent; its log says why."""

        def settled() -> bool:
            return self.ready() or not self.running

        if not processes.wait_until(settled, within=_START_SECONDS) or not self.running:
            raise Trouble(f"RabbitMQ did not start on port {self.ports.amqp}: see {self.log_file}")

    def epmd_ready(self) -> bool:
        return ports.answers(self.ports.epmd)

    @property
    def running(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self.started is not None and self.started.alive

    def ready(self) -> bool:
        """Whether it speaks AMQP and every quorum queue has its leader.

        A node opens its port only after its definitions are loaded. A queue made in the last moment before a kill -9
        comes back with nobody leading it, and would stay so: we are the only node, so we call the election.
        """
        if not speaks_amqp(self.ports.amqp):
            return False
        try:
            leaderless = self.evaluate(_CALL_ELECTIONS)
        except Trouble:
            return False
        self._was_ready.touch()
        return leaderless == "[]"

    def settle(self) -> None:
        """Write down now which queues there are.

        RabbitMQ does so about a second after a quorum queue was declared; until then a kill -9 would make it forget
        the queue's log, and with it messages it has confirmed.
        """
        self.evaluate("[dets:sync(Table) || Table <- dets:all()].")

    @property
    def _was_ready(self) -> Path:
        return self.folder / "was-ready"

    def stop(self) -> None:
        """Stop the node (it writes down what it holds), then the port mapper."""
        if self.started is not None:
            processes.end(self.started, within=30)
        if self._child is not None:
            self._child.wait()
            self._child = None
        if self.epmd is not None:
            processes.end(self.epmd)
        if self._mapper is not None:
            self._mapper.wait()
            self._mapper = None

    def kill(self) -> None:
        """As a power cut would: kill -9 of the node with all its helpers. For tests of what survives."""
        assert self.started is not None
        living = self.started.process()
        if living is not None:
            for member in [living, *living.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
        if self._child is not None:
            self._child.wait()

    def remove(self) -> None:
        """Delete everything a stopped node kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def evaluate(self, expression: str, within: float = 30.0) -> str:
        """Run an Erlang expression inside the node and answer its printed result (as rabbitmqctl would, at once)."""
        node = f"{ports.LOOPBACK}:{self.ports.distribution}"
        command: list[str | Path] = [
            self.programs.which("erl_call"),
            "-address",
            node,
            "-timeout",
            str(int(within)),
            "-e",
        ]
        done = subprocess.run(
            command,
            input=expression + "\n",
            capture_output=True,
            text=True,
            timeout=within + 5,
            env=self._environment(),
            check=False,
        )
        if done.returncode != 0 or not done.stdout.startswith("{ok,"):
            raise Trouble(f"the broker did not carry out {expression!r}: {done.stdout}{done.stderr}")
        return done.stdout[len("{ok, ") :].rstrip().removesuffix("}")

    def load(self, wanted: Mapping[str, object]) -> None:
        """Add definitions to the running node."""
        with tempfile.NamedTemporaryFile("w", suffix=".json", dir=self.folder) as file:
            json.dump(wanted, file)
            file.flush()
            answer = self.evaluate(f'rabbit_definitions:import_raw(element(2, file:read_file("{file.name}"))).')
        if answer != "ok":
            raise Trouble(f"the broker did not accept definitions: {answer}")

    def _environment(self) -> dict[str, str]:
        folder = self.folder.resolve()
        return {
            **self.programs.environment(),
            "HOME": str(folder / "home"),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": ports.LOOPBACK,
            # Its start script then becomes the node, so that the process we know is the node itself.
            "RUNNING_UNDER_SYSTEMD": "yes",
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_NODE_IP_ADDRESS": ports.LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.ports.amqp),
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_SCHEMA_DIR": str(folder / "schema"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            **({"RABBITMQ_PLUGINS_DIR": str(folder / "plugins")} if self.programs.plugins() else {}),
            "RABBITMQ_MNESIA_BASE": str(folder / "messages"),
            "RABBITMQ_LOG_BASE": str(folder / "logs"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(folder / "node.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{_ERLANG} +S {_SCHEDULERS}:{_SCHEDULERS}",
        }

    def _make_folders(self) -> None:
        for name in ("home", "messages", "logs", "generated", "schema"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def _forget_unfinished_start(self) -> None:
        """A node killed during its very first start cannot read what it had begun; nothing was entrusted to it yet."""
        if not self._was_ready.exists():
            shutil.rmtree(self.folder / "messages", ignore_errors=True)
            (self.folder / "messages").mkdir()

    def _link_plugins(self) -> None:
        chosen = self.folder / "plugins"
        shutil.rmtree(chosen, ignore_errors=True)
        chosen.mkdir()
        for plugin in self.programs.plugins():
            (chosen / plugin.name).symlink_to(plugin)

    def _write_configuration(self) -> None:
        folder = self.folder.resolve()
        cookie = folder / "home/.erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.passwords[broker_rights.ADMIN])
        cookie.chmod(0o400)
        definitions = folder / "definitions.json"
        wanted = broker_rights.definitions(self.departments, self.passwords)
        definitions.write_text(broker_rights.as_json(wanted))
        definitions.chmod(0o600)
        (folder / "rabbitmq-env.conf").write_text("")
        (folder / "enabled_plugins").write_text("[].\n")
        settings = folder / "rabbitmq.conf"
        settings.write_text(
            f"listeners.tcp.default = {ports.LOOPBACK}:{self.ports.amqp}\n"
            f"load_definitions = {definitions}\n"
            # The first start would otherwise make a user everybody knows the password of.
            f"default_user = {broker_rights.ADMIN}\n"
            f"default_pass = {self.passwords[broker_rights.ADMIN]}\n"
            f"default_vhost = {broker_rights.VHOST}\n"
            "log.file = false\n"
            "log.console = true\n"
            "log.console.level = info\n"
            "num_acceptors.tcp = 2\n"
            "disk_free_limit.absolute = 200MB\n"
            "raft.wal_max_size_bytes = 33554432\n"
        )
        settings.chmod(0o600)


def speaks_amqp(port: int, within: float = 2.0) -> bool:
    """Whether the server on this port opens an AMQP 0-9-1 conversation."""
    try:
        with socket.create_connection((ports.LOOPBACK, port), timeout=within) as talk:
            talk.settimeout(within)
            talk.sendall(_HELLO)
            first = talk.recv(11)
    except OSError:
        return False
    return len(first) == 11 and first[7:] == _CONNECTION_START
