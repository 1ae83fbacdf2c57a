"""The pair as real processes on a real broker and database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from deploy import ports, processes

ROOT = Path(__file__).resolve().parent.parent.parent
DEPARTMENTS = ("alpha", "beta", "registry")


def write_keys(folder: Path) -> None:
    """A key for each department and the folder of their public halves."""
    (folder / "trust").mkdir(parents=True, exist_ok=True)
    for name in DEPARTMENTS:
        key = Ed25519PrivateKey.generate()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(private)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / "trust" / f"{name}.pem").write_bytes(public)


def until(condition: Callable[[], Any], within: float = 40.0, pause: float = 0.1) -> Any:
    """The condition's first true answer; AssertionError when it stays false."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"not true within {within} s")


class Running:
    """One process of alpha or beta, which can be killed, stopped and started again."""

    def __init__(self, name: str, amqp_uri: str, database_url: str, folder: Path, **settings: str) -> None:
        self.name = name
        self.ops_port = ports.free_port()
        self.log = folder / f"{name}-{self.ops_port}.log"
        self.environment = {
            **os.environ,
            "SUNSHINE_PROFILE": "rehearsal",
            "AMQP_URI": amqp_uri,
            "DATABASE_URL": database_url,
            "OPS_PORT": str(self.ops_port),
            "DEPARTMENT_KEY_FILE": str(folder / f"{name}.key"),
            "TRUST_DIR": str(folder / "trust"),
            "STORE_URL": f"file://{folder}/store",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> Running:
        """Start it, and wait until it is ready."""
        return self.start_as(["-m", "services.chassis.launch", f"tests.pair.{self.name}.service"], wait)

    def start_as(self, python_arguments: list[str], wait: bool = False) -> Running:
        """Start it by another module. Call from the main thread: the kernel ends the process with the thread that
        began it.
        """
        self.process = processes.start(
            [sys.executable, *python_arguments],
            log=self.log,
            environment=self.environment,
            folder=ROOT,
            dies_with_us=True,
        )
        if wait:
            until(self.ready, within=60)
        return self

    def ready(self) -> bool:
        """Whether it says so itself."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
        return self.ask("ready")[0] == 200

    def ask(self, path: str) -> tuple[int, Any]:
        """Status and body of the operators' port; (0, None) where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}/{path}", timeout=2) as answer:
                body = answer.read().decode()
                return answer.status, json.loads(body) if path != "metrics" else body
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """As a power cut would."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def end(self, within: float = 30.0) -> int:
        """SIGTERM, and its exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
