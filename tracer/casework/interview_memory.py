"""What this process remembers of the interviews that are under way, so that an autosave reads only what is new.

In memory alone, of the interviews used last. Rows are appended and never changed, so a ledger that is behind is
read on from its last row; one whose last row is not there (a restored database) is read anew. What a record told is
remembered for the person to whom it was shown, on record, a short time before.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access.own_call import Row
from tracer.casework.interview_facts import Basis
from tracer.interview import answers as said
from tracer.interview.ledger import Entry, Ledger
from tracer.models import Answer

_MOST = 500
_SHOWN_FOR = timedelta(minutes=15)
Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class _Last(Generic[Key, Kept]):
    """The things that were used last, up to a number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: Key, value: Kept) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)


_ledgers: _Last[UUID, Ledger] = _Last()
_bases: _Last[tuple[UUID, UUID | None], tuple[datetime, Basis]] = _Last()


def known(interview_id: UUID) -> Ledger:
    """The rows as far as this process has read them."""
    return _ledgers.get(interview_id) or Ledger()


def ledger(session: Session, interview_id: UUID) -> Ledger:
    """Every row of an interview, as of now; its own uncommitted ones are not to be there yet."""
    before = known(interview_id)
    return caught_up(session, interview_id, before, rows(session, interview_id, Answer.id >= before.last))


def caught_up(session: Session, interview_id: UUID, before: Ledger, found: list[Row]) -> Ledger:
    """A ledger with the rows from its last one on, which is the first of them; anew where it is not."""
    entries = opened(found)
    if before.last and (not entries or entries.pop(0) != before.newest):
        before, entries = Ledger(), opened(rows(session, interview_id))
    if entries:
        before = before.with_entries(entries)
        _ledgers.put(interview_id, before)
    return before


def rows(session: Session, interview_id: UUID, *which: ColumnElement[bool]) -> list[Row]:
    """The rows of an interview as they are kept, in order."""
    query = select(*[getattr(Answer, name) for name in Row._fields])
    query = query.where(Answer.interview_id == interview_id, *which).order_by(Answer.id)
    return [Row(*row) for row in session.execute(query)]


def opened(found: Iterable[Row]) -> list[Entry]:
    """Rows with what was answered, unsealed. VaultFault where the key is gone."""
    unseal = vault.current().open
    return [Entry(row.id, row.key, said.from_document(unseal(row.sealed, row.interview_id)), *row[4:]) for row in found]


def told(interview_id: UUID, reader: UUID | None, now: datetime) -> Basis | None:
    """What the record told this reader lately, if they read it in this process."""
    found = _bases.get((interview_id, reader))
    return found[1] if found and now - found[0] < _SHOWN_FOR else None


def remember(interview_id: UUID, reader: UUID | None, basis: Basis, now: datetime) -> None:
    """Keep what was read just now, on record."""
    _bases.put((interview_id, reader), (now, basis))
