"""Every refusal of the plumbing can be said in Chinese and English: by the gateway, which is who says it."""

import json
import re
from pathlib import Path

import pytest

import services.chassis
from gateway.words import catalogue

FOLDER = Path(str(services.chassis.__file__)).parent
SAID = re.compile(r'(?:refuse|Refusal|Objection)\(\s*"(\w+)"')
CODES = sorted({code for path in FOLDER.rglob("*.py") for code in SAID.findall(path.read_text("utf-8"))})


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_plumbing_has_words_in_both_languages(code: str) -> None:
    said = catalogue().get(code, {})
    assert re.search("[一-龥]", said.get("zh", "")), code
    assert said.get("en", "").endswith("."), code


def test_no_words_of_the_plumbing_are_left_over() -> None:
    words = json.loads((FOLDER / "words.json").read_text("utf-8"))
    assert set(words) <= set(CODES)
    assert len(CODES) >= 25
