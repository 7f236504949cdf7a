"""Scripts and answers as FHIR: valid by a library of the standard, conditions that mean the same, and no names."""

import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interview.test_scripts import FACTS, READY, SHIPPED, TODAY, settle, small
from tracer.interview import fhir, xlsform
from tracer.interview.answers import Answer, Declined, Typed
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run

EVERYTHING = (Path(__file__).parent / "everything.md").read_text(encoding="utf-8")
ID = "01a219ac-ae35-7801-8cab-202dd95177ec"
LEADS = ["2026-03-10", "2026-03-10", "completed", "C-1234"]


def flat(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Everything in a questionnaire by its name."""
    return {one["linkId"]: one for one in items} | {
        name: inside for one in items for name, inside in flat(one.get("item", [])).items()
    }


@pytest.mark.parametrize("key", [*SHIPPED, None])
def test_a_script_is_a_valid_questionnaire_with_everything_that_is_asked(key: tuple[str, str] | None) -> None:
    script = READY[key].script if key else xlsform.read_markdown(EVERYTHING)
    made = json.loads(json.dumps(fhir.questionnaire(script, ID, "3", fhir.ACTIVE)))
    Questionnaire.model_validate(made)
    asked = {name for section in script.sections for one in section.items for name in _names(one)}
    there = flat(made["item"])
    assert asked <= set(there)
    for code in script.languages[1:]:
        assert f'"valueCode": "{code}"' in json.dumps(made)


def _names(one: Any) -> list[str]:
    inside = getattr(one, "items", (one,))
    return [each.name for each in inside if each.is_question or each.kind == "note"]


@pytest.mark.parametrize("key", SHIPPED)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_answers_are_a_valid_response_and_conditions_mean_the_same(key: tuple[str, str], data: st.DataObject) -> None:
    compiled = READY[key]
    lists = [f"{name}/1/_added" for name in compiled.repeats]
    start: dict[str, Answer] = dict.fromkeys(lists, "yes")
    run = settle(Run(compiled, start, FACTS, TODAY), data)
    for named in (True, False):
        made = json.loads(json.dumps(fhir.response(run, ID, 7, LEADS, named)))
        QuestionnaireResponse.model_validate(made)
        said = json.dumps(made)
        assert ("C-1234" in said) is named
        if not named:
            assert "Wren" not in said and "07400" not in said and "1980-01-01" not in said
    answered = flat(fhir.response(run, ID, 7, LEADS, named=True).get("item", []))
    form = fhir.questionnaire(compiled.script, ID, "1", fhir.ACTIVE)
    for section, group in zip(compiled.script.sections, form["item"], strict=True):
        for one in group.get("item", []) if run.section_relevant(section) else []:
            if one["type"] != "group" and "enableWhen" in one:
                assert enabled(one, answered) == run.relevant(one["linkId"]), one["linkId"]


def enabled(item: dict[str, Any], answered: dict[str, Any]) -> bool:
    """Whether the standard has an item asked, under the answers of a response."""
    tests = [holds(test, answered.get(test["question"], {}).get("answer", [])) for test in item["enableWhen"]]
    return any(tests) if item.get("enableBehavior") == "any" else all(tests)


def holds(test: dict[str, Any], given: list[dict[str, Any]]) -> bool:
    if test["operator"] == "exists":
        return bool(given) is bool(test["answerBoolean"])
    if "answerCoding" in test:
        return test["answerCoding"]["code"] in [one["valueCoding"]["code"] for one in given]
    wanted: Any = test.get("answerInteger", test.get("answerDecimal"))
    found = [next(iter(one.values())) for one in given]
    compare = {"=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}[test["operator"]]
    return any(getattr(float(one), compare)(float(wanted)) for one in found)


def test_conditions_that_cannot_be_said_stand_as_they_were_written() -> None:
    script = small(
        "| select_one yes_no | a | A | | | | | |",
        "| integer | n | N | | ${a} = 'yes' | | | |",
        "| text | b | B | | ${a} = 'yes' and ${n} >= 18 | | | |",
        "| text | c | C | | ${a} != 'yes' | | | |",
        "| text | d | D | | 5 < ${n} or ${a} = 'no' | | | |",
        "| text | e | E | yes | ${b} != '' | | | |",
    )
    found = flat(fhir.questionnaire(script, ID, "1", fhir.DRAFT)["item"])
    assert found["n"]["enableWhen"] == [
        {"question": "a", "operator": "=", "answerCoding": {"code": "yes", "display": "Yes"}}
    ]
    assert [one["operator"] for one in found["b"]["enableWhen"]] == ["=", ">="]
    assert found["b"]["enableBehavior"] == "all" and found["d"]["enableBehavior"] == "any"
    assert found["d"]["enableWhen"][0] == {"question": "n", "operator": ">", "answerInteger": 5}
    assert found["c"]["extension"] == [{"url": "urn:tracer:relevant", "valueString": "${a} != 'yes'"}]
    assert found["e"]["enableWhen"] == [{"question": "b", "operator": "exists", "answerBoolean": True}]
    assert found["e"]["required"] is True


def test_what_was_declined_or_cannot_be_read_is_said() -> None:
    script = small("| integer | n | N | | | | | |", "| integer | m | M | | | | | |")
    run = Run(Compiled(script), {"n": Declined("does_not_know"), "m": Typed("many")}, {}, TODAY)
    [group] = fhir.response(run, ID, 1, LEADS, named=True)["item"]
    assert [one["extension"][0].get("valueCode", one["extension"][0].get("valueString")) for one in group["item"]] == [
        "asked-unknown",
        "many",
    ]
    [group] = fhir.response(run, ID, 1, LEADS, named=False)["item"]
    assert [one["linkId"] for one in group["item"]] == ["n"]
