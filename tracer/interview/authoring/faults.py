"""What can be wrong with a script: one word for each kind, the place, and what to do."""

from dataclasses import dataclass, field

# Kind -> what it is, for the reference page. A script with a fault is not published.
FAULTS = {
    "file": "the file cannot be read: no .xlsx workbook or no Markdown tables, too large, damaged",
    "sheet": "a sheet is missing or empty",
    "row": "a row has more cells than the sheet has columns",
    "column": "a column that changes what is asked, and that Tracer cannot do",
    "language": "a column of words that names no language",
    "title": "the script has no title",
    "type": "a type that there is not, or that cannot be asked on the telephone",
    "name": "a name that is missing, stands twice or cannot be used",
    "nesting": "a group or repeat that is not ended, not begun, empty, or inside another where it cannot be",
    "list": "a list of choices that there is not",
    "choice": "a choice without a name, or twice in its list",
    "bind": "a field or fact that the record does not have",
    "label": "a question, note or choice without words",
    "translation": "words that are said aloud and missing in one of the script's languages",
    "expression": "an expression that cannot be read, or calls a function that there is not",
    "reference": "the name of nothing in this script, or of something that has no value",
    "misuse": "values used as what they are not: a choice as a number, a condition that is a text",
    "no-such-choice": "a condition on a choice that the question does not offer",
    "circle": "conditions or calculations that hang on themselves",
    "unreachable": "a question, note or section that no answers bring up",
    "never-fits": "a constraint that no answer meets, or a filter that offers no choice",
    "default": "a default that is no answer to its question",
    "size": "more than a script may have",
    "form": "what the standard's own converter, pyxform, refuses",
}
WARNINGS = {
    "ignored": "a column, sheet or type that Tracer does not need and leaves out",
    "unused-list": "a list of choices that no question offers",
    "no-message": "a constraint without a message: the tracer is told only that it does not fit",
    "always": "a condition that always holds",
    "any-answer": "a condition that holds with any answer to a question, or with one of many",
    "page": "questions outside of any group: they become a page of their own",
    "outcome": "no question is bound to interview.outcome: every finished interview counts as completed",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a script, and where; or a warning."""

    sheet: str
    row: str
    column: str
    message: str
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its line in the file, and its cells that say something, by column."""

    sheet: str
    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """The cell of a column, blank where it says nothing."""
        return self.cells.get(column, "")


@dataclass
class Faults:
    """What was found so far."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, kind: str, row: Row, column: str, message: str) -> None:
        """One more fault, said once."""
        assert kind in FAULTS, kind
        self._put(self.faults, Fault(row.sheet, str(row.line), column, message, kind))

    def warn(self, kind: str, row: Row, column: str, message: str) -> None:
        """Something that does not keep the script from being published."""
        assert kind in WARNINGS, kind
        self._put(self.warnings, Fault(row.sheet, str(row.line), column, message, kind))

    @staticmethod
    def _put(found: list[Fault], one: Fault) -> None:
        if one not in found:
            found.append(one)
