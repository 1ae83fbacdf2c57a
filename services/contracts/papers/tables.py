"""The figures as files: CSV for machines, XLSX for people; both in Chinese and exact to the fen."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import xlsxwriter

Sheets = Mapping[str, Sequence[Mapping[str, Any]]]
COUNTS = ("projects", "lots", "awarded_lots", "contracts", "terminated", "failed_lots")
AMOUNTS = (
    "budget",
    "ceiling",
    "award_amount",
    "contracted_budget",
    "contract_amount",
    "saved",
    "supplements",
    "paid",
    "failed_budget",
)
COLUMNS = (
    "key",
    "name",
    "projects",
    "lots",
    "budget",
    "ceiling",
    "awarded_lots",
    "award_amount",
    "contracts",
    "contracted_budget",
    "contract_amount",
    "saved",
    "saved_percent",
    "supplements",
    "paid",
    "terminated",
    "failed_lots",
    "failed_budget",
)


@cache
def titles() -> Mapping[str, Any]:
    """Headings in both languages (`templates/figures.json`)."""
    found: dict[str, Any] = json.loads(
        resources.files("services.contracts").joinpath("templates", "figures.json").read_text("utf-8")
    )
    return found


def as_csv(year: int, sheets: Sheets) -> bytes:
    """One table, UTF-8 with a byte order mark (spreadsheets in China expect it); amounts as plain decimal text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([titles()["columns"]["dimension"]["zh"], *(titles()["columns"][name]["zh"] for name in COLUMNS)])
    for dimension, rows in sheets.items():
        for row in rows:
            writer.writerow(
                [titles()["dimensions"][dimension]["zh"], *(_plain(row[name], dimension, name) for name in COLUMNS)]
            )
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def as_xlsx(year: int, sheets: Sheets) -> bytes:
    """A workbook with one sheet for each dimension.

    Amounts are numbers where a spreadsheet holds them exactly, else text.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E8F0E8", "border": 1, "text_wrap": True})
    money, share = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": '0.0"%"'})
    for dimension, rows in sheets.items():
        sheet = book.add_worksheet(titles()["dimensions"][dimension]["zh"])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        for place, name in enumerate(COLUMNS):
            sheet.write_string(0, place, titles()["columns"][name]["zh"], head)
        for line, row in enumerate(rows, start=1):
            for place, name in enumerate(COLUMNS):
                value = row[name]
                if name in COUNTS:
                    sheet.write_number(line, place, value)
                elif name in AMOUNTS and abs(value) < Decimal(10**13):
                    sheet.write_number(line, place, float(value), money)
                elif name == "saved_percent" and value is not None:
                    sheet.write_number(line, place, float(value), share)
                else:
                    sheet.write_string(line, place, _plain(value, dimension, name))
    book.set_properties({"title": f"{titles()['title']['zh']} {year}"})
    book.close()
    return file.getvalue()


FORMATS: Mapping[str, tuple[str, Callable[[int, Sheets], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}


def _plain(value: Any, dimension: str, name: str) -> str:
    if value is None:
        return ""
    if name == "key":
        known: Mapping[str, Mapping[str, str]] = titles()["keys"].get(dimension, {})
        text = str(known.get(value, {}).get("zh", value)) or titles()["keys"]["all"][""]["zh"]
        # A cell that begins like a formula is shown as text by every spreadsheet.
        return f"'{text}" if text[:1] in "=+-@" else text
    return f"{value:.2f}" if name in AMOUNTS else str(value)
