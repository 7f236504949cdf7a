"""The forecast tried on every past day of a file, beside the forecasts that take no thought.

Usage: scripts/prove/forecast FILE [--date COLUMN] [--count COLUMN] [--by COLUMN]. FILE is a CSV with a row for each day
(`date`, `count`, and perhaps a column that names the series), or a line list: without a column of that name, rows
are counted by their date, and the thin first and last 2 % are left off. From each day on that has six weeks
before it, the next 14 days are forecast from those before it alone, and held against what came.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tracer.forecast import backtest, daily, spread

_TAIL = 0.02


def read(path: Path, on: str, number: str, by: str) -> dict[str, list[float]]:
    """The daily counts of each series, without gaps."""
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        names = rows.fieldnames or []
        if on not in names:
            sys.exit(f"{path} has no column {on!r}. It has: {', '.join(names)}. Name the one with --date.")
        for row in rows:
            if row[on]:
                series = row[by] if by in names else path.stem
                counts[series][date.fromisoformat(row[on])] += int(row[number]) if number in names else 1
    whole = number in names
    return {series: _days(some, 0.0 if whole else _TAIL) for series, some in counts.items()}


def _days(counts: Counter[date], tail: float) -> list[float]:
    total, passed = sum(counts.values()), 0
    inside = []
    for day in sorted(counts):
        passed += counts[day]
        if tail * total < passed <= (1 - tail) * total or not tail:
            inside.append(day)
    length = (inside[-1] - inside[0]).days + 1 if inside else 0
    return [float(counts[inside[0] + timedelta(days=place)]) for place in range(length)]


def report(series: str, counts: list[float]) -> int:
    """The table of one series; by how many of the naive forecasts it was beaten in any measure."""
    tries = len(backtest.origins(counts))
    if tries < 1:
        print(f"\n{series}: {len(counts)} days are too few ({backtest.FROM + daily.HORIZON} at least).")
        return 0
    print(f"\n{series}: {len(counts)} days, {tries} forecasts of {daily.HORIZON} days")
    print(f"{'':<26}{'MAE':>10}{'days 1-7':>10}{'days 8-14':>10}{'MASE':>8}{'sMAPE %':>9}")
    ours, *naive = backtest.scores(counts)
    for one in (ours, *naive):
        print(
            f"{one.name:<26}{one.mae:>10,.1f}{one.first_week:>10,.1f}{one.second_week:>10,.1f}"
            f"{one.mase:>8.2f}{one.smape:>9.1f}"
        )
    measures = {"mae": "MAE", "first_week": "days 1-7", "second_week": "days 8-14", "mase": "MASE", "smape": "sMAPE"}
    better = {
        other.name: [said for name, said in measures.items() if getattr(other, name) < getattr(ours, name)]
        for other in naive
    }
    for name, where in better.items():
        if where:
            print(f"  {name} is better in: {', '.join(where)}")
    held = backtest.coverage(counts)
    if held:
        print(
            f"  The range of {spread.SHARE:.0%} held {held.percent:.0f} % of {held.days:,} days; "
            f"its high end is {held.width:.1f} times its low end on the mean."
        )
    return sum(bool(where) for where in better.values())


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--date", default="date")
    parser.add_argument("--count", default="count")
    parser.add_argument("--by", default="site_type")
    given = parser.parse_args()
    beaten = [report(*one) for one in sorted(read(given.file, given.date, given.count, given.by).items())]
    lost = sum(map(bool, beaten))
    said = f"In {lost} of {len(beaten)} series a naive forecast was better in some measure: see there."
    print(f"\n{said}" if lost else f"\nNo naive forecast was better in any measure, in {len(beaten)} series.")


if __name__ == "__main__":
    main()
