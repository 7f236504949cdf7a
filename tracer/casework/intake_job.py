"""Receiving a batch on somebody's behalf: the one verb of the web and the API that acts as SYSTEM.

An intake matches people across everything, which nobody who sends a file may see. Protected: the only
module of casework that may import `access.system`. Whoever calls must not have a transaction open, for on
SQLite this one would wait for it.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from tracer import db
from tracer.access.system import system_session
from tracer.casework import intake
from tracer.schemas.batch_map import BatchMap


def receive(
    path: Path,
    *,
    name: str,
    batch_map: BatchMap,
    now: datetime,
    disease: str | None = None,
    received_by: UUID | None = None,
    progress: intake.Progress = lambda done, rows: None,
) -> UUID:
    """Load a batch in a transaction of its own and give the intake's id; loaded or refused, it has a receipt."""
    with system_session() as session, db.transaction("intake.load", session):
        return intake.load(
            session,
            path,
            name=name,
            batch_map=batch_map,
            now=now,
            disease=disease,
            received_by=received_by,
            progress=progress,
        ).id


def receive_upload(
    stream: IO[bytes],
    folder: Path,
    *,
    name: str,
    batch_map: BatchMap,
    now: datetime,
    disease: str | None,
    received_by: UUID | None,
) -> UUID:
    """The same from an upload, which is kept in a folder of ours only while it is read."""
    with tempfile.TemporaryDirectory(prefix="intake-", dir=folder) as place:
        path = Path(place) / "batch"
        with path.open("wb") as file:
            while piece := stream.read(1 << 20):
                file.write(piece)
        return receive(
            path, name=name, batch_map=batch_map, now=now, disease=disease, received_by=received_by
        )
