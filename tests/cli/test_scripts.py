"""`scripts check` on the command line: what it prints and how it exits, with no database to be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.interview.forms import group, markdown, row, workbook
from tracer.cli.scripts import scripts
from tracer.interview import library

BROKEN = group(row("text", "a", relevant="1 +"), row("rank x", "b"), row("text", "c", colour="red"))


def check(file: Path) -> Result:
    return CliRunner().invoke(scripts, ["check", str(file)])


@pytest.mark.parametrize("file", library.shipped().values(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_shipped_scripts_have_no_fault(file: Path) -> None:
    found = check(file)
    assert found.exit_code == 0, found.output
    assert found.output.startswith("No fault, no warnings: ")


def test_every_fault_is_printed_with_its_place(tmp_path: Path) -> None:
    for name, content in (("a.md", markdown(BROKEN).encode()), ("a.xlsx", workbook(BROKEN))):
        file = tmp_path / name
        file.write_bytes(content)
        found = check(file)
        line = 5 if name.endswith("md") else 3
        assert found.exit_code == 1
        assert f"survey, row {line}, relevant: The expression ends too soon." in found.output
        assert f"survey, row {line + 1}, type: 'rank x' is not a type" in found.output
        assert f"Warning: survey, row {line + 2}, colour: " in found.output
        assert found.output.splitlines()[-1].startswith("2 faults, ")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel file (.xls)"),
        ("a.xlsx", b"PK\x03\x04 and no more", "damaged or cut off"),
        ("a.xlsx", b"", "The file is empty"),
        ("a.csv", b"type,name,label\n", "no table under a heading"),
        ("a.md", b"\xff\xfe## survey", "neither a workbook"),
        ("a.md", b"# Nothing here", "this is no script"),
    ],
)
def test_a_file_that_is_no_script_is_refused(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    found = check(file)
    assert (found.exit_code, words in found.output) == (1, True), found.output


def test_it_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(markdown(group(row("text", "a"))), encoding="utf-8")
    environ = {
        **os.environ,
        "TRACER_INSTANCE": str(tmp_path),
        "TRACER_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/no",
    }
    command = [sys.executable, "-m", "flask", "--app", "tracer.app", "scripts", "check", str(file)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No fault" in done.stdout
    assert not list(tmp_path.glob("*.sqlite"))
