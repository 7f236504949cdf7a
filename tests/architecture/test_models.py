"""Every table stands under a row rule, or is declared open; a new one cannot escape."""

from pathlib import Path
from typing import Any, cast

import pytest

from tests.site import Site
from tracer import db
from tracer.access import rows
from tracer.app import create_app
from tracer.migrations import runner
from tracer.models import Case


def test_every_model_is_declared() -> None:
    """In ROWS or OPEN, never in both."""
    assert rows.undeclared() == []
    assert not set(rows.ROWS) & rows.OPEN


def test_an_undeclared_model_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app names it and refuses to start."""
    monkeypatch.delitem(cast("dict[Any, Any]", rows.ROWS), Case)
    with pytest.raises(RuntimeError, match="Case"):
        create_app({"TRACER_INSTANCE": str(tmp_path)})
    db.dispose()


def test_migrated_schema_equals_models(site: Site) -> None:
    """What the migrations make is what the models say."""
    assert site.app is not None
    runner.check(db.engine("system"))
