"""Writing a small workbook (.xlsx) of plain text: no cell is a formula, and each comes back as it was."""

import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What XML cannot hold at all.
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# How Excel writes a character by its number; what looks like that is written so that it is taken as it is.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDEST, _NARROWEST = 60, 8
# Two looks of a cell: wrapped, and a bold header.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/>'
    '<sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_book(sheets: Mapping[str, list[list[str]]]) -> bytes:
    """A workbook with these sheets of rows, the first row of each its header."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _parts(list(sheets)).items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{content}')
        for number, rows in enumerate(sheets.values(), 1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))
    return out.getvalue()


def _parts(names: list[str]) -> dict[str, str]:
    numbered = list(enumerate(names, 1))
    overrides = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("styles.xml", "styles"),
            *((f"worksheets/sheet{number}.xml", "worksheet") for number, _ in numbered),
        )
    )
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="r{at}"/>' for at, name in numbered)
    related = "".join(_relation(f"r{at}", "worksheet", f"worksheets/sheet{at}.xml") for at, _ in numbered)
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{_relation("r", "officeDocument", "xl/workbook.xml")}'
        "</Relationships>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}'
        f"{_relation('styles', 'styles', 'styles.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><sheets>{listed}</sheets></workbook>',
        "xl/styles.xml": _STYLES,
    }


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_KIND}/{kind}" Target="{target}"/>'


def _sheet(rows: list[list[str]]) -> str:
    widths = [max(map(len, (cell for row in rows for cell in row[at : at + 1]))) for at in range(len(rows[0]))]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{min(max(wide + 2, _NARROWEST), _WIDEST)}" customWidth="1"/>'
        for at, wide in enumerate(widths, 1)
    )
    body = "".join(
        f'<row r="{line}">{"".join(_cell(cell, at, line) for at, cell in enumerate(row) if cell)}</row>'
        for line, row in enumerate(rows, 1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{body}</sheetData></worksheet>"
    )


def _cell(text: str, at: int, line: int) -> str:
    plain = escape(_LOOKS_ESCAPED.sub("_x005F_", _NEVER.sub("", text)))
    place, look = f"{_letters(at)}{line}", "1" if line == 1 else "0"
    return f'<c r="{place}" t="inlineStr" s="{look}"><is><t xml:space="preserve">{plain}</t></is></c>'


def _letters(at: int) -> str:
    """The letters of a column by its number from 0: A, Z, AA."""
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(65 + rest) + found
    return found
