"""The worker: delivers what is owed and does the routine, a tick at a time, as SYSTEM.

Any number of workers may run: each notice and each lapsed hold is taken by one of them. Batches, which may take
minutes, are loaded in a thread of their own, and so are messages sent, so that a tick stays short and an alert does not
wait for them. On SQLite, where a load keeps every other writer waiting anyhow, both are done between ticks.
"""

import logging
import threading
from collections.abc import Callable

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import routine, sealing
from tracer.config import Config
from tracer.delivery import anchors
from tracer.delivery.anchoring import Anchoring
from tracer.delivery.intakes import Loader
from tracer.delivery.sender import Sender

log = logging.getLogger("tracer.worker")
_TICK = 2.0


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
            apart.append(threading.Thread(target=self.sender.run, args=(stop,), name="notices"))
        for thread in apart:
            thread.start()
        while not stop.is_set():
            try:
                busy = self.do_routine() if apart else self.tick() or loader.once()
            except Exception:
                log.exception("This tick failed; the next one tries again.")
                busy = 0
            if not busy:
                stop.wait(_TICK)
        for thread in apart:
            thread.join()

    def tick(self) -> int:
        """Deliver what is owed, for a spell, and do the routine once. Returns how much there was to do."""
        delivered = self.sender.deliver()
        if delivered:
            log.info("notices=%s", delivered)
        return delivered + self.do_routine()

    def do_routine(self) -> int:
        """Do each job of the routine once. Returns how much there was to do."""
        moved = {name: self._job(name, job) for name, job in routine.JOBS.items()}
        self.anchor()
        if any(moved.values()):
            log.info(" ".join(f"{name}={count}" for name, count in moved.items() if count))
        return sum(moved.values())

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
