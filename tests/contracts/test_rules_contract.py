"""What a contract says, what it may not say, who may sign it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.contracts.rules import acceptors, blanks, bonds, publication, signing, terms

NOW = datetime(2026, 6, 18, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CONDITIONS = {
    "delivery_days": 30,
    "warranty_months": 36,
    "payment_terms": ["验收后一次付清"],
    "performance_bond_percent": "5",
}


def codes(objections: list[Any]) -> list[str]:
    return [each.code for each in objections]


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ({}, {"delivery_days": "30", "warranty_months": "36"}),
        ({"delivery_days": 20, "warranty_months": 60}, {"delivery_days": "20", "warranty_months": "60"}),
        ({"delivery_days": 45, "warranty_months": 12}, {"delivery_days": "30", "warranty_months": "36"}),
        ({"delivery_days": -1, "warranty_months": "ever"}, {"delivery_days": "30", "warranty_months": "36"}),
        ({"delivery_days": 0, "warranty_months": [60]}, {"delivery_days": "30", "warranty_months": "36"}),
        ({"payment_days": 1, "performance_bond_percent": "0"}, {"payment_days": "30", "performance_bond_percent": "5"}),
    ],
    ids=[
        "the document alone",
        "the bid offers more and is bound by it",
        "the bid cannot offer less",
        "an offer below nothing is none",
        "nonsense is no offer",
        "other terms are not the bid's to offer",
    ],
)
def test_the_better_of_document_and_bid_is_fixed(sheet: dict[str, Any], expected: dict[str, str]) -> None:
    fixed = terms.fixed_terms(CONDITIONS, sheet, 30)
    assert {key: fixed[key] for key in expected} == expected


def test_payment_is_never_later_than_the_law_allows() -> None:
    assert terms.fixed_terms({"payment_days": 60}, {}, 30)["payment_days"] == "30"
    assert terms.fixed_terms({"payment_days": 15}, {}, 30)["payment_days"] == "15"
    assert terms.fixed_terms({}, {}, 30)["payment_days"] == "30"


@pytest.mark.parametrize(
    ("changed", "reasons", "shown", "refused"),
    [
        ({}, {}, 0, []),
        ({"warranty_months": "12"}, {}, 1, ["departs_from_document"]),
        ({"warranty_months": "12"}, {"warranty_months": "clerical_correction"}, 1, ["departs_from_document"]),
        ({"amount": "8200000.00"}, {}, 1, ["departs_from_document"]),
        ({"payment_terms": ["预付五成"]}, {}, 1, ["departs_from_document"]),
        ({"delivery_place": "另一校区"}, {}, 1, ["departure_without_reason"]),
        ({"delivery_place": "主校区一号楼"}, {"delivery_place": "place_detailed"}, 1, []),
        ({"delivery_place": "主校区一号楼"}, {"delivery_place": "because"}, 1, ["departure_without_reason"]),
        ({"supplier_account": "工商银行"}, {}, 0, []),
    ],
)
def test_every_departure_is_shown_and_refused_unless_lawful(
    changed: dict[str, Any], reasons: dict[str, str], shown: int, refused: list[str]
) -> None:
    fixed = terms.fixed_terms(CONDITIONS | {"delivery_place": "主校区"}, {}, 30) | {"amount": "8150000.00"}
    found = terms.departures(fixed, fixed | changed, reasons)
    assert len(found) == shown
    assert codes(terms.objections(found)) == refused


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("count", "30", "thirty"),
        ("money", "1.00", "one"),
        ("percent", "5", "101"),
        ("day", "2026-06-18", "18.6.2026"),
        ("list", ["x"], "x"),
        ("text", "x", ["x"]),
        ("money", "0", "NaN"),
    ],
)
def test_a_blank_takes_its_own_kind_of_thing(kind: str, good: Any, bad: Any) -> None:
    definitions = {"it": {"kind": kind}}
    assert blanks.objections(definitions, {"it"}, {"it": good}) == []
    assert codes(blanks.objections(definitions, {"it"}, {"it": bad})) == ["blank_wrong_kind"]
    assert codes(blanks.objections(definitions, {"it"}, {})) == ["blank_empty"]


def test_a_value_that_fits_no_blank_is_refused() -> None:
    assert codes(blanks.objections({}, set(), {"surprise": "x"})) == ["blank_unknown"]


def certificate(**facts: Any) -> signing.Certificate:
    given: dict[str, Any] = {
        "fingerprint": "f",
        "person_id": "p",
        "purpose": "signing",
        "not_after": NOW + DAY,
        "revoked_at": None,
    }
    return signing.Certificate(**given | facts)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (certificate(), []),
        (None, ["certificate_not_enrolled"]),
        (certificate(person_id="q"), ["certificate_of_another"]),
        (certificate(purpose="encryption"), ["certificate_purpose"]),
        (certificate(revoked_at=NOW), ["certificate_revoked"]),
        (certificate(revoked_at=NOW + DAY), []),
        (certificate(not_after=NOW - DAY), ["certificate_expired"]),
        (certificate(person_id="q", not_after=NOW - DAY), ["certificate_of_another", "certificate_expired"]),
    ],
)
def test_a_certificate_carries_a_signature_only_while_it_is_its_signers_own(held: Any, expected: list[str]) -> None:
    assert codes(signing.certificate_objections(held, "p", NOW)) == expected


@pytest.mark.parametrize(
    ("side", "roles", "signed", "expected"),
    [
        ("purchaser", {"purchaser.officer"}, set(), []),
        ("supplier", {"supplier.agent"}, {"purchaser"}, []),
        (None, {"purchaser.officer"}, set(), ["not_a_party"]),
        ("purchaser", {"purchaser.acceptor"}, set(), ["signer_not_appointed"]),
        ("supplier", {"supplier.agent"}, {"supplier"}, ["already_signed"]),
    ],
)
def test_a_side_signs_once_by_somebody_it_has_appointed(
    side: str | None, roles: set[str], signed: set[str], expected: list[str]
) -> None:
    assert codes(signing.signer_objections(side, roles, signed)) == expected


@pytest.mark.parametrize(
    ("form", "amount", "expected"),
    [
        ("bank_guarantee", "407500.00", []),
        ("bank_guarantee", "815000.00", []),
        ("bank_guarantee", "815000.01", ["bond_too_high"]),
        ("cash", "407500.00", ["bond_form"]),
        ("insurance", "407499.99", ["bond_too_low"]),
    ],
)
def test_a_performance_bond_is_not_cash_and_at_most_a_tenth(form: str, amount: str, expected: list[str]) -> None:
    found = bonds.lodged_objections(
        "performance",
        form,
        Decimal(amount),
        base=Decimal("8150000.00"),
        required=Decimal("407500.00"),
        on=date(2026, 5, 11),
    )
    assert codes(found) == expected


def test_a_document_that_asks_more_than_a_tenth_is_refused() -> None:
    assert bonds.percent_objections(Decimal(10), date(2026, 5, 11)) == []
    assert codes(bonds.percent_objections(Decimal("10.1"), date(2026, 5, 11))) == ["performance_bond_high"]


@pytest.mark.parametrize(("days", "fee"), [(0, "0.00"), (1, "17.40"), (30, "522.00"), (-3, "0.00")])
def test_a_bond_returned_late_bears_interest_for_the_days(days: int, fee: str) -> None:
    assert bonds.late_fee(Decimal("120000.00"), days, date(2026, 5, 11)) == Decimal(fee)


@pytest.mark.parametrize(
    ("term", "count"), [("items", 0), ("supplier_account", 0), ("amount", 1), ("supplier_name", 1)]
)
def test_who_buys_what_for_how_much_is_never_a_secret(term: str, count: int) -> None:
    assert len(publication.objections([{"term": term, "kind": "business_secret"}])) == count


WU = {"person_id": "wu", "name": "吴验收", "organisation_id": "buyer", "roles": ["purchaser.acceptor"]}


@pytest.mark.parametrize(
    ("members", "ran", "panel", "expected"),
    [
        ([WU], {}, [], []),
        ([], {}, [], ["no_acceptor"]),
        ([WU, WU], {}, [], ["acceptor_twice"]),
        ([WU], {"wu": "award"}, [], ["acceptor_ran_purchase"]),
        ([WU], {}, ["吴验收"], ["acceptor_ran_purchase"]),
        ([WU | {"roles": []}], {}, [], ["acceptor_not_appointed"]),
        ([WU | {"organisation_id": "other"}], {}, ["吴验收"], ["acceptor_not_appointed"]),
    ],
)
def test_nobody_who_ran_the_purchase_accepts_what_it_brought(
    members: list[dict[str, Any]], ran: dict[str, str], panel: list[str], expected: list[str]
) -> None:
    found = acceptors.member_objections(members, purchaser_id="buyer", ran_the_purchase=ran, panel_names=panel)
    assert codes(found) == expected


def test_a_certificate_reports_on_every_standard_and_gives_the_reason_of_a_rejection() -> None:
    good = [{"standard": each, "text": "x", "conforms": True} for each in acceptors.STANDARDS]
    assert acceptors.finding_objections(good, rejects=False, public_service=False, users_opinion=None) == []
    found = acceptors.finding_objections(good[:1], rejects=True, public_service=True, users_opinion=" ")
    assert codes(found) == [
        "standard_not_reported",
        "standard_not_reported",
        "rejection_without_finding",
        "users_not_heard",
    ]
