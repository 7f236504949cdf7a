"""What an open page is told after a save, or when another window has written: only what is new to it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import render_template

from tracer.interview import view
from tracer.interview.view import ItemView, RepeatView
from tracer.web.interview_page import Page

_IN_CALENDAR = {"case", "contact", "place"}
_NONE: Mapping[str, str] = MappingProxyType({})


def since(
    page: Page, section: str, seen: int, sent_by: UUID, sent: Iterable[str] = (), refused: Mapping[str, str] = _NONE
) -> dict[str, Any]:
    """The changes of a section since a row: answers, disputes, what is asked now, and in which words.

    `sent_by` is the page that asks, `sent` the questions that it just answered: of these it learns what it knows now.
    """
    run, ledger = page.run, page.sitting.ledger
    chosen = page.section(section)
    entries = [*view.items(run, chosen), page.notes]
    flat, lists = view.flat(entries), [one for one in entries if isinstance(one, RepeatView)]
    items = {one.key: one for one in flat if one.item.is_question}
    new = [one for key, one in items.items() if key in sent or ledger.of(key).version > seen]
    return {
        "last": ledger.last,
        "refused": dict(refused),
        "fields": {one.key: _field(page, one, sent_by) for one in new},
        "disputes": {key: dispute(page, key) for key in items if key in run.disputed},
        "relevant": {one.key: one.relevant for one in flat} | {one.repeat.name: one.relevant for one in lists},
        **_texts(flat, page.spoken(chosen)),
        "faults": {one.key: one.fault for one in new},
        "steps": {one.name: one.state for one in view.sections(run)},
        "left": len(page.left),
        **({"days": render_template("interviews/_days.html", **_days(page))} if _dated(items, sent) else {}),
        "lists": {one.repeat.name: [number for number, _ in one.instances] for one in lists},
    }


def _dated(items: Mapping[str, ItemView], sent: Iterable[str]) -> bool:
    """Whether an answer that was just given stands in the calendar."""
    return any(items[key].item.field.partition(".")[0] in _IN_CALENDAR for key in sent if key in items)


def _days(page: Page) -> dict[str, Any]:
    return {"calendar": page.days, "now_day": page.sitting.today}


def _texts(flat: list[ItemView], spoken: Mapping[str, ItemView]) -> dict[str, dict[str, str]]:
    """The words that answers may have changed: as they are said, and in the tracer's own language beside it."""
    own = {one.key: one.text for one in flat if "${" in one.item.label}
    return {"texts": {key: spoken[key].text if key in spoken else words for key, words in own.items()}, "own": own}


def _field(page: Page, one: ItemView, sent_by: UUID) -> dict[str, Any]:
    lines = page.sitting.ledger.of(one.key)
    mine = lines.standing is not None and lines.standing.page == sent_by
    beside = any(entry.page == sent_by for entry in lines.rivals)
    said = {"value": one.value, "declined": one.declined}
    return {"known": lines.shown, "mine": mine, "beside": beside, **said}


def dispute(page: Page, key: str) -> str:
    """The two answers, to pick from, as a piece of the page."""
    return render_template("interviews/_dispute.html", **disputed(page, key))


def disputed(page: Page, key: str) -> dict[str, Any]:
    """What stands beside what: each with the number to pick it by, and in words."""
    lines, item = page.sitting.ledger.of(key), page.run.item(key)
    entries = [one for one in (lines.standing, *lines.rivals) if one is not None]
    found = [
        (f"{one.id}/{lines.version}", view.in_words(item, one.answer, page.run.script.language)) for one in entries
    ]
    return {"key": key, "picks": found}
