"""Sealing: every event once, in the order in which it became visible, whatever order its id is in."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests import chains
from tests.site import Site
from tracer import clock, db
from tracer.access import audit
from tracer.access.actor import bind
from tracer.access.system import SYSTEM
from tracer.casework import routine, sealing
from tracer.models import AuditEvent, AuditGap, AuditSeal
from tracer.vault import VaultFault


def sealed(site: Site) -> list[int]:
    """The ids of the events, in the order of the chain; the numbers have no gap."""
    with site.system() as session:
        rows = session.execute(select(AuditSeal.number, AuditSeal.event_id).order_by(AuditSeal.number)).all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.event_id for row in rows]


def events(site: Site) -> list[int]:
    """The ids of all events."""
    with site.system() as session:
        return list(session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)))


def seal_at(site: Site, after: timedelta) -> int:
    """Seal what there is, as the worker would after some time."""
    with site.system() as session:
        return sealing.seal(session, clock.now() + after)


def test_every_event_is_sealed_once_and_in_order(site: Site) -> None:
    chains.write(site, 25)
    assert chains.seal(site, most=10) == len(events(site))
    assert sealed(site) == events(site)
    assert chains.seal(site) == 0


def test_the_worker_seals_and_its_own_work_ends(site: Site) -> None:
    """Sealing is a job of the routine, and makes no event of its own."""
    chains.write(site, 3)
    before = events(site)
    with site.system("routine.seal") as session:
        assert routine.JOBS["seal"](session, clock.now()) == len(before)
    with site.system("routine.seal") as session:
        assert routine.JOBS["seal"](session, clock.now()) == 0
    assert events(site) == before


def test_an_event_that_commits_late_with_a_smaller_id_is_sealed(site: Site, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one writer at a time: nobody commits out of order")
    slow = db.new_session("system")
    bind(slow, SYSTEM)
    with db.transaction("slow.work", slow):
        for number in range(30):
            audit.note(slow, "read", "case_record", f"slow-{number}")
        chains.write(site, 3)
        chains.seal(site)
        early = sealed(site)
    slow.close()
    assert seal_at(site, timedelta(minutes=1)) == 30
    late = sealed(site)[len(early) :]
    assert max(late) < max(early) and sorted(early + late) == events(site)
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(AuditGap)) == 0
    chains.anchor(site)
    assert chains.verify(site) == []


def test_what_was_taken_back_leaves_a_gap_that_is_forgotten_after_a_day(site: Site, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite gives the ids of what was taken back to the next")
    chains.write(site, 1)
    with pytest.raises(ZeroDivisionError), site.system() as session:
        audit.note(session, "read", "case_record", "never")
        raise ZeroDivisionError
    chains.write(site, 1)
    chains.seal(site)
    with site.system() as session:
        gap = session.scalars(select(AuditGap)).one()
        assert gap.first_id == gap.last_id and gap.first_id not in events(site)
    for hours in range(1, 40):
        seal_at(site, timedelta(hours=hours))
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(AuditGap)) == 0


def test_a_sweep_seals_what_was_forgotten(site: Site, database: str) -> None:
    """A transaction that ends after its gap was given up: the nightly command finds its events."""
    chains.write(site, 4)
    chains.seal(site)
    before = sealed(site)
    with site.system() as session:
        forgotten = AuditEvent(
            **{**audit.event_row(session, "read", "case_record", "forgotten", None), "id": -7}  # below all
        )
        session.add(forgotten)
    assert seal_at(site, timedelta(hours=30)) == 0 or database == "sqlite"
    done = site.app.test_cli_runner().invoke(args=["audit", "seal"])
    assert done.exit_code == 0, done.output
    assert sorted(sealed(site)) == events(site) and sealed(site)[: len(before)] == before
    assert -7 in sealed(site)
    assert chains.verify(site) == []


def test_without_its_key_the_chain_is_not_gone_on_with(site: Site) -> None:
    """A new key would not fit what is there: the worker says so instead of making one."""
    chains.write(site, 2)
    chains.seal(site)
    key = site.instance / "keys" / "chain.key"
    assert key.stat().st_mode & 0o077 == 0
    key.rename(key.with_suffix(".away"))
    chains.write(site, 2)
    with pytest.raises(VaultFault, match=r"put chain\.key back"):
        chains.seal(site)
    assert not key.exists()
    done = site.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "put chain.key back" in done.output


def test_honest_histories_raise_no_alarm(site: Site) -> None:
    """Eight at work at once, who take back a tenth and end out of order; two sealers; verified all the while."""
    chains.write(site, 1)
    chains.seal(site)
    chains.anchor(site)
    apart = site.url.startswith("postgresql")  # on SQLite they take turns
    faults: list[BaseException] = []
    alarms: list[str] = []
    over = threading.Event()

    def guarded(step: Callable[[], None]) -> None:
        try:
            step()
        except BaseException as fault:
            faults.append(fault)

    def worker(number: int) -> None:
        chance = random.Random(number)
        for turn in range(20 if apart else 5):
            session = db.new_session("system")
            bind(session, SYSTEM)
            try:
                with db.transaction("honest.work", session):
                    for one in range(chance.randint(1, 20)):
                        audit.note(session, "read", "case_record", f"{number}-{turn}-{one}")
                        time.sleep(chance.random() * 0.003)
                    if chance.random() < 0.1:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            finally:
                session.close()

    def sealer() -> None:
        while not over.is_set():
            chains.seal_some(40)
            time.sleep(0.01)

    def verifier() -> None:
        while not over.is_set():
            alarms.extend(chains.verify(site))
            time.sleep(0.05)

    def start(step: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=guarded, args=(step,))
        thread.start()
        return thread

    others = [start(step) for step in (sealer, sealer, verifier)]
    workers = [start(partial(worker, number)) for number in range(8)]
    for thread in workers:
        thread.join()
    over.set()
    for thread in others:
        thread.join()
    assert faults == []
    while seal_at(site, timedelta(minutes=5)):
        pass
    order = sealed(site)
    assert sorted(order) == events(site)
    if apart:
        assert order != sorted(order), "nobody ended out of order: the test shows nothing"
    chains.anchor(site)
    assert alarms == [] and chains.verify(site) == []
