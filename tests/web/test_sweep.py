"""Every route with every actor, made from the URL map: the status is the permission table's, or it is a fault.

And the canary crawl: no page that an actor can open shows a word from a record out of their reach.
"""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from tests import world
from tests.site import Site
from tracer import clock
from tracer.access.allow import PUBLIC
from tracer.access.permissions import PERMISSIONS, may
from tracer.casework import contacts
from tracer.casework.contacts import Named
from tracer.models import Case, Contact, Person, Role, Task
from tracer.schemas.identity import Identity
from tracer.web import guard

ROLES = {role: account for account, (role, _) in world.ACCOUNTS.items()}


def rules(site: Site) -> Iterator[tuple[Rule, str]]:
    """Every rule and method, but the ones that Flask adds."""
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if rule.endpoint != "static" and not rule.rule.startswith("/api/"):
                yield rule, method


def address(rule: Rule, ids: dict[str, object]) -> str:
    """The rule with its parts filled in."""

    def fill(found: re.Match[str]) -> str:
        return str(ids.get(found[1].rpartition(":")[2], uuid4()))

    return re.sub(r"<([^>]+)>", fill, rule.rule)


PARTS: dict[str, object] = {"section": "introduction", "field": "phone"}


def test_every_route_for_every_role(site: Site) -> None:
    """Not signed in: to the sign-in page. Not allowed: 403, or 404 where a record is named. Never a 500."""
    browsers: dict[str, FlaskClient] = {account: site.browser(account) for account in ROLES.values()}
    nobody = site.browser()
    wrong = []
    for rule, method in rules(site):
        needed = guard.permission_of(site.app, rule.endpoint)
        if needed == PUBLIC:
            continue
        path = address(rule, PARTS)
        answer = nobody.open(path, method=method)
        if answer.status_code != 302 or "/sign-in" not in answer.headers["Location"]:
            wrong.append(("nobody", method, path, answer.status_code))
        for role, account in ROLES.items():
            status = browsers[account].open(path, method=method).status_code
            allowed = may(role, needed)  # type: ignore[arg-type]
            refused = 404 if rule.arguments else 403
            expected = {404} if allowed and rule.arguments else {200, 302, 422} if allowed else {refused}
            if status not in expected | ({422} if allowed else set()):
                wrong.append((account, method, path, status))
    assert wrong == []


def test_hidden_and_absent_are_one_answer(site: Site) -> None:
    """A record that is not mine and one that never was: the same bytes, page after page."""
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
        named = Named(Identity(given_name="Somebody"), clock.today(), "face_to_face")
        contact = contacts.record(case, [named], Identity(), clock.now())[0]
        ids = {"case_id": case.id, "contact_id": contact.id, "task_id": task.id, "person_id": case.person_id}
    other = site.browser("tracer4")
    for rule, method in rules(site):
        if not rule.arguments & set(ids):
            continue
        hidden = other.open(address(rule, {**PARTS, **ids}), method=method)
        absent = other.open(address(rule, PARTS), method=method)
        assert (hidden.status_code, hidden.data) == (404, absent.data), rule.rule


def canaries(site: Site) -> dict[UUID, tuple[str, ...]]:
    """Cases in several hands, with contacts; each person's words that nobody else has."""
    words: dict[UUID, tuple[str, ...]] = {}
    with site.system() as session:
        for number, (area, holder) in enumerate(
            (("LS6", "tracer1"), ("LS6", "tracer2"), ("YO1", "tracer3"), ("SE1", "tracer4"), ("LS6", None)), 1
        ):
            case, task = world.make_case(session, number, area=area)
            words[case.person_id] = (f"Canary{number}", f"Quillfeather{number}", case.reference)
            if holder:
                world.give(session, task, holder)
            who = Identity(
                given_name=f"Wren{number}", family_name=f"Sparrowhawk{number}", phone=f"+44740012000{number}"
            )
            contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
            words[contact.person_id] = (f"Wren{number}", f"Sparrowhawk{number}", contact.reference)
            if holder == "tracer1":
                world.give(session, session.get_one(Task, contact.alert_task_id), "tracer4")
    return words


@pytest.mark.parametrize("account", sorted(world.ACCOUNTS))
def test_no_page_shows_what_is_out_of_reach(site: Site, account: str) -> None:
    """Follow every link and try every record's address: only words of people within reach appear."""
    words = canaries(site)
    with site.acting(account) as session:
        reach = set(session.scalars(select(Person.id)))
    with site.system() as session:
        found = session.execute(select(Case.id, Contact.id).join(Contact, Contact.case_id == Case.id)).all()
        leads = [f"/cases/{case}" for case, _ in found] + [f"/contacts/{contact}" for _, contact in found]
    client, waiting, seen = site.browser(account), ["/", *leads], set[str]()
    while waiting and len(seen) < 200:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        for person, secrets in words.items():
            if person not in reach:
                shown = [word for word in secrets if word in answer.text or word in str(answer.headers)]
                # A supervisor's board names references of work in their teams, and of nothing else.
                assert not shown, (path, shown)
        links = re.findall(r'href="(/[^"#]*)', answer.text)
        waiting += [link.replace("&amp;", "&") for link in links if not link.startswith("/static")]
    assert len(seen) > len(leads)


def test_permissions_cover_every_role() -> None:
    """No role is without a row in the table."""
    assert set(PERMISSIONS) == set(Role)
