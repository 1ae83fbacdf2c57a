"""When is a delivery that failed tried again, and when is it given up?"""

from __future__ import annotations

from datetime import datetime, timedelta

# Half a minute to half a day; together a little over two days.
DELAYS = (30, 60, 300, 900, 3600, 7200, 14400, 28800, 43200, 43200, 43200)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try after the `tries`-th failure (1 for the first); None: give up."""
    return now + timedelta(seconds=DELAYS[tries - 1]) if 1 <= tries <= len(DELAYS) else None
