"""Every refusal of the log can be said in Chinese and English."""

import json
import re
from pathlib import Path

from services.chassis import log

FOLDER = Path(str(log.__file__)).parent


def test_every_code_the_log_refuses_with_has_words_and_no_words_are_left_over() -> None:
    words = json.loads((FOLDER / "words.json").read_text("utf-8"))
    sources = [path.read_text("utf-8") for path in FOLDER.glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'refuse\(\s*"(\w+)"', source)}
    assert codes == set(words)
    assert all(re.search("[一-龥]", said["zh"]) and said["en"].endswith(".") for said in words.values())
