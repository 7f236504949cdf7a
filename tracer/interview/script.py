"""A script: sections of things to say and to ask, as data. It goes to the database as one document.

Every label, hint and message is in the script's `language`. Those of its other languages stand beside it, in `words`
(language code -> what -> words); `Script.in_language` gives the script with those in front.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import field as dataclass_field
from typing import Any, TypeVar

from tracer.interview.functions import FUNCTIONS

Words = Mapping[str, Mapping[str, str]]
HEADING = "heading"
_CALLS = re.compile(rf"\s*-?\s*({'|'.join(map(re.escape, sorted(FUNCTIONS)))})\s*\(")


@dataclass(frozen=True)
class Choice:
    """One answer to choose. `columns` are its further columns, for the filters of the questions that offer it."""

    name: str
    label: str
    columns: Mapping[str, str] = dataclass_field(default_factory=dict, hash=False)
    words: Words = dataclass_field(default_factory=dict, hash=False)
    flag: str = ""


@dataclass(frozen=True)
class Item:
    """A thing on a page: a question, something to say or do, or a hidden value.

    `kind` is the XLSForm type: note, text, integer, decimal, date, time, select_one, select_multiple,
    calculate (worked out), hidden (a fact from the record). `field` is the record's field or fact. An answer that
    `flag_when` holds of raises its `flag`, and so does a choice that carries one.
    """

    name: str
    kind: str
    label: str = ""
    hint: str = ""
    guidance: str = ""
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculation: str = ""
    default: str = ""
    appearance: str = ""
    field: str = ""
    declinable: bool = True
    choices: tuple[Choice, ...] = ()
    choice_filter: str = ""
    required_message: str = ""
    words: Words = dataclass_field(default_factory=dict, hash=False)
    flag: str = ""
    flag_when: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether a note is the heading of a group within a section."""
        return self.appearance == HEADING

    @property
    def default_is_worked_out(self) -> bool:
        """Whether the default is an expression: it names a question or begins with a function."""
        return "${" in self.default or _CALLS.match(self.default) is not None

    @property
    def is_question(self) -> bool:
        """Whether somebody answers it."""
        return self.kind not in {"note", "calculate", "hidden"}

    @property
    def spoken(self) -> bool:
        """Whether a note is read aloud; one whose name starts with do_ is for the tracer, and so is a heading."""
        return not self.name.startswith("do_") and not self.is_heading


# At hand through the whole of any interview, whatever its script.
NOTES = Item("_notes", "text", "Notes of this call", appearance="multiline", declinable=False)


@dataclass(frozen=True)
class Repeat:
    """Items asked once for each of several people or places; `field` says what each becomes, if anything.

    With `count`, an expression, there are so many of them; without, they are added and taken off one by one.
    """

    name: str
    label: str
    items: tuple[Item, ...]
    relevant: str = ""
    field: str = ""
    count: str = ""
    words: Words = dataclass_field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Section:
    """One page of the interview."""

    name: str
    label: str
    items: tuple[Item | Repeat, ...]
    relevant: str = ""
    words: Words = dataclass_field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Script:
    """A whole interview, as written.

    `language` is what its words are in, `languages` all that it has words in, the one that it was written in first;
    `unchecked` those of them whose words no native speaker has checked.
    """

    title: str
    form_id: str
    version: str
    language: str
    sections: tuple[Section, ...]
    hidden: tuple[Item, ...] = ()
    languages: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.languages:
            object.__setattr__(self, "languages", (self.language,))

    def in_language(self, code: str) -> "Script":
        """The script with its words in another of its languages; what was not translated stays as it is.

        The words that it was written in go with it: from there it can be had in any language again.
        """
        if code == self.language:
            return self
        if code not in self.languages:
            raise KeyError(code)
        written_in = self.languages[0]
        if self.language != written_in and code != written_in:
            return self.in_language(written_in).in_language(code)
        turned = Turn(self.language, code)
        return replace(
            self,
            language=code,
            sections=tuple(turned.section(section) for section in self.sections),
            hidden=tuple(turned.item(item) for item in self.hidden),
        )

    def to_document(self) -> dict[str, Any]:
        """The script as plain data, for the database; always as it was written."""
        written = self.in_language(self.languages[0])
        document: dict[str, Any] = asdict(written, dict_factory=_without_blanks)
        if written.languages == (written.language,):
            del document["languages"]
        return document

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Script":
        """Back from the database's document, also one of before there were translations; equal to what was written."""
        sections = tuple(
            Section(**{**section, "items": tuple(_item(item) for item in section["items"])})
            for section in document["sections"]
        )
        hidden = tuple(_plain_item(item) for item in document["hidden"])
        more = {name: tuple(document.get(name, ())) for name in ("languages", "unchecked")}
        return cls(**{**document, "sections": sections, "hidden": hidden, **more})


# What came later stands in no document that does without it: the same words are the same document, so no new version.
_LATER = {"words", "columns", "choice_filter", "required_message", "count", "flag", "flag_when", "unchecked"}


def _without_blanks(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value or name not in _LATER}


Spoken = TypeVar("Spoken", Choice, Item, Repeat, Section)


@dataclass(frozen=True)
class Turn:
    """Putting the words of another language in front, and those that were there behind."""

    before: str
    after: str

    def words(self, one: Spoken) -> Spoken:
        """One thing with its own words turned."""
        new = one.words.get(self.after)
        if not new:
            return one
        behind = {code: words for code, words in one.words.items() if code != self.after}
        behind[self.before] = {**one.words.get(self.before, {}), **{what: getattr(one, what) for what in new}}
        changes: dict[str, Any] = {**new, "words": behind}
        return replace(one, **changes)

    def item(self, item: Item) -> Item:
        """An item and its choices."""
        choices = tuple(self.words(choice) for choice in item.choices)
        return self.words(replace(item, choices=choices) if item.choices else item)

    def section(self, section: Section) -> Section:
        """A section and everything in it."""
        items = tuple(self.repeat(one) if isinstance(one, Repeat) else self.item(one) for one in section.items)
        return self.words(replace(section, items=items))

    def repeat(self, repeat: Repeat) -> Repeat:
        """A repeat and what it asks."""
        return self.words(replace(repeat, items=tuple(self.item(item) for item in repeat.items)))


def _item(document: dict[str, Any]) -> Item | Repeat:
    if "items" in document:
        return Repeat(**{**document, "items": tuple(_plain_item(item) for item in document["items"])})
    return _plain_item(document)


def _plain_item(document: dict[str, Any]) -> Item:
    return Item(**{**document, "choices": tuple(Choice(**choice) for choice in document["choices"])})
