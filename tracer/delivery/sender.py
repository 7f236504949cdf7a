"""Sending what is owed: the worker's errand to the mail server, apart from its short ticks, as SYSTEM.

To send is mostly to wait for the other side's answer: so a worker has several senders at once, each with a connection.
"""

import logging
import threading
import time
from uuid import UUID

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import notices
from tracer.config import Config
from tracer.delivery import outbox, wording
from tracer.delivery.message import Mailbox, Message, MessageFault
from tracer.delivery.pace import Pace
from tracer.delivery.transports import Fate, Refused, Transport, Unknown, transport
from tracer.models import Channel, Notice

log = logging.getLogger("tracer.worker")
# Senders of one worker, so connections that it keeps to a mail server.
LANES = 2
_LOOK_EVERY = 2.0
_SPELL = 2.0  # seconds of sending before the routine has its turn, where they share a thread


class Sender:
    """Takes notices that are due, sends each, and settles it; several in several processes share them."""

    def __init__(self, settings: Config) -> None:
        self.settings, self.pace = settings, Pace()
        self.carriers: dict[Channel, Transport] = {
            Channel.EMAIL: transport(settings.mail, settings.instance, settings.mail_from),
            Channel.SMS: transport(settings.sms, settings.instance, settings.mail_from),
        }

    def run(self, stop: threading.Event) -> None:
        """Send what is due until told to stop, then hang up.

        A fault is logged, and what it held up is shown as unknown in time.
        """
        while not stop.is_set():
            try:
                done = self.deliver()
            except Exception:
                log.exception("Sending failed; it is tried again.")
                done = 0
            if done:
                log.info("notices=%s", done)
            else:
                stop.wait(_LOOK_EVERY)
        self.close()

    def deliver(self) -> int:
        """Take, commit, send, settle: what is taken is on its way whatever happens to this process.

        For a spell, where thousands are owed: then the routine has its turn.
        """
        done, until, fates = 0, time.monotonic() + _SPELL, dict[UUID, Fate]()
        with system_session() as session, db.transaction("notice.expire", session):
            outbox.expire(session, clock.now())
        while True:
            taken = self._turn(fates, 0 if time.monotonic() >= until else self.pace.most)
            if not taken:
                return done
            fates = self._deliver(taken)
            done += len(taken)

    def _turn(self, fates: dict[UUID, Fate], most: int) -> list[Notice]:
        """Settle these, and take the next ones, in one transaction."""
        with system_session() as session, db.transaction("notice.send", session):
            return outbox.turn(session, fates, clock.now(), most)

    def _deliver(self, taken: list[Notice]) -> dict[UUID, Fate]:
        """Send one after the other, holding no lock meanwhile; a slow server's are settled each second.

        Returns how the rest went.
        """
        fates: dict[UUID, Fate] = {}
        settled = time.monotonic()
        for notice in taken:
            fates[notice.id] = self._send(notice)
            if (spent := time.monotonic() - settled) >= 1:
                self.pace.went(len(fates), spent)
                self._turn(fates, 0)
                fates, settled = {}, time.monotonic()
        if fates:
            self.pace.went(len(fates), time.monotonic() - settled)
        return fates

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

    def close(self) -> None:
        """Let go of the transports' connections."""
        for carrier in self.carriers.values():
            carrier.close()
