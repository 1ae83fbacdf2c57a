"""Webhooks: an event POSTed to a partner, signed, to the very address that was judged.

The name is resolved once, every address found must be allowed, and the connection goes to one of those addresses, so
that a name that answers differently the second time (DNS rebinding) gains nothing. Redirects are not followed.

Body: the event as JSON {"id","event","department","subject","time","payload"}. Headers:

    Sunshine-Event-Id: the event's id; the same one again is the same event
    Sunshine-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" with the partner's secret>
    Sunshine-Signature-Ed25519: <base64 Ed25519 of "<t>.<body>" with this department's key>
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notify.post.queue import DeliveryFault, Taken
from services.notify.rules.addresses import Network, is_allowed

TIMEOUT = 5.0


def signatures(body: bytes, at: int, secret: str, key: Ed25519PrivateKey) -> dict[str, str]:
    """The two signature headers of a body sent at this unix second; the HMAC only where there is a secret."""
    signed = f"{at}.".encode() + body
    ours = base64.b64encode(key.sign(signed)).decode()
    found = {"Sunshine-Signature": f"t={at}", "Sunshine-Signature-Ed25519": ours}
    if secret:
        found["Sunshine-Signature"] += f",v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
    return found


def post(taken: Taken, secret: str, key: Ed25519PrivateKey, networks: Iterable[Network]) -> None:
    """Send it. Raises DeliveryFault: lasting when the partner answers 410 (gone), or may not be reached at all."""
    body = json.dumps(taken.content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "sunshine-notify",
        "Sunshine-Event-Id": taken.event_id,
        **signatures(body, int(time.time()), secret, key),
    }
    parts = urlsplit(taken.address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolved(parts.hostname or "", port, networks)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    connection = Pinned(parts.hostname or "", port, address, secure)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise DeliveryFault(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise DeliveryFault(f"answered {status}", lasting=status == 410)


def resolved(host: str, port: int, networks: Iterable[Network]) -> str:
    """One address of this host. Raises DeliveryFault when it has none, or any of them is not allowed."""
    try:
        found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise DeliveryFault(f"{host} cannot be resolved: {error}") from error
    allowed = tuple(networks)
    if refused := [each for each in found if not is_allowed(each, allowed)]:
        raise DeliveryFault(f"{host} is {refused[0]}, which webhooks may not reach")
    return found[0]


class Pinned(http.client.HTTPConnection):
    """HTTP to a name at a given address; TLS, where wanted, is checked against the name."""

    def __init__(self, host: str, port: int, address: str, secure: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.default_port = 443 if secure else 80
        self._address = address
        self._secure = secure

    def connect(self) -> None:
        """To the address, whatever the name means by now."""
        self.sock = socket.create_connection((self._address, self.port), TIMEOUT)
        if self._secure is not None:
            self.sock = self._secure.wrap_socket(self.sock, server_hostname=self.host)
