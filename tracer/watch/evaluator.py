"""The evaluator: events in, findings out. It keeps each person's memory up to date and asks the rules."""

from collections.abc import Callable

from tracer.watch import rules
from tracer.watch.event import Event, Kind
from tracer.watch.finding import Finding
from tracer.watch.hours import london
from tracer.watch.limits import Limits
from tracer.watch.person import MOST_OPENED, NEVER, Opened, Person
from tracer.watch.surroundings import Shifts, Surroundings, UsualHours, learn, overtime

_HOUR, _DAY = 3600, 86_400


class Evaluator:
    """Asks the rules of each event; the limits are those in force on its day."""

    def __init__(self, limits: Limits, others: Surroundings, shifts: Shifts | None = None) -> None:
        self.limits, self.others = limits, others
        self.shifts: Shifts = shifts or UsualHours()
        self._gap = limits.shift_gap * 60
        self._wait = min(limits.idle_after, limits.reveal_after) * 60

    def see(self, person: Person, event: Event) -> list[Finding]:
        """One event of this person; what it leads to. Tens of millions pass here: what is dear is asked last."""
        at, kind = event.at, event.kind
        waiting = at >= person.look_at or at - person.last > self._gap
        found = self.waited(person, at) if waiting else []
        if not person.last:
            person.begin(at)
        _NOTE[kind](self, person, event)
        for rule in rules.OUTSIDE if not event.theirs and kind == Kind.READ else rules.BY_KIND[kind]:
            if (one := rule(person, event, self.limits, self.others)) is not None and self._news(person, one):
                found.append(one)
        if kind <= Kind.REVEAL and (one := self._shift(person, event)) is not None and self._news(person, one):
            found.append(one)
        person.last = max(person.last, at)
        return found

    def waited(self, person: Person, at: float) -> list[Finding]:
        """What waited too long for work, and a shift that ended; for people who do nothing more as well."""
        limits, found = self.limits, list[Finding | None]()
        found.append(rules.idle.pass_time(person, at, limits))
        found.append(rules.uncalled.pass_time(person, at, limits))
        due = person.due(limits.idle_after, limits.reveal_after)
        person.look_at = due if due is not None else NEVER
        if person.last and at - person.last > self._gap:
            found.append(rules.idle.end_shift(person, at, limits))
            person.begin(at)
            person.last = 0.0
        return [one for one in found if one is not None and self._news(person, one)]

    def _shift(self, person: Person, event: Event) -> Finding | None:
        hour = int(event.at // _HOUR)
        if hour == person.shift_hour:
            return None
        if self.shifts.on_shift(person, event.at, self.limits, self.others):
            person.shift_hour = hour
            learn(person, event.at)
            return None
        return None if overtime(person, event.at, self.limits) else rules.off_shift.see(person, event, self.limits)

    def _news(self, person: Person, finding: Finding) -> bool:
        """Whether it was not found lately, or has doubled since, or now asks for a suspension."""
        known = person.quiet.get(finding.rule)
        if known is not None:
            lately = finding.at - known[0] < self.limits.quiet * 60
            if lately and finding.score < 2 * known[1] and (known[2] or not finding.suspend):
                return False
        person.quiet[finding.rule] = [finding.at, finding.score, finding.suspend]
        return True

    def _read(self, person: Person, event: Event) -> None:
        hour = person.hour_theirs if event.theirs else person.hour_outside
        _latest(hour, event.record, event.at)
        _latest(person.hour_people, event.person, event.at)
        if event.record in person.opened or len(person.opened) >= MOST_OPENED:
            return
        person.opened[event.record] = Opened(event.at, event.id, event.theirs)
        if event.theirs:
            person.pending[event.record] = event.at
            person.look_at = min(person.look_at, event.at + self._wait)
        else:
            _outside(person, event)

    def _reveal(self, person: Person, event: Event) -> None:
        self._read(person, event)
        one = person.opened.get(event.record)
        if one is None or event.part in one.parts:
            return
        one.parts.append(event.part)
        person.many_parts += len(one.parts) == self.limits.parts
        if event.part.startswith("phone"):
            person.revealed.setdefault(event.record, [event.at, event.id])
            person.look_at = min(person.look_at, event.at + self._wait)

    def _work(self, person: Person, event: Event) -> None:
        person.pending.pop(event.record, None)
        person.revealed.pop(event.record, None)
        one = person.opened.get(event.record)
        if one is None or one.worked:
            return
        one.worked = True
        if one.event in person.idle:  # late, but worked on
            person.idle.remove(one.event)

    def _return(self, person: Person, event: Event) -> None:
        one = person.opened.get(event.record)
        if one is not None and not one.worked:
            person.swept.append([event.at, event.id])

    def _lookup(self, person: Person, event: Event) -> None:
        old = event.at - self.limits.lookup_days * _DAY
        person.lookups = [one for one in person.lookups if one[0] > old][-100:]
        person.lookups.append([event.at, event.id, event.found])


def _latest(window: dict[int, float], key: int, at: float) -> None:
    """Put a key at the end of an hour's window, and drop from its head what is older than an hour."""
    window.pop(key, None)
    window[key] = at
    old = at - _HOUR
    while (first := next(iter(window))) != key and window[first] <= old:
        del window[first]


def _outside(person: Person, event: Event) -> None:
    """Count a record outside any task on its day; seven days are kept."""
    day, _ = london(event.at)
    if not person.outside or person.outside[-1][0] != day:
        person.outside = [one for one in person.outside if one[0] > day - 7]
        person.outside.append([day, 0, 0, []])
    today = person.outside[-1]
    today[1] += 1
    if event.namesake:
        today[2] += 1
        today[3].append(event.id)


_NOTE: dict[int, Callable[[Evaluator, Person, Event], None]] = {
    Kind.READ: Evaluator._read,
    Kind.REVEAL: Evaluator._reveal,
    Kind.WORK: Evaluator._work,
    Kind.RETURN: Evaluator._return,
    Kind.LOOKUP: Evaluator._lookup,
}
