"""Completions from elsewhere: each row is taken, known or rejected with what to do, and opens what it should."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.models import Completion


def run(
    site: Site, path: Path, rows: str, by: str = "trainer", header: str = "email,course,passed_on"
) -> tuple[int, str]:
    path.write_text(f"{header}\n{rows}\n")
    done = site.app.test_cli_runner().invoke(args=["staff", "completions", str(path), "--by", world.address(by)])
    return done.exit_code, done.output


@pytest.fixture
def file(tmp_path: Path, site: Site) -> Path:
    with site.system() as session:
        world.untrain(session, "tracer1")
    return tmp_path / "passed.csv"


def test_a_row_becomes_a_completion_once(site: Site, file: Path) -> None:
    day = clock.today() - timedelta(days=30)
    row = f" {world.address('tracer1').upper()} ,conversation,{day}"
    assert run(site, file, row) == (0, "1 rows: 1 added, 0 there before, 0 rejected.\n")
    assert run(site, file, row) == (0, "1 rows: 0 added, 1 there before, 0 rejected.\n")
    with site.system() as session:
        me, trainer = world.account(session, "tracer1"), world.account(session, "trainer")
        made = session.scalars(select(Completion).where(Completion.staff_id == me.id)).one()
        assert (made.key, made.by_id, made.score) == ("conversation", trainer.id, None)
        assert clock.london(made.passed_at).date() == day and made.until_at > clock.now() + timedelta(days=300)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("nobody@demo.example,conversation,{day}", "nobody who works here"),
        ("tracer1@demo.example,juggling,{day}", "there is no course 'juggling'"),
        ("tracer1@demo.example,undertaking,{day}", "there is no course 'undertaking'"),
        ("tracer1@demo.example,sign-off,{day}", "there is no course 'sign-off'"),
        ("tracer1@demo.example,conversation,yesterday", "is no day"),
        ("tracer1@demo.example,conversation,2099-01-01", "in the future"),
        ("tracer1@demo.example,conversation,2019-01-01", "serves no more"),
        ("trainer@demo.example,conversation,{day}", "nobody brings in their own"),
        ("tracer1@demo.example,,", "there is no course ''"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(site: Site, file: Path, row: str, said: str) -> None:
    good = f"tracer1@demo.example,safeguarding,{clock.today()}"
    code, out = run(site, file, f"{row.format(day=clock.today())}\n{good}")
    assert code == 2 and "2 rows: 1 added, 0 there before, 1 rejected." in out
    assert "Line 2, " in out and said in out


def test_who_may_not_answer_for_it_and_a_file_without_columns(site: Site, file: Path) -> None:
    row = f"tracer1@demo.example,conversation,{clock.today()}"
    for by, said in (("supervisor", "An administrator or a trainer"), ("somebody", "Nobody who works here")):
        code, out = run(site, file, row, by)
        assert code == 1 and said in out
    code, out = run(site, file, row, header="email,course,when_passed")
    assert code == 1 and "no column 'passed_on'" in out
