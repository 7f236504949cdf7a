"""No audit row, no data: every route of the URL map with an audit that cannot be written.

The database itself refuses the insert. Each route is asked so first, and then as it should be: whatever shows
words of a record, or changes anything, must have answered 500 before, without those words and without a change.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.routing import Rule

from tests import batches, world
from tests.conftest import ALONE
from tests.interviewing import OpenPage
from tests.site import Site
from tracer import clock, db
from tracer.access.allow import PUBLIC
from tracer.access.permissions import may
from tracer.casework import contacts, interviews, tokens
from tracer.casework.contacts import Named
from tracer.models import ApiToken, Base, Case, Intake, Role, Staff, Task
from tracer.schemas.identity import Identity
from tracer.web import guard

# Whom to ask as: the first who may, and for whom the record of the scene is within reach.
ACCOUNTS = {"tracer1": Role.TRACER, "supervisor": Role.SUPERVISOR, "admin": Role.ADMINISTRATOR}
ACCOUNTS |= {"privacy": Role.PRIVACY_OFFICER, "trainer": Role.TRAINER, "analyst": Role.ANALYST}
# Written by what tells nothing: when a cookie or a token was last seen.
SILENT = {("sign_in", "seen_at"), ("api_token", "used_at")}
# Of no record, and written whatever becomes of the rest: guesses are counted, or a fault would be a way to guess on,
# and a challenge is random bytes that live for minutes.
APART = {"throttle", "challenge"}
# Routes of which we know that they show or change a record; the rest are found out.
KNOWN = {"cases.show", "contacts.show", "identity.reveal", "interviews.show", "interviews.check", "interviews.save"}
KNOWN |= {"interviews.autosave", "interviews.resume", "interviews.start_case", "interviews.start_contact"}
KNOWN |= {"cases.record_attempt", "contacts.record_attempt", "caseload.take_next", "caseload.hand_back", "team.move"}
KNOWN |= {"intake.load", "intake.receipt", "tokens.add", "tokens.revoke", "staff.add", "staff.change", "staff.end"}
KNOWN |= {"teams.add", "privacy.show", "sign_in.enter", "sign_in.leave"}
KNOWN |= {"api.load", "api.rejects", "api.rejects_csv"}


@contextmanager
def no_audit(site: Site) -> Iterator[None]:
    """The database takes no event."""
    postgresql = site.url.startswith("postgresql")
    refuse = "EXECUTE FUNCTION refuse_change()" if postgresql else "BEGIN SELECT RAISE(ABORT, 'no more'); END"
    with db.engine("system").begin() as connection:
        connection.execute(text(f"CREATE TRIGGER no_more BEFORE INSERT ON audit_event {refuse}"))
    yield
    with db.engine("system").begin() as connection:
        connection.execute(text(f"DROP TRIGGER no_more {'ON audit_event' if postgresql else ''}"))


def everything(site: Site) -> dict[str, list[str]]:
    """Every row of every table, but for what tells nothing."""
    found = {}
    with db.engine("system").connect() as connection:
        for table in [table for table in Base.metadata.sorted_tables if table.name not in APART]:
            columns = [column for column in table.c if (table.name, column.name) not in SILENT]
            found[table.name] = sorted(map(repr, connection.execute(select(*columns))))
    return found


class Scene:
    """A new person's case with a contact and an interview, all in the hands of tracer1; a batch with a reject."""

    def __init__(self, site: Site, number: int, endpoint: str) -> None:
        self.site, self.number = site, number
        with site.system() as session:
            case, task = world.make_case(session, number, address_line_1=f"{number} Osprey Yard")
            world.give(session, task, "tracer1")
            world.make_case(session, number + 500)  # one that waits, to be taken
            who = Identity(given_name=f"Wren{number}", family_name=f"Sparrow{number}", phone=f"+4474002{number:05d}")
            contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
            alert = session.get_one(Task, contact.alert_task_id)
            world.give(session, alert, "tracer1")
            self.words = [f"Canary{number}", f"Quillfeather{number}", f"1{number:05d}", "Osprey Yard", f"Wren{number}"]
            self.words += [f"Sparrow{number}", f"2{number:05d}", f"Pennywell{number}"]
            leaver = Staff(**self._person(session, f"leaver{number}"))
            session.add(leaver)
            tokens.add(session, f"token{number}", world.account(session, "importer"), 9, clock.now())
            session.flush()
            token = session.scalars(select(ApiToken).where(ApiToken.name == f"token{number}")).one()
            ids = {"case_id": case.id, "contact_id": contact.id, "person_id": case.person_id, "task_id": task.id}
            self.ids: dict[str, Any] = {**ids, "staff_id": leaver.id, "token_id": token.id}
        if endpoint != "interviews.start_case":
            self._begin()
        self.ids["intake_id"] = self._batch(f"Pennywell{number}").id

    def _begin(self) -> None:
        with self.site.acting("tracer1", "interview.start") as session:
            task = session.get_one(Task, self.ids["task_id"])
            begun = interviews.start(task, session.get_one(Case, self.ids["case_id"]), clock.now())
            self.ids |= {"interview_id": begun.id, "section": "introduction", "field": "phone"}

    def _person(self, session: Any, name: str) -> dict[str, Any]:
        team = world.account(session, "tracer1").team_id
        named = {"email": f"{name}@demo.example", "given_name": "Some", "family_name": "Leaver"}
        return {**named, "role": Role.TRACER, "team_id": team, "created_at": clock.now(), "id": uuid4()}

    def _batch(self, name: str) -> Intake:
        rows = batches.text(
            batches.row(self.number, family_name=name, postcode="NOWHERE", record_id=name, address_line_1="Osprey Yard")
        )
        with self.site.system() as session:
            importer = world.account(session, "importer").id
        return batches.load(self.site, rows, received_by=importer)

    def form(self, endpoint: str) -> dict[str, Any]:
        """What the page would send."""
        with self.site.system() as session:
            task = session.get_one(Task, self.ids["task_id"])
            team = str(world.account(session, "tracer1").team_id)
            importer = str(world.account(session, "importer").id)
        number, file = self.number, batches.text(batches.row(self.number + 900)).encode()
        attempt = {"once": str(uuid4()), "outcome": "no answer", "note": ""}
        person = {"given_name": "New", "family_name": "Person", "role": "tracer", "team": team}
        sent: dict[str, dict[str, Any]] = {
            "cases.record_attempt": attempt,
            "contacts.record_attempt": attempt,
            "caseload.hand_back": {"reason": "my shift ends", "version": str(task.version)},
            "team.move": {"chosen": f"{task.id}/{task.version}", "to": "pool", "reason": "the shift ends"},
            "interviews.save": {"do": "next", "who_answers:shown": "1", "who_answers": "person"},
            "staff.add": {**person, "email": f"new{number}@demo.example", "password": "a-long-first-password"},
            "staff.change": {"role": "analyst", "team": "", "version": "1"},
            "staff.end": {"version": "1"},
            "teams.add": {"name": f"Team {number}", "parent": team, "areas": ""},
            "tokens.add": {"name": f"more{number}", "staff": importer, "days": "9"},
            "intake.load": {"file": (io.BytesIO(file), "batch.csv")},
            "api.load": {"file": (io.BytesIO(file), "batch.csv")},
            "sign_in.enter": {"email": world.address("tracer4"), "password": world.PASSWORD},
        }
        return sent.get(endpoint, {})


def browsers(site: Site) -> dict[str, FlaskClient]:
    """Everybody at a browser, and nobody."""
    return {account: site.browser(account) for account in ACCOUNTS} | {"nobody": site.browser()}


def ask(scene: Scene, rule: Rule, method: str, client: FlaskClient, token: str) -> Any:
    """The request that a page or a machine would make, and the whole of its answer."""

    def fill(found: re.Match[str]) -> str:
        return str(scene.ids.get(found[1].rpartition(":")[2], UUID(int=0)))

    path = re.sub(r"<([^>]+)>", fill, rule.rule)
    headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api/") else {}
    if rule.endpoint == "interviews.autosave":
        page = OpenPage(client, path.removesuffix("/answers"), "introduction")
        return page.send(page.change("who_answers", "person"))
    if method == "GET":
        return client.open(path, method=method, headers=headers)
    return client.open(path, method=method, headers=headers, data=scene.form(rule.endpoint))


# Minutes on each: that the other refuses a change of the audit too, tests/access/test_audit.py says.
@pytest.mark.parametrize("database", ALONE, indirect=True)
def test_no_route_shows_or_changes_anything_without_its_audit(site: Site) -> None:
    site.app.testing = False  # a fault is answered as in real use
    clients = browsers(site)
    with site.system() as session:
        token = tokens.add(session, "machine", world.account(session, "importer"), 9, clock.now())
    wrong, recorded, number = [], set[str](), 0
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if rule.endpoint == "static":
                continue
            needed, number = guard.permission_of(site.app, rule.endpoint), number + 1
            able = [name for name, role in ACCOUNTS.items() if needed != PUBLIC and may(role, needed)]  # type: ignore[arg-type]
            client = clients[able[0]] if able else clients["nobody"]
            if rule.endpoint == "sign_in.leave":
                client = site.browser("tracer3")
            scene = Scene(site, number, rule.endpoint)
            before = everything(site)
            with no_audit(site):
                refused = ask(scene, rule, method, client, token)
                said = refused.get_data(as_text=True)
            after = everything(site)
            given = ask(scene, rule, method, client, token)
            shows = [word for word in scene.words if word in given.get_data(as_text=True)]
            changes = {name: rows for name, rows in everything(site).items() if rows != after[name]}
            if after != before:
                wrong.append((rule.endpoint, "changed", [name for name in after if after[name] != before[name]]))
            if leaked := [word for word in scene.words if word in said]:
                wrong.append((rule.endpoint, "showed", leaked))
            if (shows or changes) and refused.status_code != 500:
                wrong.append((rule.endpoint, f"answered {refused.status_code}", [*shows, *changes]))
            if (shows or changes) and refused.status_code == 500:
                recorded.add(rule.endpoint)
    assert not wrong, "\n".join(map(str, wrong))
    assert KNOWN - recorded == set(), "these were not tried in earnest: give them a form above"
