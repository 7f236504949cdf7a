"""The API of batches: a token, a file, a receipt, the rows that were not taken; and who gets none of it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import batches, world
from tests.batches import row, text
from tests.site import Site
from tracer import clock
from tracer.casework import tokens
from tracer.models import ApiToken, AuditEvent, Case, Intake, Role, Staff
from tracer.tables import plain


def machine(site: Site, name: str = "lab", account: str = "importer", days: int = 9) -> dict[str, str]:
    """The header of a machine that was given a token."""
    with site.system("token.add") as session:
        made = tokens.add(session, name, world.account(session, account), days, clock.now())
    return {"Authorization": f"Bearer {made}"}


def send(client: FlaskClient, headers: dict[str, str], content: str, **fields: str) -> Any:
    data = {"file": (io.BytesIO(content.encode()), "batch.csv"), **fields}
    return client.post("/api/v1/intakes", data=data, headers=headers)


def loaded(site: Site, client: FlaskClient, headers: dict[str, str], content: str, **fields: str) -> Any:
    """Send a batch, let a worker load it, and read its receipt."""
    answer = send(client, headers, content, **fields)
    assert answer.status_code == 202, answer.text
    assert batches.work(site) == 1
    return get(client, answer.headers["Location"], headers)


def get(client: FlaskClient, url: str, headers: dict[str, str]) -> Any:
    """What a machine reads."""
    return client.get(url, headers=headers).json


def test_a_batch_is_sent_and_accounted_for(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    site.app.config["WTF_CSRF_ENABLED"] = True  # a machine has no form token and needs none
    answer = send(client, headers, text(row(1), row(2), row(3, phone="ask mum", family_name="=1+1")))
    assert answer.status_code == 202, answer.text
    waiting = answer.json
    assert (waiting["state"], waiting["declared"], waiting["rows"], waiting["worked_at"]) == ("received", 0, None, None)
    assert get(client, answer.headers["Location"], headers) == waiting
    assert get(client, waiting["rejects_url"], headers) == {"rejects": [], "next_url": None}
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0, "no web process loads"
    assert batches.work(site) == 1
    receipt = get(client, answer.headers["Location"], headers)
    assert (receipt["state"], receipt["rows"], receipt["rows_done"]) == ("loaded", 3, 3)
    assert (receipt["declared"], receipt["loaded"], receipt["joined"], receipt["rejected"]) == (3, 2, 0, 1)
    assert receipt["summary"] == "3 rows: 2 loaded, 0 joined, 1 rejected"
    assert get(client, answer.headers["Location"], headers) == receipt
    page = get(client, receipt["rejects_url"], headers)
    assert page["next_url"] is None
    [reject] = page["rejects"]
    assert reject["line"] == 4 and {fault["column"] for fault in reject["faults"]} == {"phone", "family_name"}
    assert reject["cells"]["record_id"] == "LAB-3"
    assert get(client, "/api/v1/intakes", headers)["intakes"] == [receipt]
    with site.system() as session:
        intake = session.scalars(select(Intake)).one()
        assert intake.received_by_id == world.account(session, "importer").id


def test_rejected_rows_come_as_csv_without_a_formula_and_are_on_record(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    receipt = loaded(site, client, headers, text(row(1, family_name="=1+1"), row(2, email="no")))
    answer = client.get(receipt["rejects_csv_url"], headers=headers)
    assert answer.mimetype == "text/csv"
    header, first, second = answer.text.splitlines()
    assert header.split(",")[:5] == ["rejected_line", "rejected_column", "rejected_value", "what_to_do", "record_id"]
    assert "'=1+1" in first and plain("'=1+1") == "=1+1"
    assert second.startswith("3,email,no,")
    with site.system() as session:
        read = select(func.count()).where(AuditEvent.entity == "intake_reject", AuditEvent.did == "read")
        assert session.scalar(read) == 2


def test_a_long_list_of_rejects_comes_in_pages(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    receipt = loaded(site, client, headers, text(*(row(n, email="no") for n in range(1, 121))))
    url, lines = receipt["rejects_url"], []
    while url:
        page = get(client, url, headers)
        lines += [one["line"] for one in page["rejects"]]
        url = page["next_url"]
    assert lines == list(range(2, 122))


def test_receipts_come_in_pages_the_newest_first(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    for number in range(52):
        batches.load(site, "", f"{number}.csv", received_by=_importer(site))
    first = get(client, "/api/v1/intakes", headers)
    rest = get(client, first["next_url"], headers)
    assert [len(first["intakes"]), len(rest["intakes"]), rest["next_url"]] == [50, 2, None]


def _importer(site: Site) -> Any:
    with site.system() as session:
        return world.account(session, "importer").id


def test_a_map_may_come_with_the_file(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    mapped = '[columns]\nrecord_id = "id"\nfamily_name = "surname"\nspecimen_date = "taken"\n'
    content = f"id,surname,taken\n1,Quill,{batches.DAY}\n"
    receipt = loaded(site, client, headers, content, map_toml=mapped, disease="measles")
    assert (receipt["disease"], receipt["loaded"]) == ("measles", 1)


@pytest.mark.parametrize(
    ("content", "fields", "named", "words"),
    [
        ("", {}, "file", "empty"),
        ("record_id\n", {}, "file", "specimen_date"),
        (text(row()), {"disease": "flu"}, "disease", "covid-19, measles, varicella"),
        (text(row()), {"map": "nowhere"}, "map", "varicella-berlin"),
        (text(row()), {"map_toml": "columns ="}, "map_toml", "not TOML"),
        (text(row()), {"map_toml": "colums = 1"}, "map_toml", "colums"),
        (text(row()), {"map_toml": "columns = 1"}, "map_toml", "columns"),
        (text(row()), {"map_toml": "only = {column = 'sex'}"}, "map_toml", "only"),
        (text(row()), {"colour": "red"}, "colour", "Unknown field"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_loaded(
    site: Site, content: str, fields: dict[str, str], named: str, words: str
) -> None:
    answer = send(site.browser(), machine(site), content, **fields)
    assert answer.status_code == 422, answer.text
    assert words in answer.json["fields"][named]
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_request_without_a_file_says_so(site: Site) -> None:
    answer: Any = site.browser().post("/api/v1/intakes", data={"disease": "measles"}, headers=machine(site))
    assert answer.status_code == 422
    assert answer.json["fields"] == {"file": "Send the batch as the part called file."}


def test_no_token_no_answer(site: Site) -> None:
    client = site.browser()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
        for answer in (send(client, headers, text(row())), client.get("/api/v1/intakes", headers=headers)):
            assert (answer.status_code, answer.is_json) == (401, True)


def test_a_cookie_opens_nothing_here_and_a_token_nothing_elsewhere(site: Site) -> None:
    assert site.browser("admin").get("/api/v1/intakes").status_code == 401
    assert site.browser().get("/intake", headers=machine(site)).status_code == 302


def test_a_revoked_ended_or_leavers_token_stops_at_once(site: Site) -> None:
    client = site.browser()
    revoked, ended, left = machine(site, "one"), machine(site, "two"), machine(site, "three")
    assert client.get("/api/v1/intakes", headers=revoked).status_code == 200
    with site.system("test.arrange") as session:
        tokens.revoke(session, "one", clock.now())
        two = tokens.find(session, "two")
        assert two is not None
        two.expires_at = clock.now() - timedelta(seconds=1)
    assert client.get("/api/v1/intakes", headers=revoked).status_code == 401
    assert client.get("/api/v1/intakes", headers=ended).status_code == 401
    assert client.get("/api/v1/intakes", headers=left).status_code == 200
    with site.system() as session:
        world.account(session, "importer").ended_at = clock.now()
    assert client.get("/api/v1/intakes", headers=left).status_code == 401


def test_a_token_is_kept_as_a_hash(site: Site) -> None:
    token = machine(site)["Authorization"].removeprefix("Bearer ")
    with site.system() as session:
        kept = session.scalars(select(ApiToken)).one()
    assert token.encode() not in kept.token_hash and token not in str(vars(kept))


def test_another_machines_batches_are_not_there(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    receipt = loaded(site, client, headers, text(row(email="no")))
    with site.system() as session:
        session.add(
            Staff(
                email="lab2@demo.example",
                given_name="Lab",
                family_name="Two",
                role=Role.IMPORTER,
                created_at=clock.now(),
            )
        )
    with site.system("token.add") as session:
        other = tokens.add(
            session, "lab2", session.scalars(select(Staff).where(Staff.email.like("lab2@%"))).one(), 9, clock.now()
        )
    stranger = {"Authorization": f"Bearer {other}"}
    absent = client.get("/api/v1/intakes/01234567-89ab-7def-8123-456789abcdef", headers=stranger)
    assert absent.status_code == 404
    for path in (f"/api/v1/intakes/{receipt['id']}", receipt["rejects_url"], receipt["rejects_csv_url"]):
        hidden = client.get(path, headers=stranger)
        assert (hidden.status_code, hidden.data) == (404, absent.data)
    assert get(client, "/api/v1/intakes", stranger)["intakes"] == []


def test_errors_keep_their_form_and_allow(site: Site) -> None:
    client, headers = site.browser(), machine(site)
    wrong = client.delete("/api/v1/intakes", headers=headers)
    assert wrong.status_code == 405 and set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert get(client, "/api/v1/nothing", headers)["status"] == 404
    assert get(client, "/api/v1/intakes?befor=1", headers)["fields"] == {"befor": "Unknown field."}
    page = site.browser("admin").get("/nothing")
    assert page.status_code == 404 and page.mimetype == "text/html", "the pages keep their own errors"
