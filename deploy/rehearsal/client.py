"""A client of the open API as any partner could write one: it signs in by certificate and finds paths in the API's own
description.

    api = Api("http://127.0.0.1:8080")
    api.call("contracts.sign_contract", by=person, contract_id=…, signed=…)

Nothing here knows a path: `openapi.json` names for every path the department and the method behind it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url, sha256_hex

_SESSION_PREFIX = b"sunshine-session-v1\n"
_TOKEN_KEPT = 480.0  # seconds; a token is good for ten minutes
_WITHIN = 60.0
_PLACE = re.compile(r"{(\w+)}")
_DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")
_CHUNK = 1 << 20
_LONGEST_WAIT = 65.0  # seconds: the gateway counts calls by the minute
_AGAIN = (429, 502, 503, 504)
_NEVER_LATER = (400, 401, 413, 422)


class Problem(Exception):
    """The API said no (RFC 9457). `objections`: mappings with code, message, article, field, figures."""

    def __init__(self, operation: str, answer: httpx.Response) -> None:
        try:
            said = answer.json()
        except ValueError:
            said = {"code": "no_json", "detail": answer.text[:500]}
        self.operation, self.status = operation, answer.status_code
        self.code: str = str(said.get("code", ""))
        self.detail: str = str(said.get("detail", ""))
        self.objections: list[Mapping[str, Any]] = list(said.get("objections") or [])
        reasons = "; ".join(_said(each) for each in self.objections)
        super().__init__(f"{operation}: {self.status} {self.code}: {self.detail} [{reasons}]")

    @property
    def codes(self) -> list[str]:
        """The objections' codes, or the problem's own where it has none."""
        return [str(each.get("code")) for each in self.objections] or [self.code]


def _said(objection: Mapping[str, Any]) -> str:
    return " ".join(str(objection.get(key) or "") for key in ("code", "article", "field", "message")).strip()


class Signer(Protocol):
    """Who can sign in: a signing key with its certificate."""

    name: str

    @property
    def key(self) -> certificates.PrivateKey: ...

    @property
    def pem(self) -> str: ...


@dataclass(frozen=True)
class Operation:
    """One path of the API and the fields it names."""

    method: str
    path: str
    places: tuple[str, ...]


@dataclass
class _Session:
    session_id: str
    secret: str
    token: str = ""
    fetched: float = -_TOKEN_KEPT


@dataclass
class Api:
    """The API under one address. Safe to use from several threads."""

    address: str
    calls: int = 0
    _http: httpx.Client = field(init=False)
    _operations: dict[str, list[Operation]] = field(init=False)
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
        headers = {"Accept-Language": "en"}
        self._http = httpx.Client(
            base_url=self.address, timeout=_WITHIN, limits=limits, trust_env=False, headers=headers
        )
        described = self._http.get("/api/v1/openapi.json")
        if described.status_code != 200:
            raise Problem("openapi.json", described)
        self._operations = operations(described.json())

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def knows(self, operation: str) -> bool:
        """Whether the API offers "<department>.<method>"."""
        return operation in self._operations

    def call(self, operation: str, by: Signer | None = None, patience: float = 10.0, **fields: Any) -> Any:
        """The answer of "<department>.<method>"; fields a path names go into the path.

        A department hears of what another did within moments: a no that goes away within `patience` seconds is none.
        Raises `Problem`.
        """
        found = self.path_of(operation, fields)
        rest = {key: value for key, value in fields.items() if key not in found.places}
        path = found.path.format(**{place: fields[place] for place in found.places})
        key = str(uuid.uuid4())
        last, pause = time.monotonic() + patience, 0.1
        while True:
            answer = self._send(found.method, path, by, rest, key)
            if answer.status_code < 400:
                return answer.json() if answer.content else None
            if time.monotonic() >= last or answer.status_code in _NEVER_LATER:
                raise Problem(operation, answer)
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)

    def put(self, path: str, by: Signer, body: Mapping[str, Any]) -> Any:
        """PUT to a path that belongs to no department."""
        answer = self._send("PUT", path, by, dict(body), str(uuid.uuid4()))
        if answer.status_code >= 400:
            raise Problem(path, answer)
        return answer.json()

    def get(self, path: str, by: Signer | None = None) -> httpx.Response:
        """A page or file by its path. Raises `Problem`."""
        answer = self._http.get(path, headers=self.authorization(by))
        self.calls += 1
        if answer.status_code >= 400:
            raise Problem(path, answer)
        return answer

    def download(self, digest: str, of: str, by: Signer) -> bytes:
        """A file of the store by its SHA-256, which what comes is checked against; `of`: the path that shows it.

        Raises `Problem`, ValueError.
        """
        content = self.get(f"/api/v1/files/{digest}?of={of}", by).content
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"what came is not the file {digest}")
        return content

    def upload(self, content: bytes, by: Signer) -> str:
        """Send bytes into the store by resumable upload (tus 1.0); their SHA-256. Raises `Problem`."""
        digest = hashlib.sha256(content).hexdigest()
        headers = {**self.authorization(by), "Tus-Resumable": "1.0.0"}
        begin = {**headers, "Upload-Length": str(len(content)), "Idempotency-Key": str(uuid.uuid4())}
        made = self._http.post("/api/v1/uploads", headers=begin)
        if made.status_code != 201:
            raise Problem("POST /api/v1/uploads", made)
        place, sent = made.headers["Location"], 0
        while sent < len(content):
            piece = content[sent : sent + _CHUNK]
            told = {**headers, "Upload-Offset": str(sent), "Content-Type": "application/offset+octet-stream"}
            answer = self._http.patch(place, headers=told, content=piece)
            if answer.status_code >= 300:
                raise Problem("PATCH upload", answer)
            sent = int(answer.headers["Upload-Offset"])
            self.calls += 1
        return digest

    def path_of(self, operation: str, fields: Mapping[str, Any]) -> Operation:
        """The path whose places these fields fill. Raises LookupError."""
        offered = self._operations.get(operation)
        if not offered:
            raise LookupError(f"the API has no path for {operation}")
        fitting = [each for each in offered if set(each.places) <= set(fields)]
        if not fitting:
            named = ", ".join(each.path for each in offered)
            raise LookupError(f"{operation} needs the fields of one of {named}")
        return max(fitting, key=lambda each: len(each.places))

    def _send(self, method: str, path: str, by: Signer | None, fields: Mapping[str, Any], key: str) -> httpx.Response:
        for attempt in range(8):
            headers = self.authorization(by)
            self.calls += 1
            if method == "GET":
                answer = self._http.get(path, params=_query(fields), headers=headers)
            else:
                answer = self._http.request(method, path, json=fields, headers={**headers, "Idempotency-Key": key})
            if answer.status_code not in _AGAIN:
                return answer
            told = float(answer.headers.get("Retry-After", "0.5"))
            time.sleep(min(told, _LONGEST_WAIT if answer.status_code == 429 else 2.0) if attempt else 0.2)
        return answer

    def authorization(self, by: Signer | None) -> dict[str, str]:
        """The headers that say who asks; a session is opened, and its token fetched anew, as needed."""
        if by is None:
            return {}
        with self._lock:
            session = self._sessions.get(by.pem)
        if session is None:
            session = self._sign_in(by)
            with self._lock:
                self._sessions[by.pem] = session
        if time.monotonic() - session.fetched > _TOKEN_KEPT:
            told = self.call("registry.session_token", session_id=session.session_id, secret=session.secret)
            session.token, session.fetched = told["token"], time.monotonic()
        return {"Authorization": f"Bearer {session.token}"}

    def forget(self, by: Signer) -> None:
        """Fetch a fresh token at the next call: roles were given meanwhile."""
        with self._lock:
            session = self._sessions.get(by.pem)
            if session is not None:
                session.fetched = -_TOKEN_KEPT

    def _sign_in(self, by: Signer) -> _Session:
        """A challenge signed with the certificate's key; the secret that fetches tokens stays here."""
        secret = secrets.token_bytes(32)
        challenge = self.call("registry.session_challenge")["challenge"]
        said = canonical({"challenge": challenge, "secret_digest": sha256_hex(secret)})
        algorithm, signature = certificates.sign(by.key, _SESSION_PREFIX + said)
        opened = self.call(
            "registry.open_session", fingerprint=certificates.fingerprint(by.pem), challenge=challenge,
            algorithm=algorithm, signature=b64url(signature), secret_digest=sha256_hex(secret),
        )  # fmt: skip
        return _Session(opened["session_id"], b64url(secret))


def operations(described: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """ "<department>.<method>" → its paths, out of an OpenAPI description.

    An operation's id is `<department>_<method>`, then what its path names, or `not_<what it leaves out>`.
    """
    found: dict[str, list[Operation]] = {}
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            named = str(told.get("operationId", "")) if isinstance(told, Mapping) else ""
            department, _, rest = named.removeprefix(f"{method}_").partition("_")
            if department not in _DEPARTMENTS:
                continue
            places = tuple(_PLACE.findall(path))
            cut = rest.rfind("_" + "_".join(places)) if places else rest.find("_not_")
            operation = rest[:cut].rstrip("_") if cut > 0 else rest.rstrip("_")
            found.setdefault(f"{department}.{operation}", []).append(Operation(method.upper(), path, places))
    return found


def _query(fields: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    return {key: _text(value) for key, value in fields.items() if value is not None}


def _text(value: Any) -> str | Sequence[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return str(value)
