"""What can be wrong with a course, or with what stands beside one: a word for each kind, the line, what to do."""

from dataclasses import dataclass, field

# Kind -> what it is. A course with a fault is not published.
FAULTS = {
    "file": "the text is too long, or no course at all",
    "front": "the lines between the two +++ are missing or cannot be read",
    "setting": "a setting that is missing, that there is not, or whose value cannot be used",
    "section": "no section, a section without words, or two of one title",
    "heading": "a heading that is neither a section, a question nor a part of a section",
    "html": "raw HTML: it would be shown as letters",
    "link": "a link that leads neither to https:// nor to a page of Tracer",
    "image": "a picture from elsewhere than the course's own folder, or one that is not there",
    "alt": "a picture without words for those who do not see it",
    "key": "a question of the final test whose key is missing, stands twice or cannot be used",
    "question": "a question without words, or with something in it that is no part of a question",
    "choice": "fewer than two choices, too many, one twice, or one without [ ] or [x]",
    "right": "no right choice, two right ones of which one may be chosen, or a question whose every choice is right",
    "explanation": "no explanation of the right answer",
    "bank": "fewer questions than are drawn, or a section that no question tests",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, and where. Lines count from 1."""

    line: int
    message: str
    kind: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass
class Faults:
    """What was found so far, each once."""

    found: dict[Fault, None] = field(default_factory=dict)

    def add(self, kind: str, line: int, message: str) -> None:
        """One more fault, said once."""
        assert kind in FAULTS, kind
        self.found[Fault(line, message, kind)] = None

    def stop(self) -> None:
        """Raise CourseFault where anything was found."""
        if self.found:
            raise CourseFault(sorted(self.found, key=lambda one: one.line))


class CourseFault(ValueError):
    """A text that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
