"""A contract's data as the papers people read: DOCX and PDF in Chinese.

Both say the same as the data, and both print the digest of the data they were made from. Blocking: call through
`services.chassis.heavy`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "STSong-Light"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
COLUMNS = (
    ("no", "序号"),
    ("name", "名称"),
    ("specification", "规格型号"),
    ("quantity", "数量"),
    ("unit", "单位"),
    ("unit_price", "单价（元）"),
    ("amount", "金额（元）"),
)

TERMS = {
    "amount": "合同金额",
    "items": "标的",
    "delivery_days": "交货期限（日）",
    "warranty_months": "质保期（月）",
    "payment_terms": "付款条件",
    "performance_bond_percent": "履约保证金比例（%）",
    "payment_days": "付款期限（日）",
    "delivery_place": "交货地点",
    "acceptance_standard": "验收标准",
}
"""Keys of `rules.terms.TERMS` in the words of the paper."""
REASONS = {
    "clerical_correction": "更正不影响权利义务的笔误",
    "party_details_changed": "一方的地址、联系人或者账户已变更",
    "place_detailed": "对采购文件所定地点的具体化",
}
"""Keys of `rules.terms.LAWFUL_DEPARTURES` in the words of the paper."""


def docx(data: Mapping[str, Any], digest: str) -> bytes:
    """The contract as a Word file; the same data gives the same bytes."""
    body = [_styled(data["title"], "Title"), _styled(f"合同编号：{data['no']}")]
    for clause in data["clauses"]:
        body.append(_styled(clause["title"], "Heading2"))
        body += [_styled(line) for line in clause["text"]]
        if clause["key"] == "object":
            body += [_table(data["items"]), _styled("")]
    body += [_styled(line) for line in closing_lines(data, digest)]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in _package().items():
            content = _with_body(part, body) if name == "word/document.xml" else part
            entry = zipfile.ZipInfo(name, (2015, 3, 1, 0, 0, 0))  # a fixed date, so that bytes repeat
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return file.getvalue()


@cache
def _package() -> dict[str, bytes]:
    """An empty Word document with our styles, as its parts: what every contract has besides its text."""
    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    properties = paper.core_properties
    properties.author, properties.title = "", "政府采购合同"
    properties.created = properties.modified = datetime(2015, 3, 1)  # noqa: DTZ001  a fixed date, so that bytes repeat
    file = io.BytesIO()
    paper.save(file)
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist() if "thumbnail" not in name} | {
            "_rels/.rels": _without_thumbnail(package.read("_rels/.rels"))
        }


def _without_thumbnail(relations: bytes) -> bytes:
    return re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", relations)


def _with_body(document: bytes, body: Sequence[str]) -> bytes:
    before, after = document.decode("utf-8").split("<w:sectPr", 1)
    return f"{before}{''.join(body)}<w:sectPr{after}".encode()


def _styled(text: str, style: str = "") -> str:
    """A paragraph in Word's own XML."""
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{chosen}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _table(items: Sequence[Mapping[str, Any]]) -> str:
    """The items as a table with a heading row that repeats on every page."""
    head = "".join(f"<w:tc>{_styled(title)}</w:tc>" for _, title in COLUMNS)
    rows = [f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for item in items:
        rows.append("<w:tr>" + "".join(f"<w:tc>{_styled(str(item[key]))}</w:tc>" for key, _ in COLUMNS) + "</w:tr>")
    grid = "".join("<w:gridCol/>" for _ in COLUMNS)
    shape = '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
    return f"<w:tbl>{shape}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def pdf(data: Mapping[str, Any], digest: str) -> bytes:
    """The contract as a PDF with the built-in Chinese font; the same data gives the same bytes."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=17, wordWrap="CJK")
    head = ParagraphStyle("head", parent=body, fontSize=12, leading=20, spaceBefore=6)
    title = ParagraphStyle("title", parent=body, fontSize=18, leading=28, alignment=TA_CENTER)
    small = ParagraphStyle("small", parent=body, fontSize=9, leading=12)
    story: list[Any] = [_line(data["title"], title), _line(f"合同编号：{data['no']}", body)]
    for clause in data["clauses"]:
        story.append(_line(clause["title"], head))
        story.extend(_line(line, body) for line in clause["text"])
        if clause["key"] == "object":
            rows = [[_line(name, small) for _, name in COLUMNS]]
            rows += [[_line(str(item[key]), small) for key, _ in COLUMNS] for item in data["items"]]
            widths = [12 * mm, 38 * mm, 38 * mm, 18 * mm, 14 * mm, 26 * mm, 28 * mm]
            table = Table(rows, colWidths=widths, repeatRows=1)
            table.setStyle(
                TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")])
            )
            story += [Spacer(1, 3 * mm), table, Spacer(1, 3 * mm)]
    story += [_line(line, body) for line in closing_lines(data, digest)]
    file = io.BytesIO()
    paper = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        title=data["title"],
        author=data["purchaser"]["name"],
        invariant=1,
    )
    paper.build(story)
    return file.getvalue()


def closing_lines(data: Mapping[str, Any], digest: str) -> list[str]:
    """What stands under the clauses: departures, what the contract rests on, the digest, the places to sign."""
    lines = ["与采购文件不一致之处及依据：" + ("无" if not data["departures"] else "")]
    for each in data["departures"]:
        term, reason = TERMS.get(each["term"], each["term"]), REASONS.get(each["reason"], each["reason"])
        lines.append(f"· {term}：{each['fixed']} → {each['drafted']}（{reason}）")
    if data["items_divided"]:
        lines.append("各项金额依据投标报价的合法修正按比例分摊，合计等于中标金额。")
    basis = data["basis"]
    lines += [
        f"依据：中标通知书 {basis['notice_no']}；采购文件摘要值 {basis['document_digest'] or '—'}；",
        f"投标清单摘要值 {basis['manifest_digest'] or '—'}。",
        f"合同数据摘要值（SHA-256）：{digest}",
        f"甲方（电子签名）：{data['purchaser']['name']}",
        f"乙方（电子签名）：{data['supplier']['name']}",
    ]
    return lines


def _line(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)
