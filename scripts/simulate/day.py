"""A December-2020 day of work under Tracer's rules, under first come first served in each team, and by lot.

Usage: scripts/simulate/day [--people N] [--share S] [--seed N] [--chart FILE.svg]. 21,000 tracers, 38,555 cases and
70,510 contacts; `--share` is the part of these that comes in, `--people` how many tracers there are (by default the
same part). All rules meet the same people with the same luck. Prints what each came to, and how the day went by hour;
`--chart` also draws it. Ends with 1 where Tracer's rules are not better than both others in every measure.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[2]))

from scripts.simulate import day_chart, day_world
from scripts.simulate.day_engine import END, Engine
from scripts.simulate.day_others import Lot, Served
from scripts.simulate.day_tracer import Tracers
from scripts.simulate.day_world import CLOSES, DAY, OPENS, TRACERS, Person, World

RULES = {
    "Tracer": Tracers,
    "Tracer, nothing climbs": lambda world: Tracers(world, climb=None, lapse=60.0, name="Tracer, nothing climbs"),
    "first come, first served": Served,
    "by lot": Lot,
}


@dataclass(frozen=True)
class Outcome:
    """What one set of rules came to. Minutes are of calling hours; shares are per cent."""

    name: str
    used: float
    waited: float
    waited_most: float  # nine in ten waited less
    urgent_most: float
    cases: float
    contacts: float
    kept: float
    idle: float  # hours
    calls: float
    per_hour: float
    states: dict[str, int]
    faults: list[str]
    curve: list[tuple[float, float, int, int]]


# Measure, how it is said, and whether more is better.
SAID = (
    ("cases", "cases reached in 24 h, %", True),
    ("contacts", "contacts reached in 24 h, %", True),
    ("waited", "wait for the first try, minutes: median", False),
    ("waited_most", "  nine in ten less than", False),
    ("urgent_most", "  the most urgent, nine in ten less than", False),
    ("kept", "callbacks kept within 15 minutes, %", True),
    ("idle", "hours idle while work waited", False),
    ("calls", "calls to a household", False),
    ("per_hour", "people reached in 100 paid hours", True),
    ("used", "paid time that went into work, %", True),
)
# Utilisation is no merit by itself: whoever calls a household five times is busy.
COUNTS = tuple(name for name, _, _ in SAID if name != "used")


def run(given: tuple[str, int, int, float]) -> Outcome:
    """One set of rules over the world of a seed."""
    name, seed, people, share = given
    world = day_world.make(seed, people, share)
    rules = RULES[name](world)
    engine = Engine(world, rules)
    rules.engine = engine
    engine.run()
    return measure(world, engine)


def measure(world: World, engine: Engine) -> Outcome:
    """What a run came to, over the people of the first day."""
    told, first_day = engine.told, [one for one in world.people if one.at < DAY]
    able = [one for one in first_day if one.details]
    waits = sorted(_waited(one) for one in first_day if one.at < CLOSES)
    urgent = sorted(_waited(one) for one in first_day if one.at < CLOSES and one.urgency >= 30)
    missed = sum(piece.promised is not None and piece.promised + 15 < END for piece in told.pieces)
    reached = sum(one.reached is not None and one.reached < DAY for one in first_day)
    return Outcome(
        told.name,
        100 * told.worked / told.paid,
        _part(waits, 0.5),
        _part(waits, 0.9),
        _part(urgent, 0.9),
        _within([one for one in able if one.case]),
        _within([one for one in able if not one.case]),
        100 * told.kept / max(told.kept + told.late + missed, 1),
        told.idle_beside_work / 60,
        mean(told.calls.values()),
        6000 * reached / told.paid,
        dict(Counter(piece.state for piece in told.pieces)),
        engine.faults(),
        told.curve,
    )


def _waited(one: Person) -> float:
    return (END if one.first_try is None else one.first_try) - max(one.at, OPENS)


def _part(values: list[float], share: float) -> float:
    return values[int(share * (len(values) - 1))] if values else 0.0


def _within(people: list[Person]) -> float:
    return 100 * mean(one.reached is not None and one.reached - one.at <= DAY for one in people)


def compare(ours: Outcome, other: Outcome) -> list[str]:
    """The measures in which the other is better."""
    return [
        said.strip()
        for name, said, more in SAID
        if name in COUNTS and (getattr(other, name) - getattr(ours, name)) * (1 if more else -1) > 0.05
    ]


def report(outcomes: list[Outcome]) -> int:
    """The tables; how many measures Tracer's rules lost to one of the others."""
    print(f"\n{'':<42}" + "".join(f"{one.name:>25}" for one in outcomes))
    for name, said, _ in SAID:
        print(f"{said:<42}" + "".join(f"{getattr(one, name):>25,.1f}" for one in outcomes))
    print()
    print(day_chart.text([(one.name, one.curve) for one in outcomes]))
    for one in outcomes:
        print(f"{one.name}: {', '.join(f'{number:,} {state}' for state, number in sorted(one.states.items()))}")
        for fault in one.faults:
            print(f"  FAULT: {fault}")
    ours, lost = outcomes[0], 0
    for one in outcomes[2:]:
        worse = compare(ours, one)
        lost += len(worse)
        print(f"Against {one.name}: {'better in every measure' if not worse else 'worse in ' + '; '.join(worse)}")
    return lost + sum(len(one.faults) for one in outcomes)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=None)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    people, begun = given.people or round(TRACERS * given.share), time.monotonic()
    with Pool(2) as pool:
        outcomes = pool.map(run, [(name, given.seed, people, given.share) for name in RULES], chunksize=1)
    print(f"Seed {given.seed}: {people:,} tracers, {given.share:.0%} of the day ({time.monotonic() - begun:.0f} s)")
    lost = report(outcomes)
    if given.chart:
        given.chart.write_text(day_chart.svg([(one.name, one.curve) for one in outcomes]), encoding="utf-8")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
