"""Each file checked by its kind, and then by what the others given with it show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.protocol import certificates, draw, receipt, signatures
from services.protocol.log import verify as logs
from services.protocol.log.checkpoint import open_checkpoint
from services.protocol.log.note import Key
from services.protocol.log.sentences import reason
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.verify import files
from services.protocol.verify.files import File

DEEPEST = 3
"""A record may hold a record; not for ever."""


@dataclass(frozen=True)
class Trust:
    """What the reader brings along.

    keys: the logs' verifier keys. anchors: PEM certificates of the authorities. chain: PEM certificates of authorities
    between, trusted only through an anchor. lists: revocation lists. kept: checkpoints (notes) from before.
    at: the moment at which signers' certificates must have been valid; None: not asked. borrowed: names of the keys,
    where a file itself brought them (set by `check`).
    """

    keys: Sequence[Key] = ()
    anchors: Sequence[str] = ()
    chain: Sequence[str] = ()
    lists: Sequence[bytes] = ()
    kept: Sequence[str] = ()
    at: datetime | None = None
    borrowed: Sequence[str] = ()


@dataclass(frozen=True)
class Finding:
    """The answer for one file: what was shown, why not, and what could not be asked."""

    name: str
    kind: str
    shown: list[Reason] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    cautions: list[Reason] = field(default_factory=list)

    @property
    def yes(self) -> bool:
        """Whether everything the file claims was proved, as far as it could be asked."""
        return not self.reasons


def check(given: Iterable[tuple[str, Iterable[bytes]]], trust: Trust) -> list[Finding]:
    """Check files, each as (name, its lines as bytes). One finding a file, and one a document inside a record.

    Where the reader brings no keys, those a record carries are taken, with a caution.
    """
    read: list[File] = []
    findings: list[Finding] = []
    for name, lines in given:
        try:
            file = files.read(name, lines)
            if not trust.keys and file.kind == files.RECORD:
                keys = _own_keys(file)
                trust = replace(trust, keys=keys, borrowed=[f"{key.name} {key.id.hex()}" for key in keys])
            read += list(_with_documents(file, 0))
        except ProtocolError as error:
            findings.append(Finding(name, files.OTHER, reasons=[error.reason]))
    return [*findings, *(_check(file, read, trust) for file in read)]


def _check(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    checks = {
        files.LOG: _log, files.INCLUSION: _inclusion, files.CONSISTENCY: _consistency, files.RECORD: _record,
        files.CHECKPOINT: _checkpoint, files.RECEIPT: _receipt, files.STATEMENT: _statement,
        files.TRANSCRIPT: _transcript, files.OTHER: _other,
    }
    try:
        found = checks[file.kind](file, beside, trust)
    except ProtocolError as error:
        found = Finding(file.name, file.kind, reasons=[error.reason])
    return replace(found, cautions=[]) if found.reasons else found


def _with_documents(file: File, depth: int) -> Iterator[File]:
    yield file
    documents = (file.value or {}).get("documents", []) if file.kind == files.RECORD else []
    if not isinstance(documents, list) or depth == DEEPEST:
        raise ProtocolError("file_malformed", "its documents are not a list, or nested too deep", why="documents")
    for number, document in enumerate(documents):
        if not isinstance(document, dict) or not isinstance(document.get("file"), dict):
            raise ProtocolError("file_malformed", f"document {number} is no file", why=f"documents[{number}]")
        name = f"{file.name} / {str(document.get('name', number))[:200]}"
        yield from _with_documents(files.of_value(name, document["file"]), depth + 1)


def _own_keys(file: File) -> list[Key]:
    texts = _value(file).get("keys")
    return [Key.read(str(text)) for text in texts] if isinstance(texts, list) else []


def _log(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    answer = logs.log(file.lines, trust.keys, trust.kept)
    return Finding(file.name, file.kind, answer.shown, answer.reasons)


def _inclusion(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    answer = logs.inclusion(_value(file), trust.keys)
    return Finding(file.name, file.kind, answer.shown, answer.reasons)


def _consistency(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    answer = logs.consistency(_value(file), trust.keys)
    return Finding(file.name, file.kind, answer.shown, answer.reasons)


def _record(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    answer = logs.record(_value(file), trust.keys)
    cautions = [reason("keys_from_the_file", names=", ".join(trust.borrowed))] if trust.borrowed else []
    return Finding(file.name, file.kind, answer.shown, answer.reasons, cautions)


def _checkpoint(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    """Signed, and no other checkpoint given or kept tells another story of the same size."""
    mine = open_checkpoint(file.text, trust.keys)
    others = [each.text for each in beside if each.kind == files.CHECKPOINT and each is not file]
    reasons = []
    for text in [*others, *trust.kept]:
        other = _opened(text, trust)
        if other and (other.origin, other.size) == (mine.origin, mine.size) and other.root != mine.root:
            reasons.append(reason("log_forked", size=mine.size, one=mine.root.hex(), other=other.root.hex()))
    shown = reason("checkpoint_genuine", origin=mine.origin, size=mine.size, time=mine.time)
    return Finding(file.name, file.kind, [] if reasons else [shown], reasons)


def _receipt(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    signed = _value(file)
    keys = {receipt.key_id(Ed25519PublicKey.from_public_bytes(key.raw)): key for key in trust.keys}
    key, content = keys.get(str(signed.get("key"))), signed.get("receipt")
    log = content.get("log") if isinstance(content, dict) else None
    if key is None or key.name != log:
        return Finding(file.name, file.kind, reasons=[reason("receipt_key_unknown", log=str(log)[:200])])
    if reasons := receipt.verify(signed, Ed25519PublicKey.from_public_bytes(key.raw)):
        return Finding(file.name, file.kind, reasons=reasons)
    said = signed["receipt"]
    shown = [reason("receipt_genuine", kind=said["kind"], log=said["log"], time=said["time"])]
    shown += [reason("file_covers", name=other.name) for other in _covered(said["digest"], file, beside)]
    position = _position_of(said["leaf"], said["log"], beside, trust)
    if position is None:
        return Finding(file.name, file.kind, shown, cautions=[reason("receipt_promise_open", promise=said["promise"])])
    return Finding(file.name, file.kind, [*shown, reason("receipt_promise_kept", position=position, log=said["log"])])


def _statement(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    signed = _value(file)
    if reasons := signatures.verify(signed):
        return Finding(file.name, file.kind, reasons=reasons)
    said, pem = signed["statement"], signed["certificate"]
    signer = certificates.load(pem).subject.rfc4514_string()
    shown, cautions = [reason("statement_genuine", what=said["what"], signer=signer)], []
    if trust.anchors and trust.at:
        if reasons := certificates.faults(pem, trust.anchors, trust.at, trust.chain, trust.lists):
            return Finding(file.name, file.kind, reasons=reasons)
        shown.append(reason("certificate_trusted", signer=signer))
    else:
        cautions.append(reason("certificate_not_asked", signer=signer))
    covered = _covered(said["digest"], file, beside)
    shown += [reason("file_covers", name=other.name) for other in covered]
    cautions += [] if covered else [reason("statement_file_not_given", digest=said["digest"])]
    return Finding(file.name, file.kind, shown, cautions=cautions)


def _transcript(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    published = _value(file)
    if reasons := draw.replay(published):
        return Finding(file.name, file.kind, reasons=reasons)
    shown = [reason("draw_replays", experts=sum(len(one["order"]) for one in published["orders"]))]
    for position, entry, origin in _proved_entries(beside, trust):
        if published["pool_digest"] in _texts(entry.get("payload")):
            shown.append(reason("draw_pool_journalled", position=position, origin=origin, time=str(entry.get("time"))))
            return Finding(file.name, file.kind, shown)
    caution = reason("draw_pool_not_shown", digest=published["pool_digest"])
    return Finding(file.name, file.kind, shown, cautions=[caution])


def _other(file: File, beside: Sequence[File], trust: Trust) -> Finding:
    """A file that proves nothing by itself: does a genuine statement or receipt among the others name it?"""
    for other in beside:
        named = {files.STATEMENT: "statement", files.RECEIPT: "receipt"}.get(other.kind)
        said = (other.value or {}).get(named) if named else None
        covers = isinstance(said, dict) and said.get("digest") in file.digests
        if covers and _check(other, beside, trust).yes:
            return Finding(file.name, file.kind, [reason("file_covered", name=other.name)])
    return Finding(file.name, file.kind, reasons=[reason("file_kind_unknown")])


def _position_of(leaf: str, log: str, beside: Sequence[File], trust: Trust) -> int | None:
    """Where a proof among the files shows this leaf in this log."""
    for part, checkpoint in _parts(beside):
        opened = _opened(checkpoint, trust)
        if opened and opened.origin == log and logs.inclusion({**part, "checkpoint": checkpoint}, trust.keys).yes:
            entry = part.get("entry")
            if leaf == part.get("leaf") or (isinstance(entry, dict) and logs.entry_leaf(entry).hex() == leaf):
                return int(part["position"])
    return None


def _proved_entries(beside: Sequence[File], trust: Trust) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """Every entry with content that the files given prove: position, entry, origin of its log."""
    for part, checkpoint in _parts(beside):
        opened = _opened(checkpoint, trust)
        proved = opened and logs.inclusion({**part, "checkpoint": checkpoint}, trust.keys).yes
        if opened and proved and isinstance(part.get("entry"), dict):
            yield part["position"], part["entry"], opened.origin


def _parts(beside: Sequence[File]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every entry with a proof in inclusion files and records, with its checkpoint's note. Shapes not yet checked."""
    for file in beside:
        value = file.value or {}
        if file.kind == files.INCLUSION:
            yield value, str(value.get("checkpoint"))
        for log in _dicts(value.get("logs")) if file.kind == files.RECORD else ():
            for entry in _dicts(log.get("entries")):
                yield entry, str(log.get("checkpoint"))


def _opened(text: str, trust: Trust) -> Any:
    try:
        return open_checkpoint(text, trust.keys)
    except ProtocolError:
        return None


def _covered(digest: str, file: File, beside: Sequence[File]) -> list[File]:
    return [other for other in beside if other is not file and digest in other.digests]


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _value(file: File) -> Mapping[str, Any]:
    return file.value or {}
