"""A loading process that is killed, and two that load at once: all of a batch or nothing, and once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import batches
from tests.batches import row, text
from tests.site import Site
from tracer.models import AuditEvent, Case, Intake, IntakeReject, Person, Task

ROOT = Path(__file__).parents[2]
ROWS = 3000


def start(site: Site, file: Path) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "TRACER_INSTANCE": str(site.instance), "TRACER_DATABASE_URL": site.url}
    command = [sys.executable, "-m", "flask", "--app", "tracer.app", "intake", "load", str(file)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stored(site: Site) -> dict[str, int]:
    with site.system() as session:
        found = {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Person, Case, Task, Intake, IntakeReject)
        }
        loaded = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "intake.load")
        return found | {"audit_event": session.scalar(loaded) or 0}


@pytest.fixture
def batch(site: Site) -> Path:
    file = site.instance / "batch.csv"
    file.write_text(text(*(row(number) for number in range(1, ROWS + 1)), row(1)), encoding="utf-8")
    return file


@pytest.mark.parametrize("after", [0.9, 1.3, 1.7])
def test_killed_in_the_middle_it_leaves_nothing_or_all(site: Site, batch: Path, after: float) -> None:
    process = start(site, batch)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    found = stored(site)
    nothing = dict.fromkeys(found, 0)
    assert found == nothing or (found["case_record"], found["intake_reject"]) == (ROWS, 1)
    with start(site, batch) as again:
        said, faults = again.communicate(timeout=60)
    assert again.returncode == 2, faults
    assert f"{ROWS + 1:,} rows".encode() in said
    assert stored(site)["case_record"] == stored(site)["person"] == ROWS


def test_two_at_once_load_each_row_once(site: Site, batch: Path) -> None:
    with start(site, batch) as one, start(site, batch) as other:
        said = [process.communicate(timeout=60)[0] for process in (one, other)]
    assert [one.returncode, other.returncode] == [2, 2], said
    assert sorted(b"3,000 loaded" in words for words in said) == [False, True]
    assert stored(site)["case_record"] == stored(site)["person"] == ROWS
    assert batches.load(site, text(row(1))).joined == 1
