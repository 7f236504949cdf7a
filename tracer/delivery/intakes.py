"""Loading the batches that wait: the worker's long job, apart from its short ticks, as SYSTEM."""

import logging
import threading
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import OperationalError

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import intake_queue
from tracer.casework.intake import Progress

log = logging.getLogger("tracer.worker")
_TOLD_EVERY = 1.0
_LOOK_EVERY = 2.0


class _Told(Exception):
    """The worker was told to stop in the middle of a load: the intake waits for the next one."""


class Loader:
    """Loads one intake after the other; several in several processes take turns."""

    def __init__(self, folder: Path, stop: threading.Event | None = None) -> None:
        self._folder, self._stop = folder, stop or threading.Event()

    def run(self) -> None:
        """Load what waits until told to stop."""
        while not self._stop.is_set():
            if not self.once():
                self._stop.wait(_LOOK_EVERY)

    def once(self) -> int:
        """Load the next intake that waits. Returns how many were loaded or refused: one, or none.

        A fault is logged, and the intake tried again later.
        """
        taken: UUID | None = None
        try:
            with system_session() as session, db.transaction("intake.take", session):
                taken = intake_queue.take(session, clock.now())
            if taken is None:
                return 0
            return int(self._load(taken))
        except _Told:
            self._give_back(taken)
        except Exception:
            log.exception("An intake could not be loaded; it is tried again later.")
            self._broke_off(taken)
        return 0

    def _load(self, taken: UUID) -> bool:
        with system_session() as session, db.transaction("intake.load", session):
            done = intake_queue.load(session, taken, self._folder, clock.now(), self._progress(taken))
        if done:
            log.info("intakes=1")
        return done

    def _progress(self, taken: UUID) -> Progress:
        """Says at most once a second, in a transaction of its own, how far a load is; stops it when told to.

        SQLite has one writer, which the load is: there nobody is told.
        """
        told = time.monotonic()
        quiet = db.engine("system").dialect.name == "sqlite"

        def progress(done: int, rows: int) -> None:
            nonlocal told
            if self._stop.is_set():
                raise _Told
            if not quiet and time.monotonic() - told >= _TOLD_EVERY:
                self._say(taken, done, rows)
                told = time.monotonic()

        return progress

    def _say(self, taken: UUID, done: int, rows: int) -> None:
        try:
            with system_session() as session, db.transaction("intake.tell", session):
                intake_queue.wait_not(session)
                intake_queue.mark(session, taken, clock.now(), done, rows)
        except OperationalError:
            log.warning("How far an intake is could not be written.")

    def _give_back(self, taken: UUID | None) -> None:
        if taken is not None:
            with system_session() as session, db.transaction("intake.give_back", session):
                intake_queue.mark(session, taken, None)

    def _broke_off(self, taken: UUID | None) -> None:
        """Where the database is what failed, this fails too, and the intake waits as it is."""
        if taken is None:
            return
        try:
            with system_session() as session, db.transaction("intake.break_off", session):
                intake_queue.broke_off(session, taken, clock.now())
        except Exception:
            log.exception("That could not be written either.")
