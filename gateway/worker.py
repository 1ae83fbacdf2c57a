"""How long does a slow client keep one of our threads? (gunicorn's threaded worker, less patient)

gunicorn gives a thread to every new connection and reads without a limit of time: as many connections as there are
threads, each sending an octet now and then, would close the house. Here a connection waits without a thread until it
says something, and then has an allowance of waiting: `patience` seconds for each request, and more for what it sends or
takes at `slowest` octets a second. Whoever falls below is cut off: while its request's head is read with 408, later by
closing the connection. Behind a proxy that buffers requests nothing of this is ever felt.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from gunicorn.util import close_graceful  # type: ignore[import-untyped]  # gunicorn ships no types
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]  # as above

from gateway import waiting

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientSocket(socket.socket):
    """A connection with an allowance of time for its peer. `allow` starts it anew."""

    _patience = 0.0
    _slowest = 1
    _left = 0.0
    _in_head = False

    @classmethod
    def adopt(cls, accepted: socket.socket) -> PatientSocket:
        """Take over an accepted connection; the given object is empty afterwards."""
        return cls(accepted.family, accepted.type, accepted.proto, accepted.detach())

    def allow(self, patience: float, slowest: int) -> None:
        """A request begins: its peer may keep us waiting `patience` seconds, and one more for each `slowest` octets."""
        self._patience = self._left = patience
        self._slowest = slowest
        self._in_head = True

    def head_is_read(self) -> None:
        """The application has the request and will give its own answer."""
        self._in_head = False

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive, as long as the allowance lasts. Raises ConnectionResetError when it is used up."""
        with self._waiting():
            received = super().recv(size, flags)
        self._earn(len(received))
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all, as long as the allowance lasts; sending begins with the whole patience."""
        self._in_head = False
        self._left = max(self._left, self._patience)
        rest = memoryview(data).cast("B")
        while rest:
            with self._waiting():
                sent = super().send(rest, flags)
            self._earn(sent)
            rest = rest[sent:]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file; the peer may stall for the patience at a time."""
        self._in_head = False
        self._left = self._patience
        with self._waiting():
            return super().sendfile(file, offset, count)

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        given = self.gettimeout()
        if not self._patience or given == 0:
            yield
            return
        self.settimeout(max(0.001, self._left if given is None else min(given, self._left)))
        began = time.monotonic()
        try:
            yield
        except TimeoutError:
            self._cut_off()
            raise ConnectionResetError(errno.ECONNRESET, "the client takes too long") from None
        finally:
            self._left -= time.monotonic() - began
            self.settimeout(given)

    def _earn(self, octets: int) -> None:
        """More time for what came or went, at most twice the patience: much at once buys no long sleep after."""
        self._left = min(self._left + octets / self._slowest, 2 * self._patience)

    def _cut_off(self) -> None:
        with contextlib.suppress(OSError):  # it may be gone already
            if self._in_head:
                self.setblocking(False)
                super().send(_TOO_SLOW)
            self.shutdown(socket.SHUT_RDWR)


class PatientWorker(ThreadWorker):
    """gthread with the limits above."""

    patience = 10.0
    slowest = 16_384
    farewell = 0.5

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; it gets a thread when it has said something."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        sock = accepted if self.cfg.is_ssl else PatientSocket.adopt(accepted)
        connection = TConn(self.cfg, sock, address, listener.getsockname())  # makes the socket non-blocking
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(connection)
        self.poller.register(sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, connection: TConn) -> None:
        """A connection has something to say; it waits for a thread."""
        connection.ready_at = time.monotonic()
        super().enqueue_req(connection)

    def handle(self, connection: TConn) -> Any:
        """Serve one request in a thread."""
        waiting.note(time.monotonic() - connection.ready_at)
        if isinstance(connection.sock, PatientSocket):
            connection.sock.allow(self.patience, self.slowest)
        goes_on = super().handle(connection)
        if not goes_on:
            # gunicorn would wait for the client's farewell in the one thread that accepts connections.
            connection.sock.setblocking(True)
            close_graceful(connection.sock, timeout=self.farewell)
        return goes_on

    def handle_request(self, request: Any, connection: TConn) -> Any:
        """The head is complete: the application takes over."""
        if isinstance(connection.sock, PatientSocket):
            connection.sock.head_is_read()
        return super().handle_request(request, connection)
