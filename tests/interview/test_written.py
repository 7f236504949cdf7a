"""A script written back as sheets is the same script when it is read again: what staff download, they can send."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from tracer.interview import library, written, xlsform
from tracer.interview.script import Choice, Item, Repeat, Script, Section
from tracer.schemas import script_file
from tracer.tables import write_book

SHIPPED = library.shipped()
EVERYTHING = (Path(__file__).parent / "everything.md").read_text(encoding="utf-8")


def again(script: Script) -> Script:
    """The script of the workbook that it is written to."""
    return script_file.read(write_book(written.sheets(script)))


@pytest.mark.parametrize("which", SHIPPED, ids="/".join)
def test_shipped_scripts_come_back_as_they_were(which: tuple[str, str]) -> None:
    script = library.load(*which)
    assert again(script) == script
    assert again(script).to_document() == script.to_document()


def test_everything_that_a_script_can_say_comes_back() -> None:
    script = xlsform.read_markdown(EVERYTHING)
    assert script.languages == ("en", "cy", "ar")
    assert again(script) == script
    assert again(script.in_language("cy")) == script, "written as it was written, whatever language is in front"


def test_no_part_of_a_script_is_forgotten() -> None:
    """A part that is added to a script has to be written too: everything above says something in each of them."""
    script = xlsform.read_markdown(EVERYTHING)
    items = [*script.hidden]
    for section in script.sections:
        items += [one for one in section.items if isinstance(one, Item)]
        items += [one for two in section.items if isinstance(two, Repeat) for one in two.items]
    repeats = [one for section in script.sections for one in section.items if isinstance(one, Repeat)]
    choices = [choice for item in items for choice in item.choices]
    for kind, found in (
        (Item, items),
        (Repeat, repeats),
        (Section, script.sections),
        (Choice, choices),
        (Script, [script]),
    ):
        for part in fields(kind):
            usual = part.default
            assert any(getattr(one, part.name) not in (usual, "", {}, ()) for one in found), (kind.__name__, part.name)


def test_lists_of_choices_are_shared_and_never_mixed_up() -> None:
    yes, no = Choice("yes", "Yes"), Choice("no", "No")
    item = Item("a", "select_one", "A", choices=(yes, no))
    other = replace(item, name="b", choices=(yes, replace(no, label="Not at all")))
    third = replace(item, name="c", choices=tuple(Choice(f"choice_number_{at}", str(at)) for at in range(9)))
    same = replace(item, name="d")
    script = Script("T", "t", "1", "en", (Section("s", "S", (item, other, third, same)),))
    rows = written.sheets(script)["choices"]
    names = [row[0] for row in rows[1:]]
    assert len(set(names)) == 3 and len(names) == 2 + 2 + 9
    assert again(script) == script


def test_the_rows_are_those_of_an_xlsform() -> None:
    found = written.sheets(xlsform.read_markdown(EVERYTHING))
    assert set(found) == {"survey", "choices", "settings"}
    assert found["survey"][0][:5] == ["type", "name", "label", "label::Welsh (cy)", "label::Arabic (ar)"]
    assert found["choices"][0][-1] == "suits"
