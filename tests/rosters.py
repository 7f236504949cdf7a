"""Rosters for tests: people by number, the file, and bringing it in as the command or as the administrator."""

import csv
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy.orm import Session

from tests.site import Site
from tracer import clock
from tracer.casework import roster
from tracer.casework.receipts import Reject
from tracer.casework.roster_receipt import RosterReceipt
from tracer.tables import Table, glance, open_table

HEADER = ("email", "given_name", "family_name", "role", "team", "skills", "languages")
TEAMS = ("Leeds", "York", "London")


def person(number: int = 1, **given: str) -> dict[str, str]:
    """A row that can be taken; `given` replaces cells."""
    return {
        "email": f"recruit{number}@roster.example",
        "given_name": f"Recruit{number}",
        "family_name": f"Surname{number}",
        "role": "tracer",
        "team": TEAMS[number % 3],
        "skills": "",
        "languages": "",
        **given,
    }


def text(*rows: Mapping[str, str], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    """The file, its cells as they are."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, extrasaction="ignore", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def bring(site: Site, content: str, as_: str | None = None) -> tuple[RosterReceipt, list[Reject]]:
    """Bring a short file in, as SYSTEM or as an account; the receipt and the rejected rows."""
    rejects: list[Reject] = []

    def opened() -> Table:
        table = glance(io.BytesIO(content.encode()))
        assert table is not None and table.whole
        return table

    acting: AbstractContextManager[Session] = site.acting(as_, "staff.import") if as_ else site.system("staff.import")
    with acting as session:
        done = roster.bring_in(session, opened, clock.now(), rejects.append)
    assert done.read == done.added + done.unchanged + done.changed + done.rejected
    assert done.rejected == len(rejects)
    return done, rejects


def counts(done: RosterReceipt) -> tuple[int, int, int, int, int]:
    """Read, added, unchanged, changed, rejected."""
    return done.read, done.added, done.unchanged, done.changed, done.rejected


def load(site: Site, path: Path, progress: roster.Progress = lambda done, rows: None) -> RosterReceipt:
    """Bring a file of any length in as SYSTEM; no row of it is rejected."""

    def reject(one: Reject) -> None:
        raise AssertionError(one)

    with site.system("staff.import") as session:
        return roster.bring_in(session, lambda: open_table(path), clock.now(), reject, progress=progress)
