"""The receipt of a roster: how many of its rows were added, unchanged, changed and rejected, and what to say of it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class RosterReceipt:
    """In the end read = added + unchanged + changed + rejected; `what` says what changed, and how often."""

    read: int = 0
    added: int = 0
    unchanged: int = 0
    changed: int = 0
    rejected: int = 0
    what: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def said(self) -> str:
        """One line: "500 rows: 498 added, 0 already there, 1 changed (team 1), 1 rejected"."""
        what = ", ".join(f"{name} {count:,}" for name, count in sorted(self.what.items()))
        changed = f"{self.changed:,} changed" + (f" ({what})" if what else "")
        rows = f"{self.read:,} row{'' if self.read == 1 else 's'}"
        return f"{rows}: {self.added:,} added, {self.unchanged:,} already there, {changed}, {self.rejected:,} rejected"
