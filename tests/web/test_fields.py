"""No form sets a column that it does not ask for: every column of every table, posted to every route by every role.

A form that refuses an unknown field answers 422 and nothing changes; one that passes over it (an interview's, whose
fields are the script's questions) changes the same columns as without.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema
from sqlalchemy import Column

from tests import world
from tests.conftest import ALONE
from tests.ground import ACCOUNTS, Ground
from tests.reach import Row, Tables
from tests.site import Site
from tests.sweep import Sweep, Try
from tracer.ids import new_id
from tracer.models import Base, Role

PEOPLE = [name for name in ACCOUNTS if name != "leaver"]


def columns() -> dict[str, Any]:
    """Each name of a column, with a value that would do harm."""
    found: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            found.setdefault(column.key, _harmful(column))
    return found | {"relationship_": "x", "permissions": "all", "is_admin": "1"}


def _harmful(column: Column[Any]) -> str:
    if column.name == "role":
        return Role.ADMINISTRATOR.value
    kind = column.type.python_type
    return {
        "UUID": str(new_id()),
        "int": "7",
        "bool": "1",
        "date": "2030-01-01",
        "datetime": "2030-01-01T00:00:00Z",
    }.get(kind.__name__, "done" if column.name == "state" else "x")


def with_fields(one: Try, more: dict[str, Any]) -> Try:
    """The same request with more fields; what the form asks for stays as it was."""
    given = {**one.given}
    name = "json" if "json" in given else "data"
    given[name] = {**more, **given.get(name, {})}
    return Try(one.who, one.method, one.rule, one.endpoint, one.kind, one.path, given, one.record, one.expected)


def differences(before: Tables, after: Tables) -> set[tuple[str, str, Any]]:
    """Table, column, new value; of new rows every column, without what chance and the clock give.

    What is asked once and soon forgotten (a challenge) is not counted: showing a form again makes one.
    """
    found = set()
    for table, rows in after.items():
        old = [dict(row) for row in before[table]]
        for row in rows:
            if table not in {"audit_event", "challenge"} and dict(row) not in old:
                found |= {(table, name, _plain(name, row)) for name in _changed(row, old)}
    return found


def _changed(row: Row, old: list[dict[str, Any]]) -> Iterator[str]:
    was = next((one for one in old if one.get("id") == row.get("id")), None)
    clocked = {"seen_at"}  # written once a minute, whatever is asked
    yield from (name for name, value in row.items() if name not in clocked and (was is None or was[name] != value))


def _plain(name: str, row: Row) -> Any:
    """What two runs of one request give alike."""
    chance = name in {"id", "reference", "key", "filename", "since"} or name.endswith(("_at", "_id", "until"))
    return None if chance or isinstance(row[name], bytes) or "hash" in name else str(row[name])


def allowed(sweep: Sweep, name: str) -> list[Try]:
    """The changing requests that one of them may make, of their own records or none."""
    tries = [one for one in sweep.tries(sweep.ground.whos[name]) if one.changes and one.kind in {"own", "none"}]
    return [one for one in tries if not (one.kind == "none" and one.record)]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The fields that the schemas of a request found wrong, by name."""
    found = set[str]()
    monkeypatch.setattr(Schema, "handle_error", lambda _, error, *__, **___: found.update(error.messages_dict))
    return found


@pytest.mark.parametrize("database", ALONE, indirect=True)
@pytest.mark.parametrize("name", PEOPLE)
def test_no_form_sets_a_column_that_it_does_not_ask_for(site: Site, name: str, refused: set[str]) -> None:
    sweep, wrong, harmful = Sweep(Ground(site)), list[str](), columns()
    before = sweep.ground.dump()
    for one in allowed(sweep, name):
        refused.clear()
        answer = sweep.send(with_fields(sweep.again(one), harmful))
        after = differences(before, sweep.ground.dump())
        if refused:
            asked = {*one.given.get("data", {}), *one.given.get("json", {})}
            taken = set(harmful) - refused - asked - OPTIONAL.get(str(one.endpoint), set())
            wrong += [f"{one}: does not refuse {sorted(taken)}"] if taken else []
            wrong += [f"{one}: {answer.status_code}, and changed {after}"] if after or answer.status_code >= 500 else []
        elif after:
            sweep.ground.restore()
            sweep.send(sweep.again(one))
            more = after - differences(before, sweep.ground.dump())
            wrong += [f"{one}: fields that it does not ask for changed {more}"] if more else []
        if after:
            sweep.ground.restore()
    assert not wrong, "\n".join(wrong)


# What forms ask for and a test need not send.
OPTIONAL = {
    "absences.record": {"last_day"},
    "answers.ask": {"reason"},
    "alerts.decide": {"version", "state"},
    "canaries.plant": {"given_name", "family_name", "date_of_birth"},
    "details.give": {"given_name", "family_name", "email", "phone"},
    "exports.export": {"day", "email", "reason"},
    "factors.add_passkey": {"name"},
    "glass.break_": {"given_name", "family_name", "reason", "reference"},
    "factor_reset.reset": {"reason", "version"},
    "api.load": {"map", "map_toml", "disease"},
    "cases.record_attempt": {"best_time", "callback_day", "callback_time"},
    "contacts.record_attempt": {"best_time", "callback_day", "callback_time"},
    "help.ask": {"page"},
    "help_desk.answer": {"published", "title"},
    "intake.load": {"map", "map_toml", "disease"},
    "factors.add_app": {"code"},
    "practice_marking.mark": {"note"},
    "roster.rejected": {"rows"},
    "script_approval.decide": {"why"},
    "sign_in.enter": {"next"},
    "staff.change": {"leads"},
    "staff_work.change": {"languages", "pattern", "skills"},
    "training_session_work.change": {"joining", "link"},
    "training_session_work.make": {"joining", "link", "version"},
    "training_session_work.send": {"reason"},
    "training_sessions.here": {"code"},
}


def test_a_form_is_not_filled_from_the_address(site: Site) -> None:
    """What stands in the address is no part of a form: a link cannot answer for the person."""
    client = site.browser("admin")
    form = {"email": "new@demo.example", "given_name": "New", "family_name": "Comer", "password": world.PASSWORD}
    answer = client.post("/staff?role=administrator", data=form)
    assert answer.status_code == 422
    assert "Choose a role" in answer.text
