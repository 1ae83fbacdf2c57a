"""Who may do what: the role × permission × whose table of the whole suite.

One row per permission: its name, what it allows in a sentence, and who holds it (`role=whose`). *Whose* is

* `own`: the thing belongs to the caller's organisation (for an expert or a member of a panel: to the caller),
* `project`: the caller is named on that project (officer, reviewer, host, key holder, representative, panel member),
* `any`: every one.

A permission that is absent from a role is not there: nothing is allowed by default. What anybody may do without a
session (`permission=PUBLIC`) has no row. A department's own call to another (`departments=(…)`) has none either: it
carries that department's token, not a role.

The table reaches the services inside the session token (claim `may`), so no service keeps a copy: `grants(roles)`.
Its rows stand in one file per department beside this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.registry.permissions import (
    contracts,
    evaluation,
    notify,
    registry,
    tendering,
)

OWN: Final = "own"
PROJECT: Final = "project"
ANY: Final = "any"
_WIDTH: Final = {PROJECT: 0, OWN: 1, ANY: 2}

ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # role: the kinds of organisation whose people may hold it
        "centre.officer": ("centre",),
        "centre.reviewer": ("centre",),
        "centre.host": ("centre",),
        "registry.admin": ("centre",),
        "purchaser.officer": ("purchaser",),
        "purchaser.representative": ("purchaser",),
        "purchaser.acceptor": ("purchaser",),
        "supervisor": ("finance", "hall"),
        "finance.officer": ("finance",),
        "hall.observer": ("hall",),
        "supplier.agent": ("supplier",),
        "agency.program": ("agency",),
        "expert": (),  # an expert belongs to the library, not to an organisation
    }
)


@dataclass(frozen=True)
class Permission:
    """One row: `holders` maps a role to `own`, `project` or `any`."""

    name: str
    allows: str
    holders: Mapping[str, str]


def row(name: str, allows: str, holders: str) -> Permission:
    """Read one line of the table; `holders` is `role=whose role=whose …`.

    Raises ValueError for an unknown role or whose, so that a slip in the table stops the department at start.
    """
    held: dict[str, str] = {}
    for holder in holders.split():
        role, _, whose = holder.partition("=")
        if role not in ROLES or whose not in _WIDTH or role in held:
            raise ValueError(f"{name}: {holder!r} is not one `role=whose` of a known role")
        held[role] = whose
    return Permission(name, allows, MappingProxyType(held))


def grants(roles: Iterable[str]) -> dict[str, str]:
    """The permissions that these roles give together: permission → the widest whose among them.

    Between `own` and `project` the wider is `own`: they only meet in one purchaser's people, and a representative is
    named on projects of the own organisation.
    """
    may: dict[str, str] = {}
    for role in roles:
        for permission in PERMISSIONS.values():
            whose = permission.holders.get(role)
            if whose and _WIDTH[whose] >= _WIDTH.get(may.get(permission.name, ""), -1):
                may[permission.name] = whose
    return dict(sorted(may.items()))


def _whole_table() -> Mapping[str, Permission]:
    table: dict[str, Permission] = {}
    for department in (registry, tendering, evaluation, contracts, notify):
        for name, allows, holders in department.TABLE:
            if name in table:
                raise ValueError(f"permission {name!r} stands twice in the table")
            table[name] = row(name, allows, holders)
    return MappingProxyType(table)


PERMISSIONS: Final[Mapping[str, Permission]] = _whole_table()
