"""What is wrong with the audit's chain, in plain words; neighbours with one fault are one finding."""

from collections.abc import Callable
from enum import StrEnum


class Wrong(StrEnum):
    """What can be wrong with a seal or its event, to be read after "Seal 5 (event 7):"."""

    NO_SEAL = "missing. It was deleted, or the chain was numbered anew."
    EXTRA = "it stands where no seal should be. It was inserted."
    NO_EVENT = "the event was deleted."
    EDITED = "the event was changed after it was sealed."
    UNFIT = "seal and event do not fit together. The seal was changed, or another event was put in this place."
    FORGED = "Tracer did not write this event. It was inserted, or changed before it was sealed."
    UNREADABLE = "a value stands there that Tracer never writes. It was changed."
    LOOSE = "not sealed yet, and Tracer did not write it. It was inserted, or changed."


class Findings:
    """Findings as they come, each said once it is complete."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._open: tuple[str, Wrong, int, int, list[int]] | None = None
        self.count = 0

    def add(self, wrong: Wrong, first: int, last: int | None = None, *, event: int | None = None) -> None:
        """Something wrong with a seal (or with a run of them), or with an event that has none."""
        noun = "Event" if wrong is Wrong.LOOSE else "Seal"
        last = first if last is None else last
        events = [event] if event is not None else []
        if self._open and self._open[:2] == (noun, wrong) and self._open[3] + 1 == first:
            self._open = (noun, wrong, self._open[2], last, [*self._open[4][:1], *events])
            return
        self.close()
        self._open = (noun, wrong, first, last, events)

    def note(self, words: str) -> None:
        """Something wrong with the whole."""
        self.close()
        self.count += 1
        self._say(words)

    def close(self) -> None:
        """Say what is still open."""
        if self._open:
            noun, wrong, first, last, events = self._open
            self._open = None
            about = f"{noun} {first:,}" if first == last else f"{noun}s {first:,} to {last:,}"
            if events:
                about += f" (event {events[0]})" if first == last else f" (events {events[0]} to {events[-1]})"
            self.note(f"{about}: {wrong.value}")
