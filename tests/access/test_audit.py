"""What is written down: each change by its fields, each reading, in the transaction that does it or not at all."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import world
from tests.site import Site
from tracer import clock, db
from tracer.access import audit, identity
from tracer.access.system import system_session
from tracer.models import Answer, AuditEvent, Case, Interview, Leadership, Person, ScriptVersion, SignIn, Staff, Task


def events(site: Site, action: str) -> list[tuple[str, str, str, list[str] | None]]:
    with site.system() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id))
        return [(one.did, one.entity, one.entity_id, one.fields) for one in found]


def test_added_changed_and_removed_by_whom_and_which_fields(site: Site) -> None:
    with site.system("test.add") as session:
        case, task = world.make_case(session)
    assert {(did, entity) for did, entity, *_ in events(site, "test.add")} == {
        ("added", "person"),
        ("added", "case_record"),
        ("added", "task"),
    }
    with site.system("test.change") as session:
        session.get_one(Case, case.id).setting = "school"
        changed = session.get_one(Task, task.id)
        changed.priority, changed.area = 99, task.area
    assert sorted(events(site, "test.change")) == [
        ("changed", "case_record", str(case.id), ["setting"]),
        ("changed", "task", str(task.id), ["priority"]),
    ]
    with site.system("test.remove") as session:
        lead = session.scalars(select(Leadership)).first()
        session.delete(lead)
    [(did, entity, key, fields)] = events(site, "test.remove")
    assert lead is not None and (did, entity, fields) == ("removed", "leadership", None)
    assert key == f"{lead.staff_id}/{lead.team_id}"


def test_the_actor_and_the_time_are_on_it(site: Site) -> None:
    before = clock.now()
    with site.acting("admin", "test.act") as session:
        person = session.scalars(select(Staff).where(Staff.given_name == "Trainer")).one()
        person.family_name = "Other"
        me = world.account(session, "admin").id
    with site.system() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "test.act")).one()
        assert (event.actor_id, event.actor_kind, event.fields) == (me, "administrator", ["family_name"])
        assert before <= event.at <= clock.now()


def test_what_tells_nothing_is_not_written(site: Site) -> None:
    """When a cookie was last seen; a row that was touched and is as it was."""
    site.browser("tracer1")
    with site.system("test.seen") as session:
        session.scalars(select(SignIn)).one().seen_at = clock.now()
        person = world.account(session, "tracer2")
        person.family_name = person.family_name + ""
    assert events(site, "test.seen") == []


def test_an_answer_is_its_own_record(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        script = session.scalars(select(ScriptVersion.id)).first()
        me = world.account(session, "tracer1").id
        interview = Interview(script_id=script, task_id=task.id, case_id=case.id, started_at=clock.now())
        interview.started_by_id = me
        session.add(interview)
    with site.system("test.answer") as session:
        given = {"given_at": clock.now(), "given_by_id": me, "sealed": b"x", "key": "onset"}
        session.add(Answer(interview_id=interview.id, **given))
    assert events(site, "test.answer") == []


def test_reading_an_identity_is_written_first(site: Site) -> None:
    with site.system() as session:
        case, _ = world.make_case(session)
    with site.system("test.read") as session:
        person = session.get_one(Person, case.person_id)
        assert identity.read(session, person)[0].given_name == "Canary1"
        assert identity.reveal(session, person, "phone").phone == "+447400100001"
        with pytest.raises(KeyError):
            identity.reveal(session, person, "given_name")
        audit.read(session, [])
    key = str(case.person_id)
    assert events(site, "test.read") == [("read", "person", key, ["identity"]), ("read", "person", key, ["phone"])]


def test_a_note_is_about_no_row(site: Site) -> None:
    with site.system("test.note") as session:
        audit.note(session, "refused", "staff", "unknown")
    assert events(site, "test.note") == [("refused", "staff", "unknown", None)]


def test_nothing_outside_a_named_transaction(site: Site) -> None:
    """No action, no reading and no change."""
    with site.system() as session:
        case, _ = world.make_case(session)
    with system_session() as session:
        person = session.get_one(Person, case.person_id)
        with pytest.raises(RuntimeError, match="Nothing is read or changed on record"):
            identity.read(session, person)
        person.language = "cy"
        with pytest.raises(RuntimeError, match="Nothing is read or changed on record"):
            session.flush()


def test_no_audit_row_no_data(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """When what was read cannot be written down, nothing is shown, and nothing that was done is kept."""
    with site.system() as session:
        case, _ = world.make_case(session)

    def fail(*_: object) -> None:
        raise OSError("the audit cannot be written")

    monkeypatch.setattr(audit, "event_row", fail)
    for doing in (_read, _change):
        with pytest.raises(OSError, match="cannot be written"), system_session() as session:
            doing(session, case)
    monkeypatch.undo()
    with site.system() as session:
        assert session.get_one(Person, case.person_id).language == "en"
        assert (
            session.scalars(select(AuditEvent).where(AuditEvent.action.in_(["test.read", "test.change"]))).all() == []
        )


def _read(session: Session, case: Case) -> None:
    with db.transaction("test.read", session):
        identity.read(session, session.get_one(Person, case.person_id))


def _change(session: Session, case: Case) -> None:
    with db.transaction("test.change", session):
        session.get_one(Person, case.person_id).language = "cy"
