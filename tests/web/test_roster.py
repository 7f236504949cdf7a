"""The administrator's page for a roster: a receipt at once, the rejected rows as a file, and what it does not take."""

import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests import rosters, world
from tests.rosters import person, text
from tests.site import Site
from tracer import clock
from tracer.casework import notices
from tracer.models import Notice, PasswordLink, Role, Staff
from tracer.web.roster import MOST


def send(site: Site, content: str | bytes, name: str = "roster.csv", account: str = "admin") -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    return site.browser(account).post("/staff/import", data={"file": (io.BytesIO(data), name)})


def people(site: Site) -> int:
    with site.system() as session:
        return session.scalar(select(func.count()).select_from(Staff)) or 0


def said(answer: TestResponse) -> dict[str, str]:
    """The receipt's numbers by what they are called."""
    pairs = re.findall(r'__key">([^<]+)</dt><dd class="govuk-summary-list__value">([^<]+)<', answer.text)
    return dict(pairs)


def test_a_roster_is_brought_in_with_a_receipt_and_no_password_or_token(site: Site) -> None:
    page = site.browser("admin").get("/staff/import")
    assert "speaking with children" in page.text and "family_name" in page.text
    before = people(site)
    answer = send(site, text(person(1), person(2, skills="clinical"), person(3, team="<b>Nowhere</b>")))
    assert answer.status_code == 200
    numbers = {"Rows in the file": "3", "Added and invited": "2", "Already there": "0", "Changed": "0", "Rejected": "1"}
    assert said(answer) == numbers
    assert "Line 4" in answer.text and "There is no team of that name" in answer.text
    assert "&lt;b&gt;Nowhere" in answer.text and "<b>Nowhere" not in answer.text
    assert people(site) == before + 2
    with site.system() as session:
        tokens = [notices.opened(one)["details"]["token"] for one in session.scalars(select(Notice))]
        hashes = [one.token_hash.hex() for one in session.scalars(select(PasswordLink))]
    assert len(tokens) == 2 and not any(secret in answer.text for secret in (*tokens, *hashes))
    again = send(site, text(person(1), person(2, skills="Clinical", family_name="Married")))
    assert said(again)["Already there"] == "1" and said(again)["Changed: name"] == "1"
    with site.system() as session:
        made = session.scalars(select(Staff).where(Staff.email == person(2)["email"])).one()
    assert "clinical" in site.browser("admin").get(f"/staff/{made.id}").text


def test_the_rejected_rows_are_a_file_of_no_formulas(site: Site) -> None:
    client = site.browser("admin")
    content = text(person(1, family_name="=1+1"), person(2, team="Nowhere"))
    shown = client.post("/staff/import", data={"file": (io.BytesIO(content.encode()), "roster.csv")})
    [sealed] = re.findall(r'name="rows" value="([^"]+)"', shown.text)
    answer = client.post("/staff/import/rejected", data={"rows": sealed})
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    header, *lines = csv.reader(io.StringIO(answer.text))
    assert header[:4] == ["rejected_line", "rejected_column", "rejected_value", "what_to_do"]
    assert [line[0] for line in lines] == ["2", "3"] and lines[0][6] == "'=1+1"
    corrected = answer.text.replace("'=1+1", "One").replace("Nowhere", "Leeds")
    assert said(send(site, corrected))["Added and invited"] == "2"


def test_the_rejected_rows_of_another_person_or_of_nothing_are_not_opened(site: Site) -> None:
    [sealed] = re.findall(r'name="rows" value="([^"]+)"', send(site, text(person(1, team="Nowhere"))).text)
    with site.system() as session:
        world._account(session, "admin2", Role.ADMINISTRATOR, None, clock.now())
    for rows, account in ((sealed, "admin2"), ("", "admin"), ("bm90aGluZw==", "admin"), ("é", "admin")):
        answer = site.browser(account).post("/staff/import/rejected", data={"rows": rows})
        assert answer.status_code == 422 and "Nowhere" not in answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty"),
        ("email;given_name\nx;y\n", "&#39;family_name&#39; is missing"),
        (text(person(), header=(*rosters.HEADER, "password")), "&#39;password&#39; is not known"),
        (text(*(person(one) for one in range(MOST + 1))), "over 500 rows"),
        (text(*(person(one, given_name="x" * 80, family_name="y" * 80) for one in range(2000))), "staff import"),
        (b"\xff\xfee\x00", "UTF-16"),
        (b"\x00\x01\x02", "binary data"),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_with_what_to_do(site: Site, content: str | bytes, words: str) -> None:
    before = people(site)
    answer = send(site, content)
    assert answer.status_code == 422 and words in answer.text
    assert people(site) == before


def test_no_file_and_a_workbook_are_answered_with_what_to_do(site: Site) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    for data in ({}, {"file": (io.BytesIO(out.getvalue()), "roster.xlsx")}):
        answer = site.browser("admin").post("/staff/import", data=data)
        assert answer.status_code == 422 and re.search("Choose the file|Save a workbook as CSV UTF-8", answer.text)


def test_an_administrator_changes_nothing_of_their_own_by_a_file(site: Site) -> None:
    """Nor is anybody else but an administrator let in."""
    own = person(
        1, email=world.address("admin"), given_name="Admin", family_name="Example", role="administrator", team=""
    )
    assert said(send(site, text(own)))["Already there"] == "1"
    assert said(send(site, text(own | {"languages": "Welsh"})))["Rejected"] == "1"
    for account in ("supervisor", "trainer", "privacy", "tracer1"):
        assert send(site, text(person(1)), account=account).status_code == 403
