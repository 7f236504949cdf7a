"""The actor: who reads and writes. One session has one actor, for good."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tracer.models import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the staff at work, nobody (ANONYMOUS), the door (DOOR), or the machinery (SYSTEM)."""

    id: UUID | None
    kind: str
    name: str = ""
    role: Role | None = None
    team_id: UUID | None = None
    scope: str | None = None

    @property
    def is_system(self) -> bool:
        """Whether the row rules stand aside."""
        return self.kind == "system"

    @property
    def is_door(self) -> bool:
        """Whether it is the sign-in's own machinery, which reads what proves who somebody is and nothing else."""
        return self.kind == "door"


ANONYMOUS = Actor(None, "anonymous")


def bind(session: Session, actor: Actor) -> None:
    """Give a session its actor; a second, different one is refused.

    A session that changed actors would leak through its identity map (measured); one that has begun has told
    the database who acts.
    """
    if session.in_transaction() and "actor" not in session.info:
        raise RuntimeError("Bind the actor before the session's first statement.")
    if session.info.setdefault("actor", actor) != actor:
        raise RuntimeError("One session, one actor: close this session first.")


def of(session: Session) -> Actor:
    """The session's actor; a session without one reads and writes nothing."""
    actor = session.info.get("actor")
    if actor is None:
        raise RuntimeError("This session has no actor: bind one first.")
    assert isinstance(actor, Actor)
    return actor


def staff_id(session: Session) -> UUID:
    """The id of the one of the staff who acts; RuntimeError for anybody else."""
    found = of(session).id
    if found is None:
        raise RuntimeError("Only one of the staff can do this.")
    return found
