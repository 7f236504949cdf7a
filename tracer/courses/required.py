"""Which courses each role needs, and how often: a table beside the courses, read and checked.

What is no course and is needed too, as the mock call, stands in the same table under its own key.
"""

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
    """Role -> course, or a key of what is none -> for how many months a completion of it serves this role."""

    roles: Mapping[str, Mapping[str, int]]
    others: Collection[str] = ()

    def of(self, role: str) -> Mapping[str, int]:
        """The courses that a role needs; nothing for a role that stands nowhere."""
        return {key: months for key, months in self.roles.get(role, {}).items() if key not in self.others}

    def more(self, role: str) -> Mapping[str, int]:
        """What a role needs that is no course."""
        return {key: months for key, months in self.roles.get(role, {}).items() if key in self.others}


def read(text: str, roles: Collection[str], courses: Collection[str], others: Collection[str] = ()) -> Required:
    """The table from its text; CourseFault says what is wrong. Each of `roles` must stand in it, if with nothing.

    `others` are the keys, beside those of courses, that it may name.
    """
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
            _check(needs, [*courses, *others], line, lines, faults)
    for role in roles:
        if role not in given:
            faults.add("setting", 1, f"The role {role!r} is missing. Where it needs no course, write its name alone.")
    faults.stop()
    return Required(given, tuple(others))


def _check(needs: Mapping[str, object], keys: Collection[str], first: int, lines: list[str], faults: Faults) -> None:
    fits, how = front.whole(1, _MOST_MONTHS)
    for course, months in needs.items():
        line = front.line_of(course, lines[first - 1 :], first)
        if course not in keys:
            faults.add("setting", line, f"There is no course {course!r}. There are: {', '.join(keys)}.")
        elif not fits(months):
            faults.add("setting", line, f"The months of {course!r} are {how}.")
