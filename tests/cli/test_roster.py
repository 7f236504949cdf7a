"""`staff import` on the command line: what is printed, written and answered."""

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.cli.test_intake import run, write
from tests.rosters import person, text
from tests.site import Site
from tracer.casework import notices
from tracer.models import Notice, Staff


def test_a_roster_is_brought_in_with_a_receipt_and_progress(site: Site) -> None:
    file = write(site, text(*(person(number) for number in range(29))), "roster.csv")
    first, again = run(site, "staff", "import", str(file)), run(site, "staff", "import", str(file))
    told = "29 rows: 29 added, 0 already there, 0 changed, 0 rejected\n29 people are owed an invitation each.\n"
    assert (first.exit_code, first.stdout) == (0, told)
    assert "Bringing in" in first.stderr and first.stderr.endswith(" rows/s\n")
    assert (again.exit_code, again.stdout) == (0, "29 rows: 0 added, 29 already there, 0 changed, 0 rejected\n")
    with site.system() as session:
        tokens = [notices.opened(one)["details"]["token"] for one in session.scalars(select(Notice))]
    assert len(tokens) == 29 and not any(token in first.output for token in tokens)
    assert not list(site.instance.glob("*.rejected.csv*"))


def test_rejected_rows_are_said_and_beside_the_file(site: Site) -> None:
    file = write(site, text(person(1), person(2, team="Nowhere"), person(3, role="administrator")), "roster.csv")
    done = run(site, "staff", "import", str(file))
    assert done.exit_code == 2 and "3 rows: 1 added, 0 already there, 0 changed, 2 rejected" in done.stdout
    assert "Line 3, team: There is no team of that name." in done.stdout
    beside = site.instance / "roster.csv.rejected.csv"
    assert [line[:2] for line in beside.read_text(encoding="utf-8").splitlines()[1:]] == ["3,", "4,"]
    corrected = beside.read_text(encoding="utf-8").replace("Nowhere", "Leeds").replace(",administrator,", ",trainer,")
    assert run(site, "staff", "import", str(write(site, corrected, "again.csv"))).exit_code == 0
    all_wrong = write(site, text(person(9, team="Nowhere")), "wrong.csv")
    assert run(site, "staff", "import", str(all_wrong)).exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("email,given_name\nx,y\n", "'family_name' is missing"),
        (text(person(1), person(2, team="Nowhere"), person(3)) + "x,y\n", "cut off"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_nothing_behind(site: Site, content: str, words: str) -> None:
    done = run(site, "staff", "import", str(write(site, content, "roster.csv")))
    assert done.exit_code == 1 and "Nobody was brought in." in done.output and words in done.output
    with site.system() as session:
        assert session.scalar(select(Staff.id).where(Staff.given_name.like("Recruit%"))) is None
    assert not list(site.instance.glob("*.rejected.csv*"))


def test_a_place_that_cannot_be_written_to_is_said_and_nothing_is_done(site: Site, tmp_path: Path) -> None:
    (tmp_path / "roster.csv.rejected.csv.part").mkdir()
    done = run(site, "staff", "import", str(write(site, text(person(1), person(2, team="x")), "roster.csv")))
    assert done.exit_code == 1 and "Nobody was brought in." in done.output
    with site.system() as session:
        assert session.scalar(select(Staff.id).where(Staff.given_name == "Recruit1")) is None
