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
from tests.conftest import FULL
from tests.site import Site
from tracer import clock
from tracer.casework import intake_receive
from tracer.models import AuditEvent, Case, Intake, IntakePiece, IntakeReject, IntakeUpload, Person, Task

ROOT = Path(__file__).parents[2]
ROWS = 3000


# Loads a file in chunks of 100 rows, and dies by SIGKILL when the given chunk is written.
KILLED = """
import os, signal, sys
from pathlib import Path
from tracer import clock
from tracer.app import create_app
from tracer import db
from tracer.access.system import system_session
from tracer.casework import intake
from tracer.schemas.batch_map import BatchMap

create_app()
intake._CHUNK = 100
chunks = []

def progress(done, rows):
    chunks.append(done)
    if len(chunks) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

with system_session() as session, db.transaction("intake.load", session):
    intake.load(
        session, Path(sys.argv[1]), name="batch.csv", batch_map=BatchMap(), now=clock.now(), progress=progress
    )
"""
# A worker that takes an intake up and dies by SIGKILL at a point of the way.
KILLED_WORKER = """
import os, signal, sys
from pathlib import Path
from tracer import vault
from tracer.app import create_app
from tracer.casework import intake, intake_queue
from tracer.delivery.intakes import Loader

create_app()
intake._CHUNK = 100
point = sys.argv[2]
chunks = []

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(_, __):
    def told(done, rows):
        chunks.append(done)
        if point == f"chunk {len(chunks)}":
            die()
    return told

if point == "taken":
    intake_queue.load = die
if point == "putting together":
    vault.Vault.open_bytes = die
if point == "before the commit":
    let_go = intake_queue._let_go
    intake_queue._let_go = lambda *given: (let_go(*given), die())
Loader._progress = progress
Loader(Path(sys.argv[1])).once()
"""
POINTS = ("taken", "putting together", "chunk 1", "chunk 16", "chunk 31", "before the commit")
# A web process that dies while it takes a file in.
KILLED_WEB = """
import os, signal, sys
from pathlib import Path
from tracer import clock, db
from tracer.app import create_app
from tracer.casework import intake_receive
from tracer.access.system import system_session

create_app()
intake_receive._PIECE = 1000
new_id, made = intake_receive.new_id, []

def counted():
    made.append(1)
    if len(made) == 50:
        os.kill(os.getpid(), signal.SIGKILL)
    return new_id()

intake_receive.new_id = counted
with system_session() as session, db.transaction("intake.receive", session), open(sys.argv[1], "rb") as stream:
    intake_receive.receive(session, stream, name="batch.csv", now=clock.now())
"""


def run(site: Site, *command: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "TRACER_INSTANCE": str(site.instance), **site.environ}
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


@pytest.mark.parametrize("chunk", [1, 16, 31] if FULL else [16])
def test_killed_in_the_middle_it_leaves_nothing(site: Site, batch: Path, chunk: int) -> None:
    killed = run(site, sys.executable, "-c", KILLED, str(batch), str(chunk))
    assert killed.wait(300) == -signal.SIGKILL, killed.communicate()
    killed.communicate()
    assert set(stored(site).values()) == {0}
    with start(site, batch) as again:
        said, faults = again.communicate(timeout=300)
    assert again.returncode == 2, faults
    assert f"{ROWS + 1:,} rows".encode() in said
    assert stored(site)["case_record"] == stored(site)["person"] == ROWS


def test_two_at_once_load_each_row_once(site: Site, batch: Path) -> None:
    with start(site, batch) as one, start(site, batch) as other:
        said = [process.communicate(timeout=300)[0] for process in (one, other)]
    assert [one.returncode, other.returncode] == [2, 2], said
    assert sorted(b"3,000 loaded" in words for words in said) == [False, True]
    assert stored(site)["case_record"] == stored(site)["person"] == ROWS
    assert batches.load(site, text(row(1))).joined == 1


def waiting(site: Site) -> list[int]:
    """How many pieces and uploads there are."""
    with site.system() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in (IntakePiece, IntakeUpload)]


def test_whatever_kills_the_worker_the_intake_is_loaded_once_or_still_waits(site: Site, batch: Path) -> None:
    with site.system("intake.receive") as session, batch.open("rb") as stream:
        intake_id = intake_receive.receive(session, stream, name="batch.csv", now=clock.now()).id
    before = waiting(site)
    for point in POINTS:
        killed = run(site, sys.executable, "-c", KILLED_WORKER, str(site.instance), point)
        assert killed.wait(300) == -signal.SIGKILL, (point, killed.communicate())
        killed.communicate()
        assert stored(site) == {**dict.fromkeys(stored(site), 0), "intake": 1}, point
        assert waiting(site) == before, point
    with site.system() as session:
        found = session.get_one(Intake, intake_id)
        assert (found.state.value, found.declared) == ("received", 0)
    with run(site, sys.executable, "-m", "flask", "--app", "tracer.app", "worker", "--once") as worker:
        assert worker.wait(300) == 0, worker.communicate()
    with site.system() as session:
        found = session.get_one(Intake, intake_id)
        assert (found.state.value, found.declared, found.loaded, found.rejected) == ("loaded", ROWS + 1, ROWS, 1)
    assert waiting(site) == [0, 0]
    assert stored(site)["case_record"] == ROWS
    assert not list(site.instance.glob("tmp*")), "no copy of the batch is left in the instance folder"


def test_a_file_that_is_half_received_is_not_there(site: Site, batch: Path) -> None:
    killed = run(site, sys.executable, "-c", KILLED_WEB, str(batch))
    assert killed.wait(300) == -signal.SIGKILL, killed.communicate()
    killed.communicate()
    assert waiting(site) == [0, 0]
    assert set(stored(site).values()) == {0}
