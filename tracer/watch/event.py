"""What happened, as the watch sees it: one small tuple for each thing that somebody did."""

from collections.abc import Hashable
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What somebody did with a record."""

    READ = 0
    REVEAL = 1
    WORK = 2  # an attempt, an answer, a step of an interview: the record's task went on
    RETURN = 3
    LOOKUP = 4  # a search for one person by exact words, under break-glass


class Event(NamedTuple):
    """One thing that one of the staff did. A tuple, because tens of millions of them are made in a simulation.

    `record` is the case, or the household of an alert call: people shown on one page are one record. `people`
    is whom a READ showed. `theirs`: by a task that they held at that moment. `found`: a LOOKUP that hit.
    """

    id: int  # of the audit event
    at: float  # seconds since 1970, UTC
    who: Hashable
    kind: int
    record: int = 0
    person: int = 0
    theirs: bool = True
    part: str = ""  # what a REVEAL showed
    canary: bool = False
    namesake: bool = False  # the record's family name is the reader's own
    found: bool = True
