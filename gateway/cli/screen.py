"""What is printed: one JSON document or plain lines on stdout; progress and notes on stderr.

Texts that came from elsewhere lose their control characters first: a title must not move the cursor.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from gateway.cli.ending import Stop
from gateway.cli.words import say

Advance = Callable[[int, int], None]
"""Told (done, in all)."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WIDE = 400  # columns where nobody looks: a line is a line


def clean(text: object) -> str:
    """A text without control characters and direction marks."""
    return _CONTROL.sub("\ufffd", str(text))


class Screen:
    """Where a command speaks. json: one document on stdout at the end, nothing else. quiet: no progress, no notes."""

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json, self.quiet = json, quiet
        self._out = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else _WIDE)
        self._err = Console(file=sys.stderr, highlight=False, width=None if sys.stderr.isatty() else _WIDE)

    def tell(self, document: Any, *lines: str) -> None:
        """The command's result: the document for programs, the lines (or the document's members) for people."""
        if self.json:
            print(json.dumps(document, ensure_ascii=False, indent=1))
            return
        for line in lines or _lines_of(document):
            self._out.print(Text(clean(line)), soft_wrap=True)

    def table(self, document: Any, columns: Sequence[str], rows: Sequence[Sequence[object]], *after: str) -> None:
        """A list: the document for programs, a table for people. `columns` are keys of words.json."""
        if self.json:
            self.tell(document)
            return
        made = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            made.add_column(say(column), overflow="fold")
        for row in rows:
            made.add_row(*(Text(clean("" if cell is None else cell)) for cell in row))
        self._out.print(made)
        for line in after:
            self._out.print(Text(clean(line)), soft_wrap=True)

    def note(self, text: str) -> None:
        """Something by the way."""
        if not self.quiet:
            self._err.print(Text(clean(text)), soft_wrap=True)

    def fail(self, stop: Stop) -> None:
        """Why the command ends, with every objection and its article."""
        if self.json:
            self.tell({"error": stop.as_json()})
            return
        lines = [f"{stop.detail} ({stop.code})" if stop.code else stop.detail]
        if len(stop.objections) > 1 or any(each.get("article") or each.get("field") for each in stop.objections):
            lines += [f"  - {_objection(each)}" for each in stop.objections]
        request_id, trace_id = stop.document.get("request_id"), stop.document.get("trace_id")
        lines += [say("repeat_with", request_id=request_id)] if request_id else []
        lines += [say("trace_id", trace_id=trace_id)] if trace_id else []
        for line in lines:
            self._err.print(Text(clean(line)), soft_wrap=True)

    @contextmanager
    def progress(self, what: str, *, in_bytes: bool = True) -> Iterator[Advance]:
        """A bar on stderr, on a terminal alone; call what is given with (done, in all)."""
        counted = DownloadColumn() if in_bytes else MofNCompleteColumn()
        columns = (TextColumn("{task.description}"), BarColumn(), counted, TimeRemainingColumn())
        hidden = self.quiet or not self._err.is_terminal
        with Progress(*columns, console=self._err, disable=hidden, transient=True) as bar:
            task = bar.add_task(clean(what), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def _objection(each: Mapping[str, Any]) -> str:
    told = str(each.get("message") or each.get("code") or "")
    article, field = each.get("article"), each.get("field")
    return told + (f" [{article}]" if article else "") + (f" ({field})" if field else "")


def _lines_of(document: Any, inset: str = "") -> Iterator[str]:
    """A mapping's members, one a line; what is inside stands further in."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            if isinstance(value, Mapping | list) and value:
                yield f"{inset}{name}:"
                yield from _lines_of(value, inset + "  ")
            else:
                yield f"{inset}{name}: {_scalar(value)}"
    elif isinstance(document, list):
        for each in document:
            if isinstance(each, Mapping | list) and each:
                first, *rest = list(_lines_of(each, inset + "  "))
                yield f"{inset}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{inset}- {_scalar(each)}"
    else:
        yield f"{inset}{_scalar(document)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or value in ([], {}) else json.dumps(value)
