"""What an open page is told after a save, or when another window has written: only what is new to it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import render_template

from tracer.interview import view
from tracer.interview.view import ItemView, RepeatView
from tracer.web.interview_page import Page

_NONE: Mapping[str, str] = MappingProxyType({})


def since(
    page: Page, section: str, seen: int, sent_by: UUID, sent: Iterable[str] = (), refused: Mapping[str, str] = _NONE
) -> dict[str, Any]:
    """The changes of a section since a row: answers, disputes, what is asked now, and in which words.

    `sent_by` is the page that asks, `sent` the questions that it just answered: of these it learns what it knows now.
    """
    run, ledger = page.run, page.sitting.ledger
    flat, lists = _flat(view.items(run, page.section(section)))
    items = {one.key: one for one in flat if one.item.is_question}
    new = [one for key, one in items.items() if key in sent or ledger.of(key).version > seen]
    return {
        "last": ledger.last,
        "refused": dict(refused),
        "fields": {one.key: _field(page, one, sent_by) for one in new},
        "disputes": {key: dispute(page, key) for key in items if key in run.disputed},
        "relevant": {one.key: one.relevant for one in flat} | {one.repeat.name: one.relevant for one in lists},
        "texts": {one.key: one.text for one in flat if "${" in one.item.label},
        "faults": {one.key: one.fault for one in new},
        "lists": {one.repeat.name: [number for number, _ in one.instances] for one in lists},
    }


def _flat(entries: list[ItemView | RepeatView]) -> tuple[list[ItemView], list[RepeatView]]:
    lists = [one for one in entries if isinstance(one, RepeatView)]
    flat = [one for one in entries if isinstance(one, ItemView)]
    return flat + [item for one in lists for _, inner in one.instances for item in inner], lists


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
