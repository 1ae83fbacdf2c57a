"""A department's whole log into a file that verifies by itself.

    DATABASE_URL=… python -m services.chassis.log.export registry > registry.log.jsonl     what everybody may see
    DATABASE_URL=… python -m services.chassis.log.export registry --content                for the archive, all of it
"""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from services.chassis.database import connect
from services.chassis.definitions import service_class
from services.chassis.log.reading import ANYBODY, ENTITLED, Reader


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("department")
    parser.add_argument("--content", action="store_true", help="content of all entries, for those entitled to it")
    told = parser.parse_args(arguments)
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        print("DATABASE_URL is missing: the department's database", file=sys.stderr)
        return 2
    engines = connect(url, name="log export", size=1)
    with engines.reading() as session:
        service = service_class(told.department)
        secrecy = getattr(service, "secrecy", None)
        for line in Reader(session, service.name, ENTITLED if told.content else ANYBODY, secrecy).lines():
            sys.stdout.write(line)
    engines.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
