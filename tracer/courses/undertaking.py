"""The confidentiality undertaking: the text that staff sign in the app, with its version."""

from dataclasses import dataclass

from tracer.courses import front, markdown
from tracer.courses.faults import Faults

_SETTINGS = {"version": front.whole(1, 9_999), "title": front.words(120), "signing": front.words(200)}


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One version of it. `signing` is the line beside the box that is ticked, `body` is Markdown."""

    version: int
    title: str
    signing: str
    body: str


def read(text: str) -> Undertaking:
    """The undertaking from its text; CourseFault says what is wrong."""
    faults = Faults()
    settings, rest = front.read(text, _SETTINGS, faults)
    markdown.check(markdown.blocks(rest), frozenset(), faults)
    if not rest.strip():
        faults.add("section", 1, "The undertaking has no words.")
    faults.stop()
    return Undertaking(**settings, body=rest.strip())
