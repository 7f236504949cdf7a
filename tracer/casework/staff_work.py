"""How somebody works: skills, languages, how many open tasks they are handed, and when. It ends no sign-in."""

from collections.abc import Sequence

from tracer.faults import Conflict
from tracer.models import CAPACITY, Staff


def change(staff: Staff, *, skills: Sequence[str], languages: Sequence[str], capacity: int, pattern: str) -> bool:
    """All four as given; capacity 0 is the usual one, the pattern "" any time. Returns whether anything changed."""
    if staff.ended_at is not None:
        raise Conflict("This account has ended, and cannot be changed any more.")
    wanted = {"skills": sorted(skills), "languages": sorted(languages), "capacity": capacity or CAPACITY}
    different = {
        name: value for name, value in {**wanted, "pattern": pattern or None}.items() if getattr(staff, name) != value
    }
    for name, value in different.items():
        setattr(staff, name, value)
    return bool(different)
