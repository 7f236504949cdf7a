"""Takes each guard away in turn, and looks whether a test fails.

Usage: scripts/prove/mutants [--only FILE] [--sample N] [--part K/N] [--but LOG] [--near] [--list]. Each mutant
(`guards.py`) runs in a process of its own, forked with the libraries loaded (`judging.py`). Tests run on SQLite first,
on PostgreSQL for those that survive. Ends with `mutants: N of M caught`, exit 0 when that is all.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from equivalent import EQUIVALENT
from guards import ROOT, Mutant, files, mutants
from judging import LIBRARIES, NEAR, Verdict, judge, start

# 7/1549 3.6 s tracer/access/cap.py:41 not: a < b: tests/access/test_cap.py::test_it[sqlite]
_CAUGHT = re.compile(r"^\d+/\d+ [\d.]+ s (\S+):\d+ (.+?): (?:tests/.+|did not end|does not start)$", re.MULTILINE)


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


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="Takes each guard away in turn, and looks whether a test fails.")
    parser.add_argument("--only", default="", help="mutants of files whose path has this in it")
    parser.add_argument("--sample", type=int, default=0, help="so many, by chance")
    parser.add_argument("--part", default="1/1", help="K/N: the K-th of N parts, which together are all")
    parser.add_argument("--abreast", type=int, default=2, help="so many at a time")
    parser.add_argument("--near", action="store_true", help="only the nearest tests, while writing them")
    parser.add_argument("--but", type=Path, help="without those that were caught by what a run before has printed")
    parser.add_argument("--list", action="store_true", help="name them and stop")
    return parser.parse_args()


def chosen(given: argparse.Namespace) -> list[Mutant]:
    """The mutants that the arguments ask for; those of a file stand together."""
    found = [one for path in files() if given.only in str(path) for one in mutants(path)]
    part, of = map(int, given.part.split("/"))
    found = found[len(found) * (part - 1) // of : len(found) * part // of]
    if given.but:
        caught = set(_CAUGHT.findall(given.but.read_text()))
        found = [one for one in found if (one.path, one.what) not in caught]
    if given.sample:
        taken = random.Random().sample(range(len(found)), min(given.sample, len(found)))
        found = [found[place] for place in sorted(taken)]
    return found


def run(found: Sequence[Mutant], folder: Path, given: argparse.Namespace) -> int:
    """All of them, each told as it ends; 1 where any survived."""
    began = time.monotonic()
    child = start(None, NEAR, folder / "whole.log")
    if os.waitpid(child, 0)[1]:
        print((folder / "whole.log").read_text(), "\nThe tests fail without any mutant: mend that first.", sep="")
        return 2
    print(f"{len(found)} mutants; the nearest tests take {time.monotonic() - began:.0f} s", flush=True)
    verdicts = list[Verdict]()
    for one in judge(found, folder, given.abreast, given.near):
        verdicts.append(one)
        said = one.caught_by or verdict(one).upper()
        print(f"{len(verdicts)}/{len(found)} {one.seconds:.1f} s {one.mutant}: {said}", flush=True)
    verdicts.sort(key=lambda one: (one.mutant.path, one.mutant.line))
    table(verdicts)
    counted = Counter(verdict(one) for one in verdicts)
    total = counted["killed"] + counted["survived"]
    print(f"{(time.monotonic() - began) / 60:.0f} minutes\nmutants: {counted['killed']} of {total} caught")
    return int(counted["survived"] > 0)


def main() -> int:
    """Run them."""
    given = arguments()
    found = chosen(given)
    if given.list:
        print("\n".join(str(one) for one in found))
        return 0
    sys.path.insert(0, str(ROOT))
    for name in LIBRARIES:
        __import__(name)
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder / "pycache")
        os.environ["TRACER_TEST_TEMPLATES"] = str(folder / "templates")
        Path(os.environ["TRACER_TEST_TEMPLATES"]).mkdir()
        return run(found, folder, given)


if __name__ == "__main__":
    sys.exit(main())
