"""Scripts and interviews as FHIR R4: a Questionnaire, and a QuestionnaireResponse, each as plain data for JSON.

Sections and repeats are groups, under the names that the script gives them. What is worked out or comes from the record
is left out. A response without names has the questions that a table without names has (`answer_sheets`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from tracer.interview import answer_sheets, fhir_conditions
from tracer.interview.answers import Declined, Typed
from tracer.interview.engine import Run
from tracer.interview.fhir_conditions import Json, own
from tracer.interview.script import Choice, Item, Repeat, Script, Section

_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# Kind of question -> type of item, and the part of an answer that holds it.
_TYPES = {
    "text": ("text", "valueString"),
    "integer": ("integer", "valueInteger"),
    "decimal": ("decimal", "valueDecimal"),
    "date": ("date", "valueDate"),
    "time": ("time", "valueTime"),
    "select_one": ("choice", "valueCoding"),
    "select_multiple": ("choice", "valueCoding"),
    "note": ("display", ""),
}
_WHY_NOT = {"does_not_know": "asked-unknown", "prefers_not_to_say": "asked-declined"}
# Of a script that is a draft, in force or no longer.
DRAFT, ACTIVE, RETIRED = "draft", "active", "retired"


def canonical(script_id: str) -> str:
    """What a version of a script is called outside of Tracer."""
    return f"urn:uuid:{script_id}"


def questionnaire(script: Script, script_id: str, version: str, status: str) -> Json:
    """A version of a script; `status` is draft, active or retired."""
    script = script.in_language(script.languages[0])
    kinds = {item.name: item for item in _items(script)}
    return {
        "resourceType": "Questionnaire",
        "url": canonical(script_id),
        "version": version,
        "title": script.title,
        "status": status,
        "language": script.language,
        "item": [_group(section, kinds) for section in script.sections],
    }


def _items(script: Script) -> Iterator[Item]:
    for section in script.sections:
        for one in section.items:
            yield from one.items if isinstance(one, Repeat) else (one,)


def _group(one: Section | Repeat, kinds: dict[str, Item]) -> Json:
    found: Json = {"linkId": one.name, **_said(one), "type": "group", **fhir_conditions.when(one.relevant, kinds)}
    if isinstance(one, Repeat):
        found["repeats"] = True
    inside = [_group(each, kinds) if isinstance(each, Repeat) else _question(each, kinds) for each in one.items]
    # A group has something in it, or it is none.
    return {**found, "item": [each for each in inside if each]} if any(inside) else {**found, "type": "display"}


def _question(item: Item, kinds: dict[str, Item]) -> Json:
    if item.kind not in _TYPES:
        return {}
    found: Json = {
        "linkId": item.name,
        **_said(item),
        "type": _TYPES[item.kind][0],
        **fhir_conditions.when(item.relevant, kinds),
    }
    if item.kind == "note":
        return found
    if item.required == "true()":
        found["required"] = True
    elif item.required:
        found.setdefault("extension", []).append(own("required", item.required))
    if item.constraint:
        found.setdefault("extension", []).append(own("constraint", item.constraint))
    if item.kind == "select_multiple":
        found["repeats"] = True
    if item.choices:
        found["answerOption"] = [{"valueCoding": _coding(choice)} for choice in item.choices]
    return found


def _said(one: Section | Repeat | Item) -> Json:
    """The words, and those of the other languages."""
    if not one.label:
        return {}
    others = _translations(one.words)
    return {"text": one.label, **({"_text": {"extension": others}} if others else {})}


def _coding(choice: Choice) -> Json:
    others = _translations(choice.words)
    return {
        "code": choice.name,
        "display": choice.label,
        **({"_display": {"extension": others}} if others else {}),
    }


def _translations(words: Any) -> list[Json]:
    said = {code: one["label"] for code, one in words.items() if one.get("label")}
    return [
        {
            "url": _TRANSLATION,
            "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": text}],
        }
        for code, text in said.items()
    ]


def response(run: Run, script_id: str, number: int, leads: Sequence[str], named: bool) -> Json:
    """The answers of an interview; number and `leads` are those of its row in the tables (`answer_sheets`).

    Without names there is no free text in it, nothing that says who somebody is, and nothing that could not be read.
    """
    started, finished = (answer_sheets.lead(leads, column) for column in ("_started", "_finished"))
    groups = [_answered(run, section, named) for section in run.script.sections]
    found: Json = {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"value": str(number)},
        "questionnaire": canonical(script_id),
        "status": "completed" if finished else "in-progress",
        "authored": finished or started,
    }
    if named:
        found["subject"] = {"identifier": {"value": answer_sheets.lead(leads, "_reference")}}
    items = [one for one in groups if one]
    return {**found, "item": items} if items else found


def _answered(run: Run, section: Section, named: bool) -> Json:
    inside: list[Json] = []
    for one in section.items:
        if isinstance(one, Repeat):
            inside += [_instance(run, one, number, named) for number in run.instances(one.name)]
        else:
            inside.append(_answer(run, one, one.name, named))
    inside = [one for one in inside if one]
    return {"linkId": section.name, "item": inside} if inside else {}


def _instance(run: Run, repeat: Repeat, number: int, named: bool) -> Json:
    inside = [_answer(run, item, f"{repeat.name}/{number}/{item.name}", named) for item in repeat.items]
    inside = [one for one in inside if one]
    return {"linkId": repeat.name, "item": inside} if inside else {}


def _answer(run: Run, item: Item, key: str, named: bool) -> Json:
    if not answer_sheets.is_column(item, named) or not run.relevant(key):
        return {}
    given = run.given(key)
    if isinstance(given, Declined):
        absent = {"url": _ABSENT, "valueCode": _WHY_NOT.get(given.how, "unknown")}
        return {"linkId": item.name, "extension": [absent]}
    if isinstance(given, Typed):
        return {"linkId": item.name, "extension": [own("typed", given.text)]} if named else {}
    values = given if isinstance(given, list) else [given] if given else []
    answers = [{_TYPES[item.kind][1]: _value(item, one)} for one in values]
    return {"linkId": item.name, "answer": answers} if answers else {}


def _value(item: Item, given: str) -> Any:
    if item.kind == "integer":
        return int(given)
    if item.kind == "decimal":
        return float(given)
    if item.kind == "time":
        return given if given.count(":") == 2 else f"{given}:00"
    if item.kind in {"select_one", "select_multiple"}:
        label = next((one.label for one in item.choices if one.name == given), "")
        return {"code": given, **({"display": label} if label else {})}
    return given
