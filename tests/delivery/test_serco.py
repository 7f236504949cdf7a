"""The founding failure as a test: many trainees are invited to a session by two workers, and one of them is killed.

300 here; `scripts/prove/serco` invites 21,000 and says how fast it was beside a bare loop over smtplib.
"""

import os
import re
import signal
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from tests import world
from tests.mail import Sink, mail_server
from tests.site import Site
from tracer import clock, config
from tracer.access.bulk import insert_rows
from tracer.casework import approvals, approved, training_mailings, training_sessions
from tracer.casework.training_sessions import Plan
from tracer.delivery import outbox
from tracer.delivery.pace import MOST
from tracer.delivery.sender import LANES
from tracer.delivery.worker import Worker
from tracer.ids import new_id
from tracer.models import Approval, MailingState, Notice, Role, Staff, StaffKey, TrainingMailing, TrainingSeat

TRAINEES = int(os.environ.get("TRACER_TRAINEES", "300"))
_SOMEBODY = re.compile(rb"(?:Recruit|Surname|trainee)(\d+)\b")


def recruit(site: Site, count: int) -> None:
    """Analysts, whom the organisation of the tests has one of: no team is needed."""
    now = clock.now()
    with site.system() as session:
        rows = [
            {
                "id": new_id(),
                "email": f"trainee{number}@example.com",
                "given_name": f"Recruit{number}",
                "family_name": f"Surname{number}",
                "role": Role.ANALYST,
                "epoch": 1,
                "version": 1,
                "created_at": now,
            }
            for number in range(1, count)
        ]
        insert_rows(session, Staff, rows)
        # Compared with everybody's records long ago, as whoever has worked here for a day is.
        known = {"kind": "work", "compared_epoch": 1}
        insert_rows(
            session,
            StaffKey,
            [known | {"id": new_id(), "staff_id": row["id"], "key": bytes(32)} for row in rows],
        )


def tick(site: Site, job: Callable[..., int]) -> int:
    """One job of the worker's routine."""
    with site.system("routine.test") as session:
        return job(session, clock.now())


def rehearsed(site: Site) -> TrainingMailing:
    """A session, and the rehearsal of its invitations, as the trainer asks for them and a worker counts."""
    begins = clock.now() + timedelta(days=9)
    with site.acting("trainer") as session:
        plan = Plan("Working from home", begins, begins + timedelta(hours=1), 50, link="https://meet.example/x")
        made = training_sessions.make(session, plan, clock.now())
        mailing = training_mailings.rehearse(session, made, [Role.ANALYST], [], clock.now())
    assert tick(site, training_mailings.count) == 1
    with site.acting("trainer") as session:
        return session.get_one(TrainingMailing, mailing.id)


def sent(site: Site, mailing: TrainingMailing) -> None:
    """The trainer sends it; where they are many, nothing is owed until an administrator agrees."""
    with site.acting("trainer") as session:
        mine = session.get_one(TrainingMailing, mailing.id)
        asked = training_mailings.send(mine, mine.version, "everybody starts on Monday", clock.now())
    assert (asked is not None) == ((mailing.count or 0) > training_mailings.ALONE)
    if asked is not None:
        assert tick(site, training_mailings.owe) == 0
        with site.acting("admin") as session:
            request = session.get_one(Approval, asked.id)
            assert approvals.opened(request)["count"] == mailing.count
            approved.decide(request, request.digest.hex(), True, clock.now())


def bare_rate(sink: Sink, count: int) -> float:
    """Messages a second of a loop over smtplib with one connection, to the same server."""
    parts, wire = urlsplit(sink.url), b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\n" + b"word " * 120
    with smtplib.SMTP(str(parts.hostname), int(parts.port or 0)) as server:
        begun = time.perf_counter()
        for _ in range(count):
            server.sendmail("a@example.com", ["b@example.com"], wire + b"\r\n")
        spent = time.perf_counter() - begun
    sink.envelopes.clear()
    return count / spent


def deliver(site: Site, sink: Sink, count: int) -> float:
    """Two workers as processes; one is killed when a third has arrived. Returns the seconds from first to last."""
    environ = {**os.environ, **site.environ, "TRACER_MAIL": sink.url}
    command = [sys.executable, "-m", "flask", "--app", "tracer.app", "worker"]
    workers = [subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        _wait(lambda: len(sink.envelopes) >= count // 3, 60 + count / 20)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        _wait(lambda: not _waiting(site), 60 + count / 20)
        workers[1].terminate()  # what it has taken it still sends
        workers[1].wait()
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    with site.system("notice.settle") as session:
        outbox.expire(session, clock.now() + timedelta(hours=1))
    return sink.last - sink.first


def _wait(done: Callable[[], bool], most: float) -> None:
    until = time.monotonic() + most
    while not done():
        assert time.monotonic() < until, "The workers did not get on."
        time.sleep(0.25)  # to look takes its share of the processors


def _waiting(site: Site) -> int:
    """How many nobody has taken yet."""
    with site.system("test.look") as session:
        return session.scalar(select(func.count(Notice.id)).where(Notice.state == "waiting")) or 0


def check(envelope: Any) -> str:
    """One recipient, one To, no other address; no name or address but the recipient's own in any byte."""
    [to] = envelope.rcpt_tos
    wire = bytes(envelope.content)
    mail = BytesParser(policy=policy.SMTP).parsebytes(wire)
    [header] = mail.get_all("To", [])
    assert [one.addr_spec for one in header.addresses] == [to]
    assert not any(name in mail for name in ("Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"))
    own = re.findall(r"\d+", to.partition("@")[0])
    assert {found.decode() for found in _SOMEBODY.findall(wire)} <= set(own), to
    ours = [str(mail["From"]).encode(), str(mail["Message-ID"]).strip("<>").encode()]
    assert set(re.findall(rb"[\w.+-]+@[\w.-]+", wire)) == {to.encode(), *ours}, to
    return str(to)


def test_thousands_are_invited_and_a_worker_is_killed(site: Site) -> None:
    """Rehearsed = owed = arrived or shown as unknown; nobody twice; nobody sees anybody."""
    recruit(site, TRAINEES)
    mailing = rehearsed(site)
    assert mailing.count == TRAINEES
    sent(site, mailing)
    begun = time.perf_counter()
    assert tick(site, training_mailings.owe) == TRAINEES
    owing = time.perf_counter() - begun
    with mail_server() as sink:
        before = bare_rate(sink, min(TRAINEES, 3000))
        spent = deliver(site, sink, TRAINEES)
        arrived = Counter(check(one) for one in sink.envelopes)
        bare = (before + bare_rate(sink, min(TRAINEES, 3000))) / 2
    with site.system() as session:
        people = {one.id: one.email for one in session.scalars(select(Staff).where(Staff.role == Role.ANALYST))}
        found = [(one.state.value, people[one.staff_id]) for one in session.scalars(select(Notice)) if one.staff_id]
        assert session.scalar(select(func.count(TrainingSeat.id))) == TRAINEES
    settled = {state: {to for was, to in found if was == state} for state, _ in found}
    known, unknown = settled.get("sent", set()), settled.get("unknown", set())
    assert set(settled) <= {"sent", "unknown"}
    assert len(found) == len(people) == TRAINEES
    assert max(arrived.values()) == 1
    assert known <= set(arrived) <= known | unknown
    assert known | unknown == set(people.values())
    assert len(unknown) <= LANES * MOST
    rate = len(arrived) / spent
    print(
        f"\n{TRAINEES} rehearsed, {len(found)} owed in {owing:.1f} s, {len(arrived)} envelopes, {len(known)} sent, "
        f"{len(unknown)} unknown, lost 0, doubled 0; {rate:.0f} a second, bare loop {bare:.0f}: {rate / bare:.0%}"
    )


def test_nothing_is_sent_to_others_than_were_rehearsed(site: Site) -> None:
    """Somebody joins between rehearsal and sending: it has to be rehearsed again, and nobody is owed anything."""
    recruit(site, 5)
    mailing = rehearsed(site)
    sent(site, mailing)
    with site.system() as session:
        world._account(session, "late", Role.ANALYST, None, clock.now())
    assert tick(site, training_mailings.owe) == 1
    with site.acting("trainer") as session:
        assert session.get_one(TrainingMailing, mailing.id).state is MailingState.STALE
    with site.system() as session:
        assert session.scalars(select(Notice)).all() == []
        assert session.scalars(select(TrainingSeat)).all() == []


def test_who_sends_sees_numbers(site: Site) -> None:
    """After the sending the mailing says how many went; the trainer reads no notice and no colleague."""
    recruit(site, 5)
    mailing = rehearsed(site)
    sent(site, mailing)
    tick(site, training_mailings.owe)
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    while worker.sender.deliver():
        pass
    worker.close()
    tick(site, training_mailings.recount)
    with site.acting("trainer") as session:
        mine = session.get_one(TrainingMailing, mailing.id)
        assert (mine.count, mine.sent, mine.waiting, mine.failed, mine.unknown) == (5, 5, 0, 0, 0)
        assert session.scalars(select(Notice)).all() == []
        assert {one.email for one in session.scalars(select(Staff))} <= {world.address("trainer")}
