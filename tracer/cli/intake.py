"""`intake load`: take a batch from a file, with a receipt and the rejected rows beside the file."""

import sys
import time
from pathlib import Path

import click

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import receipts
from tracer.casework.intake import load
from tracer.cli.bar import Bar
from tracer.faults import Fault, Invalid
from tracer.models import Intake, IntakeState
from tracer.schemas.batch_map import BatchMap, chosen, read_map
from tracer.tables import TableFault

LOADED, NOTHING, SOME_REJECTED = 0, 1, 2


@click.group("intake")
def intake() -> None:
    """Batches of cases."""


@intake.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "map_", help="A map file (TOML), or the name of one that Tracer ships with.")
@click.option("--disease", help="What the cases have; covid-19 where the map does not say.")
def load_file(file: Path, map_: str | None, disease: str | None) -> None:
    """Load FILE (CSV or .xlsx); exits 0 loaded, 2 loaded with rejected rows, 1 nothing loaded.

    Rejected rows are written beside it as FILE.rejected.csv, each with what to do.
    """
    began = time.monotonic()
    try:
        batch_map = _map(map_)
        with system_session() as session, db.transaction("intake.load", session), Bar("Loading") as bar:
            done = load(
                session,
                file,
                name=file.name,
                batch_map=batch_map,
                now=clock.now(),
                disease=disease,
                progress=bar.show,
            )
    except (Fault, TableFault) as fault:
        said = [str(fault), *(fault.fields.values() if isinstance(fault, Invalid) else ())]
        click.echo("Nothing was loaded. " + " ".join(said), err=True)
        sys.exit(NOTHING)
    code = _say(done, file)
    took = time.monotonic() - began
    if done.state is not IntakeState.REFUSED:
        click.echo(f"{done.declared:,} rows in {took:,.1f} s: {done.declared / took:,.0f} rows/s", err=True)
    sys.exit(code)


def _map(given: str | None) -> BatchMap:
    """A map from its file, or a shipped one by name."""
    if given and given.endswith(".toml"):
        return read_map(Path(given))
    return chosen(given or "")


def _say(done: Intake, file: Path) -> int:
    """Print the receipt, write the rejected rows, and give the exit code."""
    click.echo(receipts.summary(done, clock.now()))
    if done.state is IntakeState.REFUSED:
        return NOTHING
    if done.message:
        click.echo(done.message)
    if not done.rejected:
        return LOADED
    beside = file.with_name(file.name + ".rejected.csv")
    with (
        system_session() as session,
        db.transaction("intake.read", session),
        beside.open("w", encoding="utf-8", newline="") as out,
    ):
        after = 0
        while page := receipts.rejects(session, done, after, receipts.FILE_PAGE):
            out.write(receipts.as_csv(page, header=after == 0))
            after = page[-1].line
    click.echo(f"The rejected rows, each with what to do, are in {beside}")
    return SOME_REJECTED if done.loaded or done.joined else NOTHING
