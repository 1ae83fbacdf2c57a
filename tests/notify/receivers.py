"""A real SMTP server and a partner's HTTP server, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from deploy import ports


class Letterbox:
    """Takes e-mail; `refusing` maps an address to the answer it gets instead; `taken` is called with each letter
    before the sender is told that it was taken.
    """

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.taken: Callable[[Message], None] = lambda letter: None
        self.refusing: dict[str, str] = {}
        self.port = ports.free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Letterbox:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.away()

    def away(self) -> None:
        """The server stops."""
        if self._controller.loop.is_running():
            self._controller.stop()

    def back(self) -> None:
        """And is there again, at the same port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def to(self, address: str) -> list[Message]:
        """The letters to this address."""
        return [each for each in self.letters if each["To"] == address]

    async def handle_RCPT(  # noqa: N802  the name aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  as above
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.taken(self.letters[-1])
        return "250 OK"


class Partner:
    """Takes webhooks; `answers` are given in turn, then 200. `location`: where a redirect leads."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.location = ""
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                partner.taken.append((dict(self.headers.items()), body))
                self.send_response(partner.answers.pop(0) if partner.answers else 200)
                self.send_header("Content-Length", "0")
                if partner.location:
                    self.send_header("Location", partner.location)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on the screen."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Partner:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
