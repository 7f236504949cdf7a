"""How far a long command is, for whoever waits at the terminal."""

import sys
from typing import Any

import click


class Bar:
    """A progress bar that appears with the first rows, when their number is known."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._at = 0

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def show(self, done: int, rows: int) -> None:
        """Move on to `done` of `rows`."""
        if self._bar is None:
            self._bar = click.progressbar(length=rows, label=self._label, file=sys.stderr, show_pos=True)
            self._bar.render_progress()
        self._bar.update(done - self._at)
        self._at = done
