"""`staff completions`: courses that people passed in another system."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import outside_completions
from tracer.casework import staff as verbs
from tracer.cli.said import said
from tracer.faults import Invalid
from tracer.tables import TableFault, open_table


@click.command("completions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="The e-mail address of the administrator or trainer who answers for it.")
@with_appcontext
@said
def completions(file: Path, by: str) -> None:
    """Bring in FILE (CSV or .xlsx): email, course, passed_on, of courses that were passed in another system.

    The same file twice enters nothing twice. Exits 0 all taken, 2 some rejected, 1 nothing done.
    """
    now = clock.now()
    try:
        with system_session() as session, db.transaction("completion.bring_in", session), open_table(file) as table:
            if missing := [name for name in outside_completions.COLUMNS if name not in table.header]:
                raise Invalid(f"The file has no column {missing[0]!r}: {', '.join(outside_completions.COLUMNS)}.")
            rows = ((line, dict(zip(table.header, cells, strict=False))) for line, cells in table)
            receipt = outside_completions.bring_in(session, rows, verbs.by_address(session, by), now)
    except TableFault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(
        f"{receipt.rows} rows: {receipt.added} added, {receipt.known} there before, {len(receipt.rejected)} rejected."
    )
    for line, words in receipt.rejected.items():
        click.echo(f"Line {line}, {words}")
    sys.exit(2 if receipt.rejected else 0)
