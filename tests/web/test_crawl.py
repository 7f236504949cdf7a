"""The canary crawl: no page that an actor can open shows a word from a record out of their reach, whichever way
they came to it; and of a record within reach no page shows what is masked."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from tests import world
from tests.conftest import ALONE
from tests.site import Site
from tests.sweep import SECRET, SHOWN_ANYWAY, text_of
from tracer import clock
from tracer.casework import contacts
from tracer.casework.contacts import Named
from tracer.models import Case, Contact, Person, Task
from tracer.schemas.identity import Identity


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


@pytest.mark.parametrize("database", ALONE, indirect=True)
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
        text = text_of(answer)
        masked = [found[0] for found in SECRET.finditer(text) if found[0] not in SHOWN_ANYWAY]
        assert not masked, (path, masked)
        for person, secrets in words.items():
            if person not in reach:
                shown = [word for word in secrets if word in text or word in str(answer.headers)]
                # A supervisor's board names references of work in their teams, and of nothing else.
                assert not shown, (path, shown)
        links = re.findall(r'href="(/[^"#]*)', text)
        waiting += [link.replace("&amp;", "&") for link in links if not link.startswith("/static")]
    assert len(seen) > len(leads)
