"""The worker: delivers what is owed and does the routine, a tick at a time, as SYSTEM.

Any number of workers may run: each notice and each lapsed hold is taken by one of them. Batches, which may take
minutes, are loaded in a thread of their own, and messages are sent in others, so that a tick stays short and an alert
does not wait for them. On SQLite, where a load keeps every other writer waiting anyhow, both are done between ticks.
"""

import logging
import sys
import threading
import time
from collections.abc import Callable, Collection

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import routine, sealing
from tracer.config import Config
from tracer.delivery import anchors
from tracer.delivery.anchoring import Anchoring
from tracer.delivery.intakes import Loader
from tracer.delivery.sender import LANES, Sender

log = logging.getLogger("tracer.worker")
_TICK = 2.0
# What had something to do has its turn again so soon; the whole routine, which takes time to look, waits for the tick.
_AGAIN = 0.1
# Seconds until a thread that waits for the interpreter has it from one that computes: by default it would wait ten
# times as long, at each of the four questions to a mail server.
_SWITCH = 0.0005


class Worker:
    """One worker with its transports."""

    def __init__(self, settings: Config) -> None:
        self.settings = settings
        self.sender = Sender(settings)
        self.anchoring = Anchoring(anchors.place(settings.anchor, settings.instance, settings.anchor_token))

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop; a fault in one tick is logged, and the next goes on.

        A load in progress is given back when told to stop: it waits for the next worker.
        """
        loader = Loader(self.settings.instance, stop)
        apart: list[threading.Thread] = []
        if db.engine("system").dialect.name == "postgresql":
            apart.append(threading.Thread(target=loader.run, name="intakes"))
            for sender in (self.sender, *(Sender(self.settings) for _ in range(LANES - 1))):
                apart.append(threading.Thread(target=sender.run, args=(stop,), name="notices"))
        for thread in apart:
            thread.start()
        if apart:
            sys.setswitchinterval(_SWITCH)
        while not stop.is_set():
            until = time.monotonic() + _TICK
            try:
                if apart:
                    self._spell(stop, until)
                elif self.tick() or loader.once():
                    continue
            except Exception:
                log.exception("This tick failed; the next one tries again.")
            stop.wait(max(until - time.monotonic(), 0))
        for thread in apart:
            thread.join()

    def _spell(self, stop: threading.Event, until: float) -> None:
        """The whole routine, then whatever had something to do, again and again until the tick is over."""
        busy: Collection[str] = routine.JOBS
        while busy := [name for name, count in self._do(busy).items() if count]:
            if time.monotonic() >= until or stop.wait(_AGAIN):
                break

    def tick(self) -> int:
        """Deliver what is owed, for a spell, and do the routine once. Returns how much there was to do."""
        delivered = self.sender.deliver()
        if delivered:
            log.info("notices=%s", delivered)
        return delivered + self.do_routine()

    def do_routine(self) -> int:
        """Do each job of the routine once. Returns how much there was to do."""
        return sum(self._do(routine.JOBS).values())

    def _do(self, names: Collection[str]) -> dict[str, int]:
        """Do these jobs once. Returns how much there was to do for each."""
        moved = {name: self._job(name, routine.JOBS[name]) for name in names}
        self.anchor()
        if any(moved.values()):
            log.info(" ".join(f"{name}={count}" for name, count in moved.items() if count))
        return moved

    def load(self) -> int:
        """Load one batch that waits, here and now. Returns how many there were: one, or none."""
        return Loader(self.settings.instance).once()

    def _job(self, name: str, job: Callable[..., int]) -> int:
        with system_session() as session, db.transaction(f"routine.{name}", session):
            return job(session, clock.now())

    def anchor(self, *, last: bool = False) -> None:
        """Write down outside the database how far the audit is sealed, when that is due."""
        with system_session() as session, db.transaction("audit.anchor", session):
            tip = sealing.tip(session)
        self.anchoring.offer(tip, clock.now(), last=last)

    def close(self) -> None:
        """Anchor what is sealed, and let go of the transports' connections."""
        self.anchor(last=True)
        self.sender.close()
