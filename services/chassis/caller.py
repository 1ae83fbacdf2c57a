"""Who is calling, as their token says, checked by this very service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.chassis.refusal import refuse

OWN = "own"
PROJECT = "project"
ANY = "any"


@dataclass(frozen=True)
class Caller:
    """A person at work in an organisation, a department's program, or nobody we know.

    grants: permission → how far it reaches: "own" (things of the caller's organisation), "project" (things of projects
        the caller is named on) or "any".
    certificate: SHA-256 fingerprint of the certificate the session was opened with, hexadecimal.
    department: the department's name when a service calls for itself, else None.
    """

    person_id: str | None = None
    name: str = ""
    organisation_id: str | None = None
    organisation_kind: str = ""
    roles: frozenset[str] = frozenset()
    grants: Mapping[str, str] = field(default_factory=dict)
    certificate: str = ""
    session_id: str = ""
    department: str | None = None

    @property
    def actor(self) -> str:
        """How the journal names the caller."""
        if self.department:
            return f"department:{self.department}"
        return f"person:{self.person_id}" if self.person_id else "public"

    def may(self, permission: str) -> bool:
        """Whether any reach of this permission was granted."""
        return self.department is not None or permission in self.grants

    def reaches(self, permission: str, *, own: bool = False, project: bool = False) -> bool:
        """Whether the grant covers a thing that is the organisation's own, or of a project the caller is named on."""
        if self.department is not None:
            return True
        reach = self.grants.get(permission)
        return reach == ANY or (reach == OWN and own) or (reach == PROJECT and (project or own))

    def require(self, permission: str, *, own: bool = False, project: bool = False) -> None:
        """Raise `Refusal("not_yours")` unless the grant covers this thing."""
        if not self.reaches(permission, own=own, project=project):
            refuse("not_yours", f"Your permission {permission} does not cover this.")


NOBODY = Caller()
