"""A December day's people: who works when and can do what, who has to be called, and how each of them answers.

Minutes from the midnight before the day. Every draw that a call depends on belongs to the person called and the number
of the try, so that the rules which are compared meet the same people with the same luck.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

DAY, HOUR = 1440.0, 60.0
OPENS, CLOSES = 8 * HOUR, 20 * HOUR
CASES, CONTACTS, TRACERS = 38_555, 70_510, 21_000  # 24-30 December 2020, a day

# Nine regions: their share of the people who work there, and how much more than that share they have to do (the wave
# of December 2020 stood in the south and east). Six area teams in each.
REGIONS = (
    ("London", 0.16, 1.9),
    ("South East", 0.16, 1.45),
    ("East", 0.11, 1.5),
    ("South West", 0.10, 0.6),
    ("West Midlands", 0.10, 0.8),
    ("East Midlands", 0.09, 0.7),
    ("North West", 0.13, 0.6),
    ("North East", 0.05, 0.6),
    ("Yorkshire", 0.10, 0.5),
)
AREAS = 6
# Hour of the day -> share of the arrivals: laboratories report at night and before noon, contacts follow the calls.
CASES_BY_HOUR = (2, 2, 2, 3, 4, 5, 6, 6, 6, 6, 7, 7, 6, 5, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2)
CONTACTS_BY_HOUR = (0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 10, 9, 9, 9, 9, 8, 8, 7, 5, 2, 1, 1, 0)
# Of those to be called; and of tracers who can.
LANGUAGES = {"pl": 0.02, "ur": 0.016, "ro": 0.014, "bn": 0.012, "pa": 0.01, "gu": 0.008, "ar": 0.006, "so": 0.004}
SPEAK = 1.6  # times as many tracers speak one, as people need it
SKILLS = {"clinical": (0.04, 0.12), "settings": (0.03, 0.09), "children": (0.02, 0.10)}
KNOWN = 0.7  # of such needs stand in the record; the others are heard when somebody answers
NO_DETAILS = 0.2  # of contacts (DOMAIN)
NEVER = 0.1  # never answer
ANSWERS = ((12 * HOUR, 0.5), (16 * HOUR, 0.47), (24 * HOUR, 0.6))  # until then: a try that is answered
ASKS = 0.12  # of those who answer ask to be called at another time
KEPT = 0.85  # are there when they are called at the time they asked for
SICK, GOES_SICK = 0.04, 0.01
SHIFTS = ((8, 16), (9, 17), (10, 18), (12, 20), (12, 20), (8, 16), (8, 12), (16, 20))


@dataclass(slots=True, eq=False)
class Person:
    """Somebody to call."""

    id: int
    case: bool
    household: int
    pool: int
    at: float  # when they came in
    urgency: int
    need: tuple[str | None, str | None]  # skill, language
    known: bool
    details: bool
    length: float  # of their call, minutes
    first_try: float | None = None
    reached: float | None = None


@dataclass(slots=True, eq=False)
class Tracer:
    """Somebody who calls: their team's chain of pools, what they can do, and their two days."""

    id: int
    chain: tuple[int, ...]  # area, region, root
    skills: frozenset[str]
    languages: frozenset[str]
    shifts: list[tuple[float, float]]
    sick_at: float | None = None

    def can(self, need: tuple[str | None, str | None]) -> bool:
        """Whether they can serve a need."""
        return (need[0] is None or need[0] in self.skills) and (need[1] is None or need[1] in self.languages)


@dataclass
class World:
    """All of it. Pools are numbered: the root is 0, then regions, then areas; `above` is a pool's parent."""

    tracers: list[Tracer]
    people: list[Person]
    above: dict[int, int] = field(default_factory=dict)

    @property
    def pools(self) -> list[int]:
        """Every pool."""
        return [0, *self.above]


def make(seed: int, tracers: int = TRACERS, scale: float | None = None) -> World:
    """Two days of arrivals, of which the first is looked at; the second is there so that it has a morning after."""
    chance, scale = Random(seed), tracers / TRACERS if scale is None else scale
    above: dict[int, int] = {}
    areas: list[list[int]] = []
    for region in range(1, len(REGIONS) + 1):
        above[region] = 0
    for region in range(1, len(REGIONS) + 1):
        areas.append([len(REGIONS) + (region - 1) * AREAS + place + 1 for place in range(AREAS)])
        above |= dict.fromkeys(areas[-1], region)
    heads = [share for _, share, _ in REGIONS]
    staff = [_tracer(chance, number, heads, areas) for number in range(tracers)]
    burden = {area: REGIONS[above[area] - 1][2] * chance.lognormvariate(0, 0.3) for row in areas for area in row}
    work = [heads[above[area] - 1] / AREAS * burden[area] for area in burden]
    people: list[Person] = []
    for day in range(2):
        _day(chance, day, round(CASES * scale), round(CONTACTS * scale), list(burden), work, people)
    return World(staff, people, above)


def _tracer(chance: Random, number: int, heads: list[float], areas: list[list[int]]) -> Tracer:
    region = chance.choices(range(len(heads)), heads)[0]
    spoken = {code for code, share in LANGUAGES.items() if chance.random() < share * SPEAK}
    skills = {skill for skill, (_, has) in SKILLS.items() if chance.random() < has}
    begin, end = chance.choice(SHIFTS)
    shifts = []
    for day in range(2):
        if chance.random() < 5 / 7 and chance.random() >= SICK:
            shifts.append((day * DAY + begin * HOUR, day * DAY + end * HOUR))
    sick = None
    if shifts and chance.random() < GOES_SICK:
        sick = chance.uniform(*shifts[0])
    chain = (chance.choice(areas[region]), region + 1, 0)
    return Tracer(number, chain, frozenset(skills), frozenset(spoken), shifts, sick)


def _day(
    chance: Random, day: int, cases: int, contacts: int, areas: list[int], work: list[float], people: list[Person]
) -> None:
    """Households come in with one to six cases; the contacts that these name come after, most of them at home."""
    many = list(accumulate(work))
    homes: list[tuple[int, int]] = []  # household, area
    new = (max((one.household for one in people), default=0)) + 1
    while cases > 0:
        home = (new, chance.choices(areas, cum_weights=many)[0])
        size = min(cases, chance.choices((1, 2, 3, 4, 5, 6), (78, 13, 5, 2, 1, 1))[0])
        begin = _moment(chance, day, CASES_BY_HOUR)
        for place in range(size):
            at = begin if place == 0 or chance.random() < 0.6 else _moment(chance, day, CASES_BY_HOUR)
            people.append(_person(chance, len(people), True, home, at))
        homes.append(home)
        cases, new = cases - size, new + 1
    while contacts > 0:
        number = min(contacts, chance.choices((1, 2, 3, 4, 5), (42, 27, 16, 10, 5))[0])
        home = chance.choice(homes)
        if chance.random() < 0.35:  # met elsewhere: another household, perhaps another area
            home = (new, home[1] if chance.random() < 0.8 else chance.choices(areas, cum_weights=many)[0])
            new += 1
        at = _moment(chance, day, CONTACTS_BY_HOUR)
        for _ in range(number):
            people.append(_person(chance, len(people), False, home, at))
        contacts -= number


def _moment(chance: Random, day: int, by_hour: tuple[int, ...]) -> float:
    return day * DAY + chance.choices(range(24), by_hour)[0] * HOUR + chance.random() * HOUR


def _person(chance: Random, number: int, case: bool, home: tuple[int, int], at: float) -> Person:
    skill = next((name for name, (share, _) in SKILLS.items() if chance.random() < share), None)
    spoken = chance.choices((*LANGUAGES, None), (*LANGUAGES.values(), 1 - sum(LANGUAGES.values())))[0]
    need = (skill, spoken)
    urgency = chance.choices((0, 10, 20, 30), (50, 30, 15, 5))[0] + (5 if case else 0)
    length = chance.lognormvariate(3.64, 0.3) + 6 if case else chance.lognormvariate(2.1, 0.35) + 3
    details = case or chance.random() >= NO_DETAILS
    return Person(number, case, home[0], home[1], at, urgency, need, chance.random() < KNOWN, details, length)


_BITS = (1 << 64) - 1


def luck(person: int, what: int) -> float:
    """A number in [0, 1) that belongs to one person and one question of theirs, whoever asks it and when."""
    one = (person * 0x9E3779B97F4A7C15 + what * 0xD1B54A32D192ED03 + 0x2545F4914F6CDD1D) & _BITS
    one = ((one ^ one >> 30) * 0xBF58476D1CE4E5B9) & _BITS
    one = ((one ^ one >> 27) * 0x94D049BB133111EB) & _BITS
    return (one ^ one >> 31) / (1 << 64)
