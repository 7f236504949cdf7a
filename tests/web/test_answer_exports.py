"""Answers for analysis: made by the worker, without names unless asked for and agreed to, sealed until fetched."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests import scripting, world
from tests.conftest import Clock
from tests.site import Site
from tests.web.test_approvals import decide, only
from tracer import clock, config, vault
from tracer.casework import answer_making, scripts
from tracer.delivery.worker import Worker
from tracer.ids import new_id
from tracer.models import Answer, AnswerExport, AnswerPiece, AuditEvent, Interview
from tracer.tables import plain

WHY = "Linking to hospital admissions for the weekly report"
SAID: dict[str, Any] = {
    **{"who_answers": "person", "good_time": "yes", "birth_fits": "yes", "postcode_fits": "yes", "under_18": "no"},
    **{"agrees": "yes", "has_symptoms": "yes", "which_symptoms": ["cough", "fever"], "had_contacts": "yes"},
    **{"setting": {"declined": "prefers_not_to_say"}, "onset_date": {"typed": "last Canary"}},
    "contact/1/_added": "yes",
    "contact/1/contact_given_name": "Wrenna",
    "contact/1/contact_family_name": "=Sparrowhawk",
    "contact/1/contact_phone": "07400 100555",
    "contact/1/contact_closeness": "face_to_face",
    **{"outcome": "completed", "closing_notes": "Insulin for Wrenna"},
}
NAMES = ("Canary", "Quillfeather", "Wrenna", "Sparrowhawk", "07400", "4474001", "Marigold", "Insulin", "1971")


def interviewed(site: Site, number: int = 1, finished: bool = True, **more: Any) -> str:
    """A case that was interviewed, with a contact, free text, and a decline; its reference."""
    now = clock.now()
    born, script_id = clock.today().replace(year=1971), UUID(version(site).rpartition("/")[2])
    with site.system() as session:
        case, task = world.make_case(session, number, date_of_birth=born)
        owner = world.account(session, "tracer1")
        interview = Interview(script_id=script_id, task_id=task.id, case_id=case.id, started_at=now, id=new_id())
        interview.started_by_id = owner.id
        if finished:
            interview.finished_at, interview.outcome = now, "completed"
        session.add(interview)
        session.flush()
        for key, answer in {**SAID, **more}.items():
            sealed = vault.current().seal(answer, interview.id, now.date())
            given = {"given_at": now, "given_by_id": owner.id}
            session.add(Answer(interview_id=interview.id, key=key, sealed=sealed, **given))
            session.flush()
        return case.reference


def version(site: Site) -> str:
    with site.system() as session:
        return f"/scripts/{scripts.live(session, *scripting.COVID, clock.now()).id}"


def made(site: Site) -> None:
    """What the worker does."""
    for _ in range(20):
        with site.system("routine.answer_exports") as session:
            if not answer_making.make(session, clock.now()):
                return
    raise AssertionError("It does not end.")


def ask(client: FlaskClient, address: str, named: str = "no", reason: str = "") -> Any:
    return client.post(f"{address}/answers", data={"named": named, "reason": reason})


def newest(site: Site) -> AnswerExport:
    with site.system() as session:
        return session.scalars(select(AnswerExport).order_by(AnswerExport.id.desc()).limit(1)).one()


def fetch(client: FlaskClient, site: Site) -> Any:
    return client.post(f"/answer-exports/{newest(site).id}", buffered=True)


def tables(answer: Any) -> dict[str, list[dict[str, str]]]:
    """The tables of an archive by name, a dict for each row."""
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        found = {}
        for name in archive.namelist():
            if name.endswith(".csv"):
                content = io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")
                rows = list(csv.DictReader(content, strict=True))
                found[name.removesuffix(".csv")] = [{key: plain(cell) for key, cell in row.items()} for row in rows]
        found["read-me"] = [{"text": archive.read("read-me.txt").decode()}]
        return found


def test_an_analyst_gets_all_answers_and_no_name(site: Site) -> None:
    for number in (1, 2):
        interviewed(site, number)
    address, client = version(site), site.browser("analyst")
    assert ask(client, address).status_code == 302
    assert "Being made" in client.get(f"{address}/answers").text
    assert fetch(client, site).status_code == 409
    made(site)
    assert "2 interviews" in client.get(f"{address}/answers").text
    answer = fetch(client, site)
    assert answer.mimetype == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    found = tables(answer)
    assert [row["_interview"] for row in found["answers"]] == ["1", "2"]
    first = found["answers"][0]
    assert first["_outcome"] == "completed" and first["_started"] == first["_finished"] == clock.today().isoformat()
    assert first["had_contacts"] == "yes" and "closing_notes" not in first
    contact = found["answers-contact"][0]
    assert (contact["_interview"], contact["_number"], contact["contact_closeness"]) == ("1", "1", "face_to_face")
    assert "contact_given_name" not in contact and "contact_phone" not in contact
    assert any(row["column"] == "had_contacts" and "yes = " in row["choices"] for row in found["questions"])
    whole = str(found)
    assert [name for name in NAMES if name in whole] == []
    assert "Exported for Analyst Example" in found["read-me"][0]["text"]
    assert tables(fetch(client, site))["answers"] == found["answers"], "as often as they like, for a week"
    with site.system() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.did == "exported")).all()
        assert [(one.entity, one.fields) for one in events] == [("answer_export", None)] * 2
    assert "exported the answers to a script" in site.browser("privacy").get("/privacy").text


def test_the_same_answers_as_fhir(site: Site) -> None:
    """A response for each interview, valid by the standard, in it what the tables have and no more."""
    for number in (1, 2):
        interviewed(site, number)
    address, client = version(site), site.browser("analyst")
    ask(client, address)
    made(site)
    with zipfile.ZipFile(io.BytesIO(fetch(client, site).data)) as archive:
        lines = archive.read("responses.ndjson").decode().splitlines()
    responses = [QuestionnaireResponse.model_validate(json.loads(line)) for line in lines]
    assert [json.loads(line)["identifier"]["value"] for line in lines] == ["1", "2"]
    assert {one.questionnaire for one in responses} == {f"urn:uuid:{address.rpartition('/')[2]}"}
    assert [name for name in NAMES if name in "".join(lines)] == []
    assert '"had_contacts"' in lines[0] and "contact_given_name" not in lines[0] and "subject" not in lines[0]


def test_what_does_not_count_any_more_is_blank(site: Site) -> None:
    """An answer that a later one made irrelevant is not in the table, and an interview under way is."""
    interviewed(site, finished=False, has_symptoms="no")
    analyst = site.browser("analyst")
    ask(analyst, version(site))
    with site.system() as session:
        first = session.scalars(select(Answer).limit(1)).one()
        more = {"given_at": clock.now(), "given_by_id": first.given_by_id}
        sealed = vault.current().seal("yes", first.interview_id, clock.today())
        session.add(Answer(interview_id=first.interview_id, key="has_symptoms", sealed=sealed, **more))
    interviewed(site, 2)
    made(site)
    [row] = tables(fetch(analyst, site))["answers"]
    assert (row["has_symptoms"], row["which_symptoms"], row["_finished"]) == ("no", "", ""), "as they stood when asked"
    assert (row["setting"], row["onset_date"]) == ("prefers_not_to_say", "")


def test_names_take_a_reason_and_a_second_person_and_are_fetched_once(site: Site) -> None:
    reference = interviewed(site)
    address, client = version(site), site.browser("analyst")
    answer = ask(client, address, "yes", "because")
    assert answer.status_code == 422 and "in your own words" in answer.text.lower()
    assert ask(client, address, "yes", WHY).status_code == 302
    made(site)
    assert newest(site).made_at is None, "nobody has agreed yet"
    page = site.browser("privacy").get(f"/approvals/{only(site).id}").text
    assert "Export answers with names" in page and WHY in page and "free text too" in page
    assert decide(client, only(site)).status_code in {403, 404}
    assert decide(site.browser("privacy"), only(site)).status_code == 302
    made(site)
    found = tables(fetch(client, site))
    [row], [contact] = found["answers"], found["answers-contact"]
    assert (
        row["_reference"] == reference
        and row["_family_name"] == "Quillfeather1"
        and row["_date_of_birth"][:4] == "1971"
    )
    assert row["closing_notes"] == "Insulin for Wrenna"
    assert contact["contact_given_name"] == "Wrenna" and contact["contact_family_name"] == "=Sparrowhawk"
    assert fetch(client, site).status_code == 409, "once"
    with site.system() as session:
        reads = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "routine.answer_exports", AuditEvent.did == "read")
        ).all()
        assert {"person", "case_record"} <= {one.entity for one in reads}, "each person has it on record"
    with site.system("routine.forget_answers") as session:
        assert answer_making.forget(session, clock.now()) > 0
        assert session.scalar(select(func.count(AnswerPiece.id))) == 0


def test_a_refused_or_late_request_makes_nothing(site: Site, later: Clock) -> None:
    interviewed(site)
    address, client = version(site), site.browser("analyst")
    ask(client, address, "yes", WHY)
    decide(site.browser("admin"), only(site), "refuse")
    made(site)
    assert newest(site).made_at is None
    ask(client, address, "yes", WHY)
    decide(site.browser("admin"), only(site))
    made(site)
    later(timedelta(hours=24))
    answer = fetch(site.browser("analyst"), site)
    assert answer.status_code == 409 and "Ask again" in answer.text
    ask(site.browser("analyst"), address)
    made(site)
    later(timedelta(days=7))
    assert fetch(site.browser("analyst"), site).status_code == 409
    with site.system("routine.forget_answers") as session:
        assert answer_making.forget(session, clock.now()) > 0
        assert session.scalar(select(func.count(AnswerPiece.id))) == 0


def test_it_is_sealed_and_nobody_elses(site: Site) -> None:
    interviewed(site)
    address, client = version(site), site.browser("analyst")
    ask(client, address, "yes", WHY)
    decide(site.browser("admin"), only(site))
    made(site)
    with site.system() as session:
        pieces = session.scalars(select(AnswerPiece)).all()
        assert pieces and all(b"Quillfeather" not in one.sealed and b"had_contacts" not in one.sealed for one in pieces)
    for account in ("admin", "privacy", "supervisor", "trainer", "tracer1"):
        assert fetch(site.browser(account), site).status_code == 404
        assert site.browser(account).get(f"{address}/answers").status_code == 404
        assert ask(site.browser(account), address).status_code == 404
        with site.acting(account) as session:
            assert session.scalars(select(AnswerPiece)).all() == []
    with site.acting("analyst") as session:
        assert session.scalars(select(AnswerPiece)).all()
    second = other_analyst(site)
    assert fetch(second, site).status_code == 404


def other_analyst(site: Site) -> FlaskClient:
    with site.system() as session:
        other = world.account(session, "importer")
        other.role = world.account(session, "analyst").role
        other.epoch += 1
    return site.browser("importer")


def test_it_goes_on_where_it_was_broken_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        interviewed(site, number)
    monkeypatch.setattr(answer_making, "_MOST", 2)
    client = site.browser("analyst")
    ask(client, version(site))
    steps = []
    for _ in range(3):
        with site.system("routine.answer_exports") as session:
            steps.append(answer_making.make(session, clock.now()))
    assert steps == [2, 1, 0]
    assert [row["_interview"] for row in tables(fetch(client, site))["answers"]] == ["1", "2", "3"]


def test_what_is_forgotten_is_left_out_and_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    interviewed(site)
    client = site.browser("analyst")
    ask(client, version(site))

    def gone(*_: Any) -> Any:
        raise vault.VaultFault("The key was destroyed.")

    with monkeypatch.context() as patch:
        patch.setattr(vault.Vault, "open", gone)
        made(site)
    assert newest(site).forgotten == 1 and newest(site).interviews == 0
    assert "Left out: 1 interviews" in tables(fetch(client, site))["read-me"][0]["text"]


def test_a_draft_has_no_answers_and_nobody_asks_without_end(site: Site) -> None:
    client, editor = site.browser("analyst"), site.browser("trainer")
    assert ask(client, scripting.draft(editor)).status_code == 422
    for _ in range(3):
        assert ask(client, version(site)).status_code == 302
    assert ask(client, version(site)).status_code == 409
    assert ask(client, version(site), "maybe").status_code == 422


def test_the_worker_makes_it(site: Site) -> None:
    interviewed(site)
    ask(site.browser("analyst"), version(site))
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    while worker.tick():
        pass
    assert newest(site).made_at is not None
    with site.system() as session:
        assert session.scalar(text("SELECT count(*) FROM answer_piece")) == 6
    assert isinstance(newest(site).id, UUID)
