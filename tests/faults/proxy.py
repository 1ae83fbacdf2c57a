"""A TCP proxy that can cut, delay and half-open what passes through it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from deploy import ports


class FaultyWire:
    """Listens on a port of its own and passes everything on to `target`, while it is well.

    cut(): every connection is closed. stall(seconds): bytes are held back, nobody is told (a half-open connection).
    delay: seconds each piece waits.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = ports.free_port()
        self.delay = 0.0
        self._stalled_until = 0.0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Close every connection, both ends."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def stall(self, seconds: float) -> None:
        """Hold everything back for this long."""
        self._stalled_until = time.monotonic() + seconds

    def close(self) -> None:
        """Stop for good."""
        self._closed = True
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=2)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            self._pairs.append((near, far))
            threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(far, near), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                while time.monotonic() < self._stalled_until:
                    time.sleep(0.02)
                if self.delay:
                    time.sleep(self.delay)
                target.sendall(piece)
        except OSError:
            pass  # an end is gone; so is the other, below
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
