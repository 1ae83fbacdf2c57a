"""P4: public pages that many read, against Flask answering a constant of that size.

The notice list of the API and a project's page of the portal, in a suite where the rehearsal was played as far as the
bids; each is served from what the gateway keeps for a second, and made anew every second.
"""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from deploy.bench.ground import Ground
from deploy.bench.measured import Measured, medians, take_turns
from deploy.bench.p03 import plain
from deploy.bench.whole import whole
from deploy.trouble import Trouble

SECONDS = 4.0
THREADS = 16
WORKERS = 2


def measure(ground: Ground) -> list[Measured]:
    """Reads a second of each page."""
    with whole(ground, "p04", "bidding") as suite:
        project = suite.stage.facts["project"]
        pages = {"P4": ("the notice list", "/api/v1/notices"), "P4-page": ("a project's page", f"/projects/{project}")}
        for name, (_, path) in pages.items():
            answer = httpx.get(suite.url + path, trust_env=False)
            answer.raise_for_status()
            (ground.folder / f"{name}.constant").write_bytes(answer.content)
        with plain(ground, WORKERS) as port:
            return [_measured(ground, suite.url, port, name, *told) for name, told in pages.items()]


def _measured(ground: Ground, url: str, port: int, name: str, title: str, path: str) -> Measured:
    def rate(where: str, to: int, asked: str) -> float:
        file: Path = ground.folder / f"{name}-{where}.requests"
        file.write_text(json.dumps({"method": "GET", "path": asked, "headers": {"Accept-Language": "zh-CN"}}))
        found = ground.ask(["-m", "deploy.bench.http_load", str(to), str(THREADS), str(file), str(SECONDS)])
        if found["failed"]:
            raise Trouble(f"{found['failed']:.0f} answers were not 2xx, the first: {found['said']}")
        return found["rate"]

    figures = take_turns(
        {
            "ours": lambda: rate("ours", int(url.rpartition(":")[2]), path),
            "theirs": lambda: rate("theirs", port, f"/{name}.constant"),
        }
    )
    middle = medians(figures)
    return Measured(
        name=name,
        title=f"{title} read by everybody",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.7,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="reads/s",
        against="Flask returning a constant of that size, the same gunicorn settings",
        rounds=figures,
    )
