"""What the printed report is made of: its font, its styles, headings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=16, leading=22, alignment=1, spaceAfter=4 * mm)
HEAD = ParagraphStyle("head", fontName=FONT, fontSize=11, leading=16, spaceBefore=4 * mm, spaceAfter=1.5 * mm)
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=8.5, leading=12, wordWrap="CJK")
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=7.5, leading=10)
LINES = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ]
)


def head(text: str) -> Flowable:
    """A section's heading; the caller's own words."""
    return Paragraph(escape(text), HEAD)


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int] | None = None) -> Flowable:
    """A table whose heading repeats on every page; widths in millimetres. Without rows a dash in every column."""
    cells = [[Paragraph(escape(str(text)), CELL) for text in row] for row in (titles, *(rows or [["—"] * len(titles)]))]
    return Table(cells, colWidths=[each * mm for each in widths] if widths else None, style=LINES, repeatRows=1)
