"""Receiving a batch on somebody's behalf: it is kept in sealed pieces until a worker loads it.

To load is to match people across everything, which nobody who sends a file may see. So a web process only puts the
file where a worker finds it, in the database that the two share, and has no right to read it back.
"""

import hashlib
from datetime import datetime
from typing import IO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.casework import intake
from tracer.faults import Invalid
from tracer.ids import new_id
from tracer.models import Intake, IntakePiece, IntakeState, IntakeUpload
from tracer.schemas import batch_map as maps
from tracer.schemas.batch_map import BatchMap
from tracer.tables import TableFault, glance

_PIECE = 1 << 20
# Batches of one sender that have not been loaded. A laboratory's hourly file is two dozen a day.
MOST_WAITING = 50


def receive(
    session: Session,
    stream: IO[bytes],
    *,
    name: str,
    now: datetime,
    map_name: str = "",
    map_toml: str = "",
    disease: str = "",
    received_by: UUID | None = None,
) -> Intake:
    """Take a file in, inside a transaction: the whole of it waits to be loaded, or it is refused with the reason.

    Refused at once is what its first bytes tell; the rest is for the worker to find. Invalid where the map or the
    disease cannot be used, or MOST_WAITING of theirs wait already. Memory does not grow with the file, which is read
    twice from its start.
    """
    _check_room(session, received_by)
    batch_map = maps.chosen(map_name, map_toml)
    taken = intake.new(name, batch_map, _digest(stream), now, disease=disease or None, received_by=received_by)
    session.add(taken)
    if fault := _fault(stream, batch_map):
        intake.refuse(taken, fault, now)
        session.flush()
        return taken
    document = {"map": map_name, "map_toml": map_toml}
    sealed = vault.current().seal(document, taken.id, now.date())
    session.add(IntakeUpload(intake_id=taken.id, sealed=sealed, tries=0, next_try_at=now))
    session.flush()
    _keep(session, stream, taken, now)
    return taken


def _check_room(session: Session, received_by: UUID | None) -> None:
    """A script that sends the same again and again fills no disk. What comes at one moment may be a few more."""
    if received_by is None:
        return
    query = select(func.count()).select_from(Intake).where(Intake.received_by_id == received_by)
    if (session.scalar(query.where(Intake.state == IntakeState.RECEIVED)) or 0) >= MOST_WAITING:
        full = f"{MOST_WAITING} of your batches wait to be loaded. Send this one again when one of them is."
        raise Invalid("This batch was not taken in.", {"file": full})


def _digest(stream: IO[bytes]) -> bytes:
    found = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(_PIECE):
        found.update(piece)
    return found.digest()


def _fault(stream: IO[bytes], batch_map: BatchMap) -> str | None:
    try:
        if table := glance(stream):
            batch_map.check_header(table.header)
            if table.whole:
                table.count()
    except TableFault as fault:
        return str(fault)
    return None


def _keep(session: Session, stream: IO[bytes], taken: Intake, now: datetime) -> None:
    """Seal the file piece by piece; each leaves the session when it is written."""
    stream.seek(0)
    number = 0
    while content := stream.read(_PIECE):
        piece_id = new_id()
        sealed = vault.current().seal_bytes(content, piece_id, now.date())
        piece = IntakePiece(id=piece_id, intake_id=taken.id, number=number, sealed=sealed)
        session.add(piece)
        session.flush()
        session.expunge(piece)
        number += 1
