"""Batches for tests: a header, rows by column name, files of every kind."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from tests.site import Site
from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import intake, receipts
from tracer.delivery.intakes import Loader
from tracer.models import Intake
from tracer.schemas.batch_map import BatchMap

TODAY = clock.today()
DAY = (TODAY - timedelta(days=2)).isoformat()
# Some columns are left out, as laboratories do.
HEADER = (
    *("record_id", "nhs_number", "given_name", "family_name", "date_of_birth", "phone", "email"),
    *("address_line_1", "postcode", "specimen_date", "result_date", "onset_date"),
)


def row(number: int = 1, **given: str) -> dict[str, str]:
    """A row that can be loaded, its person made by `number`; `given` replaces cells."""
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))  # a name is matched by its letters
    return {
        "record_id": f"LAB-{number}",
        "given_name": f"Canary{letters}",
        "family_name": f"Quillfeather{letters}",
        "date_of_birth": "1980-05-17",
        "phone": f"07400 1{number:05d}",
        "email": f"canary{number}@example.com",
        "address_line_1": f"{number} Marigold Row",
        "postcode": "LS6 1AA",
        "specimen_date": DAY,
        **given,
    }


def text(*rows: Mapping[str, str], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    """A batch as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def load(site: Site, content: str | bytes, name: str = "batch.csv", **given: object) -> Intake:
    """Load a batch as the commands do; its receipt."""
    path = site.instance / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    batch_map = given.pop("batch_map", BatchMap())
    assert isinstance(batch_map, BatchMap)
    with system_session() as session, db.transaction("intake.load", session):
        return intake.load(session, path, name=name, batch_map=batch_map, now=clock.now(), **given)  # type: ignore[arg-type]


def work(site: Site) -> int:
    """What a worker does with the batches that wait; how many there were."""
    loader, done = Loader(site.instance), 0
    while loader.once():
        done += 1
    return done


def rejected(site: Site, intake_id: UUID) -> list[tuple[int, str, str, str]]:
    """What was said about each rejected row: line, column, value, what to do."""
    with site.system() as session:
        found = receipts.rejects(session, receipts.get(session, intake_id), most=1000)
    return [(one.line, fault["column"], fault["value"], fault["message"]) for one in found for fault in one.faults]


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx file of these rows."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append(list(cells))
    book.save(path)
    return path.read_bytes()


def bomb(path: Path) -> bytes:
    """A small zip that unpacks to 8 megabytes of nothing, dressed as a workbook."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"\0" * 8_000_000)
    return path.read_bytes()
