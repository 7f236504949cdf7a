"""From the rows of the three sheets to a Script, collecting every fault on the way."""

from dataclasses import dataclass, field

from tracer.interview.authoring import types, words
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.lists import Lists
from tracer.interview.authoring.names import Names
from tracer.interview.authoring.rows import YES, Rows
from tracer.interview.authoring.sheets import Sheets
from tracer.interview.authoring.words import Spoken
from tracer.interview.script import Item, Repeat, Script, Section

MOST_QUESTIONS = 1_500


@dataclass
class _Frame:
    """A group or repeat that is open. `what` is section, page (questions outside of any group), group or repeat.

    A group within a section is no page of its own: its condition goes to everything in it.
    """

    what: str
    row: Row
    name: str
    condition: str = ""
    items: list[Item | Repeat] = field(default_factory=list)


class Builder:
    """One reading of one set of sheets."""

    def __init__(self, sheets: Sheets, faults: Faults) -> None:
        self.sheets, self.faults = sheets, faults
        self.columns = words.columns(sheets, faults)
        self.spoken = Spoken(self.columns, faults)
        self.lists, self.names = Lists(sheets, self.spoken, faults), Names(faults)
        self._rows = Rows(self.lists, self.spoken, self.names, faults)
        self._open: list[_Frame] = []
        self._sections: list[Section] = []
        self._hidden: list[Item] = []
        self._title = ""
        # The row of the group, within its section, that gives an item its condition.
        self.groups: dict[str, Row] = {}

    def build(self) -> Script:
        """The script; worthless when there are faults."""
        settings = self.sheets.settings.rows[0] if self.sheets.settings.rows else self.sheets.settings.head
        form_id = settings.get("form_id")
        self._title = settings.get("form_title") or form_id
        if not self._title:
            self.faults.add("title", settings, "form_title", "Give the script a title in the sheet settings.")
        for row in self.sheets.survey.rows:
            if row.get("disabled").lower() not in YES:
                self._read(row)
        self._close_page()
        for frame in self._open:
            self.faults.add("nesting", frame.row, "type", "This is begun and never ended.")
        self._check_size()
        self.lists.say_unused()
        return Script(
            title=self._title,
            form_id=form_id,
            version=settings.get("version"),
            language=self.columns.default,
            sections=tuple(self._sections),
            hidden=tuple(self._hidden),
            languages=self.columns.languages,
            unchecked=words.unchecked(settings, self.columns, self.faults),
        )

    def _check_size(self) -> None:
        asked = sum(1 for section in self._sections for one in section.items)
        if asked > MOST_QUESTIONS:
            how = f"A script has at most {MOST_QUESTIONS:,} questions and notes. Part it into two scripts."
            self.faults.add("size", self.sheets.survey.head, "sheet", how)

    def _read(self, row: Row) -> None:
        kind = types.read(row.get("type")).kind
        if kind == "begin_group":
            self._begin_group(row)
        elif kind == "begin_repeat":
            self._begin_repeat(row)
        elif kind in {"end_group", "end_repeat"}:
            self._end(row, "repeat" if kind == "end_repeat" else "group")
        else:
            self._put(row)

    def _begin_group(self, row: Row) -> None:
        self._close_page_for_group()
        if not self._open:
            name = self.names.take(row, page=True)
            self._open.append(_Frame("section", row, name, row.get("relevant")))
            return
        name = self.names.take(row)
        condition = _both(self._condition(), row.get("relevant"))
        self._open.append(_Frame("group", row, name, condition))
        self._holder().items += self._rows.heading(row, condition)

    def _begin_repeat(self, row: Row) -> None:
        name = self.names.take(row)
        if any(frame.what == "repeat" for frame in self._open):
            how = "A repeat cannot stand inside another repeat: end that one first."
            self.faults.add("nesting", row, "type", how)
        if not self._open:
            self._open_page(row)
        self._open.append(_Frame("repeat", row, name, _both(self._condition(), row.get("relevant"))))

    def _end(self, row: Row, what: str) -> None:
        if what == "group":
            self._close_page_for_group()
        frame = self._open[-1] if self._open else None
        if frame is None or (frame.what == "repeat") is not (what == "repeat") or frame.what == "page":
            known = f" The {_called(frame)} of row {frame.row.line} is still open." if frame else ""
            self.faults.add("nesting", row, "type", f"This ends a {what} that was not begun.{known}")
            return
        self._open.pop()
        if frame.what == "section":
            self._close_section(frame)
        elif frame.what == "repeat":
            self._close_repeat(frame)

    def _close_section(self, frame: _Frame) -> None:
        label, said = self.spoken.labels(frame.row)
        if not label:
            how = "This page has no words of its own; the script's title stands over it."
            self.faults.warn("page", frame.row, "label", how)
        if not any(not isinstance(one, Item) or one.kind not in {"calculate", "hidden"} for one in frame.items):
            self.faults.add("nesting", frame.row, "type", "This group has nothing in it to say or to ask.")
        self._sections.append(Section(frame.name, label or self._title, tuple(frame.items), frame.condition, said))

    def _close_repeat(self, frame: _Frame) -> None:
        items = [one for one in frame.items if isinstance(one, Item)]
        if not any(item.is_question for item in items):
            self.faults.add("nesting", frame.row, "type", "This repeat asks nothing.")
        self._holder().items.append(self._rows.repeat(frame.row, items, frame.condition))

    def _put(self, row: Row) -> None:
        repeat = next((frame.row for frame in reversed(self._open) if frame.what == "repeat"), None)
        items = self._rows.read(row, repeat)
        if not self._open and all(item.kind in {"calculate", "hidden"} for item in items):
            self._hidden += items
            return
        if not self._open:
            self._open_page(row)
        condition = self._condition()
        if condition and not row.get("relevant"):
            self.groups.update(dict.fromkeys((item.name for item in items), self._open[-1].row))
        self._holder().items += [_within(item, condition) for item in items]

    def _holder(self) -> _Frame:
        """What takes the next item: the section, page or repeat that is open."""
        return next(frame for frame in reversed(self._open) if frame.what != "group")

    def _condition(self) -> str:
        """What the group that is open adds to the condition of each item in it."""
        return self._open[-1].condition if self._open and self._open[-1].what == "group" else ""

    def _open_page(self, row: Row) -> None:
        """Questions outside of any group, as forms from elsewhere have them, are a page of their own."""
        how = "This stands outside of any group; it becomes a page of its own, under the script's title."
        self.faults.warn("page", row, "type", how)
        name = self.names.free("page")
        self.names.rows[name] = row
        self._open.append(_Frame("page", row, name))

    def _close_page_for_group(self) -> None:
        if len(self._open) == 1:
            self._close_page()

    def _close_page(self) -> None:
        if self._open and self._open[0].what == "page" and len(self._open) == 1:
            frame = self._open.pop()
            self._sections.append(Section(frame.name, self._title, tuple(frame.items)))


def _called(frame: _Frame) -> str:
    return "repeat" if frame.what == "repeat" else "group"


def _both(one: str, other: str) -> str:
    """Two conditions as one."""
    return f"({one}) and ({other})" if one and other else one or other


def _within(item: Item, condition: str) -> Item:
    return Item(**{**item.__dict__, "relevant": _both(condition, item.relevant)}) if condition else item
