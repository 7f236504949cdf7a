"""Whether the audit is as it was written: every seal and event in its place, and nothing added.

It walks the chain a page at a time, each page a short transaction, so it may run beside the service and needs
the memory of one page. What is added meanwhile is left for the next time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import db, vault
from tracer.access import chain
from tracer.migrations import append_only
from tracer.models import AuditEvent, AuditSeal
from tracer.reporting import chain_pages
from tracer.reporting.chain_findings import Findings, Wrong
from tracer.reporting.chain_pages import Unreadable

TABLES = ("audit_event", "audit_seal")
_MOST_COPIES = 100


@dataclass(frozen=True, slots=True)
class Loose:
    """How many events are not sealed yet, and since when."""

    count: int = 0
    oldest: datetime | None = None


def end_of(session: Session) -> int:
    """The number of the last seal; 0 where there is none."""
    with db.transaction("audit.verify", session):
        return session.scalar(select(func.max(AuditSeal.number))) or 0


class Walk:
    """A walk along the chain up to a seal that stood there when it began."""

    def __init__(self, findings: Findings, end: int) -> None:
        self.findings, self.end = findings, end
        self._key = vault.current().chain_key(make=False) if end else b""
        self._before, self._next, self._stamped = chain.START, 1, False

    def along(self, session: Session, progress: Callable[[int], None]) -> None:
        """Look at every seal and its event; `progress` is told how many more were seen."""
        for page in chain_pages.seals(session, self.end):
            for row in page:
                self._look(row)
            progress(len(page))
        self.findings.close()

    def rest(self, session: Session) -> Loose:
        """Look at the events that have no seal yet."""
        count, oldest = 0, None
        for page in chain_pages.unsealed(session):
            for event in page:
                if isinstance(event, Unreadable) or not self._written_by_tracer(event):
                    number = event.number if isinstance(event, Unreadable) else event.id
                    self.findings.add(Wrong.LOOSE, number)
                    continue
                count, oldest = count + 1, event.at if oldest is None else min(oldest, event.at)
        self.findings.close()
        return Loose(count, oldest)

    def _look(self, row: Any) -> None:
        if row.number < self._next:
            self.findings.add(Wrong.EXTRA, row.number)
            return
        if row.number > self._next:
            self.findings.add(Wrong.NO_SEAL, self._next, row.number - 1)
        wrong, event = (Wrong.UNREADABLE, None) if isinstance(row, Unreadable) else (self._wrong(row), row.event_id)
        if wrong is not None:
            self.findings.add(wrong, row.number, event=event)
        self._next = row.number + 1
        # From here on as the table says, so that one fault is found once and the next one too.
        self._before = row.hash if not isinstance(row, Unreadable) and isinstance(row.hash, bytes) else chain.START

    def _wrong(self, row: Any) -> Wrong | None:
        if row.id is None:
            return Wrong.NO_EVENT
        try:
            content = chain.content_of(row)
            fits = chain.seal(self._key, self._before, row.number, row, content) == row.hash
            ours = self._written_by_tracer(row, content)
        except (AttributeError, TypeError, ValueError):
            return Wrong.UNREADABLE
        if fits:
            return None if ours else Wrong.FORGED
        return Wrong.UNFIT if ours else Wrong.EDITED

    def _written_by_tracer(self, event: Any, content: bytes | None = None) -> bool:
        """Stamped; or from before there were stamps, which is before any event that has one."""
        if event.stamp is None:
            return not self._stamped
        ours = chain.is_stamped(event, content)
        self._stamped = self._stamped or ours
        return ours


def copies(session: Session, findings: Findings) -> None:
    """Events that are one event written twice: a stamp cannot be made, but it can be copied."""
    twice = select(func.min(AuditEvent.id), func.max(AuditEvent.id)).where(AuditEvent.stamp.is_not(None))
    twice = twice.group_by(AuditEvent.stamp).having(func.count() > 1).limit(_MOST_COPIES)
    with db.transaction("audit.verify", session):
        for one, other in session.execute(twice):
            findings.note(f"Events {one} and {other} are one event, written twice. One of them is a copy.")


def triggers(session: Session, findings: Findings) -> None:
    """What should refuse every change of the audit, and is not there."""
    with db.transaction("audit.verify", session):
        for table in TABLES:
            for name in append_only.missing(session, table):
                findings.note(f"{table}: the trigger {name}, which refuses every change, is missing or switched off.")
