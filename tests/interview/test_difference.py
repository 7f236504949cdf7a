"""What differs between two scripts is said as people read it, and nothing else is."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.interview import library, xlsform
from tracer.interview.difference import Option, Rule, Said, Thing, between, of_one
from tracer.interview.reworded import Piece, words_between
from tracer.interview.script import Choice, Item, Repeat, Script, Section

EVERYTHING = xlsform.read_markdown((Path(__file__).parent / "everything.md").read_text(encoding="utf-8"))


def with_item(script: Script, name: str, **changes: object) -> Script:
    """The script with one item changed."""

    def changed(one: Item | Repeat) -> Item | Repeat:
        if isinstance(one, Repeat) and one.name != name:
            return replace(one, items=tuple(changed(inner) for inner in one.items))  # type: ignore[misc]
        return replace(one, **changes) if one.name == name else one  # type: ignore[arg-type]

    sections = tuple(replace(one, items=tuple(changed(item) for item in one.items)) for one in script.sections)
    return replace(script, sections=sections)


def only(old: Script, new: Script) -> Thing:
    [thing] = between(old, new).things
    return thing


def test_the_same_is_no_difference() -> None:
    for which in library.shipped():
        script = library.load(*which)
        assert not between(script, Script.from_document(script.to_document()))
    assert not between(EVERYTHING, EVERYTHING.in_language("cy"))


def test_a_wording_is_compared_word_by_word_in_each_language() -> None:
    words = {**EVERYTHING.sections[0].items[1].words, "cy": {"label": "Beth yw eich oed?"}}
    thing = only(EVERYTHING, with_item(EVERYTHING, "age", label="How old are you now?", words=words))
    assert (thing.name, thing.kind, thing.how, thing.where) == ("age", "question", "changed", "Start")
    by_key = {(one.what, one.language): one.pieces for one in thing.said}
    assert by_key["label", "en"] == (Piece("same", "How old are you"), Piece("added", " now"), Piece("same", "?"))
    assert by_key["label", "cy"][0] == Piece("removed", "Faint")
    assert by_key["hint", "cy"] == (Piece("removed", "Mewn blynyddoedd"),), "a translation that is gone"
    assert not thing.rules and not thing.options


def test_conditions_and_what_it_fills() -> None:
    new = with_item(EVERYTHING, "ill", relevant="", required="yes", field="", declinable=False)
    assert set(only(EVERYTHING, new).rules) == {
        Rule("relevant", "${age} > 5", ""),
        Rule("required", "${grown} = 'yes'", "yes"),
        Rule("field", "case.has_symptoms", ""),
        Rule("declinable", "yes", "no"),
    }


def test_choices() -> None:
    new = with_item(EVERYTHING, "ill", choices=(Choice("perhaps", "Perhaps"), Choice("yes", "Yes indeed")))
    assert only(EVERYTHING, new).options == (
        Option("perhaps", "added", "Perhaps"),
        Option(
            *("yes", "changed", "Yes indeed"),
            said=(
                Said("label", "en", (Piece("same", "Yes"), Piece("added", " indeed"))),
                Said("label", "cy", (Piece("removed", "Ydw"),)),
                Said("label", "ar", (Piece("removed", "نعم"),)),
            ),
        ),
        Option("no", "removed", "No"),
    )
    turned = with_item(EVERYTHING, "ill", choices=tuple(reversed(EVERYTHING.sections[0].items[2].choices)))  # type: ignore[union-attr]
    assert [one.how for one in only(EVERYTHING, turned).options] == ["moved"]


def test_added_removed_and_moved_between_sections() -> None:
    start, end = EVERYTHING.sections
    new = replace(
        EVERYTHING,
        sections=(
            replace(start, items=start.items[:-2]),  # which, and the list of friends
            replace(end, items=(*end.items, start.items[3], Item("bye", "note", "Goodbye"))),
        ),
    )
    found = {one.name: one for one in between(EVERYTHING, new).things}
    assert {name: one.how for name, one in found.items()} == {
        "friend": "removed",
        "friend_name": "removed",
        "which": "changed",
        "bye": "added",
    }
    assert (found["which"].moved_from, found["which"].where) == ("Start", "End")
    assert found["friend_name"].where == "Start: Friend" and found["friend"].kind == "list"
    assert found["bye"].said == (Said("label", "en", (Piece("added", "Goodbye"),)),)
    counts = between(EVERYTHING, new).counts()
    assert (counts["added"], counts["removed"], counts["moved"], counts["reworded"]) == (1, 2, 1, 0)


def test_within_a_section_one_that_moved_is_told_and_the_others_are_not() -> None:
    start, end = EVERYTHING.sections
    hello, *others = start.items
    new = replace(EVERYTHING, sections=(replace(start, items=(*others, hello)), end))
    thing = only(EVERYTHING, new)
    assert (thing.name, thing.moved_from, thing.where) == ("hello", "Start", "Start")


def test_the_script_as_a_whole_and_a_section() -> None:
    start, end = EVERYTHING.sections
    new = replace(EVERYTHING, title="Other", sections=(start, replace(end, relevant="")), languages=("en", "cy"))
    found = between(EVERYTHING, new)
    assert found.rules == (Rule("title", "Everything", "Other"), Rule("languages", "en, cy, ar", "en, cy"))
    assert [(one.kind, one.rules) for one in found.things] == [("section", (Rule("relevant", "${ill} = 'yes'", ""),))]


def test_words_that_a_native_speaker_has_checked() -> None:
    script = library.load("covid-19", "index-case")
    checked = replace(script, unchecked=script.unchecked[1:])
    assert between(script, checked).rules == (Rule("unchecked", ", ".join(script.unchecked), script.unchecked[1]),)


def test_a_question_through_its_life() -> None:
    new = with_item(EVERYTHING, "age", label="Your age?")
    assert of_one(None, EVERYTHING, "age").how == "added"  # type: ignore[union-attr]
    assert of_one(EVERYTHING, new, "age").said[0].what == "label"  # type: ignore[union-attr]
    assert of_one(EVERYTHING, new, "ill") is None
    assert of_one(EVERYTHING, EVERYTHING, "nothing") is None
    gone = replace(EVERYTHING, sections=EVERYTHING.sections[1:])
    assert of_one(EVERYTHING, gone, "age").how == "removed"  # type: ignore[union-attr]


def test_a_wording_is_not_chopped_up() -> None:
    assert words_between("How old are you?", "What age are you?") == (
        Piece("removed", "How old"),
        Piece("added", "What age"),
        Piece("same", " are you?"),
    )


SPACED = st.text("ab .", max_size=20)


@given(old=st.text(max_size=40) | SPACED, new=st.text(max_size=40) | SPACED)
@settings(max_examples=200)
def test_both_wordings_can_be_read_out_of_the_pieces(old: str, new: str) -> None:
    pieces = words_between(old, new)
    assert "".join(one.text for one in pieces if one.how != "added") == old
    assert "".join(one.text for one in pieces if one.how != "removed") == new


ITEMS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(before=ITEMS, after=ITEMS, cut=st.integers(0, 8), cut_after=st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_every_thing_that_changed_is_told_once(before: list[str], after: list[str], cut: int, cut_after: int) -> None:
    old, new = script_of(before, cut), script_of(after, cut_after)
    things = between(old, new).things
    names = [one.name for one in things]
    assert len(names) == len(set(names))
    assert {one.name for one in things if one.how == "added"} == set(after) - set(before)
    assert {one.name for one in things if one.how == "removed"} == set(before) - set(after)
    elsewhere = {
        name for name in set(before) & set(after) if section(before, name, cut) != section(after, name, cut_after)
    }
    assert elsewhere <= {one.name for one in things if one.moved_from is not None}


def section(names: list[str], name: str, cut: int) -> str:
    return "one" if names.index(name) < cut else "two"


def script_of(names: list[str], cut: int) -> Script:
    items = [Item(name, "note", name.upper()) for name in names]
    sections = (Section("one", "one", tuple(items[:cut])), Section("two", "two", tuple(items[cut:])))
    return Script("T", "t", "1", "en", sections)
