"""What was written to an interview, row by row, by however many pages at once, and what of it stands.

Rows are only ever added. A page says with each change what it last knew of that question; so different questions
never conflict, a change that was sent twice is one row, an old one that arrives late overrides nothing, and two
different answers of two pages that did not know of each other both stand until somebody picks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from tracer.interview.answers import Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as its row has it. `known` is the newest row of the key that its page had seen, 0 for none."""

    id: int
    key: str
    answer: Answer
    page: UUID | None = None
    seq: int = 0
    known: int = 0
    beside: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that a page gives: its `seq`-th (0: from a form that does not count), and whether an earlier
    sending of this key may have arrived."""

    key: str
    answer: Answer
    page: UUID | None = None
    seq: int = 0
    known: int = 0
    unsure: bool = False


class Verdict(Enum):
    """What becomes of a change."""

    NOTHING = "nothing"  # it is there already, it is older than what its own page gave since, or it changes nothing
    STANDS = "stands"
    BESIDE = "beside"  # it differs from an answer that its page had not seen


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of one key in order: `standing` is the answer that counts, `version` the newest row.

    `open` is what stands beside it, of each page the last, and `seqs` the number of each page's newest change.
    """

    entries: tuple[Entry, ...] = ()
    standing: Entry | None = None
    version: int = 0
    open: Mapping[UUID | None, Entry] = field(default_factory=dict)
    seqs: Mapping[UUID | None, int] = field(default_factory=dict)

    def with_entry(self, entry: Entry) -> "Lines":
        """These and one more, which is newer. An answer that knew what stood beside it has decided."""
        entries, seqs = (*self.entries, entry), {**self.seqs, entry.page: max(self.seq_of(entry.page), entry.seq)}
        if entry.beside:
            return Lines(entries, self.standing, entry.id, {**self.open, entry.page: entry}, seqs)
        left = {page: rival for page, rival in self.open.items() if rival.id > entry.known}
        return Lines(entries, entry, entry.id, left, seqs)

    @property
    def rivals(self) -> tuple[Entry, ...]:
        """The answers beside the standing one that nobody has decided about."""
        standing = self.standing
        return tuple(one for one in self.open.values() if standing is None or one.answer != standing.answer)

    @property
    def shown(self) -> int:
        """What a page that shows the standing answer knows by it: a dispute is not settled by looking away."""
        standing = self.standing
        return standing.id if standing and self.rivals else self.version

    def seq_of(self, page: UUID | None) -> int:
        """The number of the newest change that this page gave; 0 for none, or no page."""
        return self.seqs.get(page, 0) if page is not None else 0

    def verdict(self, change: Change, initial: Answer = "") -> Verdict:
        """What becomes of a change to this key; `initial` is what a page shows before anything is given."""
        if change.seq and change.seq <= self.seq_of(change.page):
            return Verdict.NOTHING
        standing = self.standing
        if standing is None or standing.id <= change.known:
            same = standing is not None and change.answer == standing.answer
            decides = change.unsure or any(entry.id <= change.known for entry in self.rivals)
            return Verdict.NOTHING if same and not decides else Verdict.STANDS
        if change.page is not None and standing.page == change.page:
            return Verdict.STANDS
        if change.answer == standing.answer:
            return Verdict.STANDS if change.unsure else Verdict.NOTHING
        mine = any(entry.page == change.page for entry in self.entries if entry.id > change.known)
        untouched = change.answer == self._at(change.known, initial) and not mine
        return Verdict.NOTHING if untouched else Verdict.BESIDE

    def _at(self, known: int, initial: Answer) -> Answer:
        """What counted when a page last looked."""
        return next((one.answer for one in reversed(self.entries) if one.id <= known and not one.beside), initial)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of one interview. Adding makes another ledger."""

    lines: Mapping[str, Lines] = field(default_factory=dict)
    newest: Entry | None = None

    @property
    def last(self) -> int:
        """The number of the newest row, 0 for none."""
        return self.newest.id if self.newest else 0

    def of(self, key: str) -> Lines:
        """The rows of a key."""
        return self.lines.get(key, _NONE)

    def with_entries(self, entries: Iterable[Entry]) -> "Ledger":
        """The ledger with these rows too, which are newer than all that it has."""
        lines, newest = dict(self.lines), self.newest
        for entry in entries:
            lines[entry.key] = lines.get(entry.key, _NONE).with_entry(entry)
            newest = entry
        return Ledger(lines, newest)

    def answers(self) -> dict[str, Answer]:
        """The answer that counts of each key."""
        return {key: entry.answer for key, lines in self.lines.items() if (entry := lines.standing)}

    def disputed(self) -> frozenset[str]:
        """The keys of which two answers stand."""
        return frozenset(key for key, lines in self.lines.items() if lines.rivals)


_NONE = Lines()
