"""May a webhook go to this address?

Public addresses only, so that nobody makes the department knock on doors inside (server-side request forgery), unless
the operator allows certain networks by name. The rule is asked for the very address that is then connected to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from services.chassis.objection import Objection
from services.notify.rules.reasons import objection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def url_objections(url: str, plain_allowed: bool) -> list[Objection]:
    """What is wrong with a webhook's URL as written: https, a host, no user in it, no fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [objection("webhook_url_malformed", field="url", url=url)]
    if parts.scheme != "https" and not (plain_allowed and parts.scheme == "http"):
        return [objection("webhook_not_https", field="url")]
    if not parts.hostname or port == 0 or parts.username or parts.password or parts.fragment:
        return [objection("webhook_url_malformed", field="url", url=url)]
    return []


def is_allowed(address: str, allowed: Iterable[Network]) -> bool:
    """Whether this IP address is public, or in one of the allowed networks.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged as what it is inside.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(found)
    if any(found in each or inner in each for each in allowed):
        return True
    return found.is_global and inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
