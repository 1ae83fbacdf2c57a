"""What do a process's releases compile to?

The standard's merge (OCDS 1.1, "Merging"): later values replace earlier ones, objects are merged member by member,
lists of objects that carry an `id` are merged by it, any other list is replaced whole, null takes a value away. `id`,
`date` and `tag` of the release itself are the compiled release's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OWN = ("ocid", "id", "date", "tag")


def compiled(before: Mapping[str, Any], release: Mapping[str, Any]) -> dict[str, Any]:
    """The compiled release after one more release; `before` is {} at first."""
    merged = _merged(
        {key: value for key, value in before.items() if key not in _OWN},
        {key: value for key, value in release.items() if key not in _OWN},
    )
    own = {"ocid": release["ocid"], "id": f"{release['ocid']}-{release['date']}", "date": release["date"]}
    return {**own, "tag": ["compiled"], **merged}


def _merged(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(before)
    for key, value in now.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict):
            known = found.get(key)
            found[key] = _merged(known if isinstance(known, dict) else {}, value)
        elif _identified(value):
            found[key] = merged_by_id(found.get(key) or [], value)
        else:
            found[key] = value
    return found


def _identified(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "id" in each for each in value)


def merged_by_id(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two lists of objects with an `id`, as one: known ones merged in their place, new ones behind."""
    found = {str(each["id"]): each for each in before}
    for each in now:
        found[str(each["id"])] = _merged(found.get(str(each["id"]), {}), each)
    return list(found.values())
