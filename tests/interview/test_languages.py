"""Scripts in more than one language: whose words are shown, how days are said, what the database keeps."""

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest

from tracer.interview import languages, library, speech, view, xlsform
from tracer.interview.answers import Declined
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.script import Choice, Item, Repeat, Script

TODAY = date(2026, 3, 10)
TWO = """## survey
| type | name | label | label::Welsh (cy) | label::Urdu (ur) | hint | hint::Welsh (cy) | constraint | constraint_message | constraint_message::Welsh (cy) | bind::tracer:field |
|---|---|---|---|---|---|---|---|---|---|---|
| begin_group | one | Start | Dechrau | آغاز | | | | | | |
| date | began | When did it start? | Pryd wnaeth ddechrau? | کب؟ | A day | Diwrnod | . <= today() | Not to come | Heb ddod | case.onset_date |
| note | say_began | It started on ${began}: ${ill}. | Dechreuodd ar ${began}: ${ill}. | شروع | | | | | | |
| select_one yes_no | ill | Ill? | Yn sâl? | بیمار؟ | | | | | | |
| begin_repeat | people | People | Pobl | | | | | | | contacts |
| text | who | Name | Enw | نام | | | | | | contact.given_name |
| end_repeat | | | | | | | | | | |
| end_group | | | | | | | | | | |
## choices
| list_name | name | label | label::Welsh (cy) | label::Urdu (ur) |
|---|---|---|---|---|
| yes_no | yes | Yes | Ydw | ہاں |
| yes_no | no | No | Nac ydw | نہیں |
## settings
| form_title | form_id | version | default_language |
|---|---|---|---|
| Small | small | 1 | English (en) |
"""  # noqa: E501 - a row is a line
PLAIN = """## survey
| type | name | label |
|---|---|---|
| begin_group | g | G |
| text | a | A |
| end_group | | |
## settings
| form_title | form_id | version |
|---|---|---|
| S | s | 1 |
"""
SCRIPT = xlsform.read_markdown(TWO)


def words(script: Script, name: str) -> str:
    return Compiled(script).places[name].item.label


def test_the_languages_of_a_script() -> None:
    assert SCRIPT.language == "en"
    assert SCRIPT.languages == ("en", "cy", "ur")
    assert xlsform.read_markdown(TWO.replace("English (en)", "Welsh (cy)")).languages[0] == "cy"


def test_words_of_another_language_with_the_first_where_one_is_missing() -> None:
    welsh = SCRIPT.in_language("cy")
    assert (welsh.language, words(welsh, "began")) == ("cy", "Pryd wnaeth ddechrau?")
    ill = Compiled(welsh).places["ill"].item
    assert [choice.label for choice in ill.choices] == ["Ydw", "Nac ydw"]
    urdu = welsh.in_language("ur")
    assert (urdu.sections[0].label, words(urdu, "began")) == ("آغاز", "کب؟")
    assert Compiled(urdu).places["began"].item.hint == "A day"
    assert Compiled(urdu).repeats["people"][1].label == "People"
    assert Compiled(welsh).repeats["people"][1].label == "Pobl"
    assert Compiled(welsh).places["began"].item.constraint_message == "Heb ddod"


def test_any_language_leads_back() -> None:
    for code in SCRIPT.languages:
        turned = SCRIPT.in_language(code)
        assert words(turned.in_language("en"), "began") == "When did it start?"
        assert turned.to_document() == SCRIPT.to_document()
    with pytest.raises(KeyError):
        SCRIPT.in_language("fr")


def test_the_database_keeps_every_language() -> None:
    assert Script.from_document(json.loads(json.dumps(SCRIPT.to_document()))) == SCRIPT


def test_documents_of_before_there_were_languages_are_read_and_stay_the_same() -> None:
    plain = xlsform.read_markdown(PLAIN)
    document = plain.to_document()
    assert set(document) == {"title", "form_id", "version", "language", "sections", "hidden"}
    assert "words" not in document["sections"][0]
    assert "words" not in document["sections"][0]["items"][0]
    assert Script.from_document(document).languages == ("en",)


def test_a_run_says_it_in_the_language() -> None:
    run = Run(Compiled(SCRIPT), {"began": "2026-03-03", "ill": "yes"}, {}, TODAY)
    welsh = run.in_language("cy")
    assert view.text(run, words(SCRIPT, "say_began"), "say_began") == "It started on Tuesday 3 March 2026: Yes."
    assert (
        view.text(welsh, words(welsh.script, "say_began"), "say_began")
        == "Dechreuodd ar dydd Mawrth 3 Mawrth 2026: Ydw."
    )
    assert welsh.in_language("en").compiled is run.compiled
    assert view.items(welsh, welsh.script.sections[0])[0].text == "Pryd wnaeth ddechrau?"  # type: ignore[union-attr]
    item = welsh.item("began")
    assert view.answer_in_words(welsh, item, "began") == "dydd Mawrth 3 Mawrth 2026"
    said = welsh.with_answers({"began": Declined("does_not_know")})
    assert view.answer_in_words(said, item, "began") == "Ddim yn gwybod"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("en", "Tuesday 3 March 2026"),
        ("cy", "dydd Mawrth 3 Mawrth 2026"),
        ("pl", "wtorek, 3 marca 2026"),
        ("en-GB", "Tuesday 3 March 2026"),
        ("ur", "2026-03-03"),
    ],
)
def test_days_are_said_in_the_language(code: str, wanted: str) -> None:
    assert speech.day(date(2026, 3, 3), code) == wanted


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Welsh (cy)", "cy"),
        ("cy", "cy"),
        ("Cymraeg", "cy"),
        ("polish", "pl"),
        ("Klingon", None),
        ("zh-Hant", "zh-Hant"),
    ],
)
def test_languages_as_sheets_write_them(written: str, code: str | None) -> None:
    assert languages.code_of(written) == code


def test_directions_and_own_names() -> None:
    assert {code: languages.direction(code) for code in ("ar", "he", "fa", "ur", "ps", "cy", "ckb", "ku")} == {
        **dict.fromkeys(("ar", "he", "fa", "ur", "ps", "ckb"), "rtl"),
        **dict.fromkeys(("cy", "ku"), "ltr"),
    }
    assert languages.direction("ar-Latn") == "ltr"
    assert (languages.own_name("cy"), languages.own_name("en-GB"), languages.own_name("xx")) == (
        "Cymraeg",
        "English",
        "xx",
    )


def test_a_column_that_names_no_language_is_refused() -> None:
    with pytest.raises(xlsform.ScriptFault, match=r"label::Klingon: Which language is this"):
        xlsform.read_markdown(TWO.replace("label::Urdu (ur)", "label::Klingon"))


def spoken(script: Script) -> Iterator[Item | Choice]:
    """Everything in a script that may be said, and its choices."""
    for section in script.sections:
        for one in section.items:
            for item in one.items if isinstance(one, Repeat) else (one,):
                yield item
                yield from item.choices


CALLS = [key for key in library.shipped() if key[1] != "quality-review"]  # a review is said to nobody


@pytest.mark.parametrize("key", CALLS, ids="/".join)
def test_shipped_translations_say_the_same_facts_and_wait_for_a_native_speaker(key: tuple[str, str]) -> None:
    script = library.load(*key)
    assert (script.languages, script.unchecked) == (("en", "cy", "pl"), ("cy", "pl"))
    for one in spoken(script):
        for code, words in one.words.items():
            facts = [sorted(re.findall(r"\$\{\w+\}", label)) for label in (one.label, words["label"])]
            assert facts[0] == facts[1], (one.name, code)
            assert one.label != words["label"] or not one.label[1:], (one.name, code)


def test_a_language_that_the_form_does_not_have_is_not_one_to_check() -> None:
    text = "## survey\n| type | name | label |\n|---|---|---|\n| text | a | A |\n"
    text += "## settings\n| form_title | form_id | unchecked_languages |\n|---|---|---|\n| T | t | cy |\n"
    [fault] = xlsform.inspect_markdown(text).faults
    assert (fault.sheet, fault.column, fault.kind) == ("settings", "unchecked_languages", "language")
