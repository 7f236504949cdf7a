"""One question as it is written: a heading, what it is about, a list of choices, an explanation after `>`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.courses.blocks import Block, items, quoted
from tracer.courses.course import Choice, Kind, Question
from tracer.courses.faults import Faults
from tracer.courses.front import NAME

CHECK = "check"
_MOST_CHOICES = 8
_HEADING = re.compile(r"([^\s:]*)\s*:\s*(.*?)\s*(\(several\))?")
_BOX = re.compile(r"\[([ xX])\]\s+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading of a question says; a key of `check` marks a self-check."""

    key: str
    several: bool
    text: str


def heading(words: str) -> Heading | None:
    """The heading of a question, or None where it is another."""
    found = _HEADING.fullmatch(words)
    return Heading(found[1], bool(found[3]), found[2]) if found else None


def is_check(block: Block) -> bool:
    """Whether a self-check begins here."""
    said = heading(block.words) if block.is_heading(3) else None
    return said is not None and said.key.lower() == CHECK


def length(blocks: Sequence[Block]) -> int:
    """How many blocks a self-check takes, its heading and its explanation included."""
    for number, block in enumerate(blocks[1:], 1):
        if block.kind == "heading":
            return number
        if block.kind == "blockquote":
            return number + 1
    return len(blocks)


def read(blocks: Sequence[Block], key: str, section: str, faults: Faults) -> Question:
    """A question from its blocks; worthless where there are faults."""
    first, *rest = blocks
    said = heading(first.words) or Heading("", False, "")
    if not said.text:
        faults.add("question", first.line, "Write the question after the colon.")
    about, listed, explanation = _parts(rest, faults)
    if listed is None:
        faults.add("choice", first.line, "This question has no choices: a list of lines - [ ] and - [x].")
    elif not explanation:
        how = "Explain the right answer below the choices, in lines that begin with >."
        faults.add("explanation", listed.line, how)
    choices = _choices(listed, faults) if listed else ()
    kind = _kind(said.several, choices)
    if listed and len(choices) > 1:
        _check_right(kind, choices, first.line, faults)
    return Question(key, said.text, about, kind, choices, explanation, section, first.line)


def _parts(blocks: Sequence[Block], faults: Faults) -> tuple[str, Block | None, str]:
    """What it is about, its list of choices, its explanation: in this order, and nothing else."""
    about: list[str] = []
    listed: Block | None = None
    explanation = ""
    for block in blocks:
        if block.kind == "bullet_list" and listed is None:
            listed = block
        elif block.kind == "blockquote" and listed is not None and not explanation:
            explanation = quoted(block)
        elif listed is None and block.kind != "heading":
            about.append(block.source)
        else:
            faults.add("question", block.line, "After the choices comes the explanation, and then nothing more.")
    return "\n\n".join(about), listed, explanation


def _choices(listed: Block, faults: Faults) -> tuple[Choice, ...]:
    found: list[Choice] = []
    for place, (line, text) in enumerate(items(listed), 1):
        box = _BOX.fullmatch(text.strip())
        if box is None:
            faults.add("choice", line, "Begin each choice with [ ] where it is wrong, or [x] where it is right.")
            continue
        words = " ".join(box[2].split())
        if any(words.lower() == one.text.lower() for one in found):
            faults.add("choice", line, f"The choice {words!r} stands twice.")
        found.append(Choice(place, words, box[1] != " "))
    if not 2 <= len(found) <= _MOST_CHOICES:
        faults.add("choice", listed.line, f"A question has 2 to {_MOST_CHOICES} choices; this one has {len(found)}.")
    return tuple(found)


def _kind(several: bool, choices: tuple[Choice, ...]) -> Kind:
    if several:
        return Kind.MULTIPLE
    return Kind.TRUE_FALSE if {choice.text for choice in choices} == {"True", "False"} else Kind.SINGLE


def _check_right(kind: Kind, choices: tuple[Choice, ...], line: int, faults: Faults) -> None:
    right = sum(choice.right for choice in choices)
    if right == 0:
        faults.add("right", line, "No choice is right. Mark at least one with [x].")
    elif kind is not Kind.MULTIPLE and right > 1:
        how = "Where several may be chosen, end the question with (several)."
        faults.add("right", line, f"{right} choices are right, and one may be chosen. {how}")
    elif right == len(choices):
        faults.add("right", line, "Every choice is right: that tests nothing. Add a wrong one.")


def check_key(said: Heading, line: int, taken: dict[str, int], faults: Faults) -> None:
    """Say what is wrong with the key of a question of the bank; a good one is put down as taken."""
    if said.key.lower() == CHECK:
        faults.add("key", line, "Self-checks stand in the sections. Give this question a key of its own.")
    elif not NAME.fullmatch(said.key):
        how = "Begin with a key of small letters, digits and dashes, and a colon: bcc-reply: What happens …?"
        faults.add("key", line, how)
    elif said.key in taken:
        faults.add("key", line, f"The key {said.key!r} is used already in line {taken[said.key]}.")
    else:
        taken[said.key] = line
