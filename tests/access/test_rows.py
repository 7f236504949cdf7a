"""Which rows each actor sees, through every way of asking; and what the guard refuses."""

import pytest
from sqlalchemy import delete, exists, func, insert, literal, select, text, update
from sqlalchemy.orm import Session, aliased, joinedload

from tests import world
from tests.site import Site
from tracer import clock, db
from tracer.access.guard import UnguardedFault
from tracer.casework import contacts, tasks
from tracer.casework.contacts import Named
from tracer.models import Assignment, AuditEvent, Case, Contact, Intake, Person, SignIn, Staff, Task, Team
from tracer.schemas.identity import Identity

EVERYBODY = [*world.ACCOUNTS]


def arrange(site: Site) -> tuple[Case, Case, Contact]:
    """A Leeds case that tracer1 holds, with a contact whose alert tracer3 holds; a London case that waits."""
    with site.system() as session:
        held, task = world.make_case(session, 1)
        other, _ = world.make_case(session, 2, area="SE1")
        world.give(session, task, "tracer1")
        named = Named(Identity(given_name="Alerted", phone="+447400100009"), clock.today(), "face_to_face")
        contact = contacts.record(held, [named], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer3")
    return held, other, contact


def seen(site: Site, account: str, model: type[Case] | type[Contact] | type[Person]) -> set[object]:
    """The ids an account sees by a plain select."""
    with site.acting(account) as session:
        return set(session.scalars(select(model.id)))


def test_who_sees_which_record(site: Site) -> None:
    """Holders and those who lead them; nobody else; a contact's caller never the case."""
    held, other, contact = arrange(site)
    assert {who for who in EVERYBODY if held.id in seen(site, who, Case)} == {"tracer1", "supervisor"}
    assert {who for who in EVERYBODY if other.id in seen(site, who, Case)} == {"supervisor2"}
    assert {who for who in EVERYBODY if contact.id in seen(site, who, Contact)} == {"tracer1", "tracer3", "supervisor"}
    assert {who for who in EVERYBODY if held.person_id in seen(site, who, Person)} == {"tracer1", "supervisor"}
    with site.acting("tracer3") as session:
        found = contacts.get(session, contact.id)
        assert found.case is None
        assert found.person is not None


def test_the_same_question_with_more_loaded_is_narrowed_for_itself(site: Site) -> None:
    """Which tables a statement names is remembered: of its like alone, not of one that loads more with it."""
    _, _, contact = arrange(site)
    plain = select(Contact).where(Contact.id == contact.id)
    more = plain.options(joinedload(Contact.case))
    for statements in ((plain, more), (more, plain, more)):
        with site.acting("tracer3") as session:
            for statement in statements:
                session.expunge_all()
                found = session.scalar(statement)
            assert found is not None and found.case is None
    with site.acting("tracer1") as session:
        found = session.scalar(more)
        assert found is not None and found.case is not None


def _ways(session: Session, case: Case) -> dict[str, object]:
    """Every way of asking for one case."""
    other = aliased(Case)
    inner = select(Case.id).where(Case.id == case.id)
    return {
        "get": session.get(Case, case.id),
        "select": session.scalar(select(Case).where(Case.id == case.id)),
        "columns": session.execute(select(Case.reference).where(Case.id == case.id)).first(),
        "count": session.scalar(select(func.count(Case.id)).where(Case.id == case.id)),
        "alias": session.scalar(select(other).where(other.id == case.id)),
        "subquery": session.scalar(select(literal(1)).where(inner.exists())),
        "exists": session.scalar(select(Team.id).where(exists().where(Case.id == case.id)).limit(1)),
        "cte": session.execute(select(inner.cte().c.id)).first(),
        "union": session.execute(inner.union(inner)).first(),
        "join": session.scalar(select(Task.id).join(Case, Case.id == Task.case_id).where(Case.id == case.id)),
        "loaded": session.scalar(select(Person).join(Case, Case.person_id == Person.id).where(Case.id == case.id)),
        "eager": session.scalar(select(Case).options(joinedload(Case.person)).where(Case.id == case.id)),
    }


def test_every_way_of_asking(site: Site) -> None:
    """Hidden is hidden and seen is seen, whichever way a statement is written."""
    held, other, _ = arrange(site)
    with site.acting("tracer1") as session:
        assert [way for way, found in _ways(session, held).items() if not found] == []
        assert [way for way, found in _ways(session, other).items() if found] == []


def test_refusals(site: Site) -> None:
    """What the rules cannot reach does not run: Core, text, bulk changes; nothing without an actor."""
    refused = (
        select(Case.__table__),
        text("SELECT * FROM case_record"),
        select(Case).from_statement(text("SELECT * FROM case_record")),
        update(Task).values(priority=1),
        delete(Task),
        insert(Task).values(priority=1),
    )
    for statement in refused:
        with site.acting("tracer1") as session, pytest.raises(UnguardedFault):
            session.execute(statement)
    session = db.new_session()
    with pytest.raises(RuntimeError, match="no actor"):
        session.scalars(select(Case)).all()
    session.close()


def test_a_handed_over_record_closes(site: Site) -> None:
    """The old holder sees the task's row, which names nobody, and nothing of the record."""
    held, _, _ = arrange(site)
    with site.system() as session:
        task = session.scalars(select(Task).where(Task.case_id == held.id)).one()
        world.give(session, task, "tracer2")
    assert held.id not in seen(site, "tracer1", Case)
    assert held.id in seen(site, "tracer2", Case)


def test_finishing_closes_the_record(site: Site) -> None:
    """Whoever finished sees that they did, and no more."""
    held, _, _ = arrange(site)
    with site.acting("tracer1") as session:
        task = session.scalars(select(Task).where(Task.case_id == held.id)).one()
        tasks.finish(task, "completed", clock.now())
    assert held.id not in seen(site, "tracer1", Case)
    with site.acting("tracer1") as session:
        assert session.scalars(select(Task).where(Task.case_id == held.id)).one().outcome == "completed"


def test_colleagues_and_machinery_stay_private(site: Site) -> None:
    """Of colleagues a tracer sees who leads them; of sign-ins their own; of intakes and audit only theirs."""
    arrange(site)
    site.browser("tracer2")
    site.browser("tracer1")
    with site.acting("tracer1") as session:
        assert {one.given_name for one in session.scalars(select(Staff))} == {"Tracer1", "Supervisor"}
        assert len(session.scalars(select(SignIn)).all()) == 1
        assert session.scalars(select(Intake)).all() == []
        mine = session.scalars(select(AuditEvent.actor_id).distinct()).all()
        assert len(mine) <= 1
        assert len(session.scalars(select(Assignment)).all()) >= 1
