"""Receiving a batch on somebody's behalf: the one verb of the web and the API that acts as SYSTEM.

An intake matches people across everything, which nobody who sends a file may see. Protected: the only
module of casework that may import `access.system`. Whoever calls must not have a transaction open, for on
SQLite this one would wait for it.
"""

import tempfile
import tomllib
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from tracer import db
from tracer.access.system import system_session
from tracer.casework import intake
from tracer.faults import Invalid
from tracer.schemas import batch_map as maps
from tracer.schemas.batch_map import BatchMap
from tracer.tables import TableFault


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
        return receive(path, name=name, batch_map=batch_map, now=now, disease=disease, received_by=received_by)


def chosen_map(name: str, text: str = "") -> BatchMap:
    """The map that a sender chose: a shipped one by name, or one of their own by its text; neither is our columns.

    Invalid says what is wrong with it.
    """
    try:
        if text.strip():
            return maps.from_document(tomllib.loads(text), name or "sent with the file")
        return maps.shipped(name) if name else BatchMap()
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The map cannot be used.", {"map_toml": f"The map is not TOML: {error}."}) from error
    except TableFault as fault:
        raise Invalid("The map cannot be used.", {"map_toml" if text.strip() else "map": str(fault)}) from fault
