"""The limits: dated, overridden by an instance, and faults named."""

from datetime import date
from pathlib import Path

import pytest

from tracer.watch import limits


def test_an_override_is_laid_over_from_its_day(tmp_path: Path) -> None:
    path = tmp_path / "watch.toml"
    path.write_text("[[limits]]\nfrom = 2026-03-01\nhour_outside = 12\n")
    sets = limits.read(path)
    assert limits.on(sets, date(2026, 2, 28)).hour_outside == 30
    assert limits.on(sets, date(2026, 3, 1)).hour_outside == 12
    assert limits.on(sets, date(2026, 3, 1)).hour_outside_hard == 50


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[limits]]\nfrom = 2026-03-01\nhour_outsid = 12\n", "hour_outsid"),
        ("[[limits]]\nfrom = 2026-03-01\nhour_outside = -1\n", "hour_outside"),
        ("[[limits]]\nhour_outside = 1\n", "from"),
        ("limits", "watch.toml"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "watch.toml"
    path.write_text(text)
    with pytest.raises(limits.LimitsFault, match=words):
        limits.read(path)
