"""A site as in production, where everybody owes a second factor."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import Templates
from tests.proving import PRODUCTION
from tests.site import Site
from tracer import db


def production(instance: Path, url: str, more: Mapping[str, str] | None = None) -> Site:
    """A site in production. It does not start on SQLite, but what is asked at sign-in must hold there too."""
    (instance / "keys" / "demo-secret").unlink(missing_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        if url.startswith("sqlite"):
            patch.setattr("tracer.access.logins.check", lambda _: None)
        return Site(instance, url, {**PRODUCTION, **(more or {})})


@pytest.fixture
def strict(database: str, templates: Templates, tmp_path: Path) -> Iterator[Site]:
    """Tracer, organised, in production, at http://localhost."""
    url = templates.copy(database, tmp_path)
    yield production(tmp_path, url)
    db.dispose()
    templates.drop(url)
