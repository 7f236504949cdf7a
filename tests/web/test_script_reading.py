"""Reading scripts: the text in each language, what differs, who changed what when, and the workbook to start from."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from fhir.resources.R4B.questionnaire import Questionnaire
from flask.testing import FlaskClient

from tests import scripting
from tests.scripting import ask, decide, field, send
from tests.site import Site
from tests.web.test_scripts import shipped
from tracer.interview import library
from tracer.interview.script import Choice, Item, Repeat, Script, Section
from tracer.schemas import script_file
from tracer.web.script_reading import PARTS

EVERYTHING = (Path(__file__).parents[1] / "interview/everything.md").read_text(encoding="utf-8")


def test_every_part_of_a_script_has_a_name_for_people() -> None:
    unsaid = {"name", "words", "choices", "items", "sections", "hidden", "form_id", "language"}
    parts = {part.name for kind in (Script, Section, Repeat, Item, Choice) for part in fields(kind)}
    assert parts - unsaid - set(PARTS) == set()


def words(page: str) -> str:
    """A page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def live(client: FlaskClient, other: FlaskClient, text: str, **more: str) -> str:
    """A version that is live; the address of its page."""
    answer = send(client, text, **more)
    assert answer.status_code == 302, answer.text
    address = str(answer.headers["Location"])
    ask(client, address)
    assert decide(other, address).status_code == 302
    return address


def test_the_whole_text_in_each_language(site: Site) -> None:
    editor = site.browser("trainer")
    address = send(editor, EVERYTHING).headers["Location"]
    page = editor.get(f"{address}/text").text
    assert "How old are you?" in page and "For each of them" in page and "Grown up" in page
    arabic = editor.get(f"{address}/text?language=ar").text
    assert re.search(r'<span lang="ar" dir="rtl">كم عمرك؟</span>', arabic)
    assert "not translated" not in arabic, "hints are for the tracer: they need no Arabic"
    assert 'lang="en" dir="ltr">How old are you?' in arabic, "beside it what it was written as"
    assert editor.get(f"{address}/text?language=xx").status_code == 404
    assert editor.get(f"{address}/text?languages=ar").status_code == 422


def test_what_differs_and_from_what(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    first = live(editor, other, EVERYTHING)
    second = live(editor, other, EVERYTHING.replace("How old are you?", "What age are you?").replace("Rhy hen", "Hen"))
    page = editor.get(f"{second}/difference").text
    assert "compared with version 2" in page
    assert re.search(r"<del>.*?old: </span>How old<.*?</del>", page) and re.search(
        r"<ins>.*?new: </span>What age<", page
    )
    assert 'lang="cy" dir="ltr"' in page and "Rhy hen" in page
    assert "1 reworded" in words(page)
    same = editor.get(f"{second}/difference?with={second.rpartition('/')[2]}")
    assert same.status_code == 422
    base = shipped(site)
    assert "compared with version 1" in editor.get(f"{second}/difference?with={base}").text
    assert "it is the first" in editor.get(f"/scripts/{base}/difference").text
    measles = live(editor, other, scripting.text("Measles", ("measles", "index-case")), disease="measles")
    assert editor.get(f"{second}/difference?with={measles.rpartition('/')[2]}").status_code == 422
    assert editor.get(f"{second}/difference?with=nonsense").status_code == 422
    assert editor.get(f"{first}/difference?with={second.rpartition('/')[2]}").status_code == 200
    again = send(editor, EVERYTHING).headers["Location"]
    assert "compared with version 3" in editor.get(f"{again}/difference").text, "a draft with what it would replace"


def test_who_changed_which_words_when(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    live(editor, other, EVERYTHING, note="A new script, for the summer")
    address = send(editor, EVERYTHING.replace("How old", "What age"), note="Tracers said it sounds rude").headers[
        "Location"
    ]
    base = field(editor.get(address).text, "base")
    changed = EVERYTHING.replace("How old are you", "What is your age").replace("In years", "Full years")
    more = {"base": base, "note": "Better English, and a hint"}
    assert send(other, changed, to=f"{address}/revision", **more).status_code == 302
    page = words(editor.get(f"{address}/questions/age").text)
    order = [
        "changed by Admin Example",
        "Better English",
        "changed by Trainer Example",
        "Tracers said it",
        "added by Trainer",
    ]
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert editor.get(f"{address}/questions/nothing_of_that_name").status_code == 404
    shipped_one = editor.get(f"/scripts/{shipped(site)}/questions/who_answers").text
    assert "added by Tracer" in words(shipped_one)


def test_what_was_carried_over_is_not_theirs(site: Site) -> None:
    """Somebody else's wording, approved meanwhile, comes into a draft by whoever sends it again: it stays theirs."""
    editor, other = site.browser("trainer"), site.browser("admin")
    live(editor, other, EVERYTHING)
    address = send(editor, EVERYTHING.replace("Too old", "Much too old")).headers["Location"]
    live(other, editor, EVERYTHING.replace("How old", "What age"), note="Asked for by tracers")
    base = field(editor.get(address).text, "base")
    both = (
        EVERYTHING.replace("Too old", "Much too old").replace("How old", "What age").replace("Name |", "Their name |")
    )
    assert send(editor, both, to=f"{address}/revision", base=base).status_code == 302
    page = words(editor.get(f"{address}/questions/age").text)
    assert page.count("changed by Admin Example") == 1 and page.count("changed by Trainer Example") == 1
    assert page.index("changed by Trainer") < page.index("changed by Admin")


def test_the_workbook_is_the_version(site: Site) -> None:
    editor = site.browser("trainer")
    answer = editor.get(f"/scripts/{shipped(site)}/workbook")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert 'filename="covid-19-index-case-1.xlsx"' in answer.headers["Content-Disposition"]
    assert script_file.read(answer.data) == library.load(*scripting.COVID)
    same = send(editor, answer.data, "covid-19-index-case-1.xlsx")
    assert same.status_code == 422 and "word for word" in same.text


def test_a_version_as_fhir(site: Site) -> None:
    client = site.browser("trainer")
    address = live(client, site.browser("admin"), EVERYTHING)
    answer = client.get(f"{address}/questionnaire")
    made = Questionnaire.model_validate(answer.json)
    assert answer.mimetype == "application/fhir+json" and made.title == "Everything" and made.status == "active"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="covid-19-index-case-2.json"'
    assert "Download as FHIR" in client.get(address).text


def test_what_says_yes_or_no_is_said_in_a_word(site: Site) -> None:
    change: Any = site.app.jinja_env.get_template("scripts/_change.html").module
    said = {
        (what, value): re.sub("<[^>]+>", "", change.side("ins", "new", what, value)).strip()
        for what in ("required", "relevant", "constraint")
        for value in ("true()", None)
    }
    assert list(said.values()) == ["new: yes", "no", "new: always", "always", "new: true()", "nothing"]
