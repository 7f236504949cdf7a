"""Preview: any version, any language, any day, invented answers; nothing of it is kept but who looked."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests import scripting
from tests.reach import dump
from tests.scripting import field, send
from tests.site import Site
from tests.web.test_script_reading import EVERYTHING, words
from tests.web.test_scripts import shipped
from tracer import clock, db
from tracer.models import AuditEvent


class Walk:
    """A preview as its page carries it on."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, f"{address}/preview"
        self.page = client.get(self.address).text

    def carried(self) -> dict[str, Any]:
        """The answers that the page has."""
        found: dict[str, Any] = json.loads(html.unescape(field(self.page, "as_answers")))
        return found

    def on(self, do: str = "stay", **given: Any) -> "Walk":
        """Press a button, with what is filled in; a name with as_ is no question."""
        form = {"as_do": do, "as_section": field(self.page, "as_section"), "as_answers": json.dumps(self.carried())}
        for key, value in given.items():
            name = key.replace("__", "/")
            form |= {name: value} if name.startswith("as_") else {name: value, f"{name}:shown": "0"}
        answer = self.client.post(self.address, data=form)
        assert answer.status_code in {200, 422}, answer.status_code
        self.page = answer.text
        return self

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>([^<]*)", self.page)
        assert found
        return found[1]


def asked(page: str, key: str) -> bool:
    """Whether a question is shown."""
    found = re.search(rf'data-key="{key}" data-kind="\w+"( hidden)?>', page)
    assert found, key
    return found[1] is None


def everything(site: Site, account: str = "trainer") -> Walk:
    address = send(site.browser("trainer"), EVERYTHING).headers["Location"]
    return Walk(site.browser(account), address)


def test_a_walk_from_the_first_section_to_the_end(site: Site) -> None:
    walk = everything(site)
    assert walk.heading == "Start" and "Preview: nothing is saved." in walk.page
    assert "Hello | Alex" in walk.page and 'value="30"' in walk.page
    walk.on(age="12")
    assert asked(walk.page, "ill") and not asked(walk.page, "which")
    walk.on(age="12", ill="yes")
    assert asked(walk.page, "which"), "the branch is open"
    walk.on("add:friend", age="12", ill="yes", which="second_of_many_things")
    walk.on("next", friend__1__friend_name="Sam")
    assert walk.heading == "End"
    walk.on("next")
    assert walk.heading == "The end" and "Nothing is missing" in walk.page
    page = words(walk.page)
    assert "given name: Sam" in page and "has symptoms: yes" in page and "Second" in page
    assert walk.carried() == {
        "age": "12",
        "ill": "yes",
        "which": ["second_of_many_things"],
        "friend/1/_added": "yes",
        "friend/1/friend_name": "Sam",
    }
    walk.on("go:opening").on("remove:friend/1").on("go:")
    assert "Sam" not in words(walk.page)


def test_faults_and_what_is_missing_are_said_as_in_a_call(site: Site) -> None:
    walk = everything(site).on("next", age="999")
    assert walk.heading == "Start" and "Too old" in walk.page and "There is a problem" in walk.page
    walk.on("next", age="not a number")
    assert "Enter a whole number" in walk.page and 'value="not a number"' in walk.page
    walk.on("go:")
    assert "still to answer" in walk.page


def test_what_is_not_asked_is_shown_with_its_condition(site: Site) -> None:
    walk = everything(site).on(age="30", ill="no")
    assert "Not asked as things stand" not in walk.page
    walk.on(age="30", ill="no", as_unasked="yes")
    unasked = walk.page.partition('class="unasked"')[2].partition("</div>")[0]
    assert "Which?" in unasked and "First · Second" in unasked and "Only when" in unasked
    assert "Asked because" in walk.page
    walk.on("go:closing", as_unasked="yes")
    assert "This section is needed when" in walk.page and "Wait" in walk.page


def test_any_language_in_its_own_direction(site: Site) -> None:
    walk = everything(site).on(as_language="ar")
    assert re.search(r'data-words lang="ar" dir="rtl">كم عمرك؟', walk.page)
    assert '<option value="ar" selected>' in walk.page
    assert 'class="own"' in walk.page, "the tracer's words beside it"
    walk.on(as_language="cy")
    assert re.search(r'lang="cy" dir="ltr">Helo Alex', walk.page)
    assert "lang=" not in everything(site).on(as_language="xx").page.partition("<main")[2]


def test_any_person_and_any_day(site: Site) -> None:
    walk = Walk(site.browser("supervisor"), f"/scripts/{shipped(site)}")
    day = clock.today().replace(month=3, day=27) + timedelta(days=366)
    given = {"as_name": "Ngozi", "as_born": "1950", "as_day": day.strftime("%d/%m/%Y"), "as_tested": "25/3/2031"}
    walk.on(**given)
    assert "Ngozi" in walk.page and f"called on {day:%A} {day.day} March" in walk.page
    assert walk.on(as_born="old").page.count("A year, like 1980") == 2
    page = walk.on(as_day="someday", as_name="Bilal").page
    assert "Write the day like" in page and 'value="someday"' in page and "Bilal, called on" in page
    walk.on(as_name="", as_day="")
    assert "Alex" in walk.page, "blank is what is usual"


def test_an_alert_call_is_to_a_contact(site: Site) -> None:
    client = site.browser("trainer")
    words_ = scripting.text("An alert call", ("covid-19", "contact-alert"))
    address = send(client, words_, kind="contact-alert").headers["Location"]
    page = Walk(client, address).page
    assert "Last together" in page and "Tested on" not in page and "Lives with the case" in page


def test_nothing_is_kept_but_who_looked(site: Site) -> None:
    walk = everything(site, "supervisor")
    with site.system() as session:
        before = dump(session)
    walk.on("next", age="44", ill="yes", as_name="Marigold").on("go:opening")
    again = Walk(walk.client, walk.address.removesuffix("/preview"))
    assert "Marigold" not in again.page and again.carried() == {}
    with site.system() as session:
        after = dump(session)
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "script.preview")).all()
    changed = {table for table, rows in after.items() if rows != before[table]}
    assert changed == {"audit_event"}
    assert {(one.did, one.entity) for one in events} == {("read", "script")} and len(events) == 2
    with db.engine("system").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM interview")).scalar() == 0


@pytest.mark.parametrize(
    "carried",
    [
        "",
        "[]",
        "nonsense",
        '{"age": 7}',
        '{"nothing": "x"}',
        '{"age": {"declined": "maybe"}}',
        '{"friend/x/_added": "yes"}',
    ],
)
def test_what_is_no_answer_is_left_behind(site: Site, carried: str) -> None:
    walk = everything(site)
    form = {"as_do": "stay", "as_section": "nowhere", "as_answers": carried}
    answer = walk.client.post(walk.address, data=form)
    assert answer.status_code == 200 and "Preview" in answer.text
    walk.page = answer.text
    assert walk.carried() == {} and walk.heading == "Start"


def test_more_than_a_preview_takes(site: Site) -> None:
    walk = everything(site)
    form = {"as_answers": json.dumps({"age": "1" * 400_000})}
    assert walk.client.post(walk.address, data=form).status_code == 422


def test_who_may(site: Site) -> None:
    address = send(site.browser("trainer"), EVERYTHING).headers["Location"]
    for account, status in (("tracer1", 404), ("privacy", 404), ("analyst", 200), ("admin", 200)):
        assert site.browser(account).get(f"{address}/preview").status_code == status


def test_a_daily_follow_up_is_walked_as_a_contact_and_as_a_case(site: Site) -> None:
    """Only a contact is asked about a test: a case had one."""
    client, which = site.browser("trainer"), ("covid-19", "follow-up")
    address = send(client, scripting.text("Follow-up", which), kind="follow-up").headers["Location"]
    said = {"who_answers": "person", "good_time": "yes", "birth_fits": "yes", "agrees": "yes"}
    contact = Walk(client, address)
    for section, names in {"introduction": said, "identity": said, "reason": said}.items():
        contact.on(f"go:{section}").on(**{name: said[name] for name in names if f'name="{name}"' in contact.page})
    contact.on("go:reason")
    assert "They ask or guess who it was" in contact.page and "A case, not a contact" in contact.page
    contact.on("go:test")
    assert asked(contact.page, "had_test")
    contact.on("go:reason", as_case="yes")
    assert "Tested on" in contact.page
    contact.on("go:test", as_case="yes")
    assert not asked(contact.page, "had_test")
