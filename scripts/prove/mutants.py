"""Takes each guard away in turn, and looks whether a test fails.

Usage: scripts/prove/mutants [--only FILE] [--sample N] [--near] [--list]. Each mutant (`guards.py`) runs in a process
of its own, forked with the libraries loaded, where an import hook puts the mutant in the module's place: nothing in
the tree is written. Tests run on SQLite first, on PostgreSQL for those that survive; two at a time; each stops at the
first failure. Ends with `mutants: N of M caught`, exit 0 when that is all.
"""

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from equivalent import EQUIVALENT
from guards import ROOT, Mutant, files, mutants

ABREAST, LONGEST = 2, 900.0
_PASSED = {0, 5}  # pytest: all passed, or none was chosen
_DECLARED = ("tests/architecture/test_routes.py", "tests/architecture/test_docs.py")
_ACCESS = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/access").glob("test_*.py")))
_MACHINE = "tests/access/test_machine.py"  # a minute of steps by chance: after what is surer
_QUICK = tuple(path for path in _ACCESS if path != _MACHINE)
_NEAR = (*_QUICK, "tests/architecture/test_models.py", *_DECLARED, "tests/web/test_records.py")
_FAR = ("tests/api", "tests/web", "tests/casework", "tests/cli", _MACHINE)
# The tests nearest to the guards first, then those that go through them; then all of it on PostgreSQL.
_STAGES = ((_NEAR, False), (_FAR, False), ((*_NEAR, *_FAR), True))
# Loaded once, before the forks: libraries, and what of Tracer stands below the guards.
_LIBRARIES = (
    *("flask", "flask_login", "flask_smorest", "flask_wtf", "argon2", "babel.dates", "phonenumbers", "pyxform"),
    *(
        "alembic.command",
        "webargs.flaskparser",
        "psycopg",
        "sqlalchemy.dialects.postgresql",
        "sqlalchemy.dialects.sqlite",
    ),
    *(
        "hypothesis.strategies",
        "_hypothesis_pytestplugin",
        "time_machine",
        "html5lib",
        "webargs.flaskparser",
        "openpyxl",
        "webargs.flaskparser",
    ),
    *("tracer.models", "tracer.db", "tracer.vault", "tracer.policy", "tracer.interview.library"),
)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that caught it, or none."""

    mutant: Mutant
    caught_by: str | None
    seconds: float


class Swap(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The import hook: one module comes from other text."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Ours, or nobody's."""
        if name != self.mutant.module:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(ROOT / self.mutant.path))
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """The mutant, under the name and place of the module."""
        exec(compile(self.mutant.source, str(ROOT / self.mutant.path), "exec"), vars(module))


def start(mutant: Mutant | None, tests: Sequence[str], log: Path, *, postgres: bool = False) -> int:
    """Begin the tests in a fork, with the mutant in place; its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        _be_child(mutant, tests, log, postgres)
    return child


def _be_child(mutant: Mutant | None, tests: Sequence[str], log: Path, postgres: bool) -> None:
    status = 70
    try:
        with log.open("wb") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        if mutant is not None:
            sys.meta_path.insert(0, Swap(mutant))
        if not postgres:
            os.environ.pop("TRACER_TEST_DATABASE_URL", None)
        import pytest

        only = ["-k", "postgresql"] if postgres else []
        only += ["-W", "ignore:Module already imported"]  # the forks share the libraries
        status = int(pytest.main(["-x", "-q", "--tb=line", "-m", "not browser", "-p", "no:xdist", *only, *tests]))
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
    began: float
    stages: list[tuple[tuple[str, ...], bool]]

    def start(self) -> int:
        """The next stage; its process id."""
        tests, postgres = self.stages.pop(0)
        if not self.mutant.guards:
            tests = tuple(test for test in tests if test not in _ACCESS)
        return start(self.mutant, tests, self.log, postgres=postgres)

    def verdict(self, status: int) -> Verdict | None:
        """What the end of its process says; None where another stage is still to come."""
        if status in _PASSED and self.stages:
            return None
        seconds = time.monotonic() - self.began
        return Verdict(self.mutant, None if status in _PASSED else _who(self.log, status), seconds)


def judge(found: Sequence[Mutant], folder: Path, stages: int) -> Iterator[Verdict]:
    """A few at a time, each given as it ends."""
    waiting, under_way = list(enumerate(found)), dict[int, Run]()
    while waiting or under_way:
        while waiting and len(under_way) < ABREAST:
            number, mutant = waiting.pop(0)
            run = Run(mutant, folder / f"{number}.log", time.monotonic(), list(_STAGES[:stages]))
            under_way[run.start()] = run
        child, status = ended(under_way)
        run = under_way.pop(child)
        if (said := run.verdict(status)) is None:
            under_way[run.start()] = run
        else:
            run.log.unlink()
            yield said


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
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", text, re.MULTILINE)
    return found[1] if found else "did not end" if status == -1 else "does not start"


def table(verdicts: Sequence[Verdict]) -> None:
    """For each file: how many were caught, survived, or make no difference."""
    counts: dict[str, Counter[str]] = {}
    for one in verdicts:
        counts.setdefault(one.mutant.path, Counter())[verdict(one)] += 1
    print(f"\n{'file':<36}{'killed':>8}{'survived':>10}{'equivalent':>12}")
    for path, found in counts.items():
        print(f"{path:<36}{found['killed']:>8}{found['survived']:>10}{found['equivalent']:>12}")
    for one in verdicts:
        if verdict(one) == "survived":
            print(f"survived: {one.mutant}")
        elif verdict(one) == "equivalent":
            print(f"equivalent: {one.mutant}: {EQUIVALENT[key(one.mutant)]}")


def key(mutant: Mutant) -> str:
    """A mutant's name without its line, which moves."""
    return f"{mutant.path} {mutant.what}"


def verdict(one: Verdict) -> str:
    """In a word."""
    if one.caught_by:
        return "killed"
    return "equivalent" if key(one.mutant) in EQUIVALENT else "survived"


def chosen() -> tuple[list[Mutant], int]:
    """The mutants that the arguments ask for, and how many stages they must live through."""
    parser = argparse.ArgumentParser(description="Takes each guard away in turn, and looks whether a test fails.")
    parser.add_argument("--only", default="", help="mutants of files whose path has this in it")
    parser.add_argument("--sample", type=int, default=0, help="so many, by chance")
    parser.add_argument("--near", action="store_true", help="only the nearest tests, while writing them")
    parser.add_argument("--list", action="store_true", help="name them and stop")
    given = parser.parse_args()
    found = [one for path in files() if given.only in str(path) for one in mutants(path)]
    if given.sample:
        found = random.Random().sample(found, min(given.sample, len(found)))
    if given.list:
        print("\n".join(str(one) for one in found))
        sys.exit()
    return found, 1 if given.near else len(_STAGES)


def main() -> int:
    """Run them."""
    found, stages = chosen()
    sys.path.insert(0, str(ROOT))
    for name in _LIBRARIES:
        __import__(name)
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder / "pycache")
        os.environ["TRACER_TEST_TEMPLATES"] = str(folder / "templates")
        Path(os.environ["TRACER_TEST_TEMPLATES"]).mkdir()
        started = time.monotonic()
        child = start(None, _NEAR, folder / "whole.log")
        if os.waitpid(child, 0)[1]:
            print((folder / "whole.log").read_text(), "\nThe tests fail without any mutant: mend that first.", sep="")
            return 2
        print(f"{len(found)} mutants; the nearest tests take {time.monotonic() - started:.0f} s", flush=True)
        verdicts = []
        for one in judge(found, folder, stages):
            verdicts.append(one)
            said = one.caught_by or verdict(one).upper()
            print(f"{len(verdicts)}/{len(found)} {one.seconds:.0f} s {one.mutant}: {said}", flush=True)
    verdicts.sort(key=lambda one: (one.mutant.path, one.mutant.line))
    table(verdicts)
    counted = Counter(verdict(one) for one in verdicts)
    total = counted["killed"] + counted["survived"]
    print(f"mutants: {counted['killed']} of {total} caught")
    return int(counted["survived"] > 0)


if __name__ == "__main__":
    sys.exit(main())
