"""Who may examine and decide a supplier's file, and what must the decision say? (法61: duties kept apart)"""

from collections.abc import Sequence

from services.chassis.objection import Objection
from services.registry.rules.supplier_file import DOCUMENT_KINDS, REQUIRED_FIELDS

REVIEWABLE = (*REQUIRED_FIELDS, "controllers", "categories", "documents", *(f"documents.{k}" for k in DOCUMENT_KINDS))


def examination_objections(
    *, submitted: bool, decided: bool, touched_by: Sequence[str], person: str
) -> list[Objection]:
    """Why this person may not examine this version now."""
    return _state(submitted=submitted, decided=decided) + _other_hands(touched_by, person)


def decision_objections(
    *,
    submitted: bool,
    decided: bool,
    examined_by: str | None,
    touched_by: Sequence[str],
    person: str,
    admit: bool,
    reasons: Sequence[tuple[str, str]],
) -> list[Objection]:
    """Why this decision may not be taken by this person now.

    `reasons`: (field, sentence) pairs; a return needs at least one, an admission none.
    """
    found = _state(submitted=submitted, decided=decided)
    if examined_by is None:
        message = "An officer has to examine the file before the reviewer decides."
        found.append(Objection("not_examined", message, "法61"))
    hands = [*touched_by, examined_by] if examined_by else list(touched_by)
    found += _other_hands(hands, person)
    if not admit and not reasons:
        found.append(
            Objection("return_without_reason", "Say for at least one field why the file is returned.", "", "reasons")
        )
    if admit and reasons:
        message = "An admission carries no reasons; return the file instead."
        found.append(Objection("admission_with_reasons", message, "", "reasons"))
    return found + [
        Objection(
            "reason_for_unknown_field",
            f"{field} is not a field of the file.",
            "",
            f"reasons.{place}.field",
            {"field": field},
        )
        for place, (field, _) in enumerate(reasons)
        if field not in REVIEWABLE
    ]


def _state(*, submitted: bool, decided: bool) -> list[Objection]:
    if not submitted:
        return [Objection("not_submitted", "The supplier has not submitted this version.")]
    if decided:
        return [Objection("already_decided", "This version has been decided; the supplier may submit another.")]
    return []


def _other_hands(hands: Sequence[str], person: str) -> list[Objection]:
    if person in hands:
        message = "Whoever touched the file may not pass judgement on it; another officer must."
        return [Objection("same_hand", message, "法61")]
    return []
