"""Ask a server over kept-open connections, as fast as it answers.

    python -m deploy.bench.http_load PORT THREADS FILE            each request of the file once, each thread
                                                                  every THREADS-th of them, one after another
    python -m deploy.bench.http_load PORT THREADS FILE SECONDS    the file's requests over and over, so long

FILE holds one JSON request a line: {"method", "path", "headers", "body"}. Prints `{"rate": answers a second, "done":
answers, "failed": answers of another status than 2xx, "said": the first of those}`.
"""

from __future__ import annotations

import itertools
import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any


def octets(told: dict[str, Any], port: int) -> bytes:
    """The request as it goes over the wire."""
    body = told.get("body", "").encode()
    lines = [f"{told['method']} {told['path']} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in told.get("headers", {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Line:
    """One connection; opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open()

    def _open(self) -> None:
        self._sock = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """The answer's status, and its body as far as it came with the head; the rest is read and let go."""
        self._sock.sendall(request)
        data = self._sock.recv(262_144)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        at = lower.find(b"content-length:")
        wanted = int(lower[at + 15 : lower.find(b"\r\n", at) if lower.find(b"\r\n", at) > 0 else None]) if at > 0 else 0
        missing = wanted - len(body)
        while missing > 0:
            missing -= len(self._more())
        if b"connection: close" in lower:
            self._sock.close()
            self._open()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        found = self._sock.recv(262_144)
        if not found:
            raise ConnectionError("the server closed the connection within an answer")
        return found


def main(port: str, threads: str, file: str, seconds: str = "") -> None:
    """Ask, and print how it went."""
    requests = [octets(json.loads(line), int(port)) for line in Path(file).read_text().splitlines()]
    last = time.perf_counter() + float(seconds) if seconds else None
    done, failed = [0] * int(threads), [0] * int(threads)
    said: list[str] = []

    def work(number: int) -> None:
        line, mine = Line(int(port)), requests[number :: int(threads)] if last is None else itertools.cycle(requests)
        for request in mine:
            if last is not None and time.perf_counter() >= last:
                return
            status, body = line.ask(request)
            done[number] += 1
            if not 200 <= status < 300:
                failed[number] += 1
                said.append(f"{status} {body[:400].decode(errors='replace')}")

    workers = [threading.Thread(target=work, args=(number,)) for number in range(int(threads))]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - began
    print(json.dumps({"rate": sum(done) / took, "done": sum(done), "failed": sum(failed), "said": said[:1]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
