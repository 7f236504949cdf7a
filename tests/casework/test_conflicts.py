"""Conflicts of interest: nobody is given, sees or holds their own, their household's or a colleague's record."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import batches, world
from tests.site import Site
from tracer import clock
from tracer.casework import cases, claims, conflicts, contacts, routine, staff_keys, tasks
from tracer.casework.contacts import Named
from tracer.faults import Refused
from tracer.models import Assignment, Case, ConflictOfInterest, Contact, Person, Staff, StaffKey, Task, TaskState, Team
from tracer.schemas.identity import Identity

OWN = Identity(
    given_name="Tamsin",
    family_name="Boyle",
    date_of_birth=date(1990, 5, 17),
    phone="+447400155501",
    address_line_1="9 Juniper Terrace",
    postcode="LS6 2BB",
)
SELF: dict[str, Any] = {"given_name": "Tamsin", "family_name": "Boyle", "date_of_birth": date(1990, 5, 17)}
HOME: dict[str, Any] = {"address_line_1": "9 Juniper Terrace", "postcode": "LS6 2BB"}


def tick(site: Site) -> None:
    """The worker's jobs that keep conflicts, in its order."""
    for name in ("compare_staff", "compare_people", "put_back"):
        with site.system(f"routine.{name}") as session:
            routine.JOBS[name](session, clock.now())


def give_details(site: Site, account: str = "tracer1") -> None:
    with site.acting(account, "details.give") as session:
        staff_keys.give(session, OWN)
    tick(site)


def make(site: Site, number: int = 1, **given: Any) -> tuple[Case, Task]:
    with site.system() as session:
        made = world.make_case(session, number, **given)
    tick(site)
    return made


def barred(site: Site, person_id: UUID) -> dict[str, str]:
    """Account -> why, of those who must not have a person's record."""
    with site.system() as session:
        query = select(Staff.email, ConflictOfInterest.why).join(Staff, Staff.id == ConflictOfInterest.staff_id)
        found = session.execute(query.where(ConflictOfInterest.person_id == person_id)).all()
    return {email.partition("@")[0]: why for email, why in found}


def claimed(site: Site, account: str) -> UUID | None:
    with site.acting(account, "task.claim") as session:
        task = claims.claim_next(session, clock.now())
        return task.case_id if task else None


def test_ones_own_record_is_ones_own_and_ones_colleagues_conflict(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    # tracer2 is of the same team; supervisor is the nearest lead over it; further up somebody must see to the work.
    assert barred(site, case.person_id) == {"tracer1": "self", "tracer2": "colleague", "supervisor": "colleague"}


def test_a_household_conflicts_for_its_own_only(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **HOME)
    assert barred(site, case.person_id) == {"tracer1": "home"}


def test_the_work_address_is_compared_without_being_given(site: Site) -> None:
    tick(site)
    case, _ = make(site, email=world.address("tracer1"))
    assert barred(site, case.person_id)["tracer1"] == "self"


def test_claiming_passes_over_a_conflict_and_takes_the_next(site: Site) -> None:
    give_details(site)
    make(site, 1, **HOME)
    assert claimed(site, "tracer1") is None
    other, _ = make(site, 2)
    assert claimed(site, "tracer1") == other.id
    assert claimed(site, "tracer2") is not None


def test_what_they_put_back_themselves_is_not_theirs_again(site: Site) -> None:
    case, _ = make(site, 1, **HOME)
    assert claimed(site, "tracer1") == case.id
    with site.acting("tracer1") as session:
        tasks.hand_back(session.scalars(select(Task).where(Task.case_id == case.id)).one(), "not now", clock.now())
    give_details(site)
    assert claimed(site, "tracer1") is None


def test_work_about_one_of_a_team_goes_to_the_pool_above(site: Site) -> None:
    give_details(site)
    case, task = make(site, **SELF)
    with site.system() as session:
        assert session.get_one(Task, task.id).team_id == session.scalar(select(Team.id).where(Team.name == "North"))
    assert claimed(site, "tracer2") is None
    assert claimed(site, "tracer3") == case.id


def test_a_held_record_closes_at_once_and_goes_back_for_a_reason_that_names_nobody(site: Site) -> None:
    case, task = make(site, **HOME)
    with site.system() as session:
        world.give(session, session.get_one(Task, task.id), "tracer1")
    client = site.browser("tracer1")
    assert client.get(f"/cases/{case.id}").status_code == 200
    give_details(site)
    assert client.get(f"/cases/{case.id}").status_code == 404
    assert client.post(f"/people/{case.person_id}/reveal/phone").status_code == 404
    with site.system() as session:
        assert session.get_one(Task, task.id).state is TaskState.WAITING
        ended = session.scalars(select(Assignment).where(Assignment.task_id == task.id)).one()
        assert ended.ended == "released" and ended.ended_reason == "it is for somebody else to work"


def test_the_home_page_works_between_the_conflict_and_the_worker(site: Site) -> None:
    case, task = make(site, **HOME)
    other, second = make(site, 2)
    with site.system() as session:
        for one in (task, second):
            world.give(session, session.get_one(Task, one.id), "tracer1")
    with site.acting("tracer1", "details.give") as session:
        staff_keys.give(session, OWN)
    for name in ("compare_staff", "compare_people"):
        with site.system() as session:
            routine.JOBS[name](session, clock.now())
    page = site.browser("tracer1").get("/caseload")
    assert page.status_code == 200 and other.reference in page.text and case.reference not in page.text


def test_a_supervisor_sees_a_colleagues_record_nowhere(site: Site) -> None:
    give_details(site)
    case, task = make(site, **SELF)
    client = site.browser("supervisor")
    assert client.get(f"/cases/{case.id}").status_code == 404
    assert case.reference not in client.get("/team").text
    with site.acting("supervisor") as session:
        assert session.get(Task, task.id) is None and session.get(Person, case.person_id) is None


def test_a_hand_over_is_refused_without_saying_why(site: Site) -> None:
    give_details(site)
    case, task = make(site, **HOME)
    with site.system() as session:
        who, version = world.account(session, "tracer1").id, session.get_one(Task, task.id).version
    chosen = f"{task.id}/{version}/{case.reference}"
    form = {"chosen": [chosen], "to": str(who), "reason": "the shift ends"}
    answer = site.browser("supervisor").post("/team/tasks", data=form)
    assert answer.status_code == 422
    assert f"Tracer1 Example cannot take {case.reference}: choose somebody else." in answer.text
    for word in ("conflict", "household", "family", "address of", "relative"):
        assert word not in answer.text.lower()
    with site.system() as session, pytest.raises(Refused, match="cannot take this one"):
        tasks.reassign(session.get_one(Task, task.id), world.account(session, "tracer1"), "again", clock.now())


def test_the_glass_opens_ones_own_record_with_the_reason(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    client = site.browser("tracer1")
    assert client.get(f"/cases/{case.id}").status_code == 404
    reason = "My supervisor asked me to check my own test date"
    client.post("/glass", data={"reference": case.reference, "reason": reason, "minutes": "15"})
    assert client.get(f"/cases/{case.id}").status_code == 200


def test_a_contact_in_conflict_is_hidden_among_the_contacts_of_a_case(site: Site) -> None:
    give_details(site, "tracer2")
    case, task = make(site)
    with site.system() as session:
        world.give(session, session.get_one(Task, task.id), "tracer1")
        named = [
            Named(Identity(given_name="Wren", phone="+447400155777"), clock.today(), "face_to_face"),
            Named(Identity(given_name="Tamsin", family_name="Boyle", phone=OWN.phone), clock.today(), "face_to_face"),
        ]
        stranger, home = contacts.record(cases.get(session, case.id), named, Identity(), clock.now())
    tick(site)
    with site.system() as session:
        world.give(session, session.get_one(Task, task.id), "tracer2")
    page = site.browser("tracer2").get(f"/cases/{case.id}").text
    assert str(stranger.id) in page and str(home.id) not in page
    with site.acting("tracer2") as session:
        assert session.get(Contact, home.id) is None and session.get(Contact, stranger.id) is not None


def test_who_moves_brings_conflicts_along_and_leaves_them_behind(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    with site.system() as session:
        person = world.account(session, "tracer1")
        person.team_id = session.scalars(select(Team.id).where(Team.name == "London")).one()
        person.epoch += 1
    tick(site)
    assert barred(site, case.person_id) == {"tracer1": "self", "tracer4": "colleague", "supervisor2": "colleague"}


def test_who_joins_a_team_is_a_colleague_at_once(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    with site.system() as session:
        leeds = session.scalars(select(Team.id).where(Team.name == "Leeds")).one()
        world.account(session, "tracer3").team_id = leeds
        world.account(session, "tracer3").epoch += 1
    tick(site)
    assert barred(site, case.person_id)["tracer3"] == "colleague"


def test_who_leaves_has_no_conflicts_and_no_details_kept(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    with site.system() as session:
        person = world.account(session, "tracer1")
        person.ended_at, person.epoch = clock.now(), person.epoch + 1
    tick(site)
    assert barred(site, case.person_id) == {}
    with site.system() as session:
        assert session.scalar(select(StaffKey.id).where(StaffKey.staff_id == person.id)) is None


def test_what_is_learnt_of_a_person_later_is_compared_too(site: Site) -> None:
    from tracer.casework import people

    give_details(site)
    case, _ = make(site)
    assert barred(site, case.person_id) == {}
    with site.system() as session:
        people.seal(session.get_one(Person, case.person_id), OWN, clock.today())
    tick(site)
    assert barred(site, case.person_id)["tracer1"] == "self"


def test_details_are_kept_as_hashes_and_their_owner_alone_knows_which(site: Site) -> None:
    client = site.browser("tracer1")
    form = {
        "given_name": "Tamsin",
        "family_name": "Boyle",
        "date_of_birth": "17/05/1990",
        "phone": "07400 155501",
        "address_line_1": "9 Juniper Terrace",
        "postcode": "ls62bb",
    }
    assert client.post("/account/details", data=form).status_code == 302
    page = client.get("/account/details").text
    assert "home address, name with date of birth, telephone" in page
    for word in ("Boyle", "155501", "Juniper", "LS6"):
        assert word not in page.replace("Like 3 Marigold Row", "")
    with site.acting("tracer2") as session:
        assert session.scalars(select(StaffKey)).all() == []
    tick(site)
    case, _ = make(site, **SELF)
    assert barred(site, case.person_id)["tracer1"] == "self"
    assert client.post("/account/details", data={}).status_code == 302
    tick(site)
    assert barred(site, case.person_id) == {}
    for half, words in (({"given_name": "Tamsin"}, "together"), ({"nhs_number": "1"}, "10 digits")):
        answer = client.post("/account/details", data=half)
        assert answer.status_code == 422 and words in answer.text


def test_nobody_reads_of_others_conflicts_but_who_hands_them_work(site: Site) -> None:
    give_details(site)
    make(site, **HOME)

    def seen(session: Session) -> int:
        return len(session.scalars(select(ConflictOfInterest)).all())

    counts = {}
    for account in world.ACCOUNTS:
        with site.acting(account) as session:
            counts[account] = seen(session)
    assert {account for account, count in counts.items() if count} == {"tracer1", "supervisor"}


def test_a_refresh_of_nothing_new_changes_nothing(site: Site) -> None:
    give_details(site)
    case, _ = make(site, **SELF)
    with site.system() as session:
        assert conflicts.refresh(session, [case.person_id]) == 0


def test_an_intake_keeps_them_apart_in_its_own_transaction(site: Site) -> None:
    give_details(site)
    mine = {"given_name": "TAMSIN", "family_name": "boyle", "date_of_birth": "1990-05-17"}
    batches.load(site, batches.text(batches.row(1), batches.row(2, **mine), batches.row(3, phone="07400 155501")))
    with site.system() as session:
        query = select(Staff.email, ConflictOfInterest.why, ConflictOfInterest.task_id)
        found = session.execute(query.join(Staff, Staff.id == ConflictOfInterest.staff_id)).all()
        waiting = session.scalars(select(Person.id).where(Person.compared_at.is_(None))).all()
    assert sorted((email.partition("@")[0], why) for email, why, _ in found) == [
        ("supervisor", "colleague"),
        ("tracer1", "home"),
        ("tracer1", "self"),
        ("tracer2", "colleague"),
    ]
    assert all(task for *_, task in found) and waiting == []
    first = claimed(site, "tracer1")
    assert first is not None and claimed(site, "tracer1") is None
