"""From the rows of the three sheets to a Script, collecting every fault on the way."""

from typing import Any

from tracer.interview import expression, languages
from tracer.interview.fields import FACTS, FIELDS, FLAGS, REPEATS
from tracer.interview.markdown import Sheet
from tracer.interview.script import Choice, Item, Repeat, Script, Section

_KINDS = {"note", "text", "integer", "decimal", "date", "time", "calculate", "hidden"}
_EXPRESSIONS = ("relevant", "constraint", "calculation", "required", "bind::tracer:flag_when")
_BIND, _ALWAYS = "bind::tracer:field", "bind::tracer:always"
_FLAG, _WHEN = "bind::tracer:flag", "bind::tracer:flag_when"
_CHOICE_FLAG = "tracer_flag"  # the sheet choices has no binds


class Builder:
    """One reading of one set of sheets; `faults` are (sheet, row, column, message)."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.faults: list[tuple[str, str, str, str]] = []
        self.names: dict[str, dict[str, str]] = {}
        self.columns = self._columns()
        self.lists = self._choice_lists()
        self.row: dict[str, str] = {}

    def build(self) -> Script:
        """The script; worthless when there are faults."""
        sections, hidden = self._sections()
        self._check_expressions()
        settings = self.sheets["settings"][0]
        return Script(
            title=settings.get("form_title", ""),
            form_id=settings.get("form_id", ""),
            version=settings.get("version", ""),
            language=self.columns.default,
            sections=tuple(sections),
            hidden=tuple(hidden),
            languages=self.columns.languages,
        )

    def _fault(self, column: str, message: str, sheet: str = "survey", row: dict[str, str] | None = None) -> None:
        self.faults.append((sheet, (row or self.row).get("__row__", "?"), column, message))

    def _columns(self) -> languages.Columns:
        rows = [row for sheet in ("survey", "choices") for row in self.sheets.get(sheet, [])]
        headers = [header for row in rows for header in row]
        default = self.sheets["settings"][0].get("default_language", "")
        found = languages.columns(headers, default, any(row.get("label") for row in rows))
        for header in found.unknown:
            how = "Write the language with its code, like label::Welsh (cy)."
            self.faults.append(("survey", "1", header, f"Which language is this? {how}"))
        return found

    def _spoken(self, row: dict[str, str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        """A row's words in the default language, and in the others, by the names that items give them."""
        base, others = self.columns.of(row)
        return _named(base), {code: _named(words) for code, words in others.items()}

    def _choice_lists(self) -> dict[str, list[Choice]]:
        lists: dict[str, list[Choice]] = {}
        for row in self.sheets.get("choices", []):
            choices = lists.setdefault(row.get("list_name", ""), [])
            name = row.get("name", "")
            if not name or any(choice.name == name for choice in choices):
                self._fault("name", f"{name!r} is missing or stands twice in its list.", "choices", row)
            base, others = self._spoken(row)
            choices.append(Choice(name, base.get("label", name), _labels(others), self._flag(row, "choices")))
        return lists

    def _sections(self) -> tuple[list[Section], list[Item]]:
        sections: list[Section] = []
        hidden: list[Item] = []
        group: dict[str, str] | None = None
        repeat: dict[str, str] | None = None
        items: list[Item | Repeat] = []
        inner: list[Item] = []
        for row in self.sheets["survey"]:
            self.row = row
            kind = self.row.get("type", "").replace(" ", "_")
            if kind == "begin_group":
                self._open("group", group)
                group, items = self.row, []
                self._name(group)
            elif kind == "end_group" and group is not None:
                sections.append(self._section(group, items))
                group = None
            elif kind == "begin_repeat":
                self._open("repeat", repeat)
                repeat, inner = self.row, []
                self._name(repeat)
            elif kind == "end_repeat" and repeat is not None:
                items.append(self._repeat(repeat, inner))
                repeat = None
            elif kind in {"end_group", "end_repeat"}:
                self._fault("type", "This ends something that was not begun.")
            else:
                item = self._item(repeat)
                (inner if repeat is not None else items if group is not None else hidden).append(item)
                if group is None and item.kind not in {"hidden", "calculate"}:
                    self._fault("type", "Put this inside a group: a group is a page of the interview.")
        for left in (group, repeat):
            if left is not None:
                self._fault("type", "This is begun and never ended.", row=left)
        return sections, hidden

    def _open(self, what: str, already: dict[str, str] | None) -> None:
        if already is not None:
            self._fault("type", f"A {what} cannot stand inside another {what}: end that one first.")

    def _name(self, row: dict[str, str]) -> str:
        name = row.get("name", "")
        if not name:
            self._fault("name", "Give this a name.")
        elif name in self.names:
            self._fault("name", f"{name!r} is used already in row {self.names[name].get('__row__')}.")
        self.names.setdefault(name, row)
        return name

    def _section(self, row: dict[str, str], items: list[Item | Repeat]) -> Section:
        if not items:
            self._fault("type", "This group has nothing in it.", row=row)
        base, others = self._spoken(row)
        words = _labels(others)
        return Section(row.get("name", ""), base.get("label", ""), tuple(items), row.get("relevant", ""), words)

    def _repeat(self, row: dict[str, str], items: list[Item]) -> Repeat:
        bound = row.get(_BIND, "")
        if bound not in REPEATS:
            self._fault(_BIND, f"{bound!r} is none of {', '.join(sorted(REPEATS))}.", row=row)
        if not any(item.is_question for item in items):
            self._fault("type", "This repeat asks nothing.", row=row)
        base, others = self._spoken(row)
        label, relevant, words = base.get("label", ""), row.get("relevant", ""), _labels(others)
        return Repeat(row.get("name", ""), label, tuple(items), relevant, bound, words)

    def _item(self, repeat: dict[str, str] | None) -> Item:
        row = self.row
        kind, _, list_name = row.get("type", "").partition(" ")
        choices: tuple[Choice, ...] = ()
        if kind in {"select_one", "select_multiple"}:
            choices = tuple(self.lists.get(list_name.strip(), ()))
            if not choices:
                self._fault("type", f"There is no list {list_name.strip()!r} in the sheet choices.")
        elif kind not in _KINDS:
            self._fault("type", f"{kind!r} is not a type that scripts here can use.")
        self._check_bind(kind, repeat)
        required = row.get("required", "")
        base, others = self._spoken(row)
        return Item(
            name=self._name(row),
            kind=kind,
            label=base.get("label", ""),
            hint=base.get("hint", ""),
            guidance=base.get("guidance", ""),
            required={"yes": "true()", "true()": "true()", "no": ""}.get(required, required),
            relevant=row.get("relevant", ""),
            constraint=row.get("constraint", ""),
            constraint_message=base.get("constraint_message", ""),
            calculation=row.get("calculation", ""),
            default=row.get("default", ""),
            appearance=row.get("appearance", ""),
            field=row.get(_BIND, ""),
            declinable=row.get(_ALWAYS, "") != "yes",
            choices=choices,
            words=others,
            flag=self._flag(row, "survey"),
            flag_when=self._when(row, choices),
        )

    def _flag(self, row: dict[str, str], sheet: str) -> str:
        column = _FLAG if sheet == "survey" else _CHOICE_FLAG
        flag = row.get(column, "")
        if flag and flag not in FLAGS:
            self._fault(column, f"{flag!r} is no flag. There are: {', '.join(sorted(FLAGS))}.", sheet, row)
        return flag

    def _when(self, row: dict[str, str], choices: tuple[Choice, ...]) -> str:
        """When a question raises its flag: as its sheet says, else when the answer is yes."""
        if not row.get(_FLAG) or row.get(_WHEN):
            return row.get(_WHEN, "")
        if not any(choice.name == "yes" for choice in choices):
            self._fault(_WHEN, "Say which answers raise the flag, like: . = 'no'")
        return ". = 'yes'"

    def _check_bind(self, kind: str, repeat: dict[str, str] | None) -> None:
        bound = self.row.get(_BIND, "")
        known = FACTS if kind == "hidden" else REPEATS.get((repeat or {}).get(_BIND, ""), FIELDS)
        if (bound or kind == "hidden") and bound not in known:
            what = "fact" if kind == "hidden" else "field of the record here"
            self._fault(_BIND, f"{bound!r} is no {what}. There are: {', '.join(sorted(known))}.")

    def _check_expressions(self) -> None:
        for row in self.sheets["survey"]:
            for column in _EXPRESSIONS:
                text = row.get(column, "")
                if text and not (column == "required" and text in {"yes", "no"}):
                    self._check(row, column, text)
            for column in ("label", "hint", "guidance_hint", *self.columns.spoken):
                self._check_references(row, column, _mentioned(row.get(column, "")))

    def _check(self, row: dict[str, str], column: str, text: str) -> None:
        try:
            found = expression.compile(text)
        except expression.ExpressionFault as fault:
            self._fault(column, str(fault), row=row)
            return
        self._check_references(row, column, found.references)

    def _check_references(self, row: dict[str, str], column: str, names: Any) -> None:
        for name in sorted(set(names) - set(self.names)):
            self._fault(column, f"${{{name}}} is the name of nothing in this script.", row=row)


def _mentioned(text: str) -> set[str]:
    return {part.partition("}")[0].strip() for part in text.split("${")[1:]}


def _named(words: dict[str, str]) -> dict[str, str]:
    """A row's words by what an item calls them."""
    return {("guidance" if column == "guidance_hint" else column): text for column, text in words.items()}


def _labels(others: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {code: {"label": words["label"]} for code, words in others.items() if "label" in words}
