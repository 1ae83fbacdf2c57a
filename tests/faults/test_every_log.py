"""Every department's own database, its process killed while it records, seals and signs: the log verifies."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from deploy.databases import DEPARTMENTS
from services.chassis import relay
from services.chassis.database import Engines, connect
from services.chassis.definitions import service_class
from services.chassis.log import ledger, reading
from services.protocol.log import verify

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 2
AT_WORK = 40  # entries acknowledged before a kill: some sealed, some signed, some neither


def test_the_logs_of_all_five_departments_verify_after_kills(department_database: Any, tmp_path: Path) -> None:
    urls = {name: department_database(name) for name in DEPARTMENTS}
    keys = {name: Ed25519PrivateKey.generate() for name in DEPARTMENTS}
    acknowledged: dict[str, list[str]] = {name: [] for name in DEPARTMENTS}
    source = random.Random(8)
    for name, key in keys.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / f"{name}.pem").write_bytes(pem)
    for _ in range(KILLS):
        working = {name: _sealer(name, urls[name], tmp_path) for name in DEPARTMENTS}
        for name, process in working.items():
            assert process.stdout is not None
            acknowledged[name] += [process.stdout.readline().strip() for _ in range(AT_WORK)]
            time.sleep(source.uniform(0.05, 0.3))
            process.kill()
            acknowledged[name] += [line.strip() for line in process.stdout if line.endswith("\n")]
            process.wait(20)
            process.stdout.close()
    for name in DEPARTMENTS:
        engines = connect(urls[name], name="after", size=1)
        try:
            _verified(engines, name, keys[name], acknowledged[name])
        finally:
            engines.close()


def _sealer(department: str, url: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.sealer", department, str(folder / f"{department}.pem")]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _verified(engines: Engines, name: str, key: Ed25519PrivateKey, acknowledged: list[str]) -> None:
    public = [ledger.key_of(name, key.public_key())]
    with engines.reading() as session:
        kept = list(session.scalars(text("SELECT note FROM log_checkpoint")))
        now = session.scalar(text("SELECT chassis_now()"))
    with engines.writer.connect() as connection:
        while relay.seal(connection):
            pass
        ledger.make_checkpoint(connection, name, key, now)
        connection.commit()
    with engines.reading() as session:
        lines = list(reading.Reader(session, name, reading.ANYBODY, service_class(name).secrecy).lines())
        assert verify.log(lines, public, kept).reasons == []
        leaves = [bytes(each).hex() for each in session.scalars(text("SELECT leaf FROM log_leaf ORDER BY position"))]
        entries = session.scalar(text("SELECT count(*) FROM journal"))
    assert len(kept) >= KILLS, "it was killed before anything was signed"
    assert set(acknowledged) <= set(leaves), "what was acknowledged is in the log"
    assert len(set(leaves)) == len(leaves) == entries, "each entry once"
