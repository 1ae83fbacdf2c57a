"""Which TCP port may a private server take?"""

from __future__ import annotations

import errno
import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which Linux hands out the near ends of outgoing connections (32768 and up), so that a port noted
# today is not occupied by somebody's outgoing connection tomorrow.
LOWEST, HIGHEST = 15000, 31000

_dice = random.SystemRandom()


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as refused:
            if refused.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
        return True


def free_port() -> int:
    """A port nobody listens on, chosen at random so that two starters at once seldom choose the same."""
    for _ in range(1000):
        port = _dice.randint(LOWEST, HIGHEST)
        if is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"no free port between {LOWEST} and {HIGHEST} on {LOOPBACK}")


def answers(port: int, within: float = 0.5) -> bool:
    """Whether something accepts connections on this port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=within):
            return True
    except OSError:
        return False
