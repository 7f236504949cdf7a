"""The worker: delivers what is owed and does the routine, a tick at a time, as SYSTEM.

Any number of workers may run: each notice and each lapsed hold is taken by one of them. Batches, which may take
minutes, are loaded in a thread of their own, so that a tick stays short and an alert does not wait for them. On
SQLite, where a load keeps every other writer waiting anyhow, they are loaded between ticks.
"""

import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import notices, routine, sealing
from tracer.config import Config
from tracer.delivery import anchors, outbox, wording
from tracer.delivery.anchoring import Anchoring
from tracer.delivery.intakes import Loader
from tracer.delivery.message import Mailbox, Message, MessageFault
from tracer.delivery.transports import Fate, Refused, Transport, Unknown, transport
from tracer.models import Channel, Notice

log = logging.getLogger("tracer.worker")
_TICK = 2.0
_SPELL = 2.0  # seconds of sending before the routine has its turn


class Worker:
    """One worker with its transports."""

    def __init__(self, settings: Config) -> None:
        self.settings = settings
        self.carriers: dict[Channel, Transport] = {
            Channel.EMAIL: transport(settings.mail, settings.instance, settings.mail_from),
            Channel.SMS: transport(settings.sms, settings.instance, settings.mail_from),
        }
        self.anchoring = Anchoring(anchors.place(settings.anchor, settings.instance, settings.anchor_token))

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop; a fault in one tick is logged, and the next goes on.

        A load in progress is given back when told to stop: it waits for the next worker.
        """
        loader = Loader(self.settings.instance, stop)
        apart = threading.Thread(target=loader.run, name="intakes")
        if db.engine("system").dialect.name == "postgresql":
            apart.start()
        while not stop.is_set():
            try:
                busy = self.tick() or (not apart.ident and loader.once())
            except Exception:
                log.exception("This tick failed; the next one tries again.")
                busy = 0
            if not busy:
                stop.wait(_TICK)
        if apart.ident:
            apart.join()

    def tick(self) -> int:
        """Deliver a few notices and do the routine once. Returns how much there was to do."""
        delivered = self.deliver()
        moved = {name: self._job(name, job) for name, job in routine.JOBS.items()}
        self.anchor()
        done = {"notices": delivered, **moved}
        if any(done.values()):
            log.info(" ".join(f"{name}={count}" for name, count in done.items() if count))
        return sum(done.values())

    def load(self) -> int:
        """Load one batch that waits, here and now. Returns how many there were: one, or none."""
        return Loader(self.settings.instance).once()

    def _job(self, name: str, job: Callable[..., int]) -> int:
        with system_session() as session, db.transaction(f"routine.{name}", session):
            return job(session, clock.now())

    def deliver(self) -> int:
        """Take, commit, send, settle: what is taken is on its way whatever happens to this process.

        For a spell, where thousands are owed: then the routine has its turn.
        """
        done, until = 0, time.monotonic() + _SPELL
        while True:
            with system_session() as session, db.transaction("notice.claim", session):
                outbox.expire(session, clock.now())
                taken = outbox.claim(session, clock.now())
            self._deliver(taken)
            done += len(taken)
            if not taken or time.monotonic() >= until:
                return done

    def _deliver(self, taken: list[Notice]) -> None:
        """Send one after the other, holding no lock meanwhile; settle them together, a slow server's each second."""
        fates: dict[UUID, Fate] = {}
        settled = time.monotonic()
        for notice in taken:
            fates[notice.id] = self._send(notice)
            if time.monotonic() - settled >= 1:
                self._settle(fates)
                fates, settled = {}, time.monotonic()
        self._settle(fates)

    def _settle(self, fates: dict[UUID, Fate]) -> None:
        if not fates:
            return
        with system_session() as session, db.transaction("notice.settle", session):
            for notice in session.scalars(select(Notice).where(Notice.id.in_(fates)).order_by(Notice.id)):
                outbox.settle(notice, fates[notice.id], clock.now())

    def _send(self, notice: Notice) -> Fate:
        try:
            message = self._message(notice)
        except (MessageFault, KeyError) as fault:
            return Refused(f"It cannot be written: {type(fault).__name__}.")
        try:
            return self.carriers[notice.channel].send(message)
        except MessageFault:
            return Refused("It cannot be written to one recipient.")
        except Exception as error:
            log.exception("Sending failed in a way nobody foresaw.")
            return Unknown(f"Sending broke off: {type(error).__name__}.")

    def _message(self, notice: Notice) -> Message:
        opened = notices.opened(notice)
        settings = self.settings
        ours = (settings.service_name, settings.service_phone, settings.address)
        words = wording.write(notice.kind, opened["details"], *ours)
        return Message(Mailbox(opened["to"]), *words, reference=str(notice.id))

    def anchor(self, *, last: bool = False) -> None:
        """Write down outside the database how far the audit is sealed, when that is due."""
        with system_session() as session, db.transaction("audit.anchor", session):
            tip = sealing.tip(session)
        self.anchoring.offer(tip, clock.now(), last=last)

    def close(self) -> None:
        """Anchor what is sealed, and let go of the transports' connections."""
        self.anchor(last=True)
        for carrier in self.carriers.values():
            carrier.close()
