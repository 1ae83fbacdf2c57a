"""Who may do what on the broker: the definitions a private node loads at its start.

One user per department with rights to its own names only, one for the gateway, one for partner programs that are stock
nameko clients. The user's name is the department's, so that the broker itself vouches for an event's sender (user-id).

| name | is |
|---|---|
| `nameko-rpc` (topic) | calls: routing key `<department>.<method>`; replies: the reply queue's id |
| `<department>.events` (topic) | what the department announces |
| `rpc-<department>` | the queue of calls to it |
| `<department>.…` | everything else of the department's own: `notify.hears.registry`, `notify.wait.30`, `notify.dead` |
| `rpc.reply-…`, `rpc.listener-…` | reply queues of stock nameko clients |
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

VHOST = "sunshine"
ADMIN = "sunshine_admin"
GATEWAY = "gateway"
PARTNER = "partner"
RPC = "nameko-rpc"
_NOTHING = "^$"
_REPLY_QUEUES = r"rpc\.(reply|listener)-.*"
_REPLY_KEY = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def events_of(department: str) -> str:
    """The exchange on which a department announces."""
    return f"{department}.events"


def definitions(departments: Iterable[str], passwords: Mapping[str, str], vhost: str = VHOST) -> dict[str, Any]:
    """RabbitMQ's definitions: `passwords` has one for each department, ADMIN, GATEWAY and PARTNER."""
    names = tuple(departments)
    return {
        "vhosts": [{"name": vhost}],
        "users": [_user(name, passwords[name], ADMIN) for name in (ADMIN, GATEWAY, PARTNER, *names)],
        "permissions": permissions(names, vhost),
        "topic_permissions": topic_permissions(names, vhost),
        "exchanges": [_exchange(name, vhost) for name in (RPC, *map(events_of, names))],
        "policies": [],
        "parameters": [],
        "queues": [],
        "bindings": [],
    }


def permissions(departments: Iterable[str], vhost: str) -> list[dict[str, str]]:
    """Configure, write and read rights, as regular expressions over the names of exchanges and queues."""
    names = tuple(departments)
    heard = [re.escape(events_of(name)) for name in names]
    rights = [
        _rights(vhost, ADMIN, ".*", ".*", ".*"),
        _rights(
            vhost,
            GATEWAY,
            _any_of(r"gateway\..*"),
            _any_of(RPC, r"gateway\..*"),
            _any_of(*heard, r"gateway\..*"),
        ),
        # A stock client declares the RPC exchange and binds its reply queue to it.
        _rights(vhost, PARTNER, *[_any_of(RPC, _REPLY_QUEUES)] * 3),
    ]
    for name in names:
        own = rf"(rpc-)?{re.escape(name)}(\..*)?"
        rights.append(
            _rights(
                vhost,
                name,
                _any_of(own),
                _any_of(own, RPC, r"amq\.default"),
                _any_of(own, RPC, *heard),
            )
        )
    return rights


def topic_permissions(departments: Iterable[str], vhost: str) -> list[dict[str, str]]:
    """Which routing keys may be published and bound: nobody takes calls meant for another."""
    rights = [
        _keys(vhost, GATEWAY, RPC, write=".*", read=_NOTHING),
        _keys(vhost, PARTNER, RPC, write=".*", read=_REPLY_KEY),
    ]
    for name in departments:
        rights.append(_keys(vhost, name, RPC, write=".*", read=rf"^{re.escape(name)}\.(\*|\w+)$"))
    return rights


def permissions_of_stock_service(department: str, vhost: str) -> dict[str, str]:
    """What an unchanged nameko service needs instead: it declares the exchanges it uses. For comparisons in tests."""
    everything = ".*"
    return _rights(vhost, department, everything, everything, everything)


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's `rabbit_password_hashing_sha256`: base64 of a four-byte salt and the digest of salt and password."""
    seasoning = secrets.token_bytes(4) if salt is None else salt
    return base64.b64encode(seasoning + hashlib.sha256(seasoning + password.encode()).digest()).decode()


def as_json(wanted: Mapping[str, Any]) -> str:
    return json.dumps(wanted, indent=1, sort_keys=True)


def _user(name: str, password: str, admin: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["administrator"] if name == admin else [],
        "limits": {},
    }


def _exchange(name: str, vhost: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": vhost,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _rights(vhost: str, user: str, configure: str, write: str, read: str) -> dict[str, str]:
    return {"vhost": vhost, "user": user, "configure": configure, "write": write, "read": read}


def _keys(vhost: str, user: str, exchange: str, write: str, read: str) -> dict[str, str]:
    return {"vhost": vhost, "user": user, "exchange": exchange, "write": write, "read": read}


def _any_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"
