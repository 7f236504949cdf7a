"""From the text of a course to a Course, with every fault that it has said at once, by line."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from tracer.courses import blocks, front, markdown, questions
from tracer.courses.blocks import Block
from tracer.courses.course import Course, Question, Section
from tracer.courses.faults import Faults

MOST_LETTERS = 200_000
BANK = "final test"
SETTINGS = {
    "name": front.name(),
    "version": front.whole(1, 9_999),
    "title": front.words(120),
    "pass_mark": front.whole(1, 100),
    "draw": front.whole(1, 100),
    "attempts": front.whole(1, 20),
    "pause_hours": front.whole(0, 720),
    "valid_months": front.whole(1, 60),
}
# May be left out.
RETAKE = {"retake_by": front.day()}


def read(text: str, images: Collection[str] = ()) -> Course:
    """The course; CourseFault lists everything that is wrong. `images` are the files of the course's own folder."""
    faults = Faults()
    if len(text) > MOST_LETTERS:
        faults.add("file", 1, f"A course has at most {MOST_LETTERS:,} letters. Part it into two courses.")
        faults.stop()
    settings, rest = front.read(text.removeprefix("\ufeff"), SETTINGS, faults, RETAKE)
    tokens = markdown.blocks(rest)
    markdown.check(tokens, frozenset(images), faults)
    found = list(blocks.read(tokens, rest))
    cut = next((number for number, block in enumerate(found) if _begins_bank(block)), len(found))
    sections = _sections(found[:cut], faults)
    bank = _bank(found[cut + 1 :], sections, faults)
    _check_bank(settings, sections, bank, found[cut].line if cut < len(found) else 1, faults)
    faults.stop()
    return Course(
        **{"retake_by": None, **settings}, sections=tuple(section for section, _ in sections), bank=tuple(bank)
    )


def named(title: str) -> str:
    """The name of a section for its address, from its title."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub("[’']", "", title.lower())).strip("-") or "section"


def _begins_bank(block: Block) -> bool:
    return block.is_heading(1) and block.words.lower() == BANK


def _parted(found: Sequence[Block], level: int) -> list[list[Block]]:
    """Blocks by the headings of a level: what stands before the first, then each heading with what follows it."""
    parts: list[list[Block]] = [[]]
    for block in found:
        if block.is_heading(level):
            parts.append([])
        parts[-1].append(block)
    return parts


def _sections(found: Sequence[Block], faults: Faults) -> list[tuple[Section, int]]:
    """The sections, each with its line."""
    before, *parts = _parted(found, 2)
    if before:
        faults.add("heading", before[0].line, "Everything stands in a section: begin one with ## and its title.")
    if not parts:
        faults.add("section", 1, "The course has no sections. A section begins with ## and its title.")
    sections: list[tuple[Section, int]] = []
    names: set[str] = set()
    checks = 0
    for heading, *body in parts:
        section = _section(heading, body, checks, faults)
        checks += len(section.checks)
        if section.name in names:
            faults.add("section", heading.line, f"There are two sections {section.title!r}. Name one otherwise.")
        names.add(section.name)
        sections.append((section, heading.line))
    return sections


def _section(heading: Block, body: Sequence[Block], checks: int, faults: Faults) -> Section:
    title, name = heading.words, named(heading.words)
    parts: list[str | Question] = []
    place = 0
    while place < len(body):
        block = body[place]
        if questions.is_check(block):
            taken = questions.length(body[place:])
            checks += 1
            parts.append(questions.read(body[place : place + taken], f"check-{checks}", name, faults))
            place += taken
            continue
        if block.kind == "heading" and not block.is_heading(3):
            faults.add("heading", block.line, f"In a section headings begin with ###. The bank begins with # {BANK}.")
        if parts and isinstance(parts[-1], str):
            parts[-1] += "\n\n" + block.source
        else:
            parts.append(block.source)
        place += 1
    section = Section(name, title, tuple(parts))
    if not title or not section.body.strip():
        faults.add("section", heading.line, "A section needs a title, and words to read.")
    return section


def _bank(found: Sequence[Block], sections: list[tuple[Section, int]], faults: Faults) -> list[Question]:
    before, *parts = _parted(found, 2)
    if before:
        faults.add("heading", before[0].line, "In the final test questions stand under ## and the title of a section.")
    names = {section.title: section.name for section, _ in sections}
    taken: dict[str, int] = {}
    bank: list[Question] = []
    for heading, *body in parts:
        if heading.words not in names:
            how = f"There is no section {heading.words!r} above. There are: {', '.join(names)}."
            faults.add("heading", heading.line, how)
        stray, *asked = _parted(body, 3)
        if stray:
            faults.add("question", stray[0].line, "A question begins with ###, its key, a colon and its words.")
        for one in asked:
            said = questions.heading(one[0].words) or questions.Heading("", False, "")
            questions.check_key(said, one[0].line, taken, faults)
            bank.append(questions.read(one, said.key, names.get(heading.words, ""), faults))
    return bank


def _check_bank(
    settings: dict[str, Any], sections: list[tuple[Section, int]], bank: list[Question], line: int, faults: Faults
) -> None:
    draw = settings.get("draw", 1)
    if len(bank) < draw:
        faults.add("bank", line, f"{draw} questions are drawn, and the final test has {len(bank)}.")
    if draw < len(sections):
        how = f"{draw} questions cannot test {len(sections)} sections. Draw more, or join sections."
        faults.add("bank", line, how)
    tested = {question.section for question in bank}
    for section, place in sections:
        if section.name not in tested:
            faults.add("bank", place, f"No question of the final test is about {section.title!r}.")
