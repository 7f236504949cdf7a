"""No file costs more than 200 MB of memory and 5 seconds of a processor to refuse (SECURITY, files in)."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tables import hostile, measured

MOST_MEMORY = 200


@pytest.mark.parametrize("make", hostile.FILES, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_within_bounds(make: Callable[[Path], None], tmp_path: Path) -> None:
    file = tmp_path / "sent"
    make(file)
    assert file.stat().st_size <= 210_000_000
    command = [sys.executable, measured.__file__, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    file.unlink()
    assert done.returncode == 0, done.stderr[-2000:]
    memory, seconds, said = done.stdout.strip().split("\t")
    print(f"{make.__name__}: {memory} MB, {seconds} s: {said}")
    assert hostile.FILES[make] in said
    assert float(memory) <= MOST_MEMORY, f"{memory} MB"
    assert float(seconds) <= measured.MOST_SECONDS, f"{seconds} s of processor time"
