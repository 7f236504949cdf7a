"""A month of 21,000 people at honest work and 20 thieves, through the evaluator that the worker uses.

Usage: scripts/simulate/watch [--people N] [--days N] [--seeds N,N,N]. Prints, for each thief, how many records they
had stolen when the first alert came and by which rule; and the false alarms a day over everybody else.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from random import Random
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[2]))

from scripts.simulate import work
from scripts.simulate.thieves import THIEVES
from scripts.simulate.work import DAY, HOUR, Worker
from tracer.watch import limits
from tracer.watch.evaluator import Evaluator
from tracer.watch.event import Event, Kind
from tracer.watch.finding import Finding
from tracer.watch.person import Person

TRACERS, LEADS = 40, 2  # in one team
TEAM = TRACERS + LEADS
GOAL_RECORDS, GOAL_FALSE = 50, 5.0
WHOLE = 21_000  # people; a smaller run is scaled to as many


@dataclass
class Stolen:
    """What one thief has got so far, and what found them."""

    habit: int
    records: set[int] = field(default_factory=set)
    caught: int | None = None
    rule: str = ""


@dataclass
class Tally:
    """The outcome of some teams."""

    events: int = 0
    alarms: Counter[str] = field(default_factory=Counter)
    thieves: list[Stolen] = field(default_factory=list)


class Team:
    """Forty tracers and two who lead them; it answers what the rules ask about the others."""

    def __init__(self, chance: Random, number: int, thieves: dict[int, int]) -> None:
        nights = chance.random() < 0.015
        roles = ["tracer"] * TRACERS + ["supervisor"] * LEADS
        self.workers = [work.hire(chance, number * TEAM + place, role, nights) for place, role in enumerate(roles)]
        for place in thieves:
            self.workers[place].first_day = 0
        self.people = {one.who: Person(one.who, number, one.role) for one in self.workers}
        self.thieves = {number * TEAM + place: Stolen(habit) for place, habit in thieves.items()}
        self.alarmed: dict[tuple[object, str], tuple[float, float]] = {}
        self.today: dict[object, tuple[float, float]] = {}
        self.usual_leads = [chance.randint(*work.REVIEWED) for _ in range(20)]

    def peers(self, person: Person) -> list[int]:
        """The others' records today; of a lead, what leads elsewhere open on a day."""
        if person.role != "tracer":
            return self.usual_leads
        others = (self.people[one.who] for one in self.workers if one.role == "tracer" and one.who != person.who)
        return [len(one.opened) for one in others if one.began > person.began - DAY / 2 and one.opened]

    def company(self, person: Person, at: float) -> int:
        """How many others are on a shift."""
        return sum(begin <= at <= end for who, (begin, end) in self.today.items() if who != person.who)


def one_day(chance: Random, team: Team, day: int, busy: float, tally: Tally, evaluator: Evaluator, since: int) -> None:
    """Everybody's events of one day, in the order of their time, through the evaluator."""
    there = [one for one in team.workers if one.works(day)]
    team.today = {one.who: work.interval(one, day) for one in there}
    events: list[Event] = []
    for one in there:
        events += work.day_of(chance, one, day, busy)
    theft: dict[int, int] = {}
    for who, stolen in team.thieves.items():
        if day >= since and stolen.caught is None and (worker := _worker(there, who)):
            taken = THIEVES[stolen.habit].steals(chance, who, day, *work.interval(worker, day))
            theft.update({event.id: event.record for event in taken if event.kind <= Kind.REVEAL})
            events += taken
    events.sort(key=lambda event: event.at)
    tally.events += len(events)
    for event in events:
        if event.id in theft:
            team.thieves[event.who].records.add(event.record)  # type: ignore[index]
        if found := evaluator.see(team.people[event.who], event):
            note(team, found, tally)
    for one in there:
        last = team.people[one.who].last
        if found := evaluator.waited(team.people[one.who], max(last, 1) + 2.5 * HOUR):
            note(team, found, tally)


def _worker(there: list[Worker], who: int) -> Worker | None:
    return next((one for one in there if one.who == who), None)


def note(team: Team, found: list[Finding], tally: Tally) -> None:
    """A thief is caught; an alert on anybody else is a false alarm.

    As in the service, what follows within a day is the same alert, and what was explained is not asked again for a
    fortnight unless there is twice as much of it.
    """
    for finding in found:
        thief = team.thieves.get(finding.who)  # type: ignore[call-overload]
        if thief is not None and thief.records:
            if thief.caught is None:
                thief.caught, thief.rule = len(thief.records), finding.rule
            continue
        key = finding.who, finding.rule
        at, score = team.alarmed.get(key, (0.0, 0.0))
        if finding.at - at > 14 * DAY or (finding.at - at > DAY and finding.score >= 2 * score):
            tally.alarms[finding.rule] += 1
            team.alarmed[key] = finding.at, finding.score


def teams(given: tuple[int, int, int, dict[int, int], int]) -> Tally:
    """One team's whole month."""
    seed, number, days, thieves, since = given
    chance = Random(seed * 1_000_003 + number)
    tally = Tally()
    team = Team(chance, number, thieves)
    evaluator = Evaluator(limits.read()[-1][1], team)
    for day in range(days):
        # The epidemic is the same for all: some days are busier, and the third week is a wave.
        busy = Random(seed * 7919 + day).uniform(0.7, 1.2) * (1.4 if 14 <= day < 21 else 1.0)
        one_day(chance, team, day, busy, tally, evaluator, since)
    tally.thieves = list(team.thieves.values())
    return tally


def run(seed: int, people: int, days: int, since: int = 7) -> Tally:
    """A month with one seed; the thieves begin on day `since`."""
    many = max(people // TEAM, 1)
    chance = Random(seed)
    placed: dict[int, dict[int, int]] = {}
    for habit, thief in enumerate(THIEVES):
        place = chance.randrange(TRACERS) if thief.role == "tracer" else TRACERS + chance.randrange(LEADS)
        team = chance.randrange(many)
        while place in placed.setdefault(team, {}):
            team, place = chance.randrange(many), place if thief.role != "tracer" else chance.randrange(TRACERS)
            if thief.role != "tracer":
                place = TRACERS + chance.randrange(LEADS)
        placed[team][place] = habit
    jobs = [(seed, number, days, placed.get(number, {}), since) for number in range(many)]
    total, started = Tally(), time.monotonic()
    with Pool(2) as pool:
        for done, part in enumerate(pool.imap_unordered(teams, jobs), 1):
            total.events += part.events
            total.alarms += part.alarms
            total.thieves += part.thieves
            if people > 1000 and (done % max(many // 20, 1) == 0 or done == many):
                print(
                    f"\r  {done}/{many} teams, {total.events:,} events, {time.monotonic() - started:.0f} s",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
    print(file=sys.stderr)
    return total


def report(seed: int, total: Tally, days: int) -> tuple[int, float]:
    """The table of one seed; how many that can be told were missed or late, and false alarms a day."""
    print(f"\nSeed {seed}: {total.events:,} events")
    print(f"{'habit':<46}{'records before':>15}  rule")
    late = 0
    for thief in sorted(total.thieves, key=lambda one: one.habit):
        habit = THIEVES[thief.habit]
        got = str(thief.caught) if thief.caught is not None else f"{len(thief.records)}, not caught"
        words = thief.rule if thief.caught is not None else habit.catches
        print(f"{habit.name:<46}{got:>15}  {words}")
        late += habit.told and (thief.caught is None or thief.caught >= GOAL_RECORDS)
    false = sum(total.alarms.values()) / days
    rules = ", ".join(f"{rule} {number / days:.2f}" for rule, number in total.alarms.most_common())
    print(f"False alarms a day: {false:.1f} ({rules or 'none'})")
    return late, false


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=21_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", default="1,2,3")
    given = parser.parse_args()
    outcomes = []
    for seed in map(int, given.seeds.split(",")):
        late, false = report(seed, run(seed, given.people, given.days), given.days)
        outcomes.append((late, false * WHOLE / given.people))
    late, false = max(one[0] for one in outcomes), max(one[1] for one in outcomes)
    told = sum(thief.told for thief in THIEVES)
    print(
        f"\nOf {told} habits that differ from work, late or missed at most {late}; "
        f"false alarms a day, of {WHOLE:,} people, at most {false:.1f}, "
        f"{mean(one[1] for one in outcomes):.1f} on average."
    )
    met = late == 0 and false <= GOAL_FALSE
    print(f"watch: {late} late and {false:.1f} false a day, goal 0 and {GOAL_FALSE:g}, {'met' if met else 'short'}")


if __name__ == "__main__":
    main()
