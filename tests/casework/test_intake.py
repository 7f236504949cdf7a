"""Loading a batch: every row ends loaded, joined or rejected, and a second time changes nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests import batches
from tests.batches import DAY, TODAY, row, text
from tests.site import Site
from tracer import vault
from tracer.faults import Invalid
from tracer.models import AuditEvent, Base, Case, Intake, IntakeReject, IntakeState, Person, Task, Team
from tracer.schemas.identity import Identity


def counts(intake: Intake) -> tuple[int, int, int, int]:
    return intake.declared, intake.loaded, intake.joined, intake.rejected


def stored(site: Site, *models: type[Base]) -> list[int]:
    with site.system() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def identity(person: Person) -> Identity:
    return Identity.from_document(vault.current().open(person.sealed, person.id))


def only_case(site: Site) -> tuple[Case, Person, Task]:
    with site.system() as session:
        query = select(Case, Person, Task).join(Person, Person.id == Case.person_id).join(Task, Task.case_id == Case.id)
        return session.execute(query).one()


def test_a_row_becomes_a_person_a_case_and_a_task_in_its_areas_pool(site: Site) -> None:
    intake = batches.load(site, text(row(nhs_number="999 000 0018", onset_date=DAY, result_date=TODAY.isoformat())))
    assert counts(intake) == (1, 1, 0, 0)
    case, person, task = only_case(site)
    assert identity(person).nhs_number == "9990000018"
    assert identity(person).phone == "+447400100001"
    assert (person.birth_year, person.area) == (1980, "LS6")
    assert (case.onset_date, case.result_date, case.intake_id) == (date.fromisoformat(DAY), TODAY, intake.id)
    assert case.isolation_until > case.window_from
    assert task.household_key == person.address_key
    with site.system() as session:
        pool = session.get(Team, task.pool_id)
        assert pool is not None and pool.name == "Leeds"
        added = session.scalars(select(AuditEvent).where(AuditEvent.entity_id == str(case.id))).all()
        assert [(one.did, one.action, one.actor_kind) for one in added] == [("added", "intake.load", "system")]


def test_the_same_file_twice_changes_nothing(site: Site) -> None:
    content = text(*(row(number) for number in range(1, 30)), row(31, specimen_date="never"))
    assert counts(batches.load(site, content)) == (30, 29, 0, 1)
    before = stored(site, Person, Case, Task)
    assert counts(batches.load(site, content)) == (30, 0, 29, 1)
    assert stored(site, Person, Case, Task) == before == [29, 29, 29]


def test_a_row_that_joins_fills_empty_dates_and_overwrites_none(site: Site) -> None:
    batches.load(site, text(row(onset_date="")))
    onset = (TODAY - timedelta(days=3)).isoformat()
    batches.load(site, text(row(onset_date=onset, result_date=DAY)))
    batches.load(site, text(row(onset_date=DAY, result_date=TODAY.isoformat())))
    case, *_ = only_case(site)
    assert case.onset_date == date.fromisoformat(onset)
    assert case.result_date == date.fromisoformat(DAY)
    assert case.window_from == case.onset_date - timedelta(days=2)


def test_a_second_test_of_one_person_within_eight_weeks_joins_the_case(site: Site) -> None:
    first = (TODAY - timedelta(weeks=8, days=2)).isoformat()
    later = row(record_id="OTHER-LAB", specimen_date=DAY)
    assert counts(batches.load(site, text(row(specimen_date=first), later))) == (2, 1, 1, 0)
    assert stored(site, Person, Case, Task) == [1, 1, 1]


def test_a_second_episode_is_a_new_case_of_the_same_person(site: Site) -> None:
    first = (TODAY - timedelta(weeks=20)).isoformat()
    both = text(row(specimen_date=first), row(record_id="AGAIN"))
    assert counts(batches.load(site, both)) == (2, 2, 0, 0)
    assert stored(site, Person, Case) == [1, 2]
    assert counts(batches.load(site, both)) == (2, 0, 2, 0)


def test_another_disease_is_another_case(site: Site) -> None:
    batches.load(site, text(row()))
    intake = batches.load(site, text(row(record_id="SPOTS")), disease="measles")
    assert counts(intake) == (1, 1, 0, 0)
    assert stored(site, Person, Case) == [1, 2]


def test_a_shared_nhs_number_alone_makes_two_people(site: Site) -> None:
    batches.load(site, text(row(1, nhs_number="9990000018")))
    batches.load(site, text(row(2, nhs_number="9990000018")))
    assert stored(site, Person, Case) == [2, 2]


def test_a_known_person_gains_what_was_not_known_and_keeps_the_rest(site: Site) -> None:
    old = (TODAY - timedelta(weeks=30)).isoformat()
    batches.load(site, text(row(specimen_date=old, nhs_number="9990000018", phone="", address_line_1="", postcode="")))
    newer = row(record_id="NEWER", nhs_number="9990000018", email="other@example.com", phone="07400 100777")
    batches.load(site, text(newer))
    with site.system() as session:
        person = session.scalars(select(Person)).one()
        known = identity(person)
        opened = select(AuditEvent.fields).where(AuditEvent.did == "read", AuditEvent.entity_id == str(person.id))
        assert session.scalars(opened).all() == [["identity"]]
        tasks = session.scalars(select(Task).order_by(Task.created_at)).all()
    assert (known.phone, known.email, known.postcode) == ("+447400100777", "canary1@example.com", "LS6 1AA")
    assert person.phone_key is not None
    assert tasks[-1].area == "LS6"


def test_one_id_for_two_people_is_rejected_and_not_swallowed(site: Site) -> None:
    batches.load(site, text(row(1)))
    intake = batches.load(site, text(row(2, record_id="LAB-1")))
    assert counts(intake) == (1, 0, 0, 1)
    [(line, column, value, message)] = batches.rejected(site, intake.id)
    assert (line, column, value) == (2, "record_id", "LAB-1")
    assert "somebody else" in message


def test_two_laboratories_may_number_alike(site: Site) -> None:
    header = (*batches.HEADER, "lab_code")
    both = text(row(1, lab_code="A"), row(2, record_id="LAB-1", lab_code="B"), header=header)
    assert counts(batches.load(site, both)) == (2, 2, 0, 0)


def test_a_repeated_id_in_the_file_is_rejected_naming_the_first_line(site: Site) -> None:
    intake = batches.load(site, text(row(1), row(2), row(3, record_id="LAB-1")))
    assert counts(intake) == (3, 2, 0, 1)
    [(line, column, _, message)] = batches.rejected(site, intake.id)
    assert (line, column) == (4, "record_id")
    assert "Line 2" in message


def test_households_share_a_key_on_their_tasks(site: Site) -> None:
    batches.load(site, text(row(1), row(2, address_line_1="1 marigold  row"), row(3)))
    with site.system() as session:
        sizes = select(func.count(Task.id)).group_by(Task.household_key)
        assert sorted(session.scalars(sizes)) == [1, 2]


def test_every_fault_of_a_row_is_said_and_sealed(site: Site) -> None:
    wrong = row(7, phone="0123", postcode="NOWHERE", specimen_date="03/03/2020", family_name="Zanzibar-Quill")
    intake = batches.load(site, text(row(1), wrong))
    said = batches.rejected(site, intake.id)
    assert {(line, column) for line, column, *_ in said} == {(3, "phone"), (3, "postcode"), (3, "specimen_date")}
    with site.system() as session:
        sealed = session.scalars(select(IntakeReject.sealed)).one()
    assert b"NOWHERE" not in sealed and b"Zanzibar" not in sealed


def test_more_rows_than_a_chunk_add_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.casework.intake._CHUNK", 7)
    told: list[tuple[int, int]] = []
    rows = [row(number, specimen_date="" if number % 10 == 0 else DAY) for number in range(1, 51)]
    rows += [row(1, record_id="RETEST"), row(3)]
    intake = batches.load(site, text(*rows), progress=lambda done, whole: told.append((done, whole)))
    assert counts(intake) == (52, 45, 1, 6)
    assert told[-1] == (52, 52) and len(told) == 8
    assert stored(site, Person, Case, Task, IntakeReject) == [45, 45, 45, 6]


def test_references_that_fall_alike_are_told_apart(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.casework.cases.new_reference", lambda: "ABCD2345")
    assert batches.load(site, text(row(1), row(2))).loaded == 2
    assert batches.load(site, text(row(3), row(4))).loaded == 2
    with site.system() as session:
        assert len(set(session.scalars(select(Case.reference)))) == 4


def test_what_was_noticed_about_the_file_is_on_the_receipt(site: Site) -> None:
    intake = batches.load(site, text(row(family_name="Müller")).encode("cp1252"))
    assert intake.state is IntakeState.LOADED
    assert "Windows-1252" in (intake.message or "")
    _, person, _ = only_case(site)
    assert identity(person).family_name == "Müller"


def test_a_disease_without_rules_is_refused_before_anything_is_read(site: Site) -> None:
    with pytest.raises(Invalid) as fault:
        batches.load(site, text(row()), disease="flu")
    assert "covid-19, measles, varicella" in fault.value.fields["disease"]
    assert stored(site, Intake) == [0]
