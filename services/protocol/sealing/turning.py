"""Turning a key: one holder unwraps, on their own machine, the shares of every bid of a lot.

```
{"version": 1, "lot": "…", "sheet": "<digest>", "seat": "supervisor", "holder": "<fingerprint>",
 "shares": [{"bid": "…", "manifest": "<digest>", "share": "<base64url>" | null}, …]}
```

`share` is null where the wrapped share could not be read. The turn is signed as a statement (``what: "turned_key"``)
with the person's signing certificate, which is another one than the encryption certificate on the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.protocol import canonical, certificates, signatures
from services.protocol.encoding import b64url, from_b64url
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing import envelope, manifest, shares
from services.protocol.sealing.context import Context
from services.protocol.sealing.sheet import SealingSheet
from services.protocol.sealing.suites import suite

VERSION = 1
MEMBERS = ("version", "lot", "sheet", "seat", "holder", "shares")
STATEMENT = "turned_key"


def wrapped_for(accepted: Mapping[str, Any], holder: str) -> tuple[str, bytes]:
    """The seat and wrapped share a manifest has for a fingerprint. Raises `ProtocolError` (`holder_unknown`)."""
    for share in accepted["shares"]:
        for one in share["wrapped"]:
            if one["holder"] == holder:
                return share["seat"], from_b64url(one["share"])
    raise ProtocolError("holder_unknown", "the bid has no share for this certificate")


def unwrap(private_key: object, accepted: Mapping[str, Any], holder: str) -> bytes:
    """One bid's share. Raises `ProtocolError` (`holder_unknown`, `share_unreadable`, suite faults)."""
    seat, wrapped = wrapped_for(accepted, holder)
    return suite(accepted["suite"]).unwrap(private_key, wrapped, Context.of(accepted).label(seat))


def turn(private_key: object, sheet: SealingSheet, holder: str, manifests: Iterable[Mapping[str, Any]],
         progress: envelope.Progress | None = None) -> dict[str, Any]:
    """Unwrap the shares of all bids; `progress` is told (bids done, in all).

    Manifests are checked against the sheet first, so that no other lot's share can be slipped in. Raises
    `ProtocolError` (`holder_unknown`, a manifest's fault, `encryption_key_unsuitable`).
    """
    seat = sheet.seat_of(holder)
    if seat is None:
        raise ProtocolError("holder_unknown", "the sealing sheet does not name this certificate")
    all_bids = list(manifests)
    turned = []
    for done, accepted in enumerate(all_bids, start=1):
        found = manifest.faults(accepted, sheet)
        if found:
            raise ProtocolError(found[0].code, f"bid {accepted.get('bid')}: " + "; ".join(found), **found[0].figures)
        try:
            share: str | None = b64url(unwrap(private_key, accepted, holder))
        except ProtocolError as error:
            if error.code != "share_unreadable":
                raise
            share = None
        turned.append({"bid": accepted["bid"], "manifest": manifest.digest(accepted), "share": share})
        if progress is not None:
            progress(done, len(all_bids))
    return {"version": VERSION, "lot": sheet.lot, "sheet": sheet.digest, "seat": seat, "holder": holder,
            "shares": turned}


def to_sign(turned: Mapping[str, Any]) -> dict[str, Any]:
    """The statement to sign over a turn."""
    return signatures.statement(STATEMENT, canonical.digest(dict(turned)), lot=turned["lot"], seat=turned["seat"],
                                holder=turned["holder"])


def sign(turned: Mapping[str, Any], private_key: certificates.PrivateKey, certificate_pem: str) -> dict[str, Any]:
    """Sign a turn with the person's signing certificate."""
    return signatures.build(to_sign(turned), private_key, certificate_pem)


def signature_faults(turned: Mapping[str, Any], signed: Any, signer: str | None = None) -> list[Reason]:
    """Why the signed statement does not cover this turn."""
    try:
        expect = to_sign(turned)
    except (ProtocolError, KeyError):
        return [Reason("turn_malformed", "the turned key is malformed")]
    return signatures.verify(signed, expect, signer)


def faults(turned: Any, sheet: SealingSheet, manifests: Mapping[str, Mapping[str, Any]]) -> list[Reason]:
    """Why a turn cannot be taken at all: wrong lot, stranger, a bid missing, unknown or doubled.

    `manifests` maps bid id → accepted manifest. Shares that do not match are no fault here: see `false_shares`.
    """
    if not isinstance(turned, Mapping) or set(turned) != set(MEMBERS) or not isinstance(turned["shares"], list):
        return [Reason("turn_malformed", f"a turned key has exactly the members {', '.join(MEMBERS)}")]
    found = []
    if turned["version"] != VERSION or (turned["lot"], turned["sheet"]) != (sheet.lot, sheet.digest):
        found.append(Reason("turn_other_lot", "the key was turned for another lot or sealing sheet"))
    if not isinstance(turned["holder"], str) or sheet.seat_of(turned["holder"]) != turned["seat"]:
        found.append(Reason("turn_stranger", "the certificate named is no holder of that seat"))
    seen = set()
    for entry in turned["shares"]:
        if (not isinstance(entry, Mapping) or set(entry) != {"bid", "manifest", "share"}
                or not _readable(entry["share"])):
            return [*found, Reason("turn_malformed", "a share of the turned key is malformed")]
        bid = entry["bid"]
        if not isinstance(bid, str) or bid not in manifests or entry["manifest"] != manifest.digest(manifests[bid]):
            found.append(Reason("turn_other_bid", f"{bid!r} is not an accepted bid of this lot", bid=str(bid)[:64]))
        if bid in seen:
            found.append(Reason("turn_doubled_bid", f"the bid {bid!r} has two shares", bid=str(bid)[:64]))
        seen.add(bid)
    missing = sorted(set(manifests) - seen)
    if missing:
        found.append(Reason("turn_incomplete", f"{len(missing)} bids have no share: {', '.join(missing[:5])}",
                            bids=len(missing), which=", ".join(missing[:5])))
    return found


def share_of(entry: Mapping[str, Any]) -> bytes | None:
    """The share of one entry as `unseal` takes it."""
    return None if entry["share"] is None else from_b64url(entry["share"])


def false_shares(turned: Mapping[str, Any], manifests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The bids for which this turn brought no share that matches the bid's commitment (a deputy may post another)."""
    short = []
    for entry in turned["shares"]:
        committed = {one["seat"]: one["commitment"] for one in manifests[entry["bid"]]["shares"]}
        share = share_of(entry)
        if share is None or not shares.matches(share, committed[turned["seat"]]):
            short.append(entry["bid"])
    return short


def _readable(share: Any) -> bool:
    if share is None:
        return True
    try:
        from_b64url(share)
    except ProtocolError:
        return False
    return len(share) <= 64
