"""From one row of the survey to what it asks or says."""

import re
from dataclasses import replace

from tracer.interview.authoring import binds, types
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.lists import Lists
from tracer.interview.authoring.names import Names
from tracer.interview.authoring.types import METADATA, Type
from tracer.interview.authoring.words import Spoken
from tracer.interview.script import Choice, Item, Repeat

BIND, ALWAYS = "bind::tracer:field", "bind::tracer:always"
YES = {"yes": "true()", "true": "true()", "true()": "true()", "1": "true()"}
NO = {"no": "", "false": "", "false()": "", "0": ""}
_OTHER = "other"
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)")


class Rows:
    """Reads rows; `rows` has the row of each item by name."""

    def __init__(self, lists: Lists, spoken: Spoken, names: Names, faults: Faults) -> None:
        self._lists, self._spoken, self._names, self._faults = lists, spoken, names, faults

    def read(self, row: Row, repeat: Row | None) -> list[Item]:
        """The item of a row, and what comes with it; none where it is nothing here. `repeat` is what it stands in."""
        found = types.read(row.get("type"))
        if found.kind == "metadata":
            return self._metadata(row, found)
        if not found.kind:
            self._refuse(row, found)
            self._names.take(row)
            return []
        self._check_columns(row, found.kind)
        item = self._item(row, found)
        binds.check(row, item, repeat, self._faults)
        if found.kind == "range":
            return [self._range(row, item)]
        if found.kind == "acknowledge":
            return [replace(item, kind="select_one", choices=(Choice("OK", "OK"),))]
        return self._with_other(row, item) if found.other else [item]

    def _metadata(self, row: Row, found: Type) -> list[Item]:
        self._faults.warn("ignored", row, "type", found.refused)
        calculation = METADATA[" ".join(row.get("type").split()).lower()]
        return [Item(self._names.take(row), "calculate", calculation=calculation)] if row.get("name") else []

    def _refuse(self, row: Row, found: Type) -> None:
        written = row.get("type")
        why = found.refused or "The types are listed in docs/how-to/write-a-script.md."
        said = f"{written!r} is not a type that scripts here can use. {why}" if written else "Give this row a type."
        self._faults.add("type", row, "type", said)

    def _check_columns(self, row: Row, kind: str) -> None:
        """What would change the question, and is not done here."""
        asks = kind not in {"note", "calculate", "hidden"}
        if row.get("calculation") and asks:
            how = "A question is answered, not worked out. Use the column default, or the type calculate and a note."
            self._faults.add("column", row, "calculation", how)
        if row.get("read_only").lower() in YES and asks:
            self._faults.add("column", row, "read_only", "Nobody could answer this. Make it a note with ${name} in it.")
        if row.get("trigger"):
            how = "What is worked out follows every answer at once. Leave this empty."
            self._faults.add("column", row, "trigger", how)
        if kind == "calculate" and not row.get("calculation"):
            self._faults.add("expression", row, "calculation", "Say how this is worked out.")
        if row.get("constraint") and not asks:
            self._faults.add("column", row, "constraint", "Only a question has an answer to check. Leave this empty.")

    def _item(self, row: Row, found: Type) -> Item:
        listed = found.kind in {"select_one", "select_multiple"}
        required = row.get("required")
        base, others = self._spoken.of(row)
        name = self._names.take(row)
        if found.kind not in {"calculate", "hidden"}:
            what = "note" if found.kind == "note" else "question"
            heading = row.get("appearance") == "heading"
            aloud = not (found.kind == "note" and (name.startswith("do_") or heading))
            self._spoken.need(row, what, aloud=aloud)
        return Item(
            name=name,
            kind=found.kind,
            label=base.get("label", ""),
            hint=base.get("hint", ""),
            guidance=base.get("guidance", ""),
            required={**YES, **NO}.get(required.lower(), required),
            relevant=row.get("relevant"),
            constraint=row.get("constraint"),
            constraint_message=base.get("constraint_message", ""),
            calculation=row.get("calculation"),
            default=row.get("default"),
            appearance=row.get("appearance"),
            field=row.get(BIND),
            declinable=row.get(ALWAYS).lower() not in YES,
            choices=self._lists.of(row, found.choices) if listed else (),
            choice_filter=row.get("choice_filter") if listed else "",
            required_message=base.get("required_message", ""),
            words=others,
        )

    def _range(self, row: Row, item: Item) -> Item:
        """A number between two ends."""
        given = {"start": "1", "end": "10", "step": "1", **dict(_PARAMETER.findall(row.get("parameters")))}
        whole = not any("." in number for number in given.values())
        between = f". >= {given['start']} and . <= {given['end']}"
        return replace(
            item,
            kind="integer" if whole else "decimal",
            constraint=f"{between} and ({item.constraint})" if item.constraint else between,
            constraint_message=item.constraint_message or f"{given['start']} – {given['end']}",
        )

    def _with_other(self, row: Row, item: Item) -> list[Item]:
        """The choice “other”, and a question for what it is. The name of that is what other readers of forms use."""
        if item.choice_filter:
            how = "With a filter, “or_other” cannot stand. Write the choice and its question out."
            self._faults.add("column", row, "choice_filter", how)
        (label, words), (question, asked) = self._spoken.other(row)
        name = f"{item.name}_other"
        self._names.take(Row(row.sheet, row.line, {"name": name}))
        chosen = f"selected(${{{item.name}}}, '{_OTHER}')"
        choices = item.choices
        if not any(choice.name == _OTHER for choice in choices):
            choices += (Choice(_OTHER, label, words=words),)
        return [replace(item, choices=choices), Item(name, "text", question, relevant=chosen, words=asked)]

    def heading(self, row: Row, condition: str) -> list[Item]:
        """The heading of a group within a section, where it has words."""
        label, words = self._spoken.labels(row)
        name = row.get("name")
        return [Item(name, "note", label, relevant=condition, appearance="heading", words=words)] if label else []

    def repeat(self, row: Row, items: list[Item], condition: str) -> Repeat:
        """A repeat with what it asks."""
        self._spoken.need(row, "repeat", aloud=False)
        label, words = self._spoken.labels(row)
        binds.check_repeat(row, self._faults)
        name, count = row.get("name"), row.get("repeat_count")
        return Repeat(name, label, tuple(items), condition, row.get(BIND), count, words)
