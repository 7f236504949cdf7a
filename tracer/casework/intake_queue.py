"""The intakes that wait: a worker takes one, loads it in one transaction, and what waited is gone with it.

As SYSTEM. Whatever kills a worker, an intake is loaded exactly once or still waits: what it waits by is removed in
the transaction that loads it.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tracer import vault
from tracer.casework import intake
from tracer.models import Intake, IntakePiece, IntakeUpload
from tracer.schemas import batch_map as maps

# How often a fault that is not the file's may break a load off before somebody must look.
MOST_TRIES = 6
_FIRST_WAIT = timedelta(minutes=1)
_BROKE_OFF = (
    "Loading broke off again and again, and the file does not say why. Nothing of it was loaded. Tell whoever runs "
    "Tracer: the worker's log has the reason. Then send the file again."
)


def take(session: Session, now: datetime) -> UUID | None:
    """The intake to load next, marked as taken; None where none waits, or another one is being loaded.

    The caller commits before it loads, so that a file that a worker dies of is counted.
    """
    query = select(IntakeUpload).where(IntakeUpload.next_try_at <= now)
    query = query.order_by(IntakeUpload.tries, IntakeUpload.intake_id).limit(1).with_for_update(skip_locked=True)
    upload = session.scalar(query)
    if upload is None or not intake.is_free(session):
        return None
    upload.tries += 1
    mark(session, upload.intake_id, now)
    return upload.intake_id


def load(session: Session, intake_id: UUID, folder: Path, now: datetime, progress: intake.Progress) -> bool:
    """Load an intake, or refuse it with the reason; False where another worker has it or had it.

    Its file is put together in a nameless file of `folder`, which is gone when this process is.
    """
    query = select(IntakeUpload).where(IntakeUpload.intake_id == intake_id).with_for_update(skip_locked=True)
    upload = session.scalar(query)
    if upload is None or not intake.is_free(session):
        return False
    taken = session.get_one(Intake, intake_id)
    chosen = vault.current().open(upload.sealed, intake_id)
    with _put_together(session, taken, folder) as path:
        batch_map = maps.chosen(chosen["map"], chosen["map_toml"])
        intake.load_into(session, taken, path, batch_map=batch_map, now=now, progress=progress)
    _let_go(session, upload)
    return True


def mark(session: Session, intake_id: UUID, now: datetime | None, done: int = 0, rows: int | None = None) -> None:
    """Write on an intake that a worker is at it now, and how far; None: that no worker is.

    Not on record: a receipt says when it was received and finished, and the audit who loaded it.
    """
    values = {"worked_at": now, "rows_done": done, "rows": rows}
    session.execute(update(Intake).where(Intake.id == intake_id).values(values))


def wait_not(session: Session) -> None:
    """Let this transaction fail rather than wait long for another: how far a load is may go unsaid."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.set_config("lock_timeout", "2s", True)))


def broke_off(session: Session, intake_id: UUID, now: datetime) -> None:
    """A load failed for a reason of ours: it is tried again later, each time after twice as long, and then no more."""
    query = select(IntakeUpload).where(IntakeUpload.intake_id == intake_id).with_for_update(skip_locked=True)
    upload = session.scalar(query)
    if upload is None:
        return
    mark(session, intake_id, None)
    if upload.tries < MOST_TRIES:
        upload.next_try_at = now + _FIRST_WAIT * 2 ** (upload.tries - 1)
        return
    intake.refuse(session.get_one(Intake, intake_id), _BROKE_OFF, now)
    _let_go(session, upload)


def _let_go(session: Session, upload: IntakeUpload) -> None:
    session.execute(delete(IntakePiece).where(IntakePiece.intake_id == upload.intake_id))
    session.delete(upload)
    session.flush()


@contextmanager
def _put_together(session: Session, taken: Intake, folder: Path) -> Iterator[Path]:
    """The file as it was sent, for as long as it is read. RuntimeError where a piece is missing or another's."""
    pieces = select(IntakePiece.id, IntakePiece.sealed).where(IntakePiece.intake_id == taken.id)
    found, number = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=folder) as file:
        while piece := session.execute(pieces.where(IntakePiece.number == number)).one_or_none():
            content = vault.current().open_bytes(piece.sealed, piece.id)
            found.update(content)
            file.write(content)
            number += 1
        file.flush()
        if found.digest() != taken.digest:
            raise RuntimeError("The pieces of this intake do not make the file that was sent.")
        yield Path(f"/proc/self/fd/{file.fileno()}")
