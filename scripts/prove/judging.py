"""A mutant before the tests: each in a process of its own, forked before anything that it changes is loaded.

What caught others of its file goes first, then the tests that have its name: a stage stops at its first failure, and
one that survives has been through all of them.
"""

import contextlib
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guards import ROOT, Mutant
from swap import Swap

LONGEST = 3600.0  # seconds of one stage
_NOT_BEGUN = 4
_PASSED = {0, 5}  # pytest: all passed, or none was chosen
DECLARED = ("tests/architecture/test_routes.py", "tests/architecture/test_docs.py")
_ACCESS = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/access").glob("test_*.py")))
_MACHINE = "tests/access/test_machine.py"  # a minute of steps by chance: after what is surer
_QUICK = tuple(path for path in _ACCESS if path != _MACHINE)
NEAR = (*_QUICK, "tests/architecture/test_models.py", *DECLARED, "tests/web/test_records.py")
FAR = ("tests/api", "tests/web", "tests/casework", "tests/cli", _MACHINE)
SQLITE, POSTGRES, BOTH = "sqlite", "postgresql", ""
# The tests nearest to the guards first, then those that go through them; then all of it on PostgreSQL.
STAGES = ((NEAR, SQLITE), (FAR, SQLITE), ((*NEAR, *FAR), POSTGRES))
# Loaded once, before the forks: libraries, and what of Tracer stands below the guards.
LIBRARIES = (
    *("flask", "flask_login", "flask_smorest", "flask_wtf", "argon2", "babel.dates", "phonenumbers", "pyxform"),
    *("alembic.command", "webargs.flaskparser", "psycopg", "html5lib", "openpyxl", "time_machine"),
    *("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite"),
    *("hypothesis.strategies", "_hypothesis_pytestplugin"),
    *("tracer.models", "tracer.db", "tracer.vault", "tracer.policy", "tracer.interview.library"),
)
MOST = 8  # of those that caught others of the file, the last first: what stands together is caught together

Stage = tuple[tuple[str, ...], str]  # the tests, and the database they run on


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that caught it, or none."""

    mutant: Mutant
    caught_by: str | None
    seconds: float


def start(mutant: Mutant | None, tests: Sequence[str], log: Path, database: str = SQLITE) -> int:
    """Begin the tests in a fork, with the mutant in place; its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        _be_child(mutant, tests, log, database)
    return child


def _be_child(mutant: Mutant | None, tests: Sequence[str], log: Path, database: str) -> None:
    status = 70
    try:
        with log.open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        if mutant is not None:
            sys.meta_path.insert(0, Swap(mutant))
        if database == SQLITE:
            os.environ.pop("TRACER_TEST_DATABASE_URL", None)
        import pytest

        only = ["-k", POSTGRES] if database == POSTGRES else []
        only += ["-W", "ignore:Module already imported"]  # the forks share the libraries
        status = int(
            pytest.main(
                ["-x", "-q", "--tb=line", "--assert=plain", "-m", "not browser", "-p", "no:xdist", *only, *tests]
            )
        )
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


@dataclass
class Run:
    """A mutant under way through the stages."""

    mutant: Mutant
    log: Path
    stages: list[Stage]
    spent: float = 0.0
    began: float = 0.0

    def start(self) -> int:
        """The next stage; its process id."""
        tests, database = self.stages.pop(0)
        if not self.mutant.guards:
            tests = tuple(test for test in tests if test not in _ACCESS)
        self.began = time.monotonic()
        return start(self.mutant, tests, self.log, database)

    def verdict(self, status: int) -> Verdict | None:
        """What the end of its process says; None where another stage is still to come."""
        self.spent += time.monotonic() - self.began
        # A name that is not there ends pytest as a mutant does that breaks the start: only the last stage tells.
        if status in {*_PASSED, _NOT_BEGUN} and self.stages:
            return None
        return Verdict(self.mutant, None if status in _PASSED else _who(self.log, status), self.spent)


def judge(found: Sequence[Mutant], folder: Path, abreast: int, near: bool) -> Iterator[Verdict]:
    """A few at a time, each given as it ends."""
    waiting, under_way, killers = list(enumerate(found)), dict[int, Run](), dict[str, list[str]]()
    while waiting or under_way:
        while waiting and len(under_way) < abreast:
            number, mutant = waiting.pop(0)
            run = Run(mutant, folder / f"{number}.log", _stages(mutant, near, killers))
            under_way[run.start()] = run
        child, status = ended(under_way)
        run = under_way.pop(child)
        if (said := run.verdict(status)) is None:
            under_way[run.start()] = run
        else:
            run.log.unlink()
            if said.caught_by and "::" in said.caught_by:
                killers.setdefault(run.mutant.path, [])[:0] = [said.caught_by]
            yield said


def _stages(mutant: Mutant, near: bool, killers: Mapping[str, list[str]]) -> list[Stage]:
    """What caught others of the file and the tests that name it, on both databases; then the nearest, and all."""
    known = list(dict.fromkeys(killers.get(mutant.path, [])))
    quick, slow = ([name for name in known if (POSTGRES in name) == on][:MOST] for on in (False, True))
    named = _naming(Path(mutant.path).stem)
    declared = [] if mutant.guards else list(DECLARED)
    first = [(quick, SQLITE), (declared, SQLITE), (named, SQLITE), (slow, BOTH), (named, POSTGRES)]
    return [*((tuple(tests), where) for tests, where in first if tests), *STAGES[: 1 if near else None]]


@cache
def _naming(stem: str) -> list[str]:
    """The tests that are called as a module is, or import it."""
    imported = re.compile(rf"^from tracer\.access(?:\.{stem}\b| import .*\b{stem}\b)", re.MULTILINE)
    files = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "browser" not in path.parts]
    named = [path for path in files if path.name == f"test_{stem}.py"]
    named += [path for path in files if path not in named and imported.search(path.read_text())]
    return [str(path.relative_to(ROOT)) for path in named]


def ended(under_way: Mapping[int, Run]) -> tuple[int, int]:
    """The first of these processes to end, and its status; -1 for one that had to be ended."""
    while True:
        for child, run in under_way.items():
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return child, os.waitstatus_to_exitcode(status)
            if time.monotonic() - run.began > LONGEST:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return child, -1
        time.sleep(0.05)


def _who(log: Path, status: int) -> str:
    text = log.read_text(errors="replace")
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", text, re.MULTILINE)
    return found[1] if found else "did not end" if status == -1 else "does not start"
