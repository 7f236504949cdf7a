"""What a form may say, and what it does in a call: filters, defaults, counts, groups within groups, other answers."""

import json
from datetime import date

import pytest

from tests.interview.forms import YES_NO, group, inspect, markdown, repeat, row, workbook
from tracer.interview import view, xlsform
from tracer.interview.answers import Answer, AnswerFault, Declined, Typed
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.record import of as record_of
from tracer.interview.script import Item, Repeat, Script

TODAY = date(2026, 3, 10)
Rows = list[dict[str, str]]
TOWNS = [
    {"list_name": "counties", "name": "york", "label": "Yorkshire"},
    {"list_name": "counties", "name": "kent", "label": "Kent"},
    {"list_name": "towns", "name": "leeds", "label": "Leeds", "county": "york"},
    {"list_name": "towns", "name": "hull", "label": "Hull", "county": "york"},
    {"list_name": "towns", "name": "dover", "label": "Dover", "county": "kent"},
]
CHOICES = [{"county": "", **one} for one in [*YES_NO, *TOWNS]]


def script(*rows: dict[str, str]) -> Script:
    found = inspect(rows, CHOICES)
    assert not found.faults, [str(fault) for fault in found.faults]
    assert found.script is not None
    again = Script.from_document(json.loads(json.dumps(found.script.to_document())))
    assert again == found.script
    assert xlsform.read_workbook(workbook(rows, CHOICES)) == again
    return again


def run(*rows: dict[str, str], **answers: Answer) -> Run:
    given = {key.replace("__", "/"): answer for key, answer in answers.items()}
    return Run(Compiled(script(*rows)), given, {}, TODAY)


def test_choices_are_those_that_the_filter_lets_through() -> None:
    form = group(
        row("select_one counties", "county"),
        row("select_one towns", "town", choice_filter="county = ${county} or ${county} = ''"),
    )
    asked = run(*form, county="york")
    town = asked.item("town")
    assert [choice.name for choice in asked.choices(town, "town")] == ["leeds", "hull"]
    shown = view.items(asked, asked.script.sections[0])[1]
    assert isinstance(shown, view.ItemView)
    assert [choice.name for choice in shown.item.choices] == ["leeds", "hull"]
    assert asked.read("town", "hull") == "hull"
    with pytest.raises(AnswerFault, match="Choose one from the list"):
        asked.read("town", "dover")
    moved = asked.with_answers({"town": "hull", "county": "kent"})
    assert moved.fault("town") == "Choose again: the list has changed since."
    assert [key for _, key, _ in moved.missing()] == ["town"]
    assert len(run(*form).choices(town, "town")) == 3
    assert view.answer_in_words(moved, town, "town") == "Hull"


def test_a_filter_looks_at_its_own_instance() -> None:
    form = group(
        *repeat(row("select_one counties", "county"), row("select_one towns", "town", choice_filter="county=${county}"))
    )
    asked = run(*form, many__1__county="york", many__2__county="kent")
    town = asked.item("many/1/town")
    assert [[one.name for one in asked.choices(town, f"many/{n}/town")] for n in (1, 2)] == [
        ["leeds", "hull"],
        ["dover"],
    ]


def test_defaults_stand_until_another_answer_is_given() -> None:
    form = group(
        row("integer", "age", default="30"),
        row("date", "began", default="today() - 2"),
        row("select_multiple yes_no", "signs", default="yes no"),
        row("text", "again", default="concat('Age ', ${age})"),
    )
    asked = run(*form)
    assert [asked.given(name) for name in ("age", "began", "signs", "again")] == [
        *("30", "2026-03-08", ["yes", "no"], "Age 30")
    ]
    later = asked.with_answers({"age": "31"})
    assert later.given("again") == "Age 31"
    assert later.with_answers({"again": "None"}).given("again") == "None"
    assert asked.with_answers({"age": ""}).given("again") == "Age "


def test_other_answers_are_asked_for() -> None:
    for kind, given in (("select_one", "other"), ("select_multiple", ["york", "other"])):
        asked = run(*group(row(f"{kind} counties or_other", "county")))
        assert not asked.relevant("county_other")
        assert [choice.name for choice in asked.item("county").choices] == ["york", "kent", "other"]
        more = asked.with_answers({"county": asked.read("county", given), "county_other": "Wales"})
        assert more.relevant("county_other")
        assert more.value("county_other") == "Wales"
    form = group(row("select_one counties or_other", "county"), row("select_one counties", "second"))
    assert [choice.name for choice in run(*form).item("second").choices] == ["york", "kent"]


def test_other_in_the_languages_of_the_form() -> None:
    choices = [{**one, "label::Welsh (cy)": one["label"]} for one in CHOICES]
    found = inspect(group(row("select_one counties or_other", "county", label__cy="Sir?")), choices)
    assert found.script is not None, found.faults
    welsh = Compiled(found.script.in_language("cy"))
    assert [choice.label for choice in welsh.places["county"].item.choices][-1] == "Arall"
    assert welsh.places["county_other"].item.label == "Beth ydyw?"
    assert Compiled(found.script).places["county_other"].item.label == "What is it?"


def test_a_repeat_with_a_count_has_so_many() -> None:
    form = group(row("integer", "people"), *repeat(row("text", "who"), repeat_count="${people}"))
    asked = run(*form, people="2", many__1__who="Ann", many__3__who="Cy")
    assert asked.instances("many") == [1, 2]
    shown = view.items(asked, asked.script.sections[0])[1]
    assert isinstance(shown, view.RepeatView)
    assert shown.counted
    assert [asked.with_answers({"people": many}).instances("many") for many in ("", "0", "-1", "3")] == [
        *([], [], [], [1, 2, 3])
    ]
    assert len(asked.with_answers({"people": "999999"}).instances("many")) == 50
    assert asked.with_answers({"people": "3"}).given("many/3/who") == "Cy"


def test_inside_a_repeat_a_name_is_its_own_and_outside_all_of_them() -> None:
    form = [
        row("calculate", "total", calculation="sum(${minutes})"),
        row("calculate", "longest", calculation="max(${minutes})"),
        row("calculate", "those", calculation="join(', ', ${who})"),
        row("calculate", "second", calculation="indexed-repeat(${who}, ${many}, 2)"),
        row("calculate", "how_many", calculation="count(${many})"),
        row("calculate", "named", calculation="count-non-empty(${who})"),
        *group(
            *repeat(
                row("text", "who"),
                row("integer", "minutes"),
                row("calculate", "hours", calculation="${minutes} div 60"),
                row("calculate", "place", calculation="position(..)"),
                row(
                    "text", "long", "Was ${who} there for ${hours} hours, as number ${place}?", relevant="${hours} > 1"
                ),
                row("calculate", "before", calculation="indexed-repeat(${who}, ${many}, position(..) - 1)"),
            ),
            row("note", "n", "${those}: ${who}"),
        ),
    ]
    asked = run(
        *form,
        **{
            **{"many__1__who": "Ann", "many__1__minutes": "30", "many__2___removed": "yes", "many__2__who": "Bo"},
            **{"many__4__who": "Cy", "many__4__minutes": "90"},
        },
    )
    values = asked.scope("n")
    assert [values(name) for name in ("total", "longest", "those", "second", "how_many", "named")] == [
        *(120.0, 90.0, "Ann, Cy", "Cy", 2.0, 2.0)
    ]
    inner = asked.scope("many/4/long")
    assert [inner(name) for name in ("who", "hours", "place", "before")] == ["Cy", 1.5, 2.0, "Ann"]
    assert [asked.relevant(f"many/{n}/long") for n in (1, 4)] == [False, True]
    words = asked.item("many/4/long").label
    assert view.text(asked, words, "many/4/long") == "Was Cy there for 1.5 hours, as number 2?"
    assert view.text(asked, "${those}: ${who}", "n") == "Ann, Cy: Ann, Cy"


def test_what_a_repeat_that_is_not_asked_holds_counts_for_nothing() -> None:
    form = [
        row("calculate", "total", calculation="sum(${minutes})"),
        row("calculate", "how_many", calculation="count(${many})"),
        *group(row("select_one yes_no", "any"), *repeat(row("integer", "minutes"), relevant="${any} = 'yes'")),
    ]
    asked = run(*form, any="yes", many__1__minutes="30")
    assert (asked.scope("any")("total"), asked.scope("any")("how_many")) == (30.0, 1.0)
    without = asked.with_answers({"any": "no"})
    assert without.scope("any")("how_many") == 0.0
    assert without.answers["many/1/minutes"] == "30"


def test_a_calculation_that_is_not_relevant_is_blank() -> None:
    form = [
        row("calculate", "grown", calculation="'yes'", relevant="${age} >= 18"),
        *group(row("integer", "age"), row("text", "job", relevant="${grown} = 'yes'")),
    ]
    assert [run(*form, age=age).relevant("job") for age in ("17", "18")] == [False, True]


def test_groups_within_a_section_add_their_condition_and_a_heading() -> None:
    form = group(
        row("select_one yes_no", "ill"),
        *group(
            row("text", "since"),
            *group(row("text", "how"), name="deep", label="", relevant="${since} != ''"),
            *repeat(row("text", "who"), *group(row("text", "where"), name="inner", relevant="${who} != ''")),
            row("text", "told", relevant="${since} = 'now'"),
            name="signs",
            label="Signs",
            relevant="${ill} = 'yes'",
        ),
    )
    made = script(*form)
    assert [section.name for section in made.sections] == ["one"]
    names = [entry.name for entry in made.sections[0].items]
    assert names == ["ill", "signs", "since", "how", "many", "told"]
    heading = made.sections[0].items[1]
    assert isinstance(heading, Item)
    assert (heading.kind, heading.label, heading.spoken, heading.is_heading) == ("note", "Signs", False, True)
    asked = Run(Compiled(made), {"many/1/who": ""}, {}, TODAY)
    assert not [name for name in ("signs", "since", "how", "told") if asked.relevant(name)]
    ill = asked.with_answers({"ill": "yes", "since": "now", "many/1/who": "Ann"})
    assert [name for name in ("signs", "since", "how", "told", "many/1/where") if ill.relevant(name)] == [
        *("signs", "since", "how", "told", "many/1/where")
    ]
    assert not ill.with_answers({"since": ""}).relevant("how")
    assert not ill.with_answers({"many/1/who": ""}).relevant("many/1/where")
    assert not ill.with_answers({"ill": "no"}).relevant("many/1/where")


def test_questions_outside_of_groups_are_pages_of_their_own() -> None:
    form = [
        row("text", "a"),
        *repeat(row("text", "who")),
        *group(row("text", "b"), name="second"),
        row("text", "c"),
    ]
    found = inspect(form)
    assert found.script is not None
    assert [(one.name, one.label) for one in found.script.sections] == [
        *(("page_1", "Small"), ("second", "Second"), ("page_2", "Small"))
    ]
    assert [fault.kind for fault in found.warnings].count("page") == 2
    assert isinstance(found.script.sections[0].items[1], Repeat)


def test_a_repeat_bound_to_nothing_stays_with_the_answers() -> None:
    form = group(
        *repeat(row("date", "day"), name="days"),
        *repeat(row("text", "who", field="contact.given_name"), name="people", field="contacts"),
    )
    record = record_of(run(*form, days__1__day="2026-03-09", people__1__who="Ann"))
    assert record.contacts == [{"given_name": "Ann"}]


def test_required_says_why() -> None:
    form = group(
        row("text", "a", required="yes", required_message="Without it we cannot call back."),
        row("text", "b", required="${a} = 'x'", constraint=". != 'x'", constraint_message="Not x."),
    )
    asked = run(*form)
    assert [asked.lacks(asked.item(key), key) for key in ("a", "b")] == ["Without it we cannot call back.", None]
    more = asked.with_answers({"a": "x", "b": "x"})
    assert [more.lacks(more.item(key), key) for key in ("a", "b")] == [None, "Not x."]
    assert more.with_answers({"b": ""}).lacks(more.item("b"), "b") == "This question needs an answer."


def test_ranges_and_acknowledgements() -> None:
    form = group(
        row("range", "pain", parameters="start=0 end=10 step=1"),
        row("range", "share", parameters="start=0;end=1;step=0.1", constraint=". != 0.5"),
        row("acknowledge", "read"),
    )
    asked = run(*form, pain="11", share="0.5", read="OK")
    assert [asked.item(name).kind for name in ("pain", "share", "read")] == ["integer", "decimal", "select_one"]
    assert asked.fault("pain") == "0 – 10"
    assert asked.fault("share") == "0 – 1"
    assert asked.with_answers({"pain": "10", "share": "0.4"}).missing() == []


def test_labels_of_choices_by_name() -> None:
    form = group(
        row("select_one towns", "town"),
        row("calculate", "called", calculation="jr:choice-name(${town}, '${town}')"),
        row("note", "n", "You said ${called}, ${town}."),
    )
    asked = run(*form, town="hull")
    assert view.text(asked, "You said ${called}, ${town}.", "n") == "You said Hull, Hull."


def test_declined_and_unreadable_answers_are_blank() -> None:
    form = [
        row("calculate", "c", calculation="if(${age} > 3, 'more', if(${age} = '', 'blank', 'less'))"),
        *group(row("integer", "age"), row("text", "a", relevant="${age} != 4")),
    ]
    for answer in (Declined("does_not_know"), Typed("four")):
        asked = run(*form, age=answer)
        assert asked.scope("a")("c") == "blank"
        assert asked.relevant("a")


def test_a_very_long_chain_of_conditions_is_followed() -> None:
    """Each question hangs on the one before: far more than Python's stack would hold."""
    rows = [row("text", "q0")]
    rows += [row("text", f"q{n}", relevant=f"${{q{n - 1}}} = 'x'") for n in range(1, 700)]
    rows += [row("calculate", "c0", calculation="1")]
    rows += [row("calculate", f"c{n}", calculation=f"${{c{n - 1}}} + 1") for n in range(1, 700)]
    rows += [row("note", "end", "${c699}", relevant="${c699} = 700 and ${q699} = 'x'")]
    found = inspect(group(*rows))
    assert found.script is not None, found.faults[:3]
    answers: dict[str, Answer] = {f"q{n}": "x" for n in range(700)}
    assert Run(Compiled(found.script), answers, {}, TODAY).relevant("end")
    assert not Run(Compiled(found.script), {**answers, "q5": ""}, {}, TODAY).relevant("end")


def test_a_circle_of_a_document_ends() -> None:
    """Publishing refuses one; a document that has one all the same is blank there, and ends."""
    made = script(*group(row("text", "a"), row("text", "b", relevant="${a} = ''")))
    document = json.loads(json.dumps(made.to_document()))
    document["sections"][0]["items"][0]["relevant"] = "${b} = ''"
    round_and_round = Run(Compiled(Script.from_document(document)), {}, {}, TODAY)
    assert round_and_round.missing() == []


def test_columns_by_their_older_names() -> None:
    text = (
        markdown(group(row("select one from yes_no", "a", relevant="1 = 1", constraint=". != 'no'")))
        .replace("relevant", "Relevance")
        .replace("| label |", "| Caption |")
        .replace("list_name", "List name")
    )
    found = xlsform.inspect_markdown(text)
    assert found.script is not None, found.faults
    item = found.script.sections[0].items[0]
    assert isinstance(item, Item)
    assert (item.relevant, len(item.choices)) == ("1 = 1", 2)


def test_rows_that_are_switched_off_are_left_out() -> None:
    made = script(*group(row("text", "a"), row("text", "b", disabled="yes")))
    assert [entry.name for entry in made.sections[0].items] == ["a"]
