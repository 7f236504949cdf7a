"""What the source must not say: ways round the row guard, second commits, personal paths."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "tracer"
# Ways to read or write that the row guard does not see; only these rooms may use them.
FORBIDDEN = {
    r"\.__table__": {"models", "access", "migrations"},
    r"\.connection\(\)": {"access", "migrations"},
    r"\.commit\(\)": {"db.py"},
    r"\btext\(\s*[\"']": {"models", "migrations"},
    r"\bSYSTEM\b": {"access"},
}


def _files() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "versions" not in path.parts]


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_only_these_rooms(pattern: str) -> None:
    """Each way round stands only where it may."""
    rooms = FORBIDDEN[pattern]
    found = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in _files()
        if path.relative_to(SOURCE).parts[0] not in rooms
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line) and not line.lstrip().startswith(("#", '"""')) and "import" not in line
        if not (pattern == r"\bSYSTEM\b" and not re.search(r"[=(,]\s*SYSTEM\b", line))
    ]
    assert found == []


def test_files_stay_short() -> None:
    """One noun each: no file over 250 lines, nearly all under 200."""
    lengths = {str(path): len(path.read_text().splitlines()) for path in _files()}
    assert max(lengths.values()) <= 250, lengths
    assert sum(length > 200 for length in lengths.values()) <= len(lengths) // 10
