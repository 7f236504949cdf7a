"""Somebody new sees nothing of their colleagues but who leads them, by name, and what their team is called."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import making, world
from tests.rosters import bring, person, text
from tests.site import Site
from tests.sweep import text_of
from tracer import clock
from tracer.access.actor import Actor
from tracer.access.password import hash_password
from tracer.casework import tasks, teams
from tracer.models import Attempt, Grace, Outcome, SeatState, Staff, TrainingSeat

NEW, LEAD = 1, 2
# In the same team, leading another, leading all, a trainer, in another team.
OTHERS = {
    3: {"team": "Leeds"},
    4: {"team": "South", "role": "supervisor"},
    5: {"team": "National", "role": "supervisor"},
    6: {"team": "", "role": "trainer"},
    7: {"team": "York"},
}


def arrange(site: Site, trained: bool) -> FlaskClient:
    """A newcomer, brought in by the roster and signed in; every colleague has a name and address of their own."""
    rows = [person(NEW, team="Leeds"), person(LEAD, team="Leeds", role="supervisor")]
    done, _ = bring(site, text(*rows, *(person(number, **given) for number, given in OTHERS.items())))
    assert done.added == len(OTHERS) + 2
    with site.system() as session:
        people = {number: one_of(session, number) for number in (NEW, LEAD, *OTHERS)}
        for number, team in ((LEAD, "Leeds"), (4, "South"), (5, "National")):
            teams.lead(session, people[number], teams.by_name(session, team))
        for number, one in people.items():
            if trained or number != NEW:
                world.train(session, one, clock.now())
        people[NEW].password_hash = hash_password(world.PASSWORD)
        touch(session, people, trained)
    client = site.app.test_client()
    assert client.post("/sign-in", data={"email": person(NEW)["email"], "password": world.PASSWORD}).status_code == 302
    return client


def one_of(session: Session, number: int) -> Staff:
    return session.scalars(select(Staff).where(Staff.email == person(number)["email"])).one()


def touch(session: Session, people: dict[int, Staff], trained: bool) -> None:
    """Where colleagues' work and theirs meet: a case that was another's, a session with others in it, a grace."""
    now, new = clock.now(), people[NEW]
    for number, kind in ((1, 3), (2, LEAD)):
        case, work = world.make_case(session, number)
        making.hold(session, work, people[kind])
        session.add(Attempt(task_id=work.id, case_id=case.id, staff_id=people[3].id, outcome=Outcome.NO_ANSWER, at=now))
        session.flush()
        if trained:
            tasks.reassign(work, new, "for the test", now)
    meeting = making.training_session(session, people[6], 9)
    for one in (new, people[3], people[7]):
        session.add(
            TrainingSeat(training_session_id=meeting.id, staff_id=one.id, state=SeatState.SEATED, invited_at=now)
        )
    over = {"from_at": now - timedelta(days=2), "until_at": now - timedelta(days=1)}
    session.add(Grace(staff_id=new.id, given_by_id=people[4].id, reason="to begin with", **over))


def crawled(site: Site, client: FlaskClient) -> dict[str, str]:
    """What every address answers that names no record, and every one that a page leads to."""
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    waiting, seen = [rule.rule for rule in rules], dict[str, str]()
    while waiting and len(seen) < 300:
        path = waiting.pop()
        if path in seen:
            continue
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        seen[path] = text_of(answer) + str(answer.headers)
        found = re.findall(r'href="(/[^"#]*)', answer.text) if answer.mimetype == "text/html" else []
        waiting += [link.replace("&amp;", "&") for link in found if not link.startswith("/static")]
    return seen


@pytest.mark.parametrize("trained", [False, True])
def test_no_page_of_a_newcomer_shows_a_colleague(site: Site, trained: bool) -> None:
    seen = crawled(site, arrange(site, trained))
    assert len(seen) > 30
    names = re.compile(rf"\b(?:Recruit|Surname|recruit)[{''.join(map(str, OTHERS))}]\b|\brecruit{LEAD}@")
    known = re.compile(rf"\b(?:{'|'.join(world.ACCOUNTS)})(?:@| Example)", re.IGNORECASE)
    shown = {path: names.findall(text) + known.findall(text) for path, text in seen.items()}
    shown = {path: found for path, found in shown.items() if found}
    assert shown == {}
    whole = "".join(seen.values())
    assert "Leeds" in whole and f"Recruit{LEAD} Surname{LEAD}" in whole
    if trained:
        assert any(path.startswith("/cases/") for path in seen) and "/caseload" in seen


@pytest.mark.parametrize("trained", [False, True])
def test_a_newcomer_reaches_no_row_of_a_colleague_but_of_who_leads_them(site: Site, trained: bool) -> None:
    arrange(site, trained)
    with site.system() as session:
        new = one_of(session, NEW)
    actor = Actor(new.id, new.role.value, new.name, new.role, new.team_id)
    for session in site._session(actor, "test.act"):
        found = {one.email for one in session.scalars(select(Staff))}
    leads = {person(number)["email"] for number in (NEW, LEAD, 5)} | {world.address("supervisor")}
    assert found == leads
