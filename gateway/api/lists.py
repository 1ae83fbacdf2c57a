"""Lists as CSV and XLSX beside JSON: `?format=csv` on whatever answers a list.

Columns are the names found in the rows, in the order they appear; what is not a plain value is written as JSON. A cell
that a spreadsheet would take for a formula is written as text.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import xlsxwriter
from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from gateway.api.forms import tagged

FORMAT = "format"
JSON, CSV, XLSX = "json", "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def wanted_form() -> str:
    """The form asked for: the query's `format`, JSON unless told."""
    form = request.args.get(FORMAT, JSON)
    if form not in (JSON, CSV, XLSX):
        raise NotAcceptable("The forms are json, csv and xlsx.")
    return form


def render(answer: Any, form: str, name: str) -> Response:
    """The answer's list as a file; 406 where it has none. A next page is told in the header `X-Next-Cursor`."""
    rows = rows_of(answer)
    if rows is None:
        raise NotAcceptable("This is not a list: it is given as JSON only.")
    content = as_csv(rows) if form == CSV else as_xlsx(rows)
    response = Response(content, content_type=MEDIA_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    if isinstance(answer, dict) and answer.get("next"):
        response.headers["X-Next-Cursor"] = str(answer["next"])
    return tagged(response)


def rows_of(answer: Any) -> list[dict[str, Any]] | None:
    """The one list of mappings in an answer, None where there is none or more than one with rows."""
    found = [value for value in answer.values() if _is_table(value)] if isinstance(answer, dict) else []
    filled = [value for value in found if value]
    if len(filled) == 1:
        return list(filled[0])
    return [] if found and not filled else None


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    """RFC 4180 in UTF-8 with a byte order mark, which spreadsheets need to read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns(rows))
    writer.writerows([_cell(row.get(name)) for name in columns(rows)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[dict[str, Any]]) -> bytes:
    """One sheet, its first row the column names."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(columns(rows)):
            sheet.write_string(0, column, name)
            for row, each in enumerate(rows, start=1):
                sheet.write_string(row, column, _plain(each.get(name)))
    return file.getvalue()


def columns(rows: list[dict[str, Any]]) -> list[str]:
    """Every name that appears, in order of first appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _cell(value: Any) -> str:
    text = _plain(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdigit()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
