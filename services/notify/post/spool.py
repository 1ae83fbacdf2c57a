"""Short messages: one file each in a folder, for the operator's gateway (a modem, a carrier's program) to take.

The file's name is the delivery's id, and it appears complete or not at all; writing it again changes nothing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from services.notify.post.queue import DeliveryFault, Taken


def write(folder: Path, taken: Taken) -> None:
    """Write `<id>.json`: {"id", "to", "text"}. Raises DeliveryFault when the folder cannot be written."""
    complete, growing = folder / f"{taken.id}.json", folder / f".{taken.id}.part"
    told = {"id": taken.id, "to": taken.address, "text": taken.content["title"]}
    try:
        with growing.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(complete)
    except OSError as error:
        raise DeliveryFault(f"{type(error).__name__}: {error}") from error
