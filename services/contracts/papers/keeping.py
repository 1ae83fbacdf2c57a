"""Rendering a contract and keeping its files in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.chassis import heavy
from services.chassis.store import Store
from services.contracts.papers import rendering
from services.protocol import canonical


def envelope(store: Store, data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Render the data, keep both files, and answer what is to be signed with its digest."""
    content = canonical.digest(dict(data))
    files = []
    for name, media_type, render in (("docx", rendering.DOCX, rendering.docx), ("pdf", rendering.PDF, rendering.pdf)):
        stored = heavy.run(_keep, store, render, data, content)
        files.append({"name": f"{data['no']}.{name}", "media_type": media_type, "digest": stored[0], "size": stored[1]})
    whole = {"contract": dict(data), "files": files}
    return whole, canonical.digest(whole)


def _keep(store: Store, render: Any, data: Mapping[str, Any], digest: str) -> tuple[str, int]:
    stored = store.put([render(data, digest)])
    return stored.digest, stored.size
