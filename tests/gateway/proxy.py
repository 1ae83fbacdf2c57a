"""A TCP proxy between the gateway and the broker, that can be made to fail the way networks do."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class Proxy(threading.Thread):
    """Forwards a loopback port to `target`.

    `cut()` breaks every connection, `freeze()` keeps them open and forwards nothing more.
    """

    def __init__(self, target: int) -> None:
        super().__init__(name="proxy", daemon=True)
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._frozen: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopping = False
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Proxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self.join(10)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):  # its other end may have closed it just now
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def freeze(self) -> None:
        """Half-open: what is connected now stays connected and hears nothing more."""
        with self._lock:
            self._frozen = {end for pair in self._pairs for end in pair}

    def run(self) -> None:
        while not self._stopping:
            with self._lock:
                ways = {a: b for near, far in self._pairs for a, b in ((near, far), (far, near))}
            awake = [end for end in ways if end not in self._frozen]
            try:
                ready, _, _ = select.select([self._listener, *awake], [], [], 0.05)
            except (OSError, ValueError):  # a connection was cut meanwhile
                continue
            for end in ready:
                if end is self._listener:
                    self._accept()
                else:
                    self._forward(end, ways[end])

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        self.connections += 1
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            near.close()
            return
        with self._lock:
            self._pairs.append((near, far))

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            data = source.recv(65536)
            if data:
                sink.sendall(data)
                return
        except OSError:
            data = b""
        with self._lock:
            self._pairs = [pair for pair in self._pairs if source not in pair]
        source.close()
        sink.close()
