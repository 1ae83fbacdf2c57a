"""Ask a server at a constant rate, however it answers: no request waits for an earlier one's answer.

    python -m deploy.bench.steady_load PORT FILE RATE SECONDS [RATE SECONDS …]

FILE holds one JSON request a line: {"who", "method", "path", "headers", "body", "mark"}. Nobody (`who`) asks twice at
once: a request goes to the next one who is free, over a connection of theirs. A request's time runs from the moment it
was due, not from when it could be sent. Prints for each phase `{"asked", "skipped": nobody was free, "statuses":
{status: how many}, "unsaid": 503 without Retry-After, "broken": without an answer, "p50", "p99", "longest": seconds of
the 2xx}`, and `"accepted"`: the marks of all 2xx.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.bench.http_load import octets

WITHIN = 60.0


@dataclass
class Phase:
    """What came of a stretch of constant rate."""

    asked: int = 0
    skipped: int = 0
    unsaid: int = 0
    broken: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As it is printed."""
        took = sorted(self.seconds) or [0.0]
        return {
            "asked": self.asked, "skipped": self.skipped, "statuses": dict(self.statuses), "unsaid": self.unsaid,
            "broken": self.broken, "p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99)], "longest": took[-1],
        }  # fmt: skip


class Client:
    """One who asks, over one connection that is opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and head of the answer; nothing is asked twice. Raises OSError or EOFError where none came."""
        if self._line is not None and self._line[0].at_eof():
            self.close()
        if self._line is None:
            self._line = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._line
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            at = head.find(b"content-length:")
            if at > 0:
                await reader.readexactly(int(head[at + 15 : head.find(b"\r\n", at)]))
        except BaseException:
            self.close()
            raise
        if b"connection: close" in head:
            self.close()
        return int(head[9:12]), head

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._line is not None:
            self._line[1].close()
            self._line = None


class Load:
    """The clients with their requests, and who is free."""

    def __init__(self, port: int, requests: list[dict[str, Any]]) -> None:
        self._waiting: dict[str, deque[tuple[str, bytes]]] = {}
        for each in requests:
            self._waiting.setdefault(each["who"], deque()).append((each["mark"], octets(each, port)))
        self._clients = {who: Client(port) for who in self._waiting}
        self._free = deque(self._waiting)
        self._under_way: set[asyncio.Task[None]] = set()
        self.accepted: list[str] = []

    async def phase(self, rate: float, seconds: float) -> Phase:
        """Ask so often for so long; what is under way at the end is waited for."""
        found, began = Phase(), time.monotonic()
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not self._free:
                found.skipped += 1
                continue
            found.asked += 1
            task = asyncio.create_task(self._ask(self._free.popleft(), due, found))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        await asyncio.gather(*self._under_way)
        return found

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    async def _ask(self, who: str, due: float, found: Phase) -> None:
        mark, request = self._waiting[who].popleft()
        try:
            async with asyncio.timeout(WITHIN):
                status, head = await self._clients[who].ask(request)
        except (OSError, EOFError, TimeoutError):
            found.broken += 1
        else:
            found.statuses[str(status)] += 1
            found.unsaid += status == 503 and b"\r\nretry-after:" not in head
            if 200 <= status < 300:
                found.seconds.append(time.monotonic() - due)
                self.accepted.append(mark)
        if self._waiting[who]:
            self._free.append(who)


async def run(port: int, file: Path, phases: list[float]) -> None:
    """Ask, and print how it went."""
    load = Load(port, [json.loads(line) for line in file.read_text().splitlines()])
    told = []
    for rate, seconds in zip(phases[::2], phases[1::2], strict=True):
        told.append((await load.phase(rate, seconds)).told())
    load.close()
    print(json.dumps({"phases": told, "accepted": load.accepted}))


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), Path(sys.argv[2]), [float(each) for each in sys.argv[3:]]))
