"""A loading process that is killed, and two that load at once: all of a batch or nothing, and once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import batches
from tests.batches import row, text
from tests.site import Site
from tracer.models import AuditEvent, Case, Intake, IntakeReject, Person, Task

ROOT = Path(__file__).parents[2]
ROWS = 3000


# Loads a file in chunks of 100 rows, and dies by SIGKILL when the given chunk is written.
KILLED = """
import os, signal, sys
from pathlib import Path
from tracer import clock
from tracer.app import create_app
from tracer.casework import intake, intake_job
from tracer.schemas.batch_map import BatchMap

create_app()
intake._CHUNK = 100
chunks = []

def progress(done, rows):
    chunks.append(done)
    if len(chunks) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

intake_job.receive(Path(sys.argv[1]), name="batch.csv", batch_map=BatchMap(), now=clock.now(), progress=progress)
"""


def run(site: Site, *command: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "TRACER_INSTANCE": str(site.instance), "TRACER_DATABASE_URL": site.url}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def start(site: Site, file: Path) -> "subprocess.Popen[bytes]":
    return run(site, sys.executable, "-m", "flask", "--app", "tracer.app", "intake", "load", str(file))


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


@pytest.mark.parametrize("chunk", [1, 16, 31])
def test_killed_in_the_middle_it_leaves_nothing(site: Site, batch: Path, chunk: int) -> None:
    killed = run(site, sys.executable, "-c", KILLED, str(batch), str(chunk))
    assert killed.wait(60) == -signal.SIGKILL, killed.communicate()
    killed.communicate()
    assert set(stored(site).values()) == {0}
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
