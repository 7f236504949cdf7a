"""A machine that works, moves, promotes and dismisses people at random, and asks after each step who sees what.

Three answers must be one: the plain-Python oracle, the session's rules alone (under the owner's login, which no
policy binds), and on PostgreSQL the policies alone (raw SQL under the web's login). Ids, cookies and links are
kept for ever, and one of each is replayed after every step. `scripts/prove/rows` takes 10,000 steps on each database.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from tests import machines, seen, world
from tests.conftest import FULL, Templates
from tests.machines import SiteMachine
from tests.reach import Reach
from tracer import clock
from tracer.casework import attempts, cases, claims, contacts, glass, interviews, routine, staff, tasks, teams
from tracer.casework.contacts import Named
from tracer.faults import Fault
from tracer.ids import new_id
from tracer.models import (
    Case,
    ConflictOfInterest,
    Contact,
    Grant,
    GrantKind,
    Outcome,
    Person,
    Role,
    SignIn,
    Staff,
    Task,
    TaskState,
    Team,
)
from tracer.schemas.identity import Identity
from tracer.web import guard

STEPS = int(os.environ.get("TRACER_MACHINE_STEPS", "400" if FULL else "200"))
# Long enough that few of many steps go into beginnings, of which 10,000 still have forty.
_LENGTH = 250 if STEPS >= 10_000 else 100
WORKERS = [name for name, (role, _) in world.ACCOUNTS.items() if role in (Role.TRACER, Role.SUPERVISOR)]
ACCOUNTS = st.sampled_from(sorted(world.ACCOUNTS))
AT_WORK = st.sampled_from(WORKERS)
AREAS = st.sampled_from(["LS6", "YO1", "SE1", "ZZ9"])
PICK = st.integers(0, 1_000_000)
counted = {"steps": 0, "comparisons": 0, "replays": 0}


def _picked(found: Any, number: int) -> Any:
    listed = list(found)
    return listed[number % len(listed)] if listed else None


class Machine(SiteMachine):
    """Steps on one fresh database."""

    @initialize()
    def begin(self) -> None:
        self.fresh_site()
        with self.site.system() as session:
            self.ids = {account: world.account(session, account).id for account in world.ACCOUNTS}
        self.cookies: list[tuple[str, bytes]] = []
        self.links: set[tuple[str, UUID]] = set()
        self.made = 0
        self.looker = "tracer1"
        for account in WORKERS:
            self.signs_in(account)
        for area, account in (("LS6", "tracer1"), ("LS1", "tracer2"), ("YO1", "tracer3"), ("SE1", "tracer4")):
            self.a_case_comes_in(area)
            self.next_case(account)

    @contextmanager
    def acting(self, account: str) -> Iterator[Any]:
        """As the account is now, whatever became of it; a refusal is an answer too."""
        try:
            with self.site.acting(account) as session:
                yield session
        except Fault:
            pass

    @rule(area=AREAS)
    def a_case_comes_in(self, area: str) -> None:
        if self.made < 12:
            self.made += 1
            with self.site.system() as session:
                world.make_case(session, self.made, area=area)

    @rule(account=AT_WORK)
    def next_case(self, account: str) -> None:
        with self.acting(account) as session:
            task = claims.claim_next(session, clock.now())
            if task is not None and task.case_id is not None:
                self.links.add(("case_record", task.case_id))

    @rule(account=AT_WORK, pick=PICK)
    def hand_back(self, account: str, pick: int) -> None:
        with self.acting(account) as session:
            if task := _picked(tasks.caseload(session), pick):
                tasks.hand_back(task, "for the test", clock.now())

    @rule(account=AT_WORK, to=AT_WORK, pool=st.booleans(), pick=PICK)
    def hand_over(self, account: str, to: str, pool: bool, pick: int) -> None:
        with self.acting(account) as session:
            reached = select(Task).where(Task.team_id.in_(teams.reached_by(self.ids[account])))
            task = _picked(session.scalars(reached.where(Task.state != TaskState.DONE).order_by(Task.id)), pick)
            taker = session.get(Staff, self.ids[to])
            if task is not None and (pool or taker is not None):
                tasks.reassign(task, None if pool else taker, "for the test", clock.now())

    @rule(account=AT_WORK, pick=PICK)
    def finish(self, account: str, pick: int) -> None:
        with self.acting(account) as session:
            if task := _picked(tasks.caseload(session), pick):
                tasks.finish(task, "completed", clock.now())

    @rule(account=AT_WORK, pick=PICK, same=st.booleans())
    def name_contacts(self, account: str, pick: int, same: bool) -> None:
        with self.acting(account) as session:
            held = [task for task in tasks.caseload(session) if task.case_id is not None]
            if (task := _picked(held, pick)) is None or self.made > 40:
                return
            case = cases.get(session, task.case_id)
            self.made += 1
            who = Identity(given_name=f"Wren{self.made}", phone=f"+4474001{70000 + self.made}")
            home = Identity(address_line_1="1 Marigold Row", postcode="LS6 1AA")
            named = Named(who, clock.today(), "face_to_face", household=same)
            for contact in contacts.record(case, [named], home, clock.now()):
                self.links.add(("contact", contact.id))

    @rule(account=AT_WORK, pick=PICK, outcome=st.sampled_from([Outcome.NO_ANSWER, Outcome.REACHED, Outcome.REFUSED]))
    def attempt(self, account: str, pick: int, outcome: Outcome) -> None:
        with self.acting(account) as session:
            if (task := _picked(tasks.caseload(session), pick)) is None:
                return
            case = session.get(Case, task.case_id) if task.case_id else None
            about: Any = case or next(iter(contacts.of_task(session, task)), None)
            if about is None:  # they claimed it themselves, and it turned out to be family
                return
            attempts.record(task, about, id=new_id(), outcome=outcome, at=clock.now())

    @rule(account=AT_WORK, pick=PICK)
    def begin_interview(self, account: str, pick: int) -> None:
        with self.acting(account) as session:
            held = [task for task in tasks.caseload(session) if task.case_id is not None]
            task = _picked(held, pick)
            # A conflict that came to light closes the record before the worker takes the task away.
            if task and (case := session.get(Case, task.case_id)):
                interviews.start(task, case, clock.now())

    @rule(account=AT_WORK, pick=PICK)
    def breaks_the_glass(self, account: str, pick: int) -> None:
        with self.site.system() as session:
            found = [*session.scalars(select(Case.reference)), *session.scalars(select(Contact.reference))]
        with self.acting(account) as session:
            if reference := _picked(sorted(found), pick):
                for hit in glass.look_up(session, clock.now(), reference=reference):
                    glass.break_(session, hit, "They rang back about their own case.", 15, clock.now())

    @rule(account=AT_WORK, pick=PICK)
    def closes_what_they_opened(self, account: str, pick: int) -> None:
        with self.acting(account) as session:
            opened = select(Grant).where(Grant.ended_at.is_(None), Grant.kind == GrantKind.GLASS).order_by(Grant.id)
            if grant := _picked(session.scalars(opened), pick):
                glass.end(grant, clock.now())

    @rule(account=AT_WORK, pick=PICK)
    def turns_out_to_be_family(self, account: str, pick: int) -> None:
        """One person's record is never this worker's business from here on, nor is a task about it."""
        with self.site.system() as session:
            person = _picked(session.scalars(select(Person.id).order_by(Person.id)), pick)
            if person is None or pick % 3:
                return
            about = select(Task.id).join(Case, Case.id == Task.case_id).where(Case.person_id == person)
            calls = select(Contact.alert_task_id).where(Contact.person_id == person)
            for task_id in {*session.scalars(about), *session.scalars(calls)} or {None}:
                whose = {"staff_id": self.ids[account], "person_id": person}
                session.add(ConflictOfInterest(task_id=task_id, why="home", **whose))

    @rule(account=ACCOUNTS, role=st.sampled_from([role for role in Role if role is not Role.IMPORTER]), pick=PICK)
    def another_role_or_team(self, account: str, role: Role, pick: int) -> None:
        with self.acting("admin") as session:
            everywhere = list(session.scalars(select(Team).order_by(Team.name)))
            leads = [_picked(everywhere, pick // 7)] if role is Role.SUPERVISOR and pick % 3 else []
            person = session.get_one(Staff, self.ids[account])
            staff.change(person, role=role, team=_picked(everywhere, pick), leads=leads)

    @rule(account=ACCOUNTS, sure=st.integers(0, 9))
    def leaves(self, account: str, sure: int) -> None:
        if sure == 0:
            with self.acting("admin") as session:
                staff.end(session.get_one(Staff, self.ids[account]), clock.now())

    @rule(account=ACCOUNTS)
    def signs_in_anew(self, account: str) -> None:
        self.signs_in(account)

    def signs_in(self, account: str) -> None:
        """A cookie as the sign-in makes it, without the slow hash."""
        token, now = secrets.token_urlsafe(32), clock.now()
        digest = hashlib.sha256(token.encode()).digest()
        with self.site.system() as session:
            person = world.account(session, account)
            if person.ended_at is None:
                made = SignIn(staff_id=person.id, token_hash=digest, epoch=person.epoch, created_at=now, seen_at=now)
                session.add(made)
                self.cookies.append((token, digest))

    @rule(pick=PICK)
    def signs_out(self, pick: int) -> None:
        if cookie := _picked(self.cookies, pick):
            client = self.site.app.test_client()
            client.set_cookie(guard.COOKIE, cookie[0])
            client.post("/sign-out")

    @rule(job=st.sampled_from(sorted(routine.JOBS)))
    def the_worker_ticks(self, job: str) -> None:
        with self.site.system(f"routine.{job}") as session:
            routine.JOBS[job](session, clock.now())

    @rule(account=ACCOUNTS)
    def somebody_looks(self, account: str) -> None:
        self.looker = account

    @invariant()
    def three_answers_are_one(self) -> None:
        if not hasattr(self, "looker"):
            return
        there, me = seen.reach(self.site), self.ids[self.looker]
        by_filter = seen.by_filter(there, me, counted["steps"])
        by_policy = seen.by_policy(me) if self.kind == "postgresql" else by_filter
        for table in seen.MODELS:
            expected = there.seen(me, table)
            assert by_filter[table] == expected, (self.looker, table, "filter")
            assert by_policy[table] == expected, (self.looker, table, "policy")
            counted["comparisons"] += 2 if there.tables[table] else 0
        counted["steps"] += 1
        self._replay(there)

    def _replay(self, there: Reach) -> None:
        """One of the cookies ever made with one of the links ever seen: the page answers as the oracle says."""
        if not self.links:
            return
        number = counted["steps"]
        token, digest = _picked(self.cookies, number * 7)
        table, record = _picked(sorted(self.links), number // 2)
        client = self.site.app.test_client()
        client.set_cookie(guard.COOKIE, token)
        found = client.get(f"/{'cases' if table == 'case_record' else 'contacts'}/{record}").status_code
        assert found == self._status(there, digest, table, record), (table, record)
        counted["replays"] += 1

    @staticmethod
    def _status(there: Reach, digest: bytes, table: str, record: UUID) -> int:
        """What the page of a case or contact answers to a browser whose cookie is this sign-in."""
        sign_in = next((row for row in there.tables["sign_in"] if row["token_hash"] == digest), None)
        staff = there.one("staff", sign_in["staff_id"]) if sign_in else None
        if not sign_in or not staff or sign_in["ended_at"] or sign_in["epoch"] != staff["epoch"] or staff["ended_at"]:
            return 302
        if staff["role"] not in ("tracer", "supervisor"):
            return 404
        return 200 if (record,) in there.seen(staff["id"], table) else 404


def test_machine(templates: Templates, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No step shows anybody a row that the oracle does not, nor hides one that it shows."""
    counted.update(dict.fromkeys(counted, 0))
    machines.run(Machine, templates, database, counted, STEPS, _LENGTH)
    with capsys.disabled():
        if STEPS > 400:
            print(machines.said(database, counted))
    assert counted["replays"] > 0
