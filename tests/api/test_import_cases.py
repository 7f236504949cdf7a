"""scripts/import_cases.py as a laboratory runs it: a process of its own against a server that listens."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import batches, world
from tests.batches import row, text
from tests.serving import listening
from tests.site import Site
from tracer import clock
from tracer.casework import tokens
from tracer.delivery.intakes import Loader
from tracer.models import Case, Intake

SCRIPT = Path(__file__).parents[2] / "scripts/import_cases.py"
MAP = "[columns]\nrecord_id = 'id'\nfamily_name = 'surname'\nspecimen_date = 'taken'\n"
FOREIGN = "id,surname,taken\n1,Quillfeather,{day}\n"


@pytest.fixture
def server(site: Site) -> Iterator[str]:
    """The address of a server that listens."""
    with listening(site.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def worker(site: Site) -> Iterator[None]:
    """A worker that loads what waits."""
    stop = threading.Event()
    thread = threading.Thread(target=Loader(site.instance, stop).run)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def token(site: Site) -> str:
    """A token in force."""
    with site.system("token.add") as session:
        return tokens.add(session, "lab", world.account(session, "importer"), 9, clock.now())


def run(file: Path, server: str, token: str | None, *more: str) -> tuple[int, str, str]:
    """Exit code, what it printed, what it complained of."""
    environment = {key: value for key, value in os.environ.items() if key != "TRACER_TOKEN"}
    if token is not None:
        environment["TRACER_TOKEN"] = token
    command = [sys.executable, str(SCRIPT), str(file), "--server", server, *more]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def write(folder: Path, content: str, name: str = "batch.csv") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8", newline="")
    return file


def cases(site: Site) -> int:
    with site.system() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.usefixtures("worker")
def test_a_batch_arrives_whole_and_a_second_time_changes_nothing(
    site: Site, server: str, token: str, tmp_path: Path
) -> None:
    file = write(tmp_path, text(*(row(number) for number in range(1, 200))))
    assert run(file, server, token) == (0, "199 rows: 199 loaded, 0 joined, 0 rejected\n", "")
    assert run(file, server + "/", token) == (0, "199 rows: 0 loaded, 199 joined, 0 rejected\n", "")
    assert cases(site) == 199
    assert not list(tmp_path.glob("*.rejected.csv"))


@pytest.mark.usefixtures("worker")
def test_rejected_rows_are_written_beside_the_file(site: Site, server: str, token: str, tmp_path: Path) -> None:
    file = write(tmp_path, text(row(1), row(2, phone="ask mum"), row(3, email="=1+1")))
    code, said, _ = run(file, server, token)
    assert code == 2 and said.startswith("3 rows: 1 loaded, 0 joined, 2 rejected\n")
    header, first, second = (tmp_path / "batch.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("rejected_line,rejected_column,rejected_value,what_to_do,record_id,")
    assert first.startswith("3,phone,ask mum,") and second.startswith("4,email,'=1+1,")


@pytest.mark.usefixtures("worker")
def test_nothing_loaded_is_exit_code_one(site: Site, server: str, token: str, tmp_path: Path) -> None:
    assert run(write(tmp_path, text(row(1, specimen_date="soon"))), server, token)[0] == 1
    assert (tmp_path / "batch.csv.rejected.csv").exists()
    code, said, fault = run(write(tmp_path, "record_id,specimen_dat\n1,2\n"), server, token)
    assert (code, said) == (1, "") and "did you mean 'specimen_date'" in fault
    assert cases(site) == 0


@pytest.mark.usefixtures("worker")
def test_a_map_is_sent_along(site: Site, server: str, token: str, tmp_path: Path) -> None:
    mapped = write(
        tmp_path, '[columns]\nrecord_id = "id"\nfamily_name = "surname"\nspecimen_date = "taken"\n', "ours.toml"
    )
    file = write(tmp_path, FOREIGN.format(day=clock.today().isoformat()), "b\"'é.csv")
    code, said, fault = run(file, server, token, "--map", str(mapped), "--disease", "measles")
    assert (code, said) == (0, "1 row: 1 loaded, 0 joined, 0 rejected\n"), fault
    with site.system() as session:
        intake = session.scalars(select(Intake)).one()
    assert (intake.map_name, intake.disease) == ("ours", "measles")
    assert run(file, server, token, "--map", "nowhere")[2].startswith("Stopped: The map cannot be used.")


@pytest.mark.parametrize(
    ("given", "words"),
    [(None, "TRACER_TOKEN is not set"), ("", "TRACER_TOKEN is not set"), ("tracer_wrong", "token that is in force")],
)
def test_without_a_good_token_nothing_is_sent(
    site: Site, server: str, tmp_path: Path, given: str | None, words: str
) -> None:
    code, said, fault = run(write(tmp_path, text(row())), server, given)
    assert (code, said) == (1, "") and words in fault
    assert cases(site) == 0


@pytest.mark.parametrize(
    ("server_", "words"),
    [
        ("http://127.0.0.1:9", "cannot be reached"),
        ("ftp://tracer.example", "is no address of a server"),
        ("tracer.example", "is no address of a server"),
        ("http://tracer.example", "give an https address"),
    ],
)
def test_a_server_that_is_not_there_is_said_in_words(server_: str, words: str, tmp_path: Path) -> None:
    code, _, fault = run(write(tmp_path, text(row())), server_, "tracer_any")
    assert code == 1 and words in fault and "Traceback" not in fault


def test_a_missing_or_empty_file_is_said_in_words(tmp_path: Path) -> None:
    assert "No such file" in run(tmp_path / "none.csv", "http://127.0.0.1:9", "x")[2]
    assert "is empty" in run(write(tmp_path, ""), "http://127.0.0.1:9", "x")[2]


def test_without_a_worker_that_is_said_and_nothing_is_lost(site: Site, server: str, token: str, tmp_path: Path) -> None:
    file = write(tmp_path, text(row(1), row(2)))
    code, said, fault = run(file, server, token, "--patience", "0.3", "--wait", "0.03")
    assert (code, said) == (1, "")
    assert "no worker has taken it up" in fault and "not loaded yet" in fault
    assert cases(site) == 0
    assert batches.work(site) == 1
    assert cases(site) == 2


@pytest.mark.usefixtures("worker")
def test_what_only_the_worker_finds_is_said_with_exit_code_one(
    site: Site, server: str, token: str, tmp_path: Path
) -> None:
    file = write(tmp_path, text(*(row(number) for number in range(1, 4000))) + "LAB-X,only,three\n")
    code, said, fault = run(file, server, token)
    assert (code, said) == (1, "") and "Nothing was loaded. Line 4001" in fault
    assert cases(site) == 0
