"""Scripts for those who write and read them: each with its live version, what is on its way, and what came before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.models import Role, ScriptRevision, ScriptVersion

_OF_SCRIPT = (ScriptVersion.disease, ScriptVersion.kind)
# The newest first; drafts have no number yet, and come before all that have.
_ORDER = (ScriptVersion.number.is_not(None), ScriptVersion.number.desc(), ScriptVersion.begun_at.desc())


@dataclass
class Lines:
    """The versions of one script, each with how it stands, the newest first."""

    disease: str
    kind: str
    versions: list[tuple[ScriptVersion, str]] = field(default_factory=list)

    def standing(self, *states: str) -> list[ScriptVersion]:
        """Those that stand so."""
        return [one for one, state in self.versions if state in states]


def every(session: Session, now: datetime) -> list[Lines]:
    """All scripts by disease and kind."""
    found = session.scalars(select(ScriptVersion).order_by(*_OF_SCRIPT, *_ORDER)).all()
    return [_lines(list(group), now) for _, group in groupby(found, lambda one: (one.disease, one.kind))]


def around(session: Session, version: ScriptVersion, now: datetime) -> Lines:
    """The script of a version: that one and all others."""
    same = (ScriptVersion.disease == version.disease, ScriptVersion.kind == version.kind)
    return _lines(session.scalars(select(ScriptVersion).where(*same).order_by(*_ORDER)).all(), now)


def _lines(versions: Sequence[ScriptVersion], now: datetime) -> Lines:
    return Lines(versions[0].disease, versions[0].kind, [(one, standing(one, versions, now)) for one in versions])


def standing(one: ScriptVersion, versions: Sequence[ScriptVersion], now: datetime) -> str:
    """How a version stands among all of its script, in one word."""
    if one.discarded_at is not None:
        return "given up"
    if one.approved_at is None or one.published_at is None:
        return "draft" if one.asked_at is None else "waiting"
    if one.retired_at is not None:
        return "withdrawn" if one.retired_at < one.published_at else "retired"
    if one.published_at > now:
        return "approved"
    newer = (other for other in versions if (other.number or 0) > (one.number or 0) and other.retired_at is None)
    return "retired" if any(other.published_at and other.published_at <= now for other in newer) else "live"


def revisions(session: Session, *versions: ScriptVersion) -> list[ScriptRevision]:
    """What was sent for these, in order."""
    query = select(ScriptRevision).where(ScriptRevision.script_id.in_([one.id for one in versions]))
    query = query.order_by(ScriptRevision.sent_at, ScriptRevision.number)
    return list(session.scalars(query))


def _waits() -> ColumnElement[bool]:
    return and_(ScriptVersion.asked_at.is_not(None), ScriptVersion.approved_at.is_(None))


def waiting(session: Session, _: datetime) -> int:
    """How many wait for the actor: asked for by others, with no part in them of the actor's own."""
    me = actor.of(session)
    if me.role not in {Role.ADMINISTRATOR, Role.TRAINER}:
        return 0
    mine = select(ScriptRevision.id).where(
        ScriptRevision.script_id == ScriptVersion.id, ScriptRevision.sent_by_id == me.id
    )
    query = select(func.count(ScriptVersion.id)).where(_waits(), ScriptVersion.asked_by_id != me.id, ~mine.exists())
    return session.scalar(query) or 0
