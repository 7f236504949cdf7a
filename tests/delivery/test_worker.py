"""The worker against a real mail server: one envelope each, nothing lost, nothing silently doubled."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import world
from tests.mail import mail_server
from tests.site import Site
from tracer import clock, config
from tracer.casework import contacts, people, routine
from tracer.casework.contacts import Named
from tracer.delivery import outbox
from tracer.delivery.sender import LANES
from tracer.delivery.transports import Later, Sent, Unknown
from tracer.delivery.worker import Worker
from tracer.models import AuditEvent, Case, Contact, Notice, NoticeState, Person, Task, TaskKind, TaskState
from tracer.schemas.identity import Identity


def name_contacts(site: Site, count: int, number: int = 1) -> Case:
    """A case with this many contacts, each with an e-mail address."""
    with site.system() as session:
        case, _ = world.make_case(session, number)
        named = [
            Named(Identity(given_name=f"Friend{one}", email=f"friend{one}@example.com"), clock.today(), "face_to_face")
            for one in range(count)
        ]
        contacts.record(case, named, Identity(), clock.now())
    return case


def worker_for(site: Site, mail: str) -> Worker:
    """A worker in this process."""
    return Worker(config.read({"TRACER_INSTANCE": str(site.instance), "TRACER_MAIL": mail}))


def states(site: Site) -> Counter[str]:
    """How many notices are in which state."""
    with site.system() as session:
        return Counter(one.state.value for one in session.scalars(select(Notice)))


def test_each_envelope_has_one_recipient(site: Site) -> None:
    """One RCPT, one To, and nobody else's address in any byte."""
    name_contacts(site, 30)
    with mail_server() as handler:
        worker = worker_for(site, handler.url)
        while worker.tick():
            pass
        worker.close()
    assert states(site) == {"sent": 30}
    assert all(len(one.rcpt_tos) == 1 for one in handler.envelopes)
    assert {one.rcpt_tos[0] for one in handler.envelopes} == {f"friend{one}@example.com" for one in range(30)}
    for one in handler.envelopes:
        assert one.content.count(b"@example.com") == 1
        assert b"\r\nCc:" not in one.content
        assert b"Canary" not in one.content


def test_killed_worker_loses_and_doubles_nothing(site: Site) -> None:
    """Killed at several points over 60 notices: each arrived once, or is shown as unknown."""
    name_contacts(site, 60)
    command = [sys.executable, "-m", "flask", "--app", "tracer.app", "worker"]
    with mail_server(pause=0.01) as handler:
        environ = {**os.environ, "TRACER_INSTANCE": str(site.instance), "TRACER_DATABASE_URL": site.url}
        environ["TRACER_MAIL"] = handler.url
        for wanted in (5, 14, 27):
            process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while len(handler.envelopes) < wanted and time.monotonic() < deadline:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with site.system("notice.settle") as session:
            assert outbox.expire(session, clock.now() + timedelta(hours=1)) > 0
        last = subprocess.run([*command, "--once"], env=environ, capture_output=True, check=False)
        assert last.returncode == 0, last.stderr
    arrived = Counter(one.rcpt_tos[0] for one in handler.envelopes)
    found = states(site)
    assert max(arrived.values()) == 1
    assert set(found) <= {"sent", "unknown"}
    assert found.total() == 60
    assert found["sent"] <= len(arrived) <= found["sent"] + found["unknown"]


def test_what_may_be_tried_again_waits_longer_each_time(site: Site) -> None:
    """A server that is away: one minute, two, four; after the last try it failed."""
    name_contacts(site, 1)
    with site.system("notice.settle") as session:
        notice, now = session.scalars(select(Notice)).one(), clock.now()
        waits = []
        for tries in range(1, outbox.MOST_TRIES):
            notice.tries = tries
            outbox.settle(notice, Later("away"), now)
            waits.append(notice.next_try_at - now)
        assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
        notice.tries = outbox.MOST_TRIES
        outbox.settle(notice, Later("away"), now)
        assert notice.state is NoticeState.FAILED
        outbox.settle(notice, Unknown("lost"), now)
        assert notice.state.value == "unknown"


def test_file_transport_is_the_default(site: Site) -> None:
    """A fresh checkout reaches nobody: the messages are files, and say nothing of the case."""
    name_contacts(site, 2)
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    worker.tick()
    files = list((site.instance / "outbox").glob("*.eml"))
    assert len(files) == 2
    assert all("Canary" not in path.read_text() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_hold_lapses_by_itself(site: Site) -> None:
    """Untouched past its time it waits in its pool again, and its assignment says so."""
    with site.system() as session:
        _, task = world.make_case(session)
        world.give(session, task, "tracer1")
    with site.system("routine.lapse") as session:
        assert routine.JOBS["lapse"](session, clock.now() + timedelta(minutes=59)) == 0
        assert routine.JOBS["lapse"](session, clock.now() + timedelta(minutes=61)) == 1
    with site.system() as session:
        found = session.scalars(select(Task)).one()
        assert (found.state, found.holder_id) == (TaskState.WAITING, None)
        assert found.team_id == found.pool_id


def test_two_cases_of_one_household_make_one_call(site: Site) -> None:
    """Contacts named by two cases of one home: one waiting alert task, and no more."""
    home = Identity(address_line_1="3 Marigold Row", postcode="LS6 1AA", family_name="Shared")
    with site.system() as session:
        for number, name in ((1, "Ann"), (2, "Ben")):
            case, _ = world.make_case(session, number)
            who = Named(Identity(given_name=name), clock.today(), "household", household=True)
            contacts.record(case, [who], home, clock.now())
    with site.system("routine.join_households") as session:
        assert routine.join_households(session, clock.now()) == 1
        assert routine.join_households(session, clock.now()) == 0
    with site.system() as session:
        waiting = select(Task).where(Task.kind == TaskKind.ALERT, Task.state == TaskState.WAITING)
        task = session.scalars(waiting).one()
        assert [one.alert_task_id for one in session.scalars(select(Contact))] == [task.id, task.id]


def test_a_contact_whom_we_know_is_recognised(site: Site) -> None:
    """Name, birth date and telephone agree: one person, who learns the e-mail address; a namesake stays apart."""
    born = clock.today().replace(year=1970)
    with site.system() as session:
        case, _ = world.make_case(session, 1)
        before = clock.now() - timedelta(days=9)
        known = Identity("Nora", "Known", date_of_birth=born, phone="+447400100055")
        session.add(people.new(known, before))
        for email, phone in (("nora@example.com", "+447400100055"), ("other@example.com", "+447400100056")):
            who = Identity("Nora", "Known", date_of_birth=born, phone=phone, email=email)
            contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())
    with site.system("routine.recognise") as session:
        assert routine.recognise(session, clock.now()) == 2
        assert routine.recognise(session, clock.now()) == 0
    with site.system() as session:
        persons = {one.person_id for one in session.scalars(select(Contact))}
        assert len(persons) == 2
        assert len(session.scalars(select(Person)).all()) == 3
        assert session.scalar(select(Person.email_key).where(Person.created_at < clock.now() - timedelta(days=8)))


def test_instance_files_are_private(site: Site) -> None:
    """Keys are readable by nobody else."""
    keys: list[Path] = list((site.instance / "keys").glob("*.key"))
    assert keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys)


def test_a_worker_sends_over_several_connections_at_once(site: Site) -> None:
    """A server that takes its time over each message is waited for by each lane alone; all hang up at the end."""
    if site.url.startswith("sqlite"):
        pytest.skip("one writer at a time there")
    name_contacts(site, 20)
    with mail_server(pause=0.05) as handler:
        worker, stop, switch = worker_for(site, handler.url), threading.Event(), sys.getswitchinterval()
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        until = time.monotonic() + 30
        while states(site) != {"sent": 20} and time.monotonic() < until:
            time.sleep(0.05)
        stop.set()
        thread.join(30)
        worker.close()
        sys.setswitchinterval(switch)
    assert states(site) == {"sent": 20}
    assert Counter(one.rcpt_tos[0] for one in handler.envelopes).total() == 20
    assert handler.connections == LANES > 1


def test_between_ticks_only_what_had_something_to_do_has_its_turn(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Counter[str]()

    def job(_: Worker, name: str, __: object) -> int:
        turns[name] += 1
        return int(name == "seal" and turns[name] < 4)

    monkeypatch.setattr(Worker, "_job", job)
    monkeypatch.setattr("tracer.delivery.worker._AGAIN", 0)
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    worker._spell(threading.Event(), time.monotonic() + 60)
    worker.close()
    assert turns == Counter(routine.JOBS.keys()) + Counter({"seal": 3})


def test_a_lock_of_whoever_looks_for_more_is_waited_for(site: Site) -> None:
    """A settled notice that was passed over would be shown as unknown, though it went."""
    if site.url.startswith("sqlite"):
        pytest.skip("one writer at a time there")
    name_contacts(site, 1)
    with site.system("notice.send") as session:
        [notice] = outbox.turn(session, {}, clock.now(), most=1)

    def settle() -> None:
        with site.system("notice.send") as session:
            outbox.turn(session, {notice.id: Sent()}, clock.now(), most=0)

    thread = threading.Thread(target=settle)
    with site.system("test.look") as session:
        session.scalars(select(Notice).where(Notice.id == notice.id).with_for_update()).one()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert states(site) == {"sent": 1}


def test_what_went_at_the_second_try_or_after_its_lease_is_settled_as_sent(site: Site) -> None:
    """And the audit names what changed, and no more."""
    name_contacts(site, 2)
    now = clock.now()
    with site.system("notice.send") as session:
        first, second = outbox.turn(session, {}, now, most=2)
    with site.system("notice.send") as session:
        session.get_one(Notice, first.id).error = "The mail server said 451."
    with site.system("notice.expire") as session:
        assert outbox.expire(session, now + timedelta(hours=1)) == 2
    with site.system("notice.send") as session:
        session.get_one(Notice, second.id).state, session.get_one(Notice, second.id).error = NoticeState.SENDING, None
    with site.system("notice.settle") as session:
        outbox.turn(session, {first.id: Sent(), second.id: Sent()}, now, most=0)
    with site.system() as session:
        assert {(one.state, one.error) for one in session.scalars(select(Notice))} == {(NoticeState.SENT, None)}
        events = select(AuditEvent).where(AuditEvent.action == "notice.settle", AuditEvent.entity_id == str(second.id))
        assert session.scalars(events).one().fields == ["lease_until", "settled_at", "state"]
