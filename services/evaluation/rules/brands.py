"""What if two bidders offer one brand (87-31)?

Lowest price: the cheapest stands for the brand, the others' bids are invalid. Comprehensive scoring: they count as
one bidder, the best scored is recommended, the others cannot be candidates. Equal ones: the document's way, else a
draw by lot; the lot drawn here follows from the seed of the panel's own draw, so that anyone can repeat it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal


def groups(brands: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Brand → its bids (sorted), for brands that more than one bid offers. `brands`: bid id → brand, None where
    none."""
    found: dict[str, list[str]] = {}
    for bid, brand in sorted(brands.items()):
        if brand:
            found.setdefault(normal(brand), []).append(bid)
    return {brand: bids for brand, bids in found.items() if len(bids) > 1}


def normal(brand: str) -> str:
    """One spelling for one brand: outer and inner spaces and the case of Latin letters do not make another."""
    return "".join(brand.split()).casefold()


def bidders_counted(brands: Mapping[str, str | None]) -> int:
    """How many bidders these bids are: those of one brand are one."""
    return len(brands) - sum(len(bids) - 1 for bids in groups(brands).values())


def stand_for_brand(brands: Mapping[str, str | None], prices: Mapping[str, Decimal], seed: str) -> dict[str, str]:
    """Lowest price: bid that gives way → bid that stands for its brand (the cheapest quote)."""
    gone: dict[str, str] = {}
    for brand, bids in groups(brands).items():
        least = min(prices[bid] for bid in bids)
        stays = chosen(seed, brand, [bid for bid in bids if prices[bid] == least])
        gone |= {bid: stays for bid in bids if bid != stays}
    return gone


def not_recommended(brands: Mapping[str, str | None], totals: Mapping[str, Decimal | int], seed: str) -> dict[str, str]:
    """Comprehensive scoring: bid that cannot be a candidate → the better scored bid of its brand."""
    gone: dict[str, str] = {}
    for brand, bids in groups(brands).items():
        best = max(totals[bid] for bid in bids)
        stays = chosen(seed, brand, [bid for bid in bids if totals[bid] == best])
        gone |= {bid: stays for bid in bids if bid != stays}
    return gone


def chosen(seed: str, brand: str, equal: Sequence[str]) -> str:
    """The one bid drawn among equal ones: the least SHA-256 of seed, brand and bid."""
    if len(equal) > 1 and not seed:
        raise ValueError("equal bids of one brand need the seed of a draw")
    return min(equal, key=lambda bid: _lot(seed, brand, bid))


def _lot(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
