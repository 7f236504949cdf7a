"""A machine that brings work in, claims, allocates, hands over, books callbacks, lets lapse, dismisses and finishes.

People say that they are busy, their shifts end, they fall ill; the worker does all that it does with work.

After each step: a task has at most one holder, none is lost, no household is held by two, every assignment has a
beginning, one who holds by it or an end, and a way that it came. `scripts/prove/work` takes 10,000 steps.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import machines, world
from tests.conftest import FULL, Templates
from tests.machines import SiteMachine
from tracer import clock
from tracer.allocation import plan
from tracer.casework import allocation_sight, allocation_write, attempts, claims, handover, presence, routine, tasks
from tracer.faults import Fault
from tracer.ids import new_id
from tracer.models import (
    RAISED,
    Absence,
    AbsenceKind,
    Assignment,
    Case,
    Outcome,
    PresenceState,
    Staff,
    Task,
    TaskState,
    Team,
)

STEPS = int(os.environ.get("TRACER_MACHINE_STEPS", "1000" if FULL else "300"))
_LENGTH = 50
TRACERS = ["tracer1", "tracer2", "tracer3", "tracer4"]
WHO = st.sampled_from(TRACERS)
PICK = st.integers(0, 1_000_000)
HOMES = [None, *(f"home {number}".encode().ljust(32, b".") for number in range(4))]
# What the worker does with work, in its order, but for who is signed in: nobody here has a browser.
JOBS = (
    *("lapse", "release", "absent", "shift_over", "callbacks", "due_while_busy", "local", "join_households"),
    *("follow", "open_up", "climb"),
)
counted: Counter[str] = Counter()


class Machine(SiteMachine):
    """Steps on one fresh database. Time goes on by itself."""

    @initialize()
    def begin(self) -> None:
        self.fresh_site()
        self.now, self.made = clock.now(), set[UUID]()
        self.number = 0
        for area in ("LS6", "LS6", "YO1", "SE1"):
            self.comes_in(None, area, "")
        self.comes_in(HOMES[1], "LS6", "")
        self.comes_in(HOMES[1], "LS6", "pl")

    @contextmanager
    def _as(self, account: str, action: str = "test.act") -> Iterator[Session]:
        """As an account; what is refused is not done, and that is an answer too."""
        try:
            with self.site.acting(account, action) as session:
                yield session
        except Fault:
            counted["refused"] += 1

    def _picked(self, found: Any, pick: int) -> Any:
        listed = list(found)
        return listed[pick % len(listed)] if listed else None

    @rule(home=st.sampled_from(HOMES), area=st.sampled_from(["LS6", "YO1", "SE1"]), need=st.sampled_from(["", "pl"]))
    def comes_in(self, home: bytes | None, area: str, need: str) -> None:
        if len(self.made) < 40:
            self.number += 1
            with self.site.system() as session:
                _, task = world.make_case(session, self.number, area="LS6" if home else area)
                task.household_key, task.need, task.language = home, need, need or "en"
                self.made.add(task.id)

    @rule(account=WHO)
    def claim(self, account: str) -> None:
        with self._as(account, "task.claim") as session:
            counted["claimed"] += claims.claim_next(session, self.now) is not None

    @rule(account=WHO, pick=PICK)
    def hand_back(self, account: str, pick: int) -> None:
        with self._as(account) as session:
            if task := self._picked(tasks.caseload(session), pick):
                tasks.hand_back(task, "for the test", self.now)

    @rule(to=st.sampled_from([*TRACERS, None]), picks=st.lists(PICK, min_size=1, max_size=3))
    def hand_over(self, to: str | None, picks: list[int]) -> None:
        with self._as("supervisor") as session:
            open_ = session.scalars(select(Task).where(Task.state != TaskState.DONE).order_by(Task.id)).all()
            chosen = {one.id: one.version for pick in picks if (one := self._picked(open_, pick))}
            taker = session.scalar(select(Staff).where(Staff.email == world.address(to))) if to else None
            if chosen and (taker is not None or to is None):
                moved, _ = handover.hand_over(session, chosen, taker, "for the test", self.now)
                counted["moved"] += len(moved)

    @rule()
    def allocate(self) -> None:
        with self.site.system("allocation.carry_out") as session:
            team_ids = list(session.scalars(select(Team.id)))
            hands = allocation_sight.hands(session, team_ids, self.now)
            made = plan(allocation_sight.works(session, team_ids, self.now), hands)
            by_id = {hand.id: hand for hand in hands}
            moved = allocation_write.write(session, made.placed, by_id, self.now)
            assert moved == len(made.placed)
            counted["allocated"] += moved

    @rule(account=WHO, pick=PICK, hours=st.integers(1, 40))
    def call_back_later(self, account: str, pick: int, hours: int) -> None:
        with self._as(account) as session:
            if task := self._picked(tasks.caseload(session), pick):
                tasks.keep_until(task, self.now + timedelta(hours=hours), self.now, callback=True)
                counted["callbacks"] += 1

    @rule(account=WHO, pick=PICK, outcome=st.sampled_from([Outcome.NO_ANSWER, Outcome.REFUSED]))
    def attempt(self, account: str, pick: int, outcome: Outcome) -> None:
        with self._as(account) as session:
            task = self._picked(tasks.caseload(session), pick)
            if task is not None and (case := session.get(Case, task.case_id)) is not None:
                attempts.record(task, case, id=new_id(), outcome=outcome, at=self.now)

    @rule(account=WHO, pick=PICK)
    def finish(self, account: str, pick: int) -> None:
        with self._as(account) as session:
            if task := self._picked(tasks.caseload(session), pick):
                tasks.finish(task, "completed", self.now)
                counted["finished"] += 1

    @rule(account=WHO)
    def leaves_or_comes_back(self, account: str) -> None:
        with self.site.system() as session:
            person = world.account(session, account)
            person.ended_at = None if person.ended_at else self.now

    @rule(account=WHO, state=st.sampled_from(PresenceState))
    def says(self, account: str, state: PresenceState) -> None:
        with self._as(account) as session:
            presence.become(session, state, self.now)

    @rule(account=WHO, pattern=st.sampled_from([None, "Mon-Sun 08:00-14:00", "Mon-Sun 14:00-20:00"]))
    def works_at(self, account: str, pattern: str | None) -> None:
        with self.site.system() as session:
            world.account(session, account).pattern = pattern

    @rule(account=WHO, kind=st.sampled_from(AbsenceKind), hours=st.integers(1, 20))
    def is_absent(self, account: str, kind: AbsenceKind, hours: int) -> None:
        with self.site.system() as session:
            who, until = world.account(session, account).id, self.now + timedelta(hours=hours)
            made = {"staff_id": who, "kind": kind, "from_at": self.now, "until_at": until, "made_at": self.now}
            session.add(Absence(**made, by_id=who))

    @rule(minutes=st.sampled_from([1, 6, 11, 30, 120, 600]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for job in JOBS:
            with self.site.system(f"routine.{job}") as session:
                counted[job] += routine.JOBS[job](session, self.now)

    @invariant()
    def all_is_in_order(self) -> None:
        if not hasattr(self, "site"):
            return
        counted["steps"] += 1
        with self.site.system() as session:
            found = {task.id: task for task in session.scalars(select(Task))}
            assigned = session.scalars(select(Assignment)).all()
        assert set(found) == self.made, "a task is lost"
        open_ = {one.task_id: one for one in assigned if one.until_at is None}
        assert len(open_) == sum(one.until_at is None for one in assigned), "a task with two open assignments"
        homes: dict[bytes, set[UUID]] = {}
        for task in found.values():
            held = task.state is TaskState.HELD
            assert held == (task.holder_id is not None) == (task.id in open_)
            assert not held or open_[task.id].staff_id == task.holder_id
            assert held or task.held_until is None
            if held and task.household_key and task.kind not in RAISED:
                homes.setdefault(task.household_key, set()).add(task.holder_id or UUID(int=0))
        assert all(len(holders) == 1 for holders in homes.values()), "a household held by two"
        for one in assigned:
            assert one.how is not None
            assert (one.until_at is None) == (one.ended is None)
            assert one.until_at is None or one.until_at >= one.from_at


def test_work_is_never_lost_or_doubled(templates: Templates, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    counted.clear()
    machines.run(Machine, templates, database, counted, STEPS, _LENGTH)
    with capsys.disabled():
        if STEPS > 1000:
            print(machines.said(database, counted))
    assert counted["claimed"], counted
    assert counted["allocated"], counted
