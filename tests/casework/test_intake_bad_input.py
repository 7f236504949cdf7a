"""Files and rows that cannot be used: each gets a message that says what to do, and nothing is half loaded."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import batches
from tests.batches import DAY, HEADER, TODAY, row, text
from tests.site import Site
from tracer.models import Case, Intake, IntakeReject, IntakeState, Person, Task
from tracer.schemas.batch_map import from_document

XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 100
WIDE = ",".join(f"c{number}" for number in range(200)) + "\n" + "," * 199 + "\n"
BIG = text(row(1), row(2, given_name="x" * 10_000_000))
LIST = [list(HEADER), *[[row(n).get(name, "") for name in HEADER] for n in range(1, 200)]]


def cut_book(path: Path) -> bytes:
    return batches.workbook(path, LIST)[:4000]


def reckoning_book(path: Path) -> bytes:
    """A specimen date that is a formula."""
    cells: list[object] = [row().get(name, "") for name in HEADER]
    cells[HEADER.index("specimen_date")] = "=TODAY()-2"
    return batches.workbook(path, [list(HEADER), cells])


# What is sent, and the words that the sender must find in the answer.
FILES: dict[str, tuple[bytes | Callable[[Path], bytes], tuple[str, ...]]] = {
    "empty": (b"", ("empty",)),
    "only a header": (text().encode(), ("no row",)),
    "blank first line": (b"\n" + text(row()).encode(), ("first line",)),
    "old Excel": (XLS, (".xls", "65,536", ".xlsx or CSV")),
    "picture": (PNG, ("binary", "CSV")),
    "two hundred columns": (WIDE.encode(), ("200 columns",)),
    "ten megabytes in a cell": (BIG.encode(), ("Line 3", "32,767")),
    "an open quote at the end": (text(row(1)).encode() + b'LAB-2,"cut', ("Line 3", "cut off")),
    "cut off in a row": (text(row(1), row(2)).encode()[:-60], ("Line 3", "cut off")),
    "cut off in a letter": (text(row(family_name="Müller")).encode()[:-1] + b"\xc3", ("cut off",)),
    "a workbook cut off": (cut_book, ("damaged or cut off",)),
    "a formula in a workbook": (reckoning_book, ("Line 2", "column 10", "formula", "as values")),
    "a zip bomb": (batches.bomb, ("over 4 MB",)),
    "wrong columns": (b"record_id,famly_name,specimen_date\n1,A,2026-01-01\n", ("'famly_name'", "'family_name'")),
    "a column twice": (b"record_id,record_id,specimen_date\n1,1,2026-01-01\n", ("twice", "record_id")),
    "no header": (text(row(), header=HEADER).partition("\n")[2].encode() * 2, ("is the header missing", "column 3")),
    "no header, two cells alike": (b"Zebedee,Zebedee,1\nZebedee,Zebedee,2\n", ("twice: 1 and 2",)),
    "UTF-16": (text(row()).encode("utf-16"), ("UTF-16", "CSV UTF-8")),
    "a letter of no code page": (text(row()).encode() + b"LAB-2,\x81\n", ("letters", "Save the file as UTF-8")),
    "a required column missing": (b"record_id,family_name\n1,A\n", ("'specimen_date' is missing",)),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_not_whole_is_refused_with_why_and_nothing_is_kept(
    site: Site, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracer.tables.archive._MOST_UNPACKED", 4_000_000)
    content, words = FILES[kind]
    sent = content if isinstance(content, bytes) else content(site.instance / "sent.xlsx")
    intake = batches.load(site, sent)
    assert intake.state is IntakeState.REFUSED
    for word in words:
        assert word in (intake.message or ""), intake.message
    assert not re.search("quillfeather|zebedee|07400|marigold", intake.message or "", re.IGNORECASE), "names a person"
    assert (intake.declared, intake.loaded, intake.joined, intake.rejected) == (0, 0, 0, 0)
    with site.system() as session:
        for model in (Person, Case, Task, IntakeReject):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def tomorrow() -> str:
    return TODAY.replace(year=TODAY.year + 1).isoformat()


# The cells that are wrong, the column that must be named, and the words of the answer.
ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "a date in words": ({"specimen_date": "3 March 2020"}, "specimen_date", "2020-03-27"),
    "a date with slashes": ({"specimen_date": "03/03/2020"}, "specimen_date", "2020-03-27"),
    "an American date": ({"specimen_date": "03-27-2020"}, "specimen_date", "2020-03-27"),
    "an impossible date": ({"specimen_date": "2020-02-30"}, "specimen_date", "no such day"),
    "a future date": ({"specimen_date": tomorrow()}, "specimen_date", "still to come"),
    "a specimen before birth": ({"specimen_date": "1979-01-01"}, "specimen_date", "older than the person"),
    "a result before the specimen": ({"result_date": "2020-01-01"}, "result_date", "older than the specimen"),
    "a birth long ago": ({"date_of_birth": "1812-02-07"}, "date_of_birth", "120 years"),
    "no specimen date": ({"specimen_date": ""}, "specimen_date", "Give the day"),
    "no id": ({"record_id": ""}, "record_id", "Give the laboratory's id"),
    "nobody": ({"family_name": "", "nhs_number": ""}, "family_name", "family name or an NHS number"),
    "a wrong NHS number": ({"nhs_number": "999 000 0019"}, "nhs_number", "not a valid NHS number"),
    "a short NHS number": ({"nhs_number": "999 000"}, "nhs_number", "10 digits"),
    "a telephone number of words": ({"phone": "ask mum"}, "phone", "not a telephone number"),
    "a telephone number too short": ({"phone": "01632"}, "phone", "telephone number"),
    "a premium-rate number": ({"phone": "0909 879 0000"}, "phone", "premium-rate"),
    "two mailboxes": ({"email": "a@example.com,b@example.com"}, "email", "one e-mail address"),
    "a postcode of nowhere": ({"postcode": "QQ1 1QQ"}, "postcode", "not a UK postcode"),
    "a formula": ({"family_name": "=HYPERLINK(1)"}, "family_name", "formula"),
    "a formula for a date": ({"specimen_date": "=TODAY()"}, "specimen_date", "2020-03-27"),
    "a name of a thousand letters": ({"family_name": "x" * 1000}, "family_name", "under 80"),
}


def test_each_bad_row_is_rejected_by_line_and_column_and_the_others_load(site: Site) -> None:
    bad = [row(100 + number, **wrong) for number, (wrong, *_) in enumerate(ROWS.values())]
    intake = batches.load(site, text(row(1), *bad, row(2)))
    assert (intake.declared, intake.loaded, intake.rejected) == (len(bad) + 2, 2, len(bad))
    said = {line: (column, message) for line, column, _, message in batches.rejected(site, intake.id)}
    for line, (kind, (_, column, words)) in enumerate(ROWS.items(), 3):
        assert said[line][0] == column, kind
        assert words in said[line][1], (kind, said[line])


@pytest.mark.parametrize(
    "phone",
    ["07400100001", "07400 100 001", "+44 7400 100001", "0044 7400 100001", "(07400) 100-001", "+447400100001"],
)
def test_every_style_of_telephone_number_is_one_number(site: Site, phone: str) -> None:
    batches.load(site, text(row(1)))
    intake = batches.load(site, text(row(1, record_id="OTHER", phone=phone, email="")))
    assert intake.joined == 1, "recognised by name and telephone"


def test_landlines_and_postcodes_without_a_space_are_welcome(site: Site) -> None:
    intake = batches.load(site, text(row(1, phone="0113 496 0000", postcode="ls61aa"), row(2, postcode=" LS6  1AA ")))
    assert intake.loaded == 2, batches.rejected(site, intake.id)
    with site.system() as session:
        assert set(session.scalars(select(Person.area))) == {"LS6"}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark_are_read(site: Site, delimiter: str) -> None:
    content = text(row(1), row(2), delimiter=delimiter)
    assert batches.load(site, content.encode("utf-8-sig")).loaded == 2


def test_a_workbook_is_read_with_its_numbers_and_dates(site: Site) -> None:
    cells = row(1, nhs_number="9990000018")
    typed: list[object] = [cells.get(name, "") for name in HEADER]
    typed[HEADER.index("nhs_number")] = 9990000018
    typed[HEADER.index("specimen_date")] = TODAY
    content = batches.workbook(site.instance / "made.xlsx", [list(HEADER), typed])
    assert batches.load(site, content, "batch.xlsx").loaded == 1
    assert batches.load(site, text(row(1, nhs_number="999-000-0018", specimen_date=DAY))).joined == 1


def test_a_fault_in_the_last_line_leaves_nothing_of_the_lines_before(site: Site) -> None:
    content = text(*(row(number) for number in range(1, 300))) + "LAB-X,only,three\n"
    intake = batches.load(site, content)
    assert intake.state is IntakeState.REFUSED and "Line 301" in (intake.message or "")
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0
        assert session.scalar(select(func.count()).select_from(Intake)) == 1


def test_a_map_takes_a_foreign_list_and_rejects_who_was_not_ill(site: Site) -> None:
    header = "sex,firstname,lastname,age,arrival1,center2,onset,disease\n"
    lines = [
        "female,Saleema,Ismael,16.0,2015-05-06,Bizetstr,,",
        "male,Domonic,Jaramillo,25.0,2015-01-19,Bizetstr,2015-03-02,varicella",
        "male,Haani,Mitri,,2015-04-11,Bizetstr,2015-07-06,varicella",
    ]
    from tracer.schemas.batch_map import shipped

    berlin = shipped("varicella-berlin")
    for turn in range(2):
        intake = batches.load(site, header + "\n".join(lines) + "\n", batch_map=berlin)
        assert (intake.declared, intake.loaded, intake.joined, intake.rejected) == (
            *(3, 0 if turn else 2),
            *(2 if turn else 0, 1),
        )
        assert (intake.disease, intake.map_name) == ("varicella", "varicella-berlin")
    [(line, column, _, message)] = batches.rejected(site, intake.id)
    assert (line, column) == (2, "disease") and "not ill" in message
    with site.system() as session:
        assert sorted(session.scalars(select(Person.birth_year)), key=str) == [1990, None]


def test_a_map_for_other_columns_names_those_that_are_missing(site: Site) -> None:
    foreign = from_document({"columns": {"record_id": "id", "specimen_date": "taken", "family_name": "surname"}}, "x")
    intake = batches.load(site, "id,takn,surname\n1,2026-01-01,A\n", batch_map=foreign)
    assert intake.state is IntakeState.REFUSED
    assert "'taken' is missing" in (intake.message or "") and "'takn'" in (intake.message or "")
