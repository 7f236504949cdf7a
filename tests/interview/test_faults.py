"""A broken script of each kind is refused with the place named; what only looks odd is a warning."""

import pytest

from tests.interview.forms import YES_NO, group, inspect, markdown, repeat, row, workbook
from tracer.interview import xlsform
from tracer.interview.authoring import reference
from tracer.interview.authoring.faults import FAULTS, WARNINGS
from tracer.interview.functions import FUNCTIONS, REFUSED

Rows = list[dict[str, str]]
ILL = row("select_one yes_no", "ill")
AGE = row("integer", "age")
WORDS = row("text", "words")
MANY = row("select_multiple yes_no", "signs")
MORE = [*YES_NO, {"list_name": "towns", "name": "leeds", "label": "Leeds", "county": "york"}]

# Kind, the rows of the one section, the row's name (or its number in the survey), the column, some words.
CASES: list[tuple[str, Rows, str | int, str, str]] = [
    ("type", [row("geopoint", "a")], "a", "type", "cannot be asked on the telephone"),
    ("type", [row("rank yes_no", "a")], "a", "type", "which comes first"),
    ("type", [row("select_one_from_file towns.csv", "a")], "a", "type", "brings no files"),
    ("type", [row("dateTime", "a")], "a", "type", "as two questions"),
    ("type", [row("telepathy", "a")], "a", "type", "not a type"),
    ("type", [row("", "a")], "a", "type", "Give this row a type"),
    ("name", [row("text", "", "What?")], 1, "name", "Give this a name"),
    ("name", [row("text", "a"), row("note", "a")], 2, "name", "is used already in row 5"),
    ("name", [row("text", "a b")], "a b", "name", "no space"),
    ("name", [row("text", "_added")], "_added", "name", "uses itself"),
    ("name", [row("text", "a" * 51)], "a" * 51, "name", "at most 50"),
    ("name", [row("end_group"), *group(WORDS, name="finish")][:-1], "finish", "name", "another page"),
    ("nesting", [row("end_repeat")], 1, "type", "was not begun"),
    ("nesting", [row("begin_repeat", "r"), WORDS], "r", "type", "never ended"),
    ("nesting", repeat(*repeat(WORDS), name="r"), "many", "type", "inside another repeat"),
    ("nesting", repeat(row("note", "n")), "many", "type", "asks nothing"),
    ("nesting", [WORDS, *repeat(AGE, row("end_group"))], 4, "type", "still open"),
    ("nesting", [row("calculate", "c", calculation="1")], "one", "type", "nothing in it"),
    ("list", [row("select_one maybe", "a")], "a", "type", "no list 'maybe'"),
    ("bind", [row("text", "a", field="case.shoe_size")], "a", "bind::tracer:field", "no field of the record"),
    ("bind", [row("text", "a", field="case.onset_date")], "a", "bind::tracer:field", "of type date"),
    ("bind", [row("text", "a", field="person.phone")], "a", "bind::tracer:field", "appearance 'phone'"),
    ("bind", [row("select_one yes_no", "a", field="interview.outcome")], "a", "bind::tracer:field", "knows no 'yes'"),
    ("bind", [WORDS, row("hidden", "a", field="person.shoes")], "a", "bind::tracer:field", "no fact"),
    ("bind", [row("note", "a", field="case.setting")], "a", "bind::tracer:field", "Only the answer"),
    ("bind", repeat(WORDS, field="nowhere"), "many", "bind::tracer:field", "no list of the record"),
    ("bind", repeat(row("text", "a", field="contact.email")), "a", "bind::tracer:field", "Bind its repeat"),
    ("label", [row("text", "a", "")], "a", "label", "Write the words of this question"),
    ("label", repeat(WORDS, label=""), "many", "label", "Write the words of this repeat"),
    ("translation", [row("text", "a"), row("text", "b", label__cy="Be?")], "a", "label::Welsh (cy)", "in Welsh"),
    ("expression", [row("text", "a", relevant="1 +")], "a", "relevant", "ends too soon"),
    ("expression", [row("text", "a", constraint="pulldata('t', 'c', 'k', .)")], "a", "constraint", "no other tables"),
    ("expression", [row("text", "a", constraint="regex(., '(a')")], "a", "constraint", "not closed"),
    ("expression", [WORDS, row("text", "a", constraint="regex(., ${words})")], "a", "constraint", "in quotes"),
    ("expression", [row("calculate", "a", calculation="random()"), WORDS], "a", "calculation", "left to chance"),
    ("expression", [row("calculate", "a"), WORDS], "a", "calculation", "Say how"),
    ("expression", [row("text", "a", relevant="../words = 1")], "a", "relevant", "Paths cannot be used"),
    ("expression", [row("text", "a", default="today(")], "a", "default", "ends too soon"),
    ("expression", [row("text", "a", relevant=f"{'(' * 200}1{')' * 200}")], "a", "relevant", "nested too deeply"),
    ("reference", [row("text", "a", relevant="${nobody} = 1")], "a", "relevant", "is the name of nothing"),
    ("reference", [row("text", "a", "About ${nobody}?")], "a", "label", "is the name of nothing"),
    ("reference", [row("note", "n"), row("text", "a", hint="After ${n}")], "a", "hint", "could be said"),
    ("misuse", [row("note", "n"), row("text", "a", relevant="${n} = 'x'")], "a", "relevant", "has no value"),
    ("misuse", [*repeat(WORDS), row("text", "a", relevant="${many} > 1")], "a", "relevant", "Use count"),
    ("misuse", [ILL, row("text", "a", relevant="${ill} > 1")], "a", "relevant", "no choice in it is a number"),
    ("misuse", [MANY, row("text", "a", relevant="${signs} + 1 > 2")], "a", "relevant", "count-selected"),
    ("misuse", [AGE, row("text", "a", relevant="${age} = 'old'")], "a", "relevant", "never 'old'"),
    ("misuse", [AGE, row("text", "a", relevant="${age} > 'old'")], "a", "relevant", "is no number and no day"),
    ("misuse", [AGE, row("text", "a", relevant="(${age} > 1) = 'yes'")], "a", "relevant", "not(…)"),
    ("misuse", [WORDS, row("text", "a", relevant="selected(${words}, 'x')")], "a", "relevant", "offers no choices"),
    ("misuse", [AGE, row("text", "a", relevant="sum(${age}) > 3")], "a", "relevant", "is one value"),
    ("misuse", [row("text", "a", relevant=". = 'x'")], "a", "relevant", "only a constraint looks at"),
    ("misuse", [row("text", "a", relevant="'yes'")], "a", "relevant", "should say when"),
    ("misuse", [row("text", "a", relevant="position(..) = 1")], "a", "relevant", "stands in none"),
    ("misuse", [row("time", "t"), row("text", "a", relevant="${t} > 3")], "a", "relevant", "decimal-time"),
    ("no-such-choice", [ILL, row("text", "a", relevant="${ill} = 'Yes'")], "a", "relevant", "It can be: no, yes"),
    ("no-such-choice", [MANY, row("text", "a", relevant="selected(${signs}, 'x')")], "a", "relevant", "never 'x'"),
    (
        "no-such-choice",
        [ILL, row("calculate", "c", calculation="if(${ill}, 'a', 'b')"), row("text", "d", relevant="${c} = 'e'")],
        *("d", "relevant", "never 'e'"),
    ),
    ("circle", [row("text", "a", relevant="${b}"), row("text", "b", relevant="${a}")], "a", "relevant", "→"),
    (
        "circle",
        [WORDS, row("calculate", "c", calculation="${d} + 1"), row("calculate", "d", calculation="${c} + 1")],
        *("c", "calculation", "c → d → c"),
    ),
    ("unreachable", [ILL, row("text", "a", relevant="false()")], "a", "relevant", "No answers bring up this question"),
    (
        "unreachable",
        [ILL, row("text", "a", relevant="${ill} = 'yes' and ${ill} = 'no'", required="yes")],
        *("a", "relevant", "It is required, and no answers"),
    ),
    (
        "unreachable",
        [ILL, row("text", "b", relevant="${ill} = 'yes'"), row("note", "n", relevant="${b} = 'x' and ${ill} = 'no'")],
        *("n", "relevant", "this note"),
    ),
    (
        "unreachable",
        [AGE, row("text", "a", relevant="${age} < 5 and ${age} > 10")],
        *("a", "relevant", "No answers"),
    ),
    (
        "unreachable",
        [ILL, *group(WORDS, name="two", relevant="${ill} = 'yes' and ${ill} = 'no'")],
        *("two", "relevant", "in this group"),
    ),
    ("never-fits", [row("integer", "a", constraint=". > 5 and . < 3")], "a", "constraint", "No answer meets"),
    ("default", [row("select_one yes_no", "a", default="maybe")], "a", "default", "no answer to this question"),
    ("default", [row("date", "a", default="27 March")], "a", "default", "Write it like 2026"),
    ("column", [row("text", "a", calculation="1 + 1")], "a", "calculation", "not worked out"),
    ("column", [row("text", "a", read_only="yes")], "a", "read_only", "Nobody could answer"),
    ("column", [WORDS, row("calculate", "a", calculation="1", trigger="${words}")], "a", "trigger", "at once"),
    ("column", [row("note", "a", constraint=". = 1")], "a", "constraint", "Only a question"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "rows", "where", "column", "words"), CASES)
def test_each_kind_of_fault_is_named_with_its_place(
    kind: str, rows: Rows, where: str | int, column: str, words: str
) -> None:
    survey = group(*rows)
    text = markdown(survey)
    at = 4 + (where if isinstance(where, int) else next(i for i, one in enumerate(survey) if one["name"] == where))
    found = xlsform.inspect_markdown(text)
    assert found.script is None
    right = [f for f in found.faults if (f.kind, f.row, f.column) == (kind, str(at), column) and words in f.message]
    assert right, "\n".join(f"{fault.kind}: {fault}" for fault in found.faults)
    assert right[0].sheet == "survey"


def test_faults_of_the_other_sheets_and_of_the_whole() -> None:
    one = group(ILL)
    twice = [*YES_NO, {"list_name": "yes_no", "name": "yes", "label": "Yes!"}]
    spaced = [*YES_NO, {"list_name": "yes_no", "name": "may be", "label": "Maybe"}]
    named = [*YES_NO, {"list_name": "", "name": "x", "label": "X"}, {"list_name": "yes_no", "label": "Y", "name": ""}]
    unsaid = [*YES_NO, {"list_name": "yes_no", "name": "x", "label": ""}]
    declines = [*YES_NO, {"list_name": "yes_no", "name": "does_not_know", "label": "X"}]
    cases = [
        ("choice", inspect(one, twice), "choices", "name", "already"),
        ("choice", inspect(one, spaced), "choices", "name", "space"),
        ("choice", inspect(one, named), "choices", "list_name", "which list"),
        ("choice", inspect(one, named), "choices", "name", "Give this choice a name"),
        ("choice", inspect(one, declines), "choices", "name", "offered with every question"),
        ("label", inspect(one, unsaid), "choices", "label", "this choice"),
        ("title", inspect(one, settings={"version": "1"}), "settings", "form_title", "title"),
        ("language", inspect(group(row("text", "a", **{"label::Klingon": "x"}))), "survey", "label::Klingon", "Which"),
        ("sheet", xlsform.inspect_markdown("nothing"), "survey", "sheet", "no sheet “survey”"),
        ("sheet", inspect([]), "survey", "sheet", "no script"),
        ("size", inspect(group(row("text", "a", "x" * 9_000))), "survey", "label", "at most 8,000"),
        ("size", inspect(group(*[row("note", f"n{i}") for i in range(3_001)])), "survey", "sheet", "3,000"),
        ("file", xlsform.inspect(b"type,name\n"), "file", "file", "this is no script"),
    ]
    for kind, found, sheet, column, words in cases:
        assert found.script is None
        right = [f for f in found.faults if (f.kind, f.sheet, f.column) == (kind, sheet, column) and words in f.message]
        assert right, (kind, [str(fault) for fault in found.faults])


def test_a_row_with_too_many_cells() -> None:
    text = markdown(group(ILL)).replace("| Ill |", "| Ill | or | well |")
    assert [(fault.kind, fault.row) for fault in xlsform.inspect_markdown(text).faults] == [("row", "5")]


def test_what_pyxform_refuses_is_said() -> None:
    """It is asked last, when nothing else is wrong: here for a parameter that it does not know."""
    found = inspect(group(row("range", "a", parameters="start=1;end=5;colour=red")))
    assert [(fault.kind, "colour" in fault.message) for fault in found.faults] == [("form", True)]


def test_every_kind_is_tried() -> None:
    tried = {case[0] for case in CASES}
    elsewhere = {"choice", "title", "language", "sheet", "size", "file", "row", "form"}
    assert tried | elsewhere == set(FAULTS)


def test_all_faults_at_once_in_order() -> None:
    found = inspect(
        group(
            row("text", "a", relevant="1 +"),
            row("text", "b", field="nobody.knows"),
            row("text", "b", ""),
            row("select_one maybe", "c", relevant="${d} > 1", constraint=". = 'x'"),
        )
    )
    assert [fault.row for fault in found.faults] == sorted(fault.row for fault in found.faults)
    assert {(fault.row, fault.column) for fault in found.faults} == {
        *(("5", "relevant"), ("6", "bind::tracer:field"), ("7", "name"), ("7", "label")),
        *(("8", "type"), ("8", "relevant")),
    }


@pytest.mark.parametrize(
    ("kind", "rows", "where", "column"),
    [
        ("ignored", [WORDS, row("deviceid", "d")], "d", "type"),
        ("ignored", [row("text", "a", **{"media::image": "a.png"})], "a", "media::image"),
        ("ignored", [row("text", "a", colour="red")], "a", "colour"),
        ("no-message", [row("integer", "a", constraint=". > 1")], "a", "constraint_message"),
        ("always", [ILL, row("text", "a", relevant="${ill} = 'yes' or ${ill} != 'yes'")], "a", "relevant"),
        ("any-answer", [ILL, row("text", "a", relevant="${ill}")], "a", "relevant"),
        ("any-answer", [*repeat(AGE), row("text", "a", relevant="${age} > 3")], "a", "relevant"),
        ("any-answer", [MANY, row("text", "a", relevant="${signs} = 'yes'")], "a", "relevant"),
        ("page", [ILL, row("end_group"), WORDS, row("begin_group", "two"), AGE], "words", "type"),
    ],
)
def test_what_looks_odd_is_a_warning(kind: str, rows: Rows, where: str, column: str) -> None:
    survey = group(*rows)
    at = next(i for i, one in enumerate(survey) if one["name"] == where) + 4
    found = inspect(survey)
    assert found.script is not None, found.faults
    assert (kind, str(at), column) in [(w.kind, w.row, w.column) for w in found.warnings], found.warnings


def test_warnings_of_the_whole() -> None:
    found = inspect(group(AGE), [*YES_NO])
    assert {warning.kind for warning in found.warnings} == {"unused-list", "outcome"}
    assert set(WARNINGS) == {"ignored", "unused-list", "no-message", "always", "any-answer", "page", "outcome"}


def test_a_workbook_says_the_same() -> None:
    survey = group(row("text", "a", relevant="1 +"), row("rank x", "b"))
    found = [xlsform.inspect_workbook(workbook(survey)), inspect(survey)]
    assert [(fault.kind, fault.column) for fault in found[0].faults] == [
        (fault.kind, fault.column) for fault in found[1].faults
    ]
    assert [fault.row for fault in found[0].faults] == ["3", "4"]


def test_the_page_names_every_kind() -> None:
    page = reference.markdown()
    assert not [kind for kind in (*FAULTS, *WARNINGS) if f"`{kind}`" not in page]
    assert not [name for name in (*FUNCTIONS, *REFUSED) if f"`{name}" not in page]
