"""A department without a bus: the same entrypoints, transactions and journal, called from a test.

Nothing is faked but what is outside: time (`now`), other departments (`calls`), and the token (the caller is given).
"""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis import database
from services.chassis.call import Call, Runtime
from services.chassis.caller import NOBODY, Caller
from services.chassis.definitions import COMMAND, EVERY, HEARS, QUERY, definitions
from services.chassis.equipment import equip
from services.chassis.journal import Announcement
from services.chassis.settings import REHEARSAL, Settings
from services.chassis.tokens import TokenVerifier, Trust


class _GivenCaller(TokenVerifier):
    """Answers the caller the test gave instead of reading a token."""

    def __init__(self, trust: Trust) -> None:
        super().__init__(trust)
        self.by: Caller = NOBODY

    def caller(self, token: str) -> Caller:
        return self.by


class _GivenDepartments:
    def __init__(self, calls: Mapping[str, Callable[..., Any]]) -> None:
        self.calls = calls

    def call(self, department: str, method: str, within: float, fields: dict[str, Any], by_call: Call) -> Any:
        return _as_json(self.calls[f"{department}.{method}"](**fields))


class Direct:
    """One department, called directly.

    calls: {"registry.people_on_duty": function(**fields) -> dict} stands in for other departments at the edge.
    now: the law's time; the machine's (with the rehearsal's offset) when not given.
    environment: whatever the department's own settings read is up to the test.
    """

    def __init__(
        self,
        service: Any,
        database_url: str,
        calls: Mapping[str, Callable[..., Any]] | None = None,
        now: Callable[[], datetime] | None = None,
        key: Ed25519PrivateKey | None = None,
        store_url: str = "",
        profile: str = REHEARSAL,
    ) -> None:
        self.service = equip(service)
        self._folder = tempfile.TemporaryDirectory(prefix="direct-")
        folder = Path(self._folder.name)
        self.verifier = _GivenCaller(Trust(folder))
        self.runtime = Runtime(
            department=service.name,
            settings=Settings(
                profile=profile,
                amqp_uri="amqp://nowhere",
                database_url=database_url,
                ops_port=0,
                department_key_file=folder / "key.pem",
                trust_dir=folder,
                store_url=store_url or f"file://{folder}/store",
            ),
            engines=database.connect(database_url, name=service.name, size=2, more=20),
            verifier=self.verifier,
            key=key or Ed25519PrivateKey.generate(),
            departments=_GivenDepartments(calls or {}),
            time_source=now,
        )
        self.definitions = {name: (function, definition) for name, function, definition in definitions(self.service)}
        self._hearers = {
            (each.source, each.event): name for name, (_, each) in self.definitions.items() if each.kind == HEARS
        }
        self._heard: dict[tuple[str, str], int] = {}
        self.announced: list[Announcement] = []

    def call(self, method: str, by: Caller = NOBODY, request_id: str | None = None, **fields: Any) -> Any:
        """The answer of a query or command, as the wire would give it. Raises `Refusal`.

        A command without a request id gets a new one.
        """
        function, definition = self.definitions[method]
        if definition.kind not in (QUERY, COMMAND):
            raise LookupError(f"{method} is not called but {definition.kind}")
        self.verifier.by = by
        context: dict[str, Any] = {"token": "given"} if by is not NOBODY else {}
        if definition.kind == COMMAND:
            context["request_id"] = request_id or str(uuid.uuid4())
        call = Call(self.runtime, method, context)
        return _as_json(self._run(function, call, _as_json(fields)))

    def hear(
        self,
        source: str,
        event: str,
        payload: dict[str, Any],
        subject: str,
        seq: int | None = None,
        needed: int = 0,
        actor: str = "",
    ) -> str:
        """Let the department hear this event ("new" or "seen"); raises what the method raises, and `Early`."""
        method = self._hearers[source, event]
        function, _ = self.definitions[method]
        number = seq if seq is not None else self._heard.get((source, subject), 0) + 1
        self._heard[source, subject] = max(number, self._heard.get((source, subject), 0))
        envelope = {
            "id": str(uuid.uuid4()),
            "event": event,
            "version": 1,
            "department": source,
            "subject": subject,
            "seq": number,
            "after": {},
            "time": "2026-05-11T01:00:00Z",
            "actor": actor or f"department:{source}",
            "payload": _as_json(payload),
        }
        verdict: str = self._run(function, Call(self.runtime, method), envelope, needed)
        return verdict

    def tick(self, method: str) -> bool:
        """Let the clock do this work once. Answers whether there is more."""
        function, definition = self.definitions[method]
        if definition.kind != EVERY:
            raise LookupError(f"{method} is not the clock's work")
        return bool(self._run(function, Call(self.runtime, method)))

    def close(self) -> None:
        """Give back the database's connections."""
        self.runtime.engines.close()
        self._folder.cleanup()

    def _run(self, function: Any, call: Call, *brought: Any) -> Any:
        answer = partial(function, self.service())(call, *brought)
        self.announced.extend(entry.announcement for entry in call.entries)
        return answer


def _as_json(value: Any) -> Any:
    """The value as it comes out of JSON; raises TypeError for what JSON cannot carry."""
    return json.loads(json.dumps(value, ensure_ascii=False))
