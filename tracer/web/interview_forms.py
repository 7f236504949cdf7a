"""What a page of an interview sends: answers as they are given, or a whole section as a form."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, post_load, validate
from werkzeug.datastructures import MultiDict

from tracer.casework.interview_answers import Given
from tracer.interview.answers import DECLINES
from tracer.interview.engine import Run
from tracer.interview.script import NOTES, Item, Section

_ROW = validate.Range(min=0, max=2**62)


class Change(Schema):
    """One answer: what the page knew of it, and its place in what the page sends."""

    key = fields.String(required=True, validate=validate.Length(max=120))
    raw = fields.Raw(data_key="value", load_default=None, allow_none=True)
    known = fields.Integer(load_default=0, validate=_ROW)
    seq = fields.Integer(required=True, validate=validate.Range(min=1, max=2**31 - 1))
    unsure = fields.Boolean(load_default=False)
    pick = fields.Integer(load_default=None, allow_none=True, validate=_ROW)

    @post_load
    def _given(self, given: dict[str, Any], **_: Any) -> Given:
        return Given(**given)


class Seen(Schema):
    """A page that is open: which it is, who opened it, where it stands and the newest row that it has seen."""

    page = fields.UUID(required=True)
    who = fields.UUID(load_default=None)
    section = fields.String(required=True)
    since = fields.Integer(required=True, validate=_ROW)


class Changes(Seen):
    """Autosave: the answers given since the last save, in order."""

    changes = fields.List(fields.Nested(Change), required=True)


def posted(run: Run, section: Section, form: MultiDict[str, str]) -> Iterator[Given]:
    """The answers in a posted section: a decline is a box of its own, a multiple choice a list.

    A question that was not on the page (its marker is missing) is left as it is. The marker says what the page knew.
    """
    for item, key in [*run.keys(section), (NOTES, NOTES.name)]:
        shown = form.get(f"{key}:shown")
        if not item.is_question or shown is None:
            continue
        pick, _, at = form.get(f"{key}:pick", "").partition("/")
        if pick.isdigit() and at.isdigit():
            yield Given(key, pick=int(pick), known=int(at))
        else:
            yield Given(key, _raw(item, key, form), known=int(shown) if shown.isdigit() else 0)


def _raw(item: Item, key: str, form: MultiDict[str, str]) -> Any:
    declined = form.get(f"{key}:declined", "")
    text: Any = form.getlist(key) if item.kind == "select_multiple" else form.get(key, "")
    if text in ("", []) and declined in DECLINES:
        return {"declined": declined}
    return {"declined": text} if item.kind == "select_one" and text in DECLINES else text


def page_of(form: MultiDict[str, str]) -> UUID | None:
    """Which open page sent this."""
    try:
        return UUID(form.get("page", ""))
    except ValueError:
        return None


def strays(run: Run, section: Section, form: MultiDict[str, str]) -> set[str]:
    """Fields that are not on the page as it stands: it was open in two windows, or the form is not ours."""
    parts = ("", ":shown", ":declined", ":pick")
    known = {f"{key}{part}" for key in [*(key for _, key in run.keys(section)), NOTES.name] for part in parts}
    return set(form) - known - {"csrf_token", "do", "page"}
