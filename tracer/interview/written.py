"""A script written back as the sheets of an XLSForm: what an editor starts from. Read again it is the same script."""

from collections.abc import Iterator, Mapping

from tracer.interview.languages import NAMES
from tracer.interview.script import Choice, Item, Repeat, Script, Section

Rows = list[list[str]]

# What an item calls its words -> their column.
_SPOKEN = {
    "label": "label",
    "hint": "hint",
    "guidance": "guidance_hint",
    "constraint_message": "constraint_message",
    "required_message": "required_message",
}
_FIRST = ("type", "name")
_THEN = ("required", "relevant", "constraint", "calculation", "default", "appearance", "choice_filter", "repeat_count")
_BINDS = ("bind::tracer:field", "bind::tracer:always", "bind::tracer:flag", "bind::tracer:flag_when")
_RAISES = "tracer_flag"
_LONGEST_LIST = 40


def sheets(script: Script) -> dict[str, Rows]:
    """The rows of the sheets survey, choices and settings, each with its header; no column that is blank throughout."""
    script, lists = script.in_language(script.languages[0]), _Lists()
    survey = list(_survey(script, lists))
    order = [*_FIRST, *_columns_of_words(script), *_THEN, *_BINDS]
    settings = {"form_title": script.title, "form_id": script.form_id, "version": script.version}
    settings["default_language"] = script.languages[0]
    settings["unchecked_languages"] = " ".join(script.unchecked)
    return {
        "survey": _table(order, survey),
        "choices": _table(["list_name", "name", *_columns_of_words(script), *lists.columns()], lists.rows()),
        "settings": _table(list(settings), [settings]),
    }


def _table(order: list[str], rows: list[dict[str, str]]) -> Rows:
    used = {column for row in rows for column, cell in row.items() if cell}
    header = [column for column in order if column in used]
    assert used <= set(order), used - set(order)  # a column that nobody would read again
    return [header, *([row.get(column, "") for column in header] for row in rows)]


def _columns_of_words(script: Script) -> list[str]:
    """Label, hint and so on, each in the first language and then in the others."""
    return [_column(what, code) for what in _SPOKEN for code in ("", *script.languages[1:])]


def _column(what: str, code: str) -> str:
    name = f"{NAMES[code][0]} ({code})" if code in NAMES else f"{code} ({code})"
    return f"{_SPOKEN[what]}::{name}" if code else _SPOKEN[what]


def _words(one: Choice | Item | Repeat | Section) -> dict[str, str]:
    found = {_column(what, ""): str(getattr(one, what, "")) for what in _SPOKEN}
    words: Mapping[str, Mapping[str, str]] = one.words
    return found | {_column(what, code): text for code, said in words.items() for what, text in said.items()}


class _Lists:
    """The lists of choices, each once: questions with the same choices share theirs."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._lists: dict[str, tuple[Choice, ...]] = {}

    def of(self, item: Item) -> str:
        """The name of an item's list."""
        key = repr(item.choices)
        if key not in self._names:
            short = "_".join(choice.name for choice in item.choices)
            name = short if len(short) <= _LONGEST_LIST and short not in self._lists else f"{item.name}_list"
            self._names[key] = name
            self._lists[name] = item.choices
        return self._names[key]

    def columns(self) -> list[str]:
        """The flags of the choices, and their further columns, which filters look at."""
        further = dict.fromkeys(name for one in self._lists.values() for choice in one for name in choice.columns)
        return [_RAISES, *further]

    def rows(self) -> list[dict[str, str]]:
        """A row for each choice."""
        return [
            {"list_name": name, "name": choice.name, _RAISES: choice.flag, **_words(choice), **choice.columns}
            for name, choices in self._lists.items()
            for choice in choices
        ]


def _survey(script: Script, lists: _Lists) -> Iterator[dict[str, str]]:
    yield from (_item(item, lists) for item in script.hidden)
    for section in script.sections:
        yield {"type": "begin_group", "name": section.name, "relevant": section.relevant, **_words(section)}
        for entry in section.items:
            if isinstance(entry, Repeat):
                yield from _repeat(entry, lists)
            else:
                yield _item(entry, lists)
        yield {"type": "end_group"}


def _repeat(repeat: Repeat, lists: _Lists) -> Iterator[dict[str, str]]:
    begins = {"type": "begin_repeat", "name": repeat.name, "relevant": repeat.relevant, "repeat_count": repeat.count}
    yield {**begins, _BINDS[0]: repeat.field, **_words(repeat)}
    yield from (_item(item, lists) for item in repeat.items)
    yield {"type": "end_repeat"}


def _item(item: Item, lists: _Lists) -> dict[str, str]:
    return {
        "type": f"{item.kind} {lists.of(item)}" if item.choices else item.kind,
        "name": item.name,
        "required": "yes" if item.required == "true()" else item.required,
        "relevant": item.relevant,
        "constraint": item.constraint,
        "calculation": item.calculation,
        "default": item.default,
        "appearance": item.appearance,
        "choice_filter": item.choice_filter,
        _BINDS[0]: item.field,
        _BINDS[1]: "" if item.declinable else "yes",
        _BINDS[2]: item.flag,
        _BINDS[3]: item.flag_when,
        **_words(item),
    }
