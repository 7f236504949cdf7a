"""Canaries: planted and marked by the privacy officer, set by the worker, and found when they are opened."""

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import routine
from tracer.models import Alert, Canary, Case, Task, Team

PERSON = {"given_name": "Famous", "family_name": "Singer", "date_of_birth": "1970-02-03", "postcode": "ls61aa"}


def set_all(site: Site) -> list[Canary]:
    """What the worker does next; the canaries in use."""
    with site.system("routine.canaries") as session:
        routine.JOBS["canaries"](session, clock.now())
    with site.system() as session:
        return list(session.scalars(select(Canary)))


def rules(site: Site) -> list[str]:
    """The rules of the alerts after the worker has looked."""
    with site.system("routine.watch") as session:
        routine.JOBS["watch"](session, clock.now())
    with site.system() as session:
        return list(session.scalars(select(Alert.rule)))


def test_a_planted_record_is_given_to_nobody_and_found_when_opened(site: Site) -> None:
    officer = site.browser("privacy")
    with site.system() as session:
        team = session.scalars(select(Team).where(Team.name == "Leeds")).one().id
    assert officer.post("/privacy/canaries/plant", data={**PERSON, "team": str(team)}).status_code == 302
    canary = set_all(site)[0]
    page = officer.get("/privacy/canaries").text
    assert canary.reference and canary.reference in page and "Singer" not in page
    assert "/caseload" in site.browser("tracer1").post("/caseload/next").headers["Location"]
    with site.system() as session:
        case = session.scalars(select(Case).where(Case.reference == canary.reference)).one()
    assert site.browser("tracer1").get(f"/cases/{case.id}").status_code == 404
    assert site.browser("supervisor2").get(f"/cases/{case.id}").status_code == 404
    assert site.browser("supervisor").get(f"/cases/{case.id}").status_code == 200
    assert rules(site) == ["canary"]


def test_a_marked_record_of_ours(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session, 1)
        world.give(session, task, "tracer1")
    officer = site.browser("privacy")
    spaced = f"{case.reference[:4]} {case.reference[4:].lower()}"
    assert officer.post("/privacy/canaries/mark", data={"reference": spaced}).status_code == 302
    assert officer.post("/privacy/canaries/mark", data={"reference": "ZZZZZZZZ"}).status_code == 302
    faults = {one.reference: one.fault for one in set_all(site)}
    assert faults == {case.reference: None, "ZZZZZZZZ": "No case or contact has this reference."}
    site.browser("tracer1").get(f"/cases/{case.id}")
    assert rules(site) == []
    site.browser("supervisor").get(f"/cases/{case.id}")
    assert rules(site) == ["canary"]


def test_out_of_use(site: Site) -> None:
    with site.system() as session:
        case, _ = world.make_case(session, 1)
    officer = site.browser("privacy")
    officer.post("/privacy/canaries/mark", data={"reference": case.reference})
    canary = set_all(site)[0]
    assert officer.post(f"/privacy/canaries/{canary.id}/retire").status_code == 302
    site.browser("supervisor").get(f"/cases/{case.id}")
    assert rules(site) == []
    with site.system() as session:
        assert session.scalars(select(Task)).one() is not None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"postcode": "nowhere"}, "not a UK postcode"),
        ({"date_of_birth": "3 Feb"}, "Write the day like"),
        ({"team": "7d1e7a4e-0000-4000-8000-000000000000"}, "Choose a team"),
        ({"given_name": " "}, "Enter a first name"),
    ],
)
def test_what_cannot_be_planted_is_said_beside_the_field(site: Site, changed: dict[str, str], words: str) -> None:
    with site.system() as session:
        team = session.scalars(select(Team)).first()
        assert team is not None
    answer = site.browser("privacy").post("/privacy/canaries/plant", data={**PERSON, "team": str(team.id), **changed})
    assert answer.status_code == 422 and words in answer.text


@pytest.mark.parametrize("account", ["admin", "supervisor", "tracer1", "analyst"])
def test_nobody_else_knows_them(site: Site, account: str) -> None:
    assert site.browser(account).get("/privacy/canaries").status_code == 403
