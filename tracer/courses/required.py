"""Which courses each role needs, and how often: a table beside the courses, read and checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tracer.courses import front
from tracer.courses.faults import Faults

_MOST_MONTHS = 60
# So long before its end, what was passed may be renewed, and everybody is told.
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Required:
    """Role -> course -> for how many months a completion of it serves this role."""

    roles: Mapping[str, Mapping[str, int]]

    def of(self, role: str) -> Mapping[str, int]:
        """What a role needs; nothing for a role that stands nowhere."""
        return self.roles.get(role, {})


def read(text: str, roles: Collection[str], courses: Collection[str]) -> Required:
    """The table from its text; CourseFault says what is wrong. Each of `roles` must stand in it, if with nothing."""
    faults, lines = Faults(), front.text_lines(text)
    given = front.toml(lines, 1, faults) or {}
    faults.stop()
    for role, needs in given.items():
        line = front.line_of(role, lines)
        if role not in roles:
            faults.add("setting", line, f"There is no role {role!r}. There are: {', '.join(roles)}.")
        elif not isinstance(needs, dict):
            faults.add("setting", line, f"Write [{role}], and below it a line for each course: name = months.")
        else:
            _check(needs, courses, line, lines, faults)
    for role in roles:
        if role not in given:
            faults.add("setting", 1, f"The role {role!r} is missing. Where it needs no course, write its name alone.")
    faults.stop()
    return Required(given)


def _check(needs: Mapping[str, object], courses: Collection[str], first: int, lines: list[str], faults: Faults) -> None:
    fits, how = front.whole(1, _MOST_MONTHS)
    for course, months in needs.items():
        line = front.line_of(course, lines[first - 1 :], first)
        if course not in courses:
            faults.add("setting", line, f"There is no course {course!r}. There are: {', '.join(courses)}.")
        elif not fits(months):
            faults.add("setting", line, f"The months of {course!r} are {how}.")
