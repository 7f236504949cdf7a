"""A script: sections of things to say and to ask, as data. It goes to the database as one document."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One answer to choose."""

    name: str
    label: str


@dataclass(frozen=True)
class Item:
    """A thing on a page: a question, something to say or do, or a hidden value.

    `kind` is the XLSForm type: note, text, integer, decimal, date, time, select_one, select_multiple,
    calculate (worked out), hidden (a fact from the record). `field` is the record's field or fact.
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

    @property
    def is_question(self) -> bool:
        """Whether somebody answers it."""
        return self.kind not in {"note", "calculate", "hidden"}

    @property
    def spoken(self) -> bool:
        """Whether a note is read aloud; one whose name starts with do_ is for the tracer."""
        return not self.name.startswith("do_")


# At hand through the whole of any interview, whatever its script.
NOTES = Item("_notes", "text", "Notes of this call", appearance="multiline", declinable=False)


@dataclass(frozen=True)
class Repeat:
    """Items asked once for each of several people or places; `field` says what each becomes."""

    name: str
    label: str
    items: tuple[Item, ...]
    relevant: str = ""
    field: str = ""


@dataclass(frozen=True)
class Section:
    """One page of the interview."""

    name: str
    label: str
    items: tuple[Item | Repeat, ...]
    relevant: str = ""


@dataclass(frozen=True)
class Script:
    """A whole interview, as written."""

    title: str
    form_id: str
    version: str
    language: str
    sections: tuple[Section, ...]
    hidden: tuple[Item, ...] = field(default=())

    def to_document(self) -> dict[str, Any]:
        """The script as plain data, for the database."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Script":
        """Back from the database's document; equal to what was written."""
        sections = tuple(
            Section(**{**section, "items": tuple(_item(item) for item in section["items"])})
            for section in document["sections"]
        )
        hidden = tuple(_plain_item(item) for item in document["hidden"])
        return cls(**{**document, "sections": sections, "hidden": hidden})


def _item(document: dict[str, Any]) -> Item | Repeat:
    if "items" in document:
        return Repeat(**{**document, "items": tuple(_plain_item(item) for item in document["items"])})
    return _plain_item(document)


def _plain_item(document: dict[str, Any]) -> Item:
    return Item(**{**document, "choices": tuple(Choice(**choice) for choice in document["choices"])})
