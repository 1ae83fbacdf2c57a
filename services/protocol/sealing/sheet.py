"""The sealing sheet: who must be present at the opening, published with the notice.

```
{"version": 1, "suite": "RSA-OAEP-256+A256GCM", "lot": "<id>", "deadline": "2026-06-01T01:00:00Z",
 "seats": [{"seat": "centre", "holders": [{"person": "<id>", "fingerprint": "<hex>", "certificate": "<PEM>"}]}]}
```

Every seat is needed, any one holder of a seat will do (the first is the principal, the others deputies). A sheet is
never edited: a moved deadline or a changed holder makes a new sheet with a new digest. A bid opens under the sheet its
manifest names, so the department keeps every sheet it has published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from services.protocol import canonical, certificates
from services.protocol.encoding import is_digest, is_moment, sha256_hex
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing import suites
from services.protocol.sealing.context import is_id, is_seat

VERSION = 1
FEWEST_SEATS = 2
MOST_SEATS = 8
MOST_HOLDERS = 3
MEMBERS = ("version", "suite", "lot", "deadline", "seats")


def holder(person: str, certificate_pem: str) -> dict[str, str]:
    """One key holder as the sheet lists it."""
    return {"person": person, "fingerprint": certificates.fingerprint(certificate_pem), "certificate": certificate_pem}


def compose(lot: str, deadline: str, seats: Mapping[str, Sequence[Mapping[str, str]]],
            suite: str = suites.RSA_OAEP_A256GCM) -> dict[str, Any]:
    """A sheet from seat name → holders (as `holder` makes them), in the order given; ask `faults` before publishing."""
    return {"version": VERSION, "suite": suite, "lot": lot, "deadline": deadline,
            "seats": [{"seat": seat, "holders": [dict(one) for one in holders]} for seat, holders in seats.items()]}


class SealingSheet:
    """A sheet without faults; raises `ProtocolError` (the first fault's code) for one with any."""

    def __init__(self, content: Any) -> None:
        found = faults(content)
        if found:
            raise ProtocolError(found[0].code, "; ".join(found), **found[0].figures)
        self.content: dict[str, Any] = content
        self.suite: str = content["suite"]
        self.lot: str = content["lot"]
        self.deadline: str = content["deadline"]
        self.seats: list[dict[str, Any]] = content["seats"]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the sheet, hex: what every bid is bound to."""
        return canonical.digest(self.content)

    @property
    def seat_names(self) -> list[str]:
        """The seats in their order."""
        return [seat["seat"] for seat in self.seats]

    def holders(self, seat: str) -> list[dict[str, str]]:
        """The holders of a seat, principal first. Raises `ProtocolError` (`seat_unknown`)."""
        for one in self.seats:
            if one["seat"] == seat:
                return list(one["holders"])
        raise ProtocolError("seat_unknown", f"the sealing sheet has no seat {seat!r}", seat=seat)

    def wrapped_letters(self, fingerprint: str) -> int:
        """How many letters of base64url a share wrapped for this holder has: as many bytes as the key."""
        return self._wrapped_letters[fingerprint]

    @cached_property
    def _wrapped_letters(self) -> dict[str, int]:
        built = suites.suite(self.suite)
        return {one["fingerprint"]: -(-built.wrapped_bytes(one["certificate"]) * 4 // 3)
                for seat in self.seats for one in seat["holders"]}

    def seat_of(self, fingerprint: str) -> str | None:
        """The seat whose key this certificate may turn; None for a stranger."""
        for one in self.seats:
            if any(person["fingerprint"] == fingerprint for person in one["holders"]):
                return str(one["seat"])
        return None


def digest(content: Mapping[str, Any]) -> str:
    """The digest of a sheet's content."""
    return canonical.digest(dict(content))


def faults(content: Any, at: datetime | None = None) -> list[Reason]:
    """Everything wrong with a sheet; empty means it may be published.

    With the aware moment `at`, certificates not yet valid then are faults too. A certificate must outlive the
    deadline, allow encipherment, and stand for one person in one seat: two seats in one hand would be one seat.
    """
    if not isinstance(content, Mapping) or set(content) != set(MEMBERS) or not isinstance(content["seats"], list):
        return [Reason("sheet_malformed", f"a sealing sheet has exactly the members {', '.join(MEMBERS)}")]
    found = _head_faults(content)
    for position, seat in enumerate(content["seats"]):
        found += _seat_faults(seat, position, content, at)
    if not found:
        found = _one_hand_faults(content["seats"])
    return found


def _head_faults(content: Mapping[str, Any]) -> list[Reason]:
    found = []
    if content["version"] != VERSION or isinstance(content["version"], bool):
        found.append(Reason("sheet_version", f"the sheet's version is not {VERSION}", version=VERSION))
    try:
        suites.suite(content["suite"])
    except ProtocolError as error:
        found.append(error.reason)
    if not is_id(content["lot"]):
        found.append(Reason("sheet_lot", "the sheet names no lot"))
    if not is_moment(content["deadline"]):
        found.append(Reason("sheet_deadline", "the sheet's deadline is not a moment in UTC ending in Z"))
    if not FEWEST_SEATS <= len(content["seats"]) <= MOST_SEATS:
        seats = len(content["seats"])
        found.append(Reason("sheet_seats", f"a sheet has {FEWEST_SEATS} to {MOST_SEATS} seats, not {seats}",
                            least=FEWEST_SEATS, most=MOST_SEATS, seats=seats))
    return found


def _seat_faults(seat: Any, position: int, content: Mapping[str, Any], at: datetime | None) -> list[Reason]:
    if not isinstance(seat, Mapping) or set(seat) != {"seat", "holders"} or not is_seat(seat["seat"]):
        return [Reason("seat_malformed", f"seat {position + 1} is not a name with its holders", position=position + 1)]
    name, holders = seat["seat"], seat["holders"]
    if not isinstance(holders, list) or not 1 <= len(holders) <= MOST_HOLDERS:
        return [Reason("seat_holders", f"the seat {name} needs 1 to {MOST_HOLDERS} key holders",
                       seat=name, most=MOST_HOLDERS)]
    return [fault for one in holders for fault in _holder_faults(one, name, content, at)]


def _holder_faults(one: Any, seat: str, content: Mapping[str, Any], at: datetime | None) -> list[Reason]:
    if not isinstance(one, Mapping) or set(one) != {"person", "fingerprint", "certificate"} or not is_id(one["person"]):
        return [Reason("holder_malformed", f"a holder of the seat {seat} lacks person, fingerprint or certificate",
                       seat=seat)]
    who = {"seat": seat, "person": one["person"]}
    where = f"{one['person']} ({seat})"
    try:
        certificate = certificates.load(one["certificate"])
        built = suites.suite(content["suite"])
    except ProtocolError as error:
        return [Reason(error.code, f"{where}: {error}", **{**error.figures, **who})]
    found = [Reason(reason.code, f"{where}: {reason}", **{**reason.figures, **who})
             for reason in built.key_faults(one["certificate"])]
    ends, begins = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    if not is_digest(one["fingerprint"]) or one["fingerprint"] != certificates.fingerprint(certificate):
        found.append(Reason("holder_fingerprint", f"{where}: the fingerprint is not the certificate's", **who))
    if not _may_encipher(certificate):
        found.append(Reason("holder_key_usage", f"{where}: the certificate does not allow encipherment", **who))
    if is_moment(content["deadline"]) and ends <= datetime.fromisoformat(content["deadline"]):
        found.append(Reason("holder_certificate_ends", f"{where}: the certificate ends before the opening", **who))
    if at is not None and begins > at:
        found.append(Reason("holder_certificate_early", f"{where}: the certificate is not valid yet", **who))
    return found


def _may_encipher(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(usage.key_encipherment or usage.data_encipherment)


def _one_hand_faults(seats: Sequence[Mapping[str, Any]]) -> list[Reason]:
    found: list[Reason] = []
    seen_seats: set[str] = set()
    people: dict[str, str] = {}
    keys: dict[str, str] = {}
    for seat in seats:
        if seat["seat"] in seen_seats:
            found.append(Reason("seat_twice", f"the seat {seat['seat']} is named twice", seat=seat["seat"]))
        seen_seats.add(seat["seat"])
        for one in seat["holders"]:
            key = sha256_hex(certificates.load(one["certificate"]).public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
            if one["person"] in people:
                found.append(Reason("person_twice", f"{one['person']} holds a key twice ({people[one['person']]}, "
                                    f"{seat['seat']}); one person, one key", person=one["person"], seat=seat["seat"]))
            if key in keys:
                found.append(Reason("key_twice", f"{one['person']} and {keys[key]} have the same key",
                                    person=one["person"], other=keys[key]))
            people[one["person"]] = seat["seat"]
            keys[key] = one["person"]
    return found
