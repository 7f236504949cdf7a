"""The page of a call: words in their language with ours beside them, help, notes, a pause, how long, what is left."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import Clock
from tests.interviewing import OpenPage, begin, save
from tests.scripting import ship
from tests.site import Site
from tracer import clock
from tracer.interview import help, xlsform
from tracer.models import Case, Interview

SCRIPT = """## survey
| type | name | label | label::Urdu (ur) | label::Welsh (cy) | required | bind::tracer:field |
|---|---|---|---|---|---|---|
| hidden | until | u | | | | isolation.until |
| begin_group | home | Staying at home | Adref | Adref | | |
| note | do_slowly | Speak slowly. | | | | |
| note | say_stay | Stay at home until ${until}, ${can}. | ${until} | Arhoswch gartref tan ${until}, ${can}. | | |
| select_one yn | can | Can you do that? | UR-CAN | Allwch chi wneud hynny? | yes | |
| end_group | | | | | | |
| begin_group | close | Close | | | | |
| select_one ending | outcome | How did it end? | UR-END | Diwedd? | yes | interview.outcome |
| end_group | | | | | | |
## choices
| list_name | name | label | label::Urdu (ur) | label::Welsh (cy) |
|---|---|---|---|---|
| yn | yes | Yes | UR-YES | Gallaf |
| yn | no | No | UR-NO | Na allaf |
| ending | completed | Completed | UR-DONE | Wedi gorffen |
## settings
| form_title | form_id | version | default_language | unchecked_languages |
|---|---|---|---|---|
| Small | small | 1 | English (en) | ur |
"""


def case_of(site: Site, language: str | None) -> Case:
    """A case in the hands of tracer1, whose person speaks this."""
    with site.system() as session:
        ship(session, "covid-19", "index-case", xlsform.read_markdown(SCRIPT))
        case, task = world.make_case(session)
        case.person.language = language
        world.give(session, task, "tracer1")
    return case


def began(site: Site, language: str | None = "en") -> tuple[FlaskClient, str]:
    """An interview with somebody who speaks this: the browser and the address."""
    client, case = site.browser("tracer1"), case_of(site, language)
    return client, begin(client, f"/cases/{case.id}")


def words(page: str, language: str) -> list[str]:
    """What stands on the page to be said in a language."""
    return re.findall(rf'<(?:p|span) data-words lang="{language}" dir="\w+">([^<]*)', page)


def test_the_words_are_in_their_language_with_the_tracers_beside_it(site: Site) -> None:
    client, interview = began(site, "cy")
    page = client.get(f"{interview}/home").text
    stay, can = words(page, "cy")
    assert stay.startswith("Arhoswch gartref tan dydd ") and can == "Allwch chi wneud hynny?"
    assert "Can you do that?" in page and "Stay at home until" in page and "Gallaf" in page
    assert "<p data-words>Speak slowly.</p>" in page, "what is for the tracer alone stays in theirs"
    assert "has no words in it" not in page
    open_page = OpenPage(client, interview, "home")
    said = open_page.give(can="yes")
    assert said["texts"]["say_stay"].endswith(", Gallaf.") and said["own"]["say_stay"].endswith(", Yes.")


def test_the_language_can_be_switched_and_stays(site: Site) -> None:
    client, interview = began(site, "cy")
    assert save(client, interview, "home", {"can": "no"}, do="language:ur").status_code == 302
    page = client.get(f"{interview}/home").text
    assert words(page, "ur")[1] == "UR-CAN" and 'dir="rtl"' in page
    assert re.search(r'id="can-no"[^>]* checked', page), "what was answered on the page is saved with it"
    save(client, interview, "home", {}, do="language:en")
    assert words(client.get(f"{interview}/home").text, "ur") == []
    assert save(client, interview, "home", {}, do="language:fr").status_code == 422


@pytest.mark.parametrize(("language", "said"), [("pl", "They speak Polish"), (None, ""), ("en", "")])
def test_without_words_in_their_language_the_page_says_so(site: Site, language: str | None, said: str) -> None:
    """The words are English then, and the language line is asked for."""
    client, interview = began(site, language)
    page = client.get(f"{interview}/home").text
    assert words(page, "cy") == [] and ("has no words in it" in page) is bool(said) and said in page


def test_words_that_no_native_speaker_has_checked_are_called_so(site: Site) -> None:
    client, interview = began(site, "cy")
    assert "native speaker" not in client.get(f"{interview}/home").text
    save(client, interview, "home", {}, do="language:ur")
    assert "No native speaker has checked these words yet" in client.get(f"{interview}/home").text


def test_help_is_on_every_page_of_a_call(site: Site) -> None:
    """In the page itself, so that it is there without a line."""
    client, interview = began(site)
    for path in ("home", "close", "check"):
        page = client.get(f"{interview}/{path}").text
        assert all(topic.title in page for topic in help.topics()), path


def test_notes_are_saved_from_any_section_and_shown_at_the_end(site: Site) -> None:
    client, interview = began(site)
    OpenPage(client, interview, "home").give(_notes="Asked for a call after six")
    assert "Asked for a call after six" in client.get(f"{interview}/close").text
    form = {"_notes:shown": "999999999", "_notes": "Asked twice", "do": "pause"}
    client.post(f"{interview}/close", data=form)
    assert "Asked twice" in client.get(f"{interview}/check").text


def test_a_pause_leads_back_to_the_first_question_without_an_answer(site: Site, later: Clock) -> None:
    """And the time of the call counts anew."""
    client, interview = began(site)
    later(timedelta(minutes=5))
    save(client, interview, "home", {"can": "yes"})
    case = client.post(f"{interview}/close", data={"do": "pause"}).headers["Location"]
    assert "1 is left" in client.get(case).text
    assert paused(site)
    later(timedelta(minutes=20))
    assert begin(client, case) == interview
    assert "/close#outcome" in client.get(interview).headers["Location"]
    with site.system() as session:
        found = session.scalars(select(Interview)).one()
        assert (found.paused_at, found.called_at) == (None, clock.now())
        assert found.started_at == clock.now() - timedelta(minutes=25)
    later(timedelta(minutes=10))
    OpenPage(client, interview, "home").give(can="no")
    later(timedelta(minutes=29))
    begin(client, case)
    with site.system() as session:
        assert session.scalars(select(Interview)).one().called_at == clock.now() - timedelta(minutes=39)


def paused(site: Site) -> Any:
    """Since when it is on hold."""
    with site.system() as session:
        return session.scalars(select(Interview.paused_at)).one()


def test_what_is_left_is_said_on_the_way_and_at_the_end(site: Site) -> None:
    client, interview = began(site)
    page = client.get(f"{interview}/home").text
    assert "Section 1 of 2" in page and "2 to answer" in page
    said = OpenPage(client, interview, "home").give(can="yes")
    assert (said["left"], said["steps"]) == (1, {"home": "done", "close": "not started"})
    check = client.get(f"{interview}/check").text
    assert "1 still to answer" in check and f'{interview}/close#outcome"' in check
