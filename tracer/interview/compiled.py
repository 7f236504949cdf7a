"""A script made ready to run: where each name stands, and its expressions compiled once."""

from dataclasses import dataclass, field
from functools import cached_property

from tracer.interview import expression, graph
from tracer.interview.expression import Expression
from tracer.interview.script import NOTES, Item, Repeat, Script, Section


@dataclass(frozen=True)
class Place:
    """Where an item stands."""

    item: Item
    section: Section | None
    repeat: Repeat | None


@dataclass
class Compiled:
    """One script, indexed. Made once for each published version and shared by every run of it."""

    script: Script
    places: dict[str, Place] = field(default_factory=dict)
    repeats: dict[str, tuple[Section, Repeat]] = field(default_factory=dict)
    flagging: list[tuple[Item, str | None]] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    _expressions: dict[str, Expression] = field(default_factory=dict)
    _binding: dict[str, list[str]] = field(default_factory=dict)
    _turned: dict[str, "Compiled"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.script.hidden:
            self.places[item.name] = Place(item, None, None)
        for section in self.script.sections:
            self.sections[section.name] = section
            for entry in section.items:
                if isinstance(entry, Repeat):
                    self.repeats[entry.name] = (section, entry)
                    for item in entry.items:
                        self.places[item.name] = Place(item, section, entry)
                else:
                    self.places[entry.name] = Place(entry, section, None)

        self.flagging = [
            (at.item, at.repeat.name if at.repeat else None)
            for at in self.places.values()
            if at.item.flag or any(choice.flag for choice in at.item.choices)
        ]

    def place(self, name: str) -> Place | None:
        """Where an item of the script stands, or one that is at hand in every script; None for no such name."""
        return self.places.get(name) or _ASIDES.get(name)

    def binding(self, field_: str) -> list[str]:
        """The questions outside of repeats that fill this field of the record."""
        if field_ not in self._binding:
            found = self.places.items()
            self._binding[field_] = [
                name for name, at in found if at.item.field == field_ and at.item.is_question and not at.repeat
            ]
        return self._binding[field_]

    def lists(self, bound: str) -> list[Repeat]:
        """The repeats that are bound to this."""
        return [repeat for _, repeat in self.repeats.values() if repeat.field == bound]

    def expression(self, text: str) -> Expression:
        """The compiled expression of this text."""
        found = self._expressions.get(text)
        if found is None:
            found = self._expressions[text] = expression.compile(text)
        return found

    def filter(self, item: Item) -> Expression:
        """The compiled filter of an item's choices, which may name their columns."""
        columns = frozenset(name for choice in item.choices for name in choice.columns) | {"name", "label"}
        key = f"{','.join(sorted(columns))} {item.choice_filter}"
        found = self._expressions.get(key)
        if found is None:
            found = self._expressions[key] = expression.compile(item.choice_filter, columns)
        return found

    @cached_property
    def graph(self) -> graph.Graph:
        """Which names each name looks at."""
        return graph.dependencies(self.script, self.expression)

    @cached_property
    def behind(self) -> tuple[dict[str, int], dict[str, int]]:
        """A bit for each name, and the bits of all that each hangs on, however far behind."""
        return graph.behind(self.graph)

    @cached_property
    def before(self) -> dict[str, tuple[str, ...]]:
        """Which names are worked out before one at the end of a long chain."""
        return graph.stones(self.graph, self._depth)

    def _depth(self, name: str) -> int:
        if name in self.places:
            item = self.places[name].item
            texts = [item.relevant, item.calculation, item.default if item.default_is_worked_out else ""]
        elif name in self.repeats:
            texts = [self.repeats[name][1].relevant, self.repeats[name][1].count]
        else:
            texts = [self.sections[name].relevant]
        return max(self.expression(text).tree.depth if text else 0 for text in texts)

    def in_language(self, code: str) -> "Compiled":
        """The same script with another of its languages in front; made once, sharing the expressions."""
        if code == self.script.language:
            return self
        found = self._turned.get(code)
        if found is None:
            found = Compiled(self.script.in_language(code), _expressions=self._expressions, _turned=self._turned)
            self._turned.setdefault(self.script.language, self)
            self._turned[code] = found
        return found


_ASIDES = {NOTES.name: Place(NOTES, None, None)}
