"""Become another account if told so, ask the kernel to end us when our parent ends, then become the program.

Run as a script (`python -SE deploy/leash.py PARENT UID GID PROGRAM …`, uid and gid -1 to stay who we are): done in the
child by its own interpreter, so that starting a server is safe from a process with threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, uid: int, gid: int, program: list[str]) -> None:
    """Does not return; exits 1 when the parent was gone before the leash was on."""
    if gid >= 0:
        os.setgroups([])
        os.setgid(gid)
    if uid >= 0:
        os.setuid(uid)
    # After the change of account, which would clear it; it survives the exec.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
