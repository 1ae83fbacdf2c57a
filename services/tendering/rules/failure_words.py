"""How are a failed lot's figures said to people?

A sentence per reason in `words.json`, in both languages; figures nobody worded are left to the event that carries them.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.tendering.rules.reasons import words

SENTENCES: Mapping[str, str] = {"too_few_bids": "failed_with_bids", "too_few_left": "failed_with_left"}
"""Reason → the sentence of its figures."""
DECLARED = "failed_in_state"
"""The sentence of a failure that people declared: the state the lot was in."""


def sentence(reason: str, figures: Mapping[str, str]) -> dict[str, str]:
    """{"zh", "en"}: what the figures say; {} where there is nothing to say of them."""
    if "state" in figures:
        state = words().get(f"state_{figures['state']}")
        return _filled(DECLARED, {language: {"state": text} for language, text in state.items()}) if state else {}
    code = SENTENCES.get(reason)
    if code is None:
        return {}
    try:
        return _filled(code, dict.fromkeys(words()[code], figures))
    except KeyError:  # another department's failure may come without its figures
        return {}


def _filled(code: str, blanks: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {language: text.format_map(blanks[language]) for language, text in words()[code].items()}
