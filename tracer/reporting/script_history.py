"""Who changed which wording when: one question through all the texts that were sent for its script."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.interview import difference
from tracer.interview.difference import Thing
from tracer.interview.script import Script
from tracer.models import ScriptRevision, ScriptVersion


@dataclass(frozen=True, slots=True)
class Change:
    """What one text changed about it: in which version, by whom (nobody: it came with Tracer), when and why."""

    version: ScriptVersion
    by: str | None
    at: datetime
    note: str
    thing: Thing


@dataclass(frozen=True, slots=True)
class _Text:
    version: ScriptVersion
    base_id: UUID | None
    by: str | None
    at: datetime
    note: str
    script: Script


def of(session: Session, version: ScriptVersion, name: str) -> list[Change]:
    """The changes of the thing of that name up to a version, the newest first.

    What somebody carried over from a version that was approved meanwhile is not theirs.
    """
    found: list[Change] = []
    finals: dict[UUID, Script] = {}
    before: _Text | None = None
    for text in _texts(session, version):
        base = finals.get(text.base_id) if text.base_id else None
        thing = difference.of_one(base, text.script, name)
        if before is not None and before.version.id == text.version.id:
            since = difference.of_one(before.script, text.script, name)
            thing = difference.in_both(since, thing) if text.base_id != before.base_id else since
        if thing:
            found.append(Change(text.version, text.by, text.at, text.note, thing))
        finals[text.version.id] = text.script
        before = text
    return found[::-1]


def _texts(session: Session, upto: ScriptVersion) -> Iterator[_Text]:
    """The texts of all approved versions up to this one, and of it itself, in order."""
    same = (ScriptVersion.disease == upto.disease, ScriptVersion.kind == upto.kind)
    query = select(ScriptVersion).where(*same, ScriptVersion.number.is_not(None)).order_by(ScriptVersion.number)
    numbered = [one for one in session.scalars(query) if upto.number is None or (one.number or 0) <= upto.number]
    versions = numbered if upto.number else [*numbered, upto]
    sent = _sent(session, versions)
    for version in versions:
        yield from sent[version.id]
        if not sent[version.id]:
            yield _Text(version, version.base_id, None, version.begun_at, "", Script.from_document(version.document))


def _sent(session: Session, versions: list[ScriptVersion]) -> dict[UUID, list[_Text]]:
    """The texts that were sent for each version, in order; of one that came with Tracer there are none."""
    by_id = {one.id: one for one in versions}
    # The document is asked for by its column: else each would be fetched by a question of its own.
    query = select(ScriptRevision, ScriptRevision.document).where(ScriptRevision.script_id.in_(by_id))
    found: dict[UUID, list[_Text]] = {one: [] for one in by_id}
    for one, document in session.execute(query.order_by(ScriptRevision.number)):
        script = Script.from_document(document)
        found[one.script_id].append(
            _Text(by_id[one.script_id], one.base_id, one.sent_by, one.sent_at, one.note, script)
        )
    return found
