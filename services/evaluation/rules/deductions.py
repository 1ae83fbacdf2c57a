"""At which price is a bid compared (policy deductions)?

Small firms: the price less the document's rate, where the lot is not reserved for them; for goods the *maker's*
size counts, for services the supplier's (46-4, 46-9, 19). A consortium or subcontract that gives small firms thirty
per cent gets the smaller rate. Domestic
products: twenty per cent from 2026-01-01 where domestic and other products compete (国办发〔2025〕34号). Deductions
stack, each on the quoted price. The contract price stays as quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law, Row

FEN = Decimal("0.01")
SMALL = frozenset({"small", "micro"})
TREATED_AS_SMALL = frozenset({"prison", "welfare"})


@dataclass(frozen=True)
class Terms:
    """What the document says: `rates` has any of `small`, `consortium`, `domestic` (a share, 0.15 = 15 %)."""

    object: str
    notice_day: date
    reserved_for_small: bool
    rates: Mapping[str, Decimal]


@dataclass(frozen=True)
class Offer:
    """What a bid offers. Sizes: micro, small, medium, large, prison, welfare, or None where not declared.

    domestic: whether it offers domestic products (None where the question does not arise).
    small_share: the part of the contract that small partners or subcontractors do, where the bidder itself is none.
    """

    bid_id: str
    price: Decimal
    supplier_size: str | None
    maker_size: str | None
    domestic: bool | None
    small_share: Decimal = Decimal(0)
    all_partners_small: bool = False
    related_partners: bool = False


@dataclass(frozen=True)
class Deduction:
    """One deduction: `because` is a code of words.json, `rate` the document's, `amount` in yuan off the quoted
    price."""

    policy: str
    because: str
    rate: Decimal
    amount: Decimal
    article: str
    row: str


@dataclass(frozen=True)
class Evaluated:
    """The price a bid is compared at, and every deduction, granted or not, with its reason."""

    bid_id: str
    price: Decimal
    evaluation_price: Decimal
    granted: tuple[Deduction, ...]
    withheld: tuple[Deduction, ...]


def rate_objections(law: Law, terms: Terms) -> list[Objection]:
    """Where the document's rates are outside the law of the notice's day; a panel stops and says so (条例41)."""
    found = []
    for policy in ("small", "consortium"):
        rate, row = terms.rates.get(policy), _policy_row(law, terms, policy)
        if rate is None or row is None or terms.reserved_for_small:
            continue
        low, high = map(Decimal, row.value)
        if not low <= rate <= high:
            found.append(
                Objection(
                    "deduction_out_of_range",
                    f"The document's rate {rate} for {policy} is outside {low} to {high}.",
                    row.article,
                    f"deductions.{policy}",
                    {"policy": policy, "rate": str(rate), "low": str(low), "high": str(high)},
                )
            )
    rate, row = terms.rates.get("domestic"), _policy_row(law, terms, "domestic")
    if rate and row is None:
        found.append(
            Objection(
                "deduction_not_in_force",
                "No deduction for domestic products was in force on the notice's day.",
                "国办发〔2025〕34号",
                "deductions.domestic",
                {"rate": str(rate)},
            )
        )
    elif rate is not None and row is not None and rate != Decimal(row.value):
        found.append(
            Objection(
                "deduction_not_the_laws",
                f"The rate for domestic products is {row.value}, not {rate}.",
                row.article,
                "deductions.domestic",
                {"rate": str(rate), "law": row.value},
            )
        )
    return found


def evaluate(law: Law, terms: Terms, offers: Sequence[Offer]) -> list[Evaluated]:
    """The evaluation price of every bid still in the competition, in the order given.

    Whether domestic and other products compete is asked of these bids together.
    """
    origins = {offer.domestic for offer in offers}
    competing = {True, False} <= origins
    return [_evaluate(law, terms, offer, competing) for offer in offers]


def _evaluate(law: Law, terms: Terms, offer: Offer, competing: bool) -> Evaluated:
    granted: list[Deduction] = []
    withheld: list[Deduction] = []
    for policy, because, yes in (_small(law, terms, offer), _domestic(offer, competing)):
        row = _policy_row(law, terms, policy)
        if row is None:
            continue
        rate = terms.rates.get(policy, Decimal(row.value) if policy == "domestic" else Decimal(0))
        amount = (offer.price * rate).quantize(FEN, ROUND_HALF_UP) if yes else Decimal("0.00")
        made = Deduction(policy, because, rate, amount, row.article, row.id)
        (granted if yes and rate else withheld).append(made)
    off = sum((each.amount for each in granted), Decimal(0))
    return Evaluated(offer.bid_id, offer.price, offer.price - off, tuple(granted), tuple(withheld))


def _small(law: Law, terms: Terms, offer: Offer) -> tuple[str, str, bool]:
    if terms.reserved_for_small:
        return "small", "reserved_lot", False
    whose = law.find("policy.size_of", terms.notice_day, object=terms.object)
    size = offer.maker_size if whose is not None and whose.value == "maker" else offer.supplier_size
    if offer.all_partners_small or _is_small(law, terms.notice_day, size):
        return "small", "maker_small" if terms.object == "goods" else "supplier_small", True
    least = law.find("policy.consortium_share", terms.notice_day)
    if least is not None and offer.small_share >= Decimal(least.value):
        if offer.related_partners:
            return "consortium", "partners_related", False
        return "consortium", "small_share", True
    return "small", "maker_not_small" if terms.object == "goods" else "supplier_not_small", False


def _is_small(law: Law, on: date, size: str | None) -> bool:
    if size in TREATED_AS_SMALL:
        return law.find(f"policy.treated_as_small.{size}", on) is not None
    return size in SMALL


def _domestic(offer: Offer, competing: bool) -> tuple[str, str, bool]:
    if not offer.domestic:
        return "domestic", "not_domestic", False
    return "domestic", "domestic" if competing else "only_domestic_compete", competing


def _policy_row(law: Law, terms: Terms, policy: str) -> Row | None:
    return law.find(f"policy.{policy}", terms.notice_day, object=terms.object)
