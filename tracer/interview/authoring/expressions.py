"""Every expression of a form, read and checked where it stands."""

from collections.abc import Iterator

from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.kinds import Checker
from tracer.interview.authoring.meaning import Meaning
from tracer.interview.authoring.rows import NO, YES
from tracer.interview.authoring.sheets import Sheets
from tracer.interview.expression import references
from tracer.interview.languages import Columns
from tracer.interview.script import Item, Script
from tracer.interview.syntax import ExpressionFault, Node, read

_COLUMNS = ("relevant", "constraint", "calculation", "required", "choice_filter", "repeat_count", "default")
_SAID = ("label", "hint", "guidance_hint", "constraint_message", "required_message")


class Expressions:
    """The trees of a form's expressions; what cannot be read is said and has none."""

    def __init__(self, sheets: Sheets, rows: dict[str, Row], faults: Faults) -> None:
        self._sheets, self._rows, self._faults = sheets, rows, faults
        self._columns = frozenset(name for name in sheets.choices.columns if name.isidentifier()) | {"name", "label"}
        self._trees: dict[str, Node | None] = {}

    def tree(self, text: str) -> Node | None:
        """The tree of an expression; None where it cannot be read."""
        if text not in self._trees:
            try:
                self._trees[text] = read(text)
            except ExpressionFault:
                self._trees[text] = None
        return self._trees[text]

    def _cells(self) -> Iterator[tuple[Row, str, str]]:
        """Every expression with its place: row, column, text."""
        for row in self._sheets.survey.rows:
            for column in _COLUMNS:
                text = row.get(column)
                plain = column == "required" and text.lower() in {*YES, *NO}
                worked_out = column != "default" or Item("", "", default=text).default_is_worked_out
                if text and not plain and worked_out:
                    yield row, column, text

    def read(self) -> list[tuple[Row, str, Node]]:
        """The trees that can be read, each with its place; the others are said, and every name that is none."""
        found = []
        for row, column, text in self._cells():
            try:
                tree = read(text, self._columns if column == "choice_filter" else frozenset())
            except ExpressionFault as fault:
                self._faults.add("expression", row, column, str(fault))
                continue
            found.append((row, column, tree))
            self._check_names(row, column, references(tree))
        return found

    def check_words(self, columns: Columns, script: Script) -> None:
        """Every `${name}` within words is the name of something that can be said."""
        meaning = Meaning(script, self.tree)
        for row in self._sheets.survey.rows:
            for column in [*_SAID, *columns.spoken]:
                names = _mentioned(row.get(column))
                self._check_names(row, column, names)
                for name in names & self._rows.keys():
                    if meaning.kind_of_name(name, row.get("name")) in {"nothing", "repeat"}:
                        self._faults.add("reference", row, column, f"${{{name}}} has no value that could be said.")

    def _check_names(self, row: Row, column: str, names: set[str]) -> None:
        for name in sorted(names - self._rows.keys()):
            self._faults.add("reference", row, column, f"${{{name}}} is the name of nothing in this script.")


def check_kinds(found: list[tuple[Row, str, Node]], meaning: Meaning, faults: Faults) -> None:
    """Say where values are used as what they are not."""
    for row, column, tree in found:
        Checker(meaning, row, column, faults).check(tree)


def _mentioned(text: str) -> set[str]:
    return {part.partition("}")[0].strip() for part in text.split("${")[1:]}
