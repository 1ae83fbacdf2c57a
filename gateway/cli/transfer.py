"""Long transfers: uploads in parts that go on where they stopped (tus 1.0.0), downloads in ranges, digests checked."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from gateway.cli import state
from gateway.cli.api import PREFIX, Api, Waiting
from gateway.cli.ending import AWAY, BROKEN, REFUSED, SAID_NO, Stop
from gateway.cli.screen import Advance
from gateway.cli.words import say

CHUNK = 1 << 20
TUS = {"Tus-Resumable": "1.0.0"}
_OFFSET_DIFFERS, _GONE = 409, (404, 410)
_TRY_AGAIN = (423, 429)
_DAMAGED = "checksum_differs"  # a part, on its way


def sha256_of(file: Path) -> str:
    """SHA-256 of a file, hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def upload(api: Api, file: Path, digest: str, request_id: str, notes: Path | None, advance: Advance) -> None:
    """Send a file into the store; `digest` is what it must have there.

    notes: a file that remembers where each upload stands, so that another call goes on with it.
    """
    size = file.stat().st_size
    place, offset = _begun(api, digest, notes, size)
    if not place:
        place, offset = _begin(api, digest, size, request_id), 0
        _note(notes, digest, place)
    waiting = Waiting.begin(api.patience)
    with file.open("rb") as opened:
        while offset < size:
            opened.seek(offset)
            piece = opened.read(CHUNK)
            try:
                offset = _append(api, place, offset, piece)
                waiting = Waiting.begin(api.patience)
            except Stop as stop:
                if stop.status != AWAY and stop.document.get("http_status") != _OFFSET_DIFFERS:
                    raise
                if not waiting.again():
                    raise
                offset = _where(api, place)[0]
            advance(offset, size)
    stored = _where(api, place)[1]
    if stored != digest:
        raise Stop(SAID_NO, "stored_otherwise", say("stored_otherwise", file=file.name, digest=stored or "-"))


def _begin(api: Api, digest: str, size: int, request_id: str) -> str:
    metadata = "sha256 " + base64.b64encode(digest.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata, "Idempotency-Key": request_id}
    made = api.send("POST", "/uploads", headers=headers)
    place = made.headers.get("Location", "")
    if not place:
        raise Stop(BROKEN, "no_json", say("no_json", url=api.url))
    return urlsplit(api.path(place)).path


def _begun(api: Api, digest: str, notes: Path | None, size: int) -> tuple[str, int]:
    """Where an upload begun earlier lies and how far it is; ("", 0) for none that still stands."""
    place = str(((notes and state.read_json(notes)) or {}).get(digest, ""))
    if not place.startswith(f"{PREFIX}/uploads/"):
        return "", 0
    try:
        offset, stored = _where(api, place)
    except Stop as stop:
        if stop.document.get("http_status") in _GONE:
            return "", 0
        raise
    return place, size if stored == digest else offset


def _note(notes: Path | None, digest: str, place: str) -> None:
    if notes is not None:
        state.write_json(notes, {**(state.read_json(notes) or {}), digest: place})


def _append(api: Api, place: str, offset: int, piece: bytes) -> int:
    checksum = "sha256 " + base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {
        **TUS, "Upload-Offset": str(offset), "Upload-Checksum": checksum,
        "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    try:
        answer = api.send("PATCH", place, headers=headers, content=piece, repeat=False)
    except Stop as stop:
        told = stop.document.get("http_status", 500)
        if told in _TRY_AGAIN or told >= 500 or stop.code == _DAMAGED:
            stop.status = AWAY  # whatever came of it, the offset tells: nothing is unknown
        raise
    return int(answer.headers["Upload-Offset"])


def _where(api: Api, place: str) -> tuple[int, str]:
    """How far an upload is, and its digest once it is stored."""
    told = api.send("HEAD", place, headers=TUS)
    return int(told.headers.get("Upload-Offset", "0")), told.headers.get("Upload-Digest", "")


def download(api: Api, digest: str, of: str, via: str | None, into: Path, advance: Advance) -> bool:
    """Fetch a file of the store, going on with `<into>.part` where there is one; whether it went on.

    Stops (`arrived_otherwise`) where what came has another SHA-256; nothing is left under `into` then.
    """
    part = into.with_name(into.name + ".part")
    went_on = part.exists() and part.stat().st_size > 0
    waiting = Waiting.begin(api.patience)
    while True:
        try:
            for _ in _fetch(api, digest, of, via, part, advance):
                waiting = Waiting.begin(api.patience)
            break
        except httpx.TransportError as error:
            if not waiting.again():
                raise Stop(AWAY, "unreachable", say("unreachable", url=api.url, reason=error)) from None
        except Stop as stop:
            if stop.status != AWAY or not waiting.again():
                raise
        went_on = part.exists() and part.stat().st_size > 0
    found = sha256_of(part)
    if found != digest:
        part.unlink()
        raise Stop(SAID_NO, "arrived_otherwise", say("arrived_otherwise", digest=found))
    part.replace(into)
    return went_on


def _fetch(api: Api, digest: str, of: str, via: str | None, part: Path, advance: Advance) -> Iterator[int]:
    """Append what is missing; yields bytes as they come."""
    have = part.stat().st_size if part.exists() else 0
    wanted = {"Range": f"bytes={have}-", "If-Range": f'"{digest}"'} if have else {}
    with api.stream(f"/files/{digest}", wanted, {"of": of, "via": via}) as answer:
        if answer.status_code == 416:
            return  # nothing is missing; the digest says whether it is right
        if answer.status_code not in (200, 206):
            raise Stop(REFUSED, f"http_{answer.status_code}", say("http_status", status=answer.status_code))
        if answer.status_code == 200:
            have = 0
        total = have + int(answer.headers.get("Content-Length", "0"))
        with part.open("ab" if have else "wb") as file:
            for piece in answer.iter_bytes():
                file.write(piece)
                have += len(piece)
                advance(have, total)
                yield len(piece)
