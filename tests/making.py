"""Making one record of each sort that belongs to somebody, for the sweeps (`tests/declared.py` names them)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import world
from tracer import clock, vault
from tracer.access.session import new_token
from tracer.casework import approvals, contacts, receipts, tasks
from tracer.casework.contacts import Named
from tracer.courses import library
from tracer.ids import new_id, new_reference
from tracer.models import (
    Absence,
    AbsenceKind,
    Alert,
    Allocation,
    AnswerExport,
    AnswerPiece,
    ApiToken,
    Approval,
    ApprovalKind,
    Base,
    Canary,
    Case,
    Completion,
    Contact,
    Factor,
    FactorKind,
    FinalTest,
    Flag,
    Grace,
    Grant,
    GrantKind,
    HelpQuestion,
    HourCount,
    Intake,
    IntakeReject,
    IntakeState,
    Interview,
    KnownProblem,
    MailingKind,
    MailingState,
    Person,
    PracticeCall,
    PracticeMark,
    Presence,
    PresenceState,
    QuestionKind,
    RecordQuestion,
    Review,
    ReviewOutcome,
    ScriptRevision,
    ScriptVersion,
    SeatState,
    Staff,
    Task,
    TaskKind,
    TaskState,
    Team,
    TeamStrength,
    TrainingMailing,
    TrainingSeat,
    TrainingSession,
)
from tracer.schemas.identity import Identity

Maker = Callable[[Session, Staff, int], Base]


def hold(session: Session, task: Task, owner: Staff) -> None:
    """By hand, because some owners could not be given work: a trainer who was a tracer yesterday."""
    task.state, task.holder_id, task.held_until = TaskState.HELD, owner.id, clock.now() + timedelta(hours=8)
    task.team_id = owner.team_id or task.pool_id
    session.flush()


def _nhs_number(number: int) -> str:
    """A valid one of the range kept for tests, of which no two numbers share one."""
    for last in range(10):
        nine = f"9990{number:04d}{last}"
        check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{nine}{check % 11}"
    raise AssertionError(number)


def secrets(number: int) -> dict[str, Any]:
    """The parts of a person that no page but a reveal may show, beside those that `world` gives."""
    return {
        "nhs_number": _nhs_number(number),
        "date_of_birth": clock.today().replace(year=1931, month=1, day=1) + timedelta(days=number),
    }


def case(session: Session, owner: Staff, number: int) -> Case:
    made, task = world.make_case(session, number, **secrets(number))
    hold(session, task, owner)
    return made


def task(session: Session, owner: Staff, number: int) -> Task:
    about = case(session, owner, number)
    return session.scalars(select(Task).where(Task.case_id == about.id)).one()


def person(session: Session, owner: Staff, number: int) -> Person:
    return case(session, owner, number).person


def contact(session: Session, owner: Staff, number: int) -> Contact:
    """Its alert task is the owner's; its case is nobody's, elsewhere."""
    about, _ = world.make_case(session, number, area="SE1")
    known: dict[str, Any] = {"phone": f"+4474001{number + 500:05d}", "email": f"wren{number}@example.com"}
    who = Identity(given_name=f"Wren{number}", family_name=f"Sparrowhawk{number}", **known, **secrets(number + 500))
    made = contacts.record(about, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
    hold(session, session.get_one(Task, made.alert_task_id), owner)
    return made


def interview(session: Session, owner: Staff, number: int) -> Interview:
    work = task(session, owner, number)
    live = select(ScriptVersion.id).where(ScriptVersion.disease == "covid-19", ScriptVersion.kind == "index-case")
    made = Interview(
        script_id=session.scalars(live).one(),
        task_id=work.id,
        case_id=work.case_id,
        started_at=clock.now(),
        started_by_id=owner.id,
    )
    session.add(made)
    return made


def flag(session: Session, owner: Staff, number: int, *, by_contact: bool = False) -> Flag:
    """What somebody's answer called for, in the hands of the owner; the call itself is nobody's, elsewhere."""
    about, work = world.make_case(session, number, area="SE1")
    said: dict[str, Any] = {"case_id": about.id}
    if by_contact:
        who = Identity(given_name=f"Wren{number}", family_name=f"Sparrowhawk{number}", **secrets(number + 500))
        spoken_to = contacts.record(about, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
        work, said = session.get_one(Task, spoken_to.alert_task_id), {"contact_id": spoken_to.id}
    live = select(ScriptVersion.id).where(ScriptVersion.disease == "covid-19", ScriptVersion.kind == "index-case")
    call = Interview(
        script_id=session.scalars(live.where(ScriptVersion.number == 1)).one(),
        task_id=work.id,
        started_at=clock.now(),
        **said,
    )
    call.started_by_id = owner.id
    task = Task(kind=TaskKind.ESCALATION, disease="covid-19", case_id=said.get("case_id"), pool_id=work.pool_id)
    task.team_id, task.due_at, task.created_at = work.pool_id, clock.now(), clock.now()
    session.add_all([call, task])
    session.flush()
    hold(session, task, owner)
    made = Flag(interview_id=call.id, task_id=task.id, name="safety", pool_id=task.pool_id, **said)
    made.raised_at, made.raised_by_id = clock.now(), owner.id
    session.add(made)
    return made


def script(session: Session, owner: Staff, number: int) -> ScriptVersion:
    """A draft that the owner sent and asked for: it waits for a second person."""
    now, live = clock.now(), session.scalars(select(ScriptVersion).where(ScriptVersion.number == 1).limit(1)).one()
    made = ScriptVersion(id=new_id(), disease=live.disease, kind=live.kind, title=f"Script {number}", base_id=live.id)
    made.document, made.digest, made.begun_at, made.begun_by_id = live.document, number.to_bytes(4) * 8, now, owner.id
    made.asked_at, made.asked_by_id, made.asked_by = now, owner.id, owner.name
    session.add(made)
    session.flush()
    sent = ScriptRevision(script_id=made.id, number=1, document=made.document, digest=made.digest, note="for the sweep")
    sent.warnings = []
    sent.sent_by_id, sent.sent_by, sent.sent_at = owner.id, owner.name, now
    session.add(sent)
    return made


def allocation(session: Session, owner: Staff, _: int) -> Allocation:
    """A plan that is made, for the owner's team; for whoever is in none, for the top."""
    now, top = clock.now(), session.scalars(select(Team.id).where(Team.parent_id.is_(None))).one()
    said = {"placed": 0, "left": 0, "why": {}, "people": [], "short": []}
    made = Allocation(id=new_id(), team_id=owner.team_id or top, asked_by_id=owner.id, asked_at=now, planned_at=now)
    made.said = said
    session.add(made)
    return made


def answer_export(session: Session, owner: Staff, _: int) -> AnswerExport:
    """An export of answers without names that was made for the owner."""
    now, live = clock.now(), session.scalars(select(ScriptVersion).where(ScriptVersion.number == 1).limit(1)).one()
    made = AnswerExport(id=new_id(), script_id=live.id, named=False, asked_by_id=owner.id, asked_at=now)
    made.made_at, made.expires_at = now, now + timedelta(days=7)
    session.add(made)
    session.flush()
    piece = AnswerPiece(id=new_id(), export_id=made.id, sheet="answers", number=1)
    piece.sealed = vault.current().seal_bytes(b"_interview", piece.id, now.date())
    session.add(piece)
    return made


def counts(session: Session, team: Team) -> None:
    """An hour of a team, and its strength."""
    hour, numbers = clock.now().replace(minute=0, second=0, microsecond=0), {"arrived": 5, "finished": 4, "worked": 900}
    session.add(HourCount(team_id=team.id, hour=hour, kind=TaskKind.INTERVIEW, **numbers))
    week = {str(day): [1.0] * 24 for day in range(7)}
    more = {"people": 1, "without_pattern": 0, "waiting": 3, "counted_until": hour}
    session.add(TeamStrength(team_id=team.id, week=week, away={}, **more))


def staff(_: Session, owner: Staff, __: int) -> Staff:
    return owner


def token(session: Session, owner: Staff, number: int) -> ApiToken:
    now = clock.now()
    until = now + timedelta(days=9)
    made = ApiToken(name=f"token {number}", staff_id=owner.id, scope="intake", created_at=now, expires_at=until)
    made.token_hash = new_token()[1]
    session.add(made)
    return made


def intake(session: Session, owner: Staff, number: int) -> Intake:
    """One row, and that one was not taken."""
    now = clock.now()
    made = Intake(filename="batch.csv", disease="covid-19", digest=bytes(32), state=IntakeState.LOADED)
    made.declared = made.rejected = 1
    made.received_by_id, made.received_at = owner.id, now
    session.add(made)
    session.flush()
    faults = [{"column": "phone", "value": "ask mum", "message": "Give a telephone number."}]
    session.add(IntakeReject(**receipts.sealed(made.id, 2, faults, {"record_id": f"Magpie{number}"}, now)))
    return made


def factor(session: Session, owner: Staff, number: int) -> Factor:
    """A passkey (which nobody holds)."""
    key = {"credential_id": b"%d" % number, "public_key": b"x", "name": f"key {number}"}
    made = Factor(staff_id=owner.id, kind=FactorKind.PASSKEY, created_at=clock.now(), **key)
    session.add(made)
    return made


def final_test(session: Session, owner: Staff, number: int) -> FinalTest:
    """A test that is open."""
    course = library.load("data-protection")
    made = FinalTest(staff_id=owner.id, course=course.name, course_version=course.version, begun_at=clock.now())
    made.seed = f"seed {number}"
    session.add(made)
    return made


def completion(session: Session, owner: Staff, number: int) -> Completion:
    """Of a course, in date."""
    now, made = clock.now(), Completion(staff_id=owner.id, key="data-protection", course_version=1, by_id=owner.id)
    made.score, made.of, made.code = 12, 14, f"{number:016d}"
    made.passed_at, made.until_at = now, now + timedelta(days=365)
    session.add(made)
    return made


def practice_call(session: Session, owner: Staff, number: int) -> PracticeCall:
    """A mock call that was handed in and waits; another, marked by a trainer; a third that is not finished."""
    now, key = clock.now(), next(iter(library.mock_persons()))
    live = select(ScriptVersion.id).where(ScriptVersion.disease == "covid-19", ScriptVersion.kind == "index-case")
    given: dict[str, Any] = {"staff_id": owner.id, "caller": owner.given_name, "brief": key, "answers": {}}
    given |= {"script_id": session.scalars(live.where(ScriptVersion.number == 1)).one(), "on_day": clock.today()}
    over = {"started_at": now, "finished_at": now, "handed_in_at": now, "self_marks": {"opening": 2}}
    made, marked = PracticeCall(id=new_id(), **given, **over), PracticeCall(id=new_id(), **given, **over)
    session.add_all([made, marked, PracticeCall(**given, started_at=now)])
    session.flush()
    mark = PracticeMark(
        practice_call_id=marked.id, by_id=world.account(session, "trainer").id, by_name="Trainer", at=now
    )
    mark.rubric_version, mark.marks, mark.score, mark.of = 1, {"opening": 1}, 1, 22
    mark.passed, mark.note = False, f"number {number}"
    session.add(mark)
    return made


def help_question(session: Session, owner: Staff, number: int) -> HelpQuestion:
    """A question of the owner's that waits; tracer4's other one is help for everybody."""
    now, given = clock.now(), {"asked_by_id": owner.id, "page": "/help", "published": False, "title": ""}
    made = HelpQuestion(id=new_id(), question=f"How does part {number} work?", asked_at=now, **given)
    session.add(made)
    if owner.email == world.address("tracer4"):
        told = HelpQuestion(question="Is there a break?", asked_at=now, **given)
        told.title, told.answer, told.published, told.answered_at = "Breaks", "Yes, two.", True, now
        session.add(told)
    return made


def known_problem(session: Session, owner: Staff, number: int) -> KnownProblem:
    """Something that does not work."""
    made = KnownProblem(title=f"Problem {number}", text="Wait", begun_at=clock.now(), by_id=owner.id)
    session.add(made)
    return made


def grace(session: Session, owner: Staff, number: int) -> Grace:
    """Somebody was let off, and no longer is: it opens nothing any more."""
    now, day = clock.now(), timedelta(days=1)
    giver = world.account(session, "admin" if owner.email != world.address("admin") else "privacy")
    made = Grace(staff_id=owner.id, given_by_id=giver.id, reason=f"number {number}", from_at=now - 2 * day)
    made.until_at = now - day
    session.add(made)
    return made


def grant(session: Session, owner: Staff, number: int) -> Grant:
    """A broken glass that was closed again: it opens nothing any more."""
    about, _ = world.make_case(session, number, area="SE1")
    now, made = clock.now(), Grant(id=new_id(), kind=GrantKind.GLASS, staff_id=owner.id, team_id=owner.team_id)
    made.reference, made.case_id = about.reference, about.id
    made.record_key, made.person_key = str(about.id), str(about.person_id)
    made.sealed_reason = vault.current().seal("for the sweep", made.id, now.date())
    made.from_at, made.until_at, made.ended_at, made.ended_by_id = now, now + timedelta(minutes=30), now, owner.id
    made.told_at = now
    session.add(made)
    return made


def approval(session: Session, owner: Staff, _: int) -> Approval:
    """The glass for longer than usual, asked for by the owner."""
    now, made_id = clock.now(), new_id()
    document = {"records": [{"reference": new_reference()}], "minutes": 120}
    made = Approval(id=made_id, kind=ApprovalKind.GLASS, asked_by_id=owner.id, team_id=owner.team_id, asked_at=now)
    made.expires_at, made.digest = now + approvals.LASTS, approvals._digest(made_id, document)
    made.sealed = vault.current().seal(document, made_id, now.date())
    made.sealed_reason = vault.current().seal("for the sweep", made_id, now.date())
    session.add(made)
    return made


def alert(session: Session, owner: Staff, _: int) -> Alert:
    """What the watch found about the owner."""
    now = clock.now()
    made = Alert(reference=new_reference(), staff_id=owner.id, rule="sweeping", score=1.0, evidence={})
    made.first_at = made.last_at = made.created_at = now
    session.add(made)
    return made


def canary(session: Session, owner: Staff, number: int) -> Canary:
    """A record that was marked, by the owner."""
    about, _ = world.make_case(session, number, area="SE1")
    now = clock.now()
    made = Canary(reference=about.reference, person_id=about.person_id, made_by_id=owner.id, created_at=now, set_at=now)
    session.add(made)
    return made


def training_session(session: Session, owner: Staff, number: int) -> TrainingSession:
    """A session tomorrow, in which the owner has a place."""
    now = clock.now()
    made = TrainingSession(id=new_id(), title=f"Session {number}", place="Room 1", link="", joining="Ring the bell")
    made.starts_at, made.ends_at = now + timedelta(days=2), now + timedelta(days=2, hours=1)
    made.capacity, made.code, made.made_by_id, made.made_at, made.changed_at = 5, "ABCDEF", owner.id, now, now
    session.add(made)
    session.flush()
    seat = TrainingSeat(training_session_id=made.id, staff_id=owner.id, state=SeatState.SEATED)
    seat.invited_at = seat.asked_at = now
    session.add(seat)
    return made


def training_mailing(session: Session, owner: Staff, number: int) -> TrainingMailing:
    """A rehearsal of nobody, asked for by the owner."""
    of = training_session(session, owner, number + 900)
    made = TrainingMailing(id=new_id(), training_session_id=of.id, kind=MailingKind.INVITATION, audience={})
    made.state, made.asked_by_id, made.asked_at, made.count = MailingState.REHEARSED, owner.id, clock.now(), 1
    session.add(made)
    return made


def absence(session: Session, owner: Staff, _: int) -> Absence:
    """Leave that is still to come, said by a supervisor; and what the owner is doing at this moment."""
    now, day = clock.now(), timedelta(days=1)
    by = world.account(session, "supervisor")
    made = Absence(staff_id=owner.id, kind=AbsenceKind.LEAVE, from_at=now + day, made_at=now, by_id=by.id)
    made.until_at = now + 2 * day
    session.add(made)
    if session.scalar(select(Presence.id).where(Presence.staff_id == owner.id)) is None:
        session.add(Presence(staff_id=owner.id, state=PresenceState.AVAILABLE, since=now))
    return made


def record_question(session: Session, owner: Staff, number: int, kind: str = "supervisor") -> RecordQuestion:
    """A question of the owner's on a case that they hold; nobody has answered."""
    now, work = clock.now(), task(session, owner, number)
    about = session.get_one(Case, work.case_id)
    made = RecordQuestion(id=new_id(), kind=QuestionKind(kind), asked_by_id=owner.id, asked_at=now, task_id=work.id)
    made.team_id, made.case_id, made.reference = work.team_id, about.id, about.reference
    made.person_key = str(about.person_id)
    made.sealed_question = vault.current().seal({"question": "What may they do about the hens?"}, made.id, now.date())
    session.add(made)
    return made


def review(session: Session, owner: Staff, number: int) -> Review:
    """Finished work of the owner's that was reviewed; and other work that was drawn, and waits."""
    now, reviewer = clock.now(), world.account(session, "supervisor")
    made = []
    for more in (0, 700):
        work = task(session, owner, number + more)
        tasks.finish(work, "completed", now)
        work.moved_by_id = owner.id
        one = Review(id=new_id(), task_id=work.id, tracer_id=owner.id, team_id=work.team_id, why="sample", drawn_at=now)
        made.append(one)
    done = made[0]
    done.reviewer_id, done.reviewed_at, done.marks = reviewer.id, now, {}
    done.outcome = ReviewOutcome.APPROVE
    live = select(ScriptVersion.id).where(ScriptVersion.disease == "covid-19", ScriptVersion.kind == "quality-review")
    done.script_id, done.score = session.scalars(live.where(ScriptVersion.number == 1)).one(), 90
    done.sealed_words = vault.current().seal({"praise": "Clear and calm."}, done.id, now.date())
    session.add_all(made)
    return done
