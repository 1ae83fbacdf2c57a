"""How is the line to the broker kept open, and how do calls travel on it?

One thread owns the connection. Request threads hand it finished frames (`post`) and wait on their own call; they wake
it only when it sleeps, so under load many calls share one wake-up, one write and one read.
"""

import logging
import random
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import pika
from pika.channel import Channel

from gateway.bus.adapter import Adapter, LineLost
from gateway.bus.frames import EXCHANGE, REPLY_TO, FrameReader
from gateway.bus.presence import Presence

log = logging.getLogger("gateway.bus")

BACK_OFF = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Seconds between attempts to connect; the last one repeats."""
SWEEP_EVERY = 0.25
"""Seconds between looks at calls nobody waits for and at calls that wait for a line that is down."""
_FORGET_AFTER = 1.0
_READ = select.POLLIN | select.POLLHUP | select.POLLERR
_READ_WRITE = _READ | select.POLLOUT


class Waiting(Protocol):
    """What the line knows of a call under way."""

    department: str
    begun: float
    due: float
    sent: bool

    def answer(self, body: bytes) -> None:
        """The reply came."""

    def fail_away(self, reason: str) -> None:
        """It was not done, for want of a broker or a department."""

    def fail_unknown(self, reason: str) -> None:
        """It left and will never be answered."""


class Passenger(Protocol):
    """What else lives on the connection: a subscription to events."""

    def board(self, adapter: Adapter) -> None:
        """The connection is open; take a channel of your own."""


class Line:
    """The connection to the broker of one process, and the calls under way on it.

    `pending` maps correlation ids to calls; its owner puts calls in and may take them out at any time. `addresses` are
    tried in turn. `patience` is how long a call that could not be sent yet waits for the line, in seconds.
    """

    def __init__(
        self, addresses: Sequence[pika.URLParameters], passengers: Sequence[Passenger], patience: float
    ) -> None:
        self.pending: dict[str, Waiting] = {}
        self.frame_limit = 131_072
        self.blocked = False
        self.connections = 0
        self.late = 0
        self._addresses = addresses
        self.presence = Presence(self._waiting_since)
        self._passengers = passengers
        self._patience = patience
        self._outbox: deque[tuple[str, bytes]] = deque()
        self._errands: deque[Callable[[], None]] = deque()
        self._asleep = False
        self._ending = False
        self._ready = threading.Event()
        self._down_since = time.monotonic()
        self._adapter: Adapter | None = None
        self._ears, self._doorbell = socket.socketpair()
        self._ears.setblocking(False)
        self._doorbell.setblocking(False)
        self._next_sweep = 0.0
        self._thread = threading.Thread(target=self._run, name="gateway-bus", daemon=True)

    # What other threads may call.

    def start(self) -> None:
        """Start the I/O thread."""
        self._thread.start()

    @property
    def open(self) -> bool:
        """True while calls can be sent."""
        return self._ready.is_set()

    def down_for_long(self) -> bool:
        """True when the line has been down for longer than a call would wait for it."""
        return not self._ready.is_set() and time.monotonic() - self._down_since > self._patience

    def wait_open(self, seconds: float) -> bool:
        """Wait until calls can be sent; False when that took too long."""
        return self._ready.wait(seconds)

    def post(self, correlation_id: str, frames: bytes) -> None:
        """Send a call that is in `pending`."""
        self._outbox.append((correlation_id, frames))
        if self._asleep:
            self._ring()

    def run_soon(self, errand: Callable[[], None]) -> None:
        """Run something on the I/O thread."""
        self._errands.append(errand)
        self._ring()

    def take_aboard(self, passenger: Passenger) -> None:
        """On the I/O thread: let a passenger of `passengers` that came late board the connection that is open now."""
        if self._adapter is not None and self._ready.is_set():
            passenger.board(self._adapter)

    def stop(self, seconds: float) -> None:
        """Close the connection and end the thread."""
        self._ending = True
        self._ring()
        self._thread.join(seconds)

    def forget(self) -> None:
        """In a forked child: let go of the parent's descriptors. The thread stayed with the parent."""
        if self._adapter is not None:
            self._adapter.forget()
        self._ears.close()
        self._doorbell.close()

    def _ring(self) -> None:
        self._asleep = False
        try:
            self._doorbell.send(b"\0")
        except BlockingIOError:
            return  # it has been ringing all along

    # What the I/O thread does.

    def _run(self) -> None:
        attempt = 0
        while not self._ending:
            address = self._addresses[attempt % len(self._addresses)]
            lasted = self._attempt(address)
            attempt = 0 if lasted else attempt + 1
            pause = BACK_OFF[min(attempt, len(BACK_OFF) - 1)] * random.uniform(0.7, 1.0)
            self._rest(pause)
        self._end_all("the gateway is stopping")
        self._ears.close()
        self._doorbell.close()

    def _attempt(self, address: pika.URLParameters) -> bool:
        """Open a connection and serve it to its end; True if it ever was ready."""
        served = self.connections
        try:
            adapter = self._adapter = Adapter(address, self._opened, self._gone)
            self._reader = FrameReader(self._answered, self._returned, adapter.take_in)
            self._serve(adapter)
        except OSError as error:
            log.warning("the broker at %s:%s is away: %s", address.host, address.port, error)
        except Exception:  # the process has one line: whatever went wrong, the thread goes on to the next attempt
            log.exception("the line to the broker met a fault")
            if self._adapter is not None:
                self._adapter.forget()
            self._gone(LineLost("a fault of our own"))
        self._adapter = None
        return self.connections > served

    def _serve(self, adapter: Adapter) -> None:
        poll = select.poll()
        watched = _READ
        poll.register(adapter.fileno(), watched)
        poll.register(self._ears, select.POLLIN)
        ears = self._ears.fileno()
        while not adapter.ended:
            if self._ending:
                adapter.part()
            adapter.run_timers()
            self._sweep()
            self._run_errands()
            if self._ready.is_set():
                self._send(adapter)
            adapter.write()
            wanted = _READ_WRITE if adapter.outgoing else _READ
            if wanted != watched:
                watched = wanted
                poll.modify(adapter.fileno(), watched)
            for descriptor, _ in poll.poll(self._sleep_ms(adapter)):
                if descriptor == ears:
                    self._hear()
                else:
                    adapter.read()
            self._asleep = False
            adapter.settle()

    def _sleep_ms(self, adapter: Adapter) -> float:
        """How long may the thread sleep? Not at all, if something was handed in just now."""
        self._asleep = True
        if (self._outbox and self._ready.is_set()) or self._errands:
            return 0
        return 1000 * min(adapter.pause(), SWEEP_EVERY)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._ending and (left := until - time.monotonic()) > 0:
            self._sweep()
            select.select([self._ears], [], [], min(left, SWEEP_EVERY))
            self._hear()
            self._run_errands()

    def _hear(self) -> None:
        try:
            self._ears.recv(4096)
        except BlockingIOError:
            return

    def _run_errands(self) -> None:
        while self._errands:
            self._errands.popleft()()

    def _send(self, adapter: Adapter) -> None:
        outbox, pending, outgoing = self._outbox, self.pending, adapter.outgoing
        while outbox:
            correlation_id, frames = outbox.popleft()
            call = pending.get(correlation_id)
            if call is not None:  # its caller has not given up in the meantime
                call.sent = True
                outgoing += frames

    def _opened(self, adapter: Adapter) -> None:
        adapter.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
        adapter.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
        adapter.channel(on_open_callback=self._channel_opened)

    def _set_blocked(self, blocked: bool) -> None:
        log.warning("the broker %s", "asks publishers to pause" if blocked else "takes messages again")
        self.blocked = blocked

    def _channel_opened(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._channel_closed)
        # The exchange is declared by the services; until one has started there is nobody to call.
        channel.exchange_declare(EXCHANGE, passive=True, callback=lambda _: self._consume(channel))

    def _channel_closed(self, channel: Channel, reason: BaseException) -> None:
        if self._adapter is not None and not self._ending:
            self._adapter.lose(LineLost(f"the channel for calls was closed: {reason}"))

    def _consume(self, channel: Channel) -> None:
        channel.basic_consume(
            REPLY_TO,
            on_message_callback=lambda *_: None,  # replies are taken out of the stream by FrameReader
            auto_ack=True,
            callback=lambda _: self._became_ready(channel),
        )

    def _became_ready(self, channel: Channel) -> None:
        adapter = self._adapter
        if adapter is None:
            return
        self._reader.channel = channel.channel_number
        adapter.feed = self._feed
        self.frame_limit = adapter.frame_limit
        self.connections += 1
        self._ready.set()
        log.info("the line to %s:%s is open", adapter.params.host, adapter.params.port)
        self.presence.board(adapter)
        for passenger in self._passengers:
            passenger.board(adapter)

    def _feed(self, data: bytes) -> None:
        adapter = self._adapter
        if adapter is not None:
            adapter.bytes_received += len(data)  # what the heartbeat check looks at
            self._reader.feed(data)

    def _gone(self, error: BaseException) -> None:
        """The connection ended. What left is lost; what had not left yet waits for the next one."""
        if self._ready.is_set():
            self._ready.clear()
            self._down_since = time.monotonic()
        self.blocked = False
        level = logging.INFO if self._ending else logging.WARNING
        log.log(level, "the line to the broker ended: %s", error)
        for correlation_id, call in list(self.pending.items()):
            if call.sent and self.pending.pop(correlation_id, None) is not None:
                call.fail_unknown("the line to the broker broke before the answer came")

    def _answered(self, correlation_id: str, body: bytes) -> None:
        call = self.pending.pop(correlation_id, None)
        if call is None:
            self.late += 1
        else:
            call.answer(body)

    def _returned(self, correlation_id: str) -> None:
        call = self.pending.pop(correlation_id, None)
        if call is not None:
            call.fail_away("nobody of this department listens")

    def _waiting_since(self, moment: float) -> set[str]:
        return {call.department for call in list(self.pending.values()) if call.sent and call.begun < moment}

    def _sweep(self) -> None:
        now = time.monotonic()
        if now < self._next_sweep:
            return
        self._next_sweep = now + SWEEP_EVERY
        away = self.down_for_long()
        for correlation_id, call in list(self.pending.items()):
            if away and not call.sent:
                if self.pending.pop(correlation_id, None) is not None:
                    call.fail_away("the broker is away")
            elif now > call.due + _FORGET_AFTER and self.pending.pop(correlation_id, None) is not None:
                call.fail_unknown("nobody asked for the answer")
        if away:
            self._outbox.clear()

    def _end_all(self, reason: str) -> None:
        self._ready.clear()
        for correlation_id in list(self.pending):
            call = self.pending.pop(correlation_id, None)
            if call is None:
                continue
            if call.sent:
                call.fail_unknown(reason)
            else:
                call.fail_away(reason)
