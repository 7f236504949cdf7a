"""`scripts check`: everything that is wrong with an interview script, before it is sent. It needs no database."""

import sys
from pathlib import Path

import click

from tracer.interview import xlsform
from tracer.interview.xlsform import Reading

WHOLE, FAULTY = 0, 1


@click.group("scripts")
def scripts() -> None:
    """Interview scripts."""


@scripts.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say what is wrong with FILE (.xlsx or .md): exits 1 on any fault, 0 on none.

    Warnings are said too, and do not keep a script from being published.
    """
    with file.open("rb") as data:
        found = xlsform.inspect(data.read(xlsform.MOST_BYTES + 1))
    for fault in found.faults:
        click.echo(str(fault))
    for warning in found.warnings:
        click.echo(f"Warning: {warning}")
    click.echo(_sum(found))
    sys.exit(FAULTY if found.faults else WHOLE)


def _sum(found: Reading) -> str:
    if found.script is None:
        return f"{_many(len(found.faults), 'fault')}, {_many(len(found.warnings), 'warning')}. It cannot be published."
    asked = sum(1 for section in found.script.sections for _ in section.items)
    parts = f"{_many(len(found.script.sections), 'section')}, {asked} questions and notes"
    return f"No fault, {_many(len(found.warnings), 'warning')}: {found.script.title}, {parts}."


def _many(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
