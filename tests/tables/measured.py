"""Reads a file to its end in a process of its own, and says what that took: `python measured.py FILE`.

Prints the words of the refusal, or the number of rows; the most memory (MB) above what the process had when it was
ready to read; and the seconds of processor time. The kernel ends it after twice the time that a file may take.
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tracer.tables import TableFault, open_table

MOST_SECONDS = 5


def _memory() -> float:
    """The most that this process held so far; not `ru_maxrss`, in which the one that started it has a part."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(path: Path) -> None:
    """Read it."""
    resource.setrlimit(resource.RLIMIT_CPU, (2 * MOST_SECONDS, 2 * MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    memory, seconds = _memory(), _seconds()
    try:
        with open_table(path) as table:
            said = f"{table.count()} rows"
    except TableFault as fault:
        said = str(fault)
    print(f"{_memory() - memory:.0f}", f"{_seconds() - seconds:.2f}", said, sep="\t")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
