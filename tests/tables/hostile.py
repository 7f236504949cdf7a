"""Files that somebody made to hurt: each small to send, or of the size that may be sent, and dear to read."""

import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_RELATED = "".join(
    f'<Relationship Id="r{number}" Type="{_KIND}/{kind}" Target="{target}"/>'
    for number, (kind, target) in enumerate(
        (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))
    )
)
PARTS = {
    "_rels/.rels": f'{_ROOT}<Relationship Id="r" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f"{_ROOT}{_RELATED}</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_KIND}"><sheets><sheet name="S" r:id="r0"/></sheets>'
    "</workbook>",
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>record_id</t></si></sst>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
}
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData></worksheet>"
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>record_id</t></is></c></row>'
Pieces = Iterator[str]


def book(path: Path, sheet: Pieces | str, **parts: Pieces | str) -> None:
    """A workbook of one sheet; `parts` replaces others (`strings`, `styles`, `book`)."""
    names = {"strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml", "book": "xl/workbook.xml"}
    all_parts = {**PARTS, **{names[name]: given for name, given in parts.items()}, "xl/worksheets/sheet1.xml": sheet}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in all_parts.items():
            with archive.open(name, "w", force_zip64=False) as part:
                for piece in [content] if isinstance(content, str) else content:
                    part.write(piece.encode())


def _many(piece: str, times: int, head: str = HEAD + FIRST, tail: str = TAIL) -> Pieces:
    yield head
    for _ in range(times // 1000):
        yield piece * 1000
    yield tail


def far_corner(path: Path) -> None:
    """Two cells, at the two ends of the largest sheet: as a rectangle it is 500 GB."""
    far = '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>'
    book(path, HEAD + FIRST + far + TAIL)


def bomb(path: Path) -> None:
    """900 MB of one letter, packed into 4."""
    book(path, _many("x" * 900, 1_000_000, HEAD + '<row r="1"><c t="inlineStr"><is><t>', f"</t></is></c></row>{TAIL}"))


def lying(path: Path) -> None:
    """300 MB of cells whose archive says that they are 1,000 bytes."""
    book(path, _many('<row><c t="n"><v>1</v></c></row>', 1_000_000))
    data = bytearray(path.read_bytes())
    for mark, size in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        place = data.rfind(b"xl/worksheets/sheet1.xml", 0, data.rfind(mark) + 200)
        start = data.rfind(mark, 0, place)
        data[start + size : start + size + 4] = struct.pack("<I", 1000)
    path.write_bytes(data)


def many_parts(path: Path) -> None:
    """An archive whose list names 300,000 parts."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300_000):
            archive.writestr(f"{number}", b"")


def entities(path: Path) -> None:
    """A billion laughs."""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'
    book(path, head + HEAD + '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>' + TAIL)


def outside(path: Path) -> None:
    """An entity that names a file of the server."""
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    book(path, head + HEAD + '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>' + TAIL)


def long_cell(path: Path) -> None:
    """A cell of 10 MB."""
    book(
        path, HEAD + FIRST + f'<row r="2"><c r="A2" t="inlineStr"><is><t>{_hex(1, 5_000_000)}</t></is></c></row>' + TAIL
    )


def long_string(path: Path) -> None:
    """The same among the shared strings."""
    book(path, HEAD + TAIL, strings=f'<sst xmlns="{MAIN}"><si><t>{_hex(1, 5_000_000)}</t></si></sst>')


def many_columns(path: Path) -> None:
    """A million columns in one row."""
    book(path, _noise('<c t="n"><v>1</v></c>', 1_000_000, HEAD + '<row r="1">', "</row>" + TAIL))


def many_strings(path: Path) -> None:
    """Empty strings, by the ten million."""
    book(path, HEAD + TAIL, strings=_noise("<si/>", 30_000_000, f'<sst xmlns="{MAIN}">', "</sst>"))


def nested(path: Path) -> None:
    """Elements within elements within elements."""
    book(path, _noise("<a>", 3_000_000, HEAD, TAIL))


def nested_cells(path: Path) -> None:
    """The same made of what a sheet is made of."""
    book(path, _noise("<row><c><v>1", 900_000, HEAD, TAIL))


def blank_cells(path: Path) -> None:
    """Cells that hold nothing, by the million."""
    book(path, _noise("<row>" + "<c/>" * 100 + "</row>", 100_000, HEAD + FIRST, TAIL))


def long_name(path: Path) -> None:
    """An attribute that does not end."""
    book(path, _noise("abcdefgh", 10_000_000, HEAD + '<row r="', TAIL))


def many_formats(path: Path) -> None:
    """Styles without end."""
    head, tail = f'<styleSheet xmlns="{MAIN}"><cellXfs>', "</cellXfs></styleSheet>"
    book(path, HEAD + TAIL, styles=_noise("<xf/>", 5_000_000, head, tail))


def _noise(piece: str, times: int, head: str, tail: str) -> Pieces:
    """Many pieces with comments in between that do not pack, so that the archive looks honest."""
    yield head
    for number in range(times // 1000):
        yield piece * 1000
        yield f"<!--{_hex(number, len(piece) * 25)}-->"
    yield tail


def _hex(seed: int, length: int) -> str:
    return random.Random(seed).randbytes(length).hex()


def text_cell(path: Path) -> None:
    """A cell of 10 MB."""
    path.write_text("record_id,family_name\n1," + "x" * 10_000_000 + "\n")


def text_columns(path: Path) -> None:
    """A million columns."""
    path.write_text(",".join(f"c{number}" for number in range(1_000_000)) + "\n")


def text_one_line(path: Path) -> None:
    """200 MB without the end of a line."""
    _fill(path, b"record_id,family_name\n", b"abc " * 4096)


def text_one_record(path: Path) -> None:
    """200 MB of one record, whose lines end inside quotes."""
    _fill(path, b'record_id,family_name\n"', b'\n","' * 4096)


def text_blank(path: Path) -> None:
    """200 MB of ends of lines."""
    _fill(path, b"record_id,family_name\n", b"\n" * 16384)


def text_short_rows(path: Path) -> None:
    """200 MB of rows of three bytes."""
    _fill(path, b"a,b\n", b"1,2\n" * 4096)


def text_wide_letters(path: Path) -> None:
    """200 MB of letters that take four bytes each, in one cell."""
    _fill(path, b"record_id,family_name\n1,", "🦠".encode() * 4096)


def text_quote(path: Path) -> None:
    """200 MB behind a quote that is never closed."""
    _fill(path, b'record_id,family_name\n1,"', b"abc,def\n" * 2048)


def _fill(path: Path, head: bytes, piece: bytes) -> None:
    with path.open("wb") as file:
        file.write(head)
        while file.tell() < 200_000_000:
            file.write(piece)


# What is made, and the words that its sender reads.
FILES: dict[Callable[[Path], None], str] = {
    far_corner: "100 columns is the most",
    bomb: "unpacks to far more",
    lying: "damaged",
    many_parts: "damaged",
    entities: "document type",
    outside: "document type",
    long_cell: "Line 2 has a cell of over 32,767",
    long_string: "32,767",
    many_columns: "100 columns is the most",
    many_strings: "damaged",
    nested: "damaged",
    nested_cells: "damaged",
    blank_cells: "millions of empty cells",
    long_name: "damaged",
    many_formats: "damaged",
    text_cell: "Line 2 has a cell of over 32,767",
    text_columns: "column names",
    text_one_line: "Line 2 has a cell of over 32,767",
    text_one_record: "Line 2 has a cell of over 32,767",
    text_blank: "over 2,000,000 lines",
    text_short_rows: "over 2,000,000 lines",
    text_wide_letters: "Line 2 has a cell of over 32,767",
    text_quote: "Line 2 has a cell of over 32,767",
}
