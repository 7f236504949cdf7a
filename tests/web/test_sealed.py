"""A stolen database names nobody: a whole story is played, and then every byte that was written is searched."""

from pathlib import Path
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from tests import batches, world
from tests.batches import row
from tests.interviewing import TALKATIVE, begin, complete, save
from tests.site import Site
from tracer import config, db
from tracer.casework import records
from tracer.delivery.worker import Worker
from tracer.models import Case, Contact, Notice, Person, Task

# Who is who in the story. The rejected row and the person who stands where a header should are in no case.
AMARA = row(1, nhs_number="999 000 0018", given_name="Amarantha", family_name="Thistlewood", record_id="LABNO-77")
WRONG = row(3, given_name="Grimbold", family_name="Grimthorpe", phone="ask mum", nhs_number="9990000026")
HEADLESS = "LAB-9,9990000034,Zebedee,Nightingall,1971-03-04,07400 100999,zeb@example.com,9 Larkspur Lane,LS6 1AB\n"
TOLD = {
    "reaching": {"best_phone": "07400 100777", "best_email": "amarantha.new@example.com"},
    "household": {
        "people_at_home/1/home_given_name": "Peregrine",
        "people_at_home/1/home_family_name": "Featherstonehaugh",
        "people_at_home/1/home_phone": "07400 100555",
    },
    "contacts": {
        "contact/1/contact_given_name": "Wrenna",
        "contact/1/contact_family_name": "Sparrowhawk",
        "contact/1/contact_email": "wrenna@example.com",
        "contact/1/contact_relationship": "sister of Ludovic",
        "contact/1/contact_closeness": "face_to_face",
        "contact/1/contact_last": "yesterday",
        "contact/1/contact_place": "the Periwinkle Tearooms",
    },
    "needs": {"needs_detail": "Insulin for Bartholomew"},
    "questions": {"their_questions": "Will Cassiopeia be told?"},
    "close": {"outcome": "completed", "closing_notes": "Hildegard rings back"},
}
SECRETS = (
    *("amarantha", "thistlewood", "grimbold", "grimthorpe", "zebedee", "nightingall", "larkspur", "marigold"),
    *("peregrine", "featherstonehaugh", "wrenna", "sparrowhawk", "ludovic", "periwinkle", "bartholomew"),
    *("cassiopeia", "hildegard", "mildred", "canary1@", "canary3@", "zeb@", "labno-77", "1980-05-17", "ls6 1aa"),
    *("7400100001", "7400 100001", "7400100777", "7400 100777", "7400100555", "7400 100555", "7400 100999"),
    *("9990000018", "999 000 0018", "9990000026", "9990000034", "ask mum"),
)
COVID, ALERT = ("covid-19", "index-case"), ("covid-19", "contact-alert")


def test_a_stolen_database_names_nobody(site: Site) -> None:
    """Names, telephone numbers, e-mail addresses, NHS numbers, addresses, birth dates, notes, answers: none."""
    arrive(site)
    case_id = work(site)
    call(site)
    with site.system() as session:
        people = session.scalars(select(Person)).all()
        assert len(people) == 3, "the case, one at home, one near"
        assert records.get(session, Case, case_id).outcome == "completed"
        assert {one.state.value for one in session.scalars(select(Notice))} == {"sent"}
        assert all(one.state.value == "alerted" for one in session.scalars(select(Contact)))
    kept = everything(site).lower()
    assert b"covid-19" in kept, "something was searched"
    assert [secret for secret in SECRETS if secret.encode() in kept] == []


def arrive(site: Site) -> None:
    """A batch with a row that is rejected; a file without its header."""
    intake = batches.load(site, batches.text(AMARA, WRONG))
    assert (intake.loaded, intake.rejected) == (1, 1)
    assert batches.load(site, HEADLESS * 2, "headless.csv").state.value == "refused"


def work(site: Site) -> UUID:
    """The interview from the pool to its end, with a note, a reveal, and somebody in every list."""
    client = site.browser("tracer1")
    record = client.post("/caseload/next").headers["Location"]
    with site.system() as session:
        case = session.scalars(select(Case)).one()
    client.post(f"/people/{case.person_id}/reveal/phone")
    form = {"once": str(uuid4()), "outcome": "no answer", "note": "Mildred asked for Wednesday"}
    assert client.post(f"{record}/attempts", data=form).status_code == 302
    said = TALKATIVE | {"had_contacts": "yes", "lives_with_others": "yes", "wants_help": "yes", "setting": "none"}
    interview = begin(client, record)
    complete(client, interview, COVID, said, until="close")
    save(client, interview, "household", {}, do="add:people_at_home")
    save(client, interview, "contacts", {}, do="add:contact")
    for section, answers in TOLD.items():
        assert save(client, interview, section, answers).status_code == 302, section
    assert "Cassiopeia" in client.get(f"{interview}/check").text
    finished = client.post(f"{interview}/finish")
    assert finished.status_code == 302, finished.text
    return case.id


def call(site: Site) -> None:
    """The messages go, and both households are called."""
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    while worker.tick():
        pass
    with site.system() as session:
        contacts = session.scalars(select(Contact)).all()
        for contact in contacts:
            world.give(session, session.get_one(Task, contact.alert_task_id), "tracer2")
    caller = site.browser("tracer2")
    for contact in contacts:
        finish_call(caller, f"/contacts/{contact.id}")


def finish_call(caller: FlaskClient, record: str) -> None:
    call = begin(caller, record)
    complete(caller, call, ALERT, TALKATIVE | {"has_symptoms": "no", "lives_with_others": "no"})
    assert caller.post(f"{call}/finish").status_code == 302


def everything(site: Site) -> bytes:
    """All that a thief of the database has: the files as they are, or every row of every table."""
    files = [file for file in site.instance.iterdir() if file.name.startswith("tracer.sqlite")]
    if files:
        db.dispose()
        return b"".join(Path(file).read_bytes() for file in files)
    engine = db.engine("system")
    with engine.connect() as connection:
        names = inspect(engine).get_table_names()
        assert "person" in names and "answer" in names
        rows = [row for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)
