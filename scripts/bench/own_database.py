"""A database of a benchmark's own, on the server that TRACER_TEST_DATABASE_URL names, gone when it is over."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text


@contextmanager
def own_database() -> Iterator[tuple[Path, str]]:
    """A folder for the instance, and the URL of an empty database under the owner's login."""
    admin = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"tracer_bench_{uuid4().hex[:8]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder), admin.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
