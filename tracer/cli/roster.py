"""`staff import`: bring in a roster, with a receipt and the rejected rows beside the file."""

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TextIO

import click
from flask.cli import with_appcontext

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import receipts, roster
from tracer.casework.receipts import Reject
from tracer.casework.roster_receipt import RosterReceipt
from tracer.cli.bar import Bar
from tracer.faults import Fault
from tracer.tables import TableFault, open_table

ALL, NOTHING, SOME_REJECTED = 0, 1, 2
_SAID = 10


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_roster(file: Path) -> None:
    """Bring in FILE (CSV or .xlsx): email, given_name, family_name, role, team, skills, languages.

    Newcomers are invited by e-mail, once. The same file twice adds nobody and sends nothing. Exits 0 all taken, 2 some
    rejected, 1 nothing taken. Rejected rows are written beside it as FILE.rejected.csv, each with what to do.
    """
    began, rejects = time.monotonic(), _Rejects(file.with_name(file.name + ".rejected.csv"))
    try:
        with rejects, system_session() as session, db.transaction("staff.import", session), Bar("Bringing in") as bar:
            done = roster.bring_in(session, lambda: open_table(file), clock.now(), rejects.keep, progress=bar.show)
    except (Fault, TableFault, OSError) as fault:
        click.echo(f"Nobody was brought in. {fault}", err=True)
        sys.exit(NOTHING)
    took = time.monotonic() - began
    code = _say(done, rejects)
    click.echo(f"{done.read:,} rows in {took:,.1f} s: {done.read / took:,.0f} rows/s", err=True)
    sys.exit(code)


def _say(done: RosterReceipt, rejects: "_Rejects") -> int:
    """Print the receipt, and give the exit code."""
    click.echo(done.said())
    for note in done.notes:
        click.echo(note)
    if done.added:
        click.echo(f"{done.added:,} {'person is' if done.added == 1 else 'people are'} owed an invitation each.")
    if not done.rejected:
        return ALL
    for one in rejects.first:
        for fault in one.faults:
            click.echo(f"Line {one.line}, {fault['column']}: {fault['message']}")
    click.echo(f"The rejected rows, each with what to do, are in {rejects.path}")
    return NOTHING if done.rejected == done.read else SOME_REJECTED


class _Rejects:
    """The file of rejected rows, written as they come; it takes its name when everything else is done."""

    def __init__(self, path: Path) -> None:
        self.path, self.first = path, list[Reject]()
        self._part = path.with_name(path.name + ".part")
        self._out: TextIO | None = None

    def keep(self, one: Reject) -> None:
        """Write one down."""
        if len(self.first) < _SAID:
            self.first.append(one)
        header = self._out is None
        if self._out is None:
            self._out = self._part.open("w", encoding="utf-8", newline="")
        self._out.write(receipts.as_csv([one], header=header))

    def __enter__(self) -> "_Rejects":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if self._out is None:
            return
        self._out.close()
        if kind is None:
            self._part.replace(self.path)
        else:
            self._part.unlink()
