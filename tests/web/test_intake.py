"""The intake pages: sending a batch, its receipt, the rows that were not taken, tokens of machines."""

import io
import re
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import batches, world
from tests.batches import row, text
from tests.site import Site
from tracer import clock
from tracer.access import session as sign_ins
from tracer.models import ApiToken, AuditEvent, Case, Intake


def send(client: FlaskClient, content: str | None, **fields: str) -> Any:
    data: dict[str, Any] = {"map": "", "map_toml": "", "disease": "", **fields}
    if content is not None:
        data["file"] = (io.BytesIO(content.encode()), "monday.csv")
    return client.post("/intake", data=data)


def page(client: FlaskClient, path: str) -> str:
    """A page that a browser can read, each control with a label."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    html5lib.HTMLParser(strict=False).parse(answer.text)
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', answer.text))
    named = set(re.findall(r'<(?:select|textarea|input)(?![^>]*type="hidden")[^>]* id="([^"]+)"', answer.text))
    assert named <= labelled
    return answer.text


def test_an_administrator_sends_a_batch_and_reads_its_receipt(site: Site) -> None:
    admin = site.browser("admin")
    assert "No batch was received yet" in page(admin, "/intake")
    answer = send(admin, text(row(1), row(2, phone="ask mum")))
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    waiting = page(admin, address)
    assert "waiting to be loaded" in waiting and "See how far it is" in waiting and "waits.js" in waiting
    assert "http-equiv" not in waiting, "a page that reloads itself takes a screen reader's place away"
    assert "on its way" in page(admin, "/intake")
    part = page(admin, f"{address}/part")
    assert "waiting to be loaded" in part and "<html" not in part
    assert batches.work(site) == 1
    receipt = page(admin, address)
    assert "waits.js" not in receipt
    assert "2 rows: 1 loaded, 0 joined, 1 rejected" in receipt
    assert "ask mum" in receipt and "This is not a telephone number" in receipt
    listed = page(admin, "/intake")
    assert "monday.csv" in listed and "some rejected" in listed and "ask mum" not in listed
    with site.system() as session:
        intake = session.scalars(select(Intake)).one()
        me = world.account(session, "admin").id
        assert intake.received_by_id == me
        read = select(AuditEvent.actor_id).where(AuditEvent.entity == "intake_reject", AuditEvent.did == "read")
        assert session.scalars(read).all() == [me]


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (None, {}, "Choose the file to send."),
        ("", {}, "The file is empty."),
        (text(row()), {"map": "varicella-berlin"}, "firstname&#39; is missing"),
        (text(row()), {"map_toml": "columns ="}, "The map is not TOML"),
        (text(row()), {"disease": "flu"}, "covid-19, measles, varicella"),
        (text(row()), {"colour": "red"}, "Unknown field"),
    ],
)
def test_what_cannot_be_used_is_said_on_the_form_and_nothing_is_lost(
    site: Site, content: str | None, fields: dict[str, str], words: str
) -> None:
    answer = send(site.browser("admin"), content, **fields)
    assert answer.status_code == 422
    assert words in answer.text and "<title>Error: " in answer.text
    for typed in (value for key, value in fields.items() if key == "map_toml"):
        assert typed in answer.text
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_long_lists_come_in_pages(site: Site) -> None:
    admin = site.browser("admin")
    intake = batches.load(site, text(*(row(n, email=f"bad-{n:03}") for n in range(1, 61))))
    first = page(admin, f"/intake/{intake.id}")
    assert "bad-050" in first and "bad-051" not in first
    after = re.search(r"after=(\d+)", first)
    assert after is not None
    assert "bad-060" in page(admin, f"/intake/{intake.id}?after={after[1]}")
    for number in range(50):
        batches.load(site, "", f"empty-{number:02}.csv")
    listed = page(admin, "/intake")
    older = re.search(r'"(/intake\?before=[^"]+)"', listed)
    assert older is not None and "batch.csv" not in listed
    assert "batch.csv" in page(admin, older[1])


@pytest.mark.parametrize("account", ["tracer1", "supervisor", "trainer", "privacy", "analyst"])
def test_nobody_else_sees_batches(site: Site, account: str) -> None:
    intake = batches.load(site, text(row(email="no")))
    client = site.browser(account)
    assert client.get("/intake").status_code == 403
    assert send(client, text(row())).status_code == 403
    assert client.get(f"/intake/{intake.id}").status_code == 404
    assert client.get("/intake/tokens").status_code == 403


def token_form(site: Site, **given: str) -> dict[str, str]:
    with site.system() as session:
        importer = str(world.account(session, "importer").id)
    return {"name": "lab one", "staff": importer, "days": "30", **given}


def test_a_token_is_shown_once_and_works_until_revoked(site: Site) -> None:
    admin = site.browser("admin")
    page(admin, "/intake/tokens")
    made = admin.post("/intake/tokens", data=token_form(site))
    assert made.status_code == 200
    found = re.search(r"tracer_[\w-]{40,}", made.text)
    assert found is not None
    assert sign_ins.find_machine(found[0], clock.now()) is not None
    listed = page(admin, "/intake/tokens")
    assert "lab one" in listed and found[0] not in listed
    assert admin.post("/intake/tokens", data=token_form(site)).status_code == 422, "the same name again"
    with site.system() as session:
        token_id = session.scalars(select(ApiToken.id)).one()
    assert admin.post(f"/intake/tokens/{token_id}/revoke").status_code == 302
    assert "Its next request is refused" in page(admin, "/intake/tokens")
    assert sign_ins.find_machine(found[0], clock.now()) is None


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"name": ""}, 422, "Give it a name"),
        ({"days": "many"}, 422, "Enter the days as a number"),
        ({"days": "0"}, 422, "Enter 1 to 365 days"),
        ({"staff": ""}, 422, "Choose the account"),
        ({"staff": "01234567-89ab-7def-8123-456789abcdef"}, 404, "no such page or record"),
        ({"scope": "everything"}, 422, "Unknown field"),
    ],
)
def test_a_token_that_cannot_be_made_is_explained(site: Site, given: dict[str, str], status: int, words: str) -> None:
    answer = site.browser("admin").post("/intake/tokens", data=token_form(site, **given))
    assert answer.status_code == status and words in answer.text
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_a_token_is_never_a_persons(site: Site) -> None:
    with site.system() as session:
        tracer = str(world.account(session, "tracer1").id)
    answer = site.browser("admin").post("/intake/tokens", data=token_form(site, staff=tracer))
    assert answer.status_code == 422 and "a person signs in" in answer.text
