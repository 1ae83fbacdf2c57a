"""`python -m gateway.cli`, the same as `sunshine`."""

from __future__ import annotations

import sys

from gateway.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
