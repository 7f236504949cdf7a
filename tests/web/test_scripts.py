"""Scripts through the pages: sending a file, all its faults at once, the second person, going live."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from tests import scripting
from tests.interviewing import begin
from tests.scripting import ask, decide, draft, field, send
from tests.site import Site
from tests.tables import hostile
from tests.web.test_interviews import held_case
from tracer import clock, config
from tracer.delivery.worker import Worker
from tracer.models import AuditEvent, Interview, ScriptVersion


def live_title(site: Site) -> str:
    """The title of the version that the next interview begins on."""
    with site.system() as session:
        from tracer.casework import scripts

        return scripts.live(session, *scripting.COVID, clock.now()).title


def test_from_a_file_to_the_next_interview(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address = draft(editor)
    page = editor.get(address).text
    assert "Draft" in page and "Sent by Trainer Example" in page and scripting.NOTE in page
    assert "Your decision" not in other.get(address).text
    assert ask(editor, address).status_code == 302
    assert "Your decision" not in editor.get(address).text
    assert 'ways__count">1<' in other.get("/scripts").text and 'ways__count">' not in editor.get("/scripts").text
    assert "Your decision" in other.get(address).text
    assert live_title(site) != "Another"
    assert decide(other, address).status_code == 302
    assert live_title(site) == "Another"
    assert "Approved by Admin Example" in editor.get(address).text
    case = held_case(site)
    tracer = site.browser("tracer1")
    begin(tracer, f"/cases/{case.id}")
    with site.system() as session:
        interview = session.scalars(select(Interview)).one()
        assert f"/scripts/{interview.script_id}" == address


def test_whoever_sent_or_asked_for_it_does_not_decide(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address = draft(editor)
    ask(other, address)
    shown = shown_of(site, address)
    for client in (editor, other):
        assert decide(client, address, shown=shown).status_code == 403
        assert "Somebody else has to decide" in decide(client, address, shown=shown).text
    assert live_title(site) != "Another"


def shown_of(site: Site, address: str) -> str:
    with site.system() as session:
        return session.scalars(select(ScriptVersion.digest).where(ScriptVersion.title == "Another")).one().hex()


def test_a_yes_is_to_what_was_shown(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address = draft(editor)
    ask(editor, address)
    shown = field(other.get(address).text, "shown")
    base = field(editor.get(address).text, "base")
    assert send(editor, scripting.text("Yet another"), to=f"{address}/revision", base=base).status_code == 302
    assert decide(other, address, shown=shown).status_code == 409, "it does not wait any more"
    ask(editor, address)
    answer = decide(other, address, shown=shown)
    assert answer.status_code == 409 and "Another text was sent" in answer.text
    assert decide(other, address).status_code == 302
    assert decide(other, address, shown=shown).status_code == 409
    assert live_title(site) == "Yet another"


def test_one_approved_meanwhile_is_not_undone(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address, second = draft(editor), draft(editor, "Second")
    ask(editor, address)
    shown, base = field(other.get(address).text, "shown"), field(editor.get(address).text, "base")
    ask(editor, second)
    decide(other, second)
    answer = decide(other, address, shown=shown)
    assert answer.status_code == 409 and "would undo its changes" in answer.text
    page = other.get(address).text
    assert "was approved after this text was sent" in page and "Your decision" not in page
    late = send(editor, scripting.text("Third"), to=f"{address}/revision", base=base)
    assert late.status_code == 409 and "approved meanwhile" in late.text
    base = field(editor.get(address).text, "base")
    assert send(editor, scripting.text("Third"), to=f"{address}/revision", base=base).status_code == 302
    ask(editor, address)
    decide(other, address)
    assert live_title(site) == "Third"


def test_it_goes_live_at_its_time_in_london(site: Site) -> None:
    year = clock.now().year + 1
    with time_machine.travel(f"{year}-03-24T12:00:00Z", tick=False) as watch:
        editor, other = site.browser("trainer"), site.browser("admin")
        address = draft(editor)
        for day, at, words in (
            ("", "08:00", "Write the day"),
            (f"31/13/{year}", "08:00", "like 27/3"),
            (f"1/4/{year}", "eight", "Enter a time"),
            (f"24/3/{year}", "08:00", "lies ahead"),
            (f"1/4/{year + 2}", "08:00", "lies ahead"),
        ):
            answer = ask(editor, address, when="at", live_day=day, live_time=at)
            assert answer.status_code == 422 and words in answer.text, (day, at)
        answer = ask(editor, address, when="at", live_day=f"1/4/{year}", live_time="08:00")
        assert answer.status_code == 302, answer.text
        assert f"1 April {year}, 08:00" in other.get(address).text
        decide(other, address)
        assert live_title(site) != "Another"
        page = other.get(address).text
        assert "approved, not live yet" in page and f"1 April {year}, 08:00" in page
        assert f"1 April {year}, 08:00" in other.get("/scripts").text
        case = held_case(site)
        begin(site.browser("tracer1"), f"/cases/{case.id}")
        watch.move_to(f"{year}-04-01T06:59:59Z")  # summer time has begun
        assert live_title(site) != "Another"
        watch.move_to(f"{year}-04-01T07:00:00Z")
        assert live_title(site) == "Another"
        Worker(config.read({"TRACER_INSTANCE": str(site.instance)})).tick()
        with site.system() as session:
            old = session.scalars(select(ScriptVersion).join(Interview)).one()
            assert old.title != "Another" and old.retired_at is not None
            assert clock.london(old.retired_at).hour == 8
            events = session.scalars(select(AuditEvent.action).where(AuditEvent.entity_id == str(old.id))).all()
            assert "routine.scripts" in events


def test_sent_back_with_what_to_change_and_given_up(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address = draft(editor)
    ask(editor, address)
    answer = decide(other, address, "return", why="short")
    assert answer.status_code == 422 and "what should be changed" in answer.text
    assert decide(other, address, "return", why="The third question leads them on.").status_code == 302
    assert "The third question leads them on." in editor.get(address).text
    ask(editor, address)
    version = field(editor.get(address).text, "version")
    assert editor.post(f"{address}/take-back", data={"version": version}).status_code == 302
    assert editor.post(f"{address}/take-back", data={"version": version}).status_code == 409, "a stale page"
    version = field(editor.get(address).text, "version")
    assert editor.post(f"{address}/discard", data={"version": version}).status_code == 302
    assert "given up" in editor.get(address).text
    base = {"base": shipped(site)}
    assert send(editor, scripting.text("Late"), to=f"{address}/revision", **base).status_code == 409


def shipped(site: Site) -> str:
    with site.system() as session:
        return str(
            session.scalars(
                select(ScriptVersion.id)
                .where(ScriptVersion.disease == scripting.COVID[0], ScriptVersion.kind == scripting.COVID[1])
                .order_by(ScriptVersion.id)
                .limit(1)
            ).one()
        )


def test_what_is_on_its_way_can_be_stopped_and_an_old_one_had_again(site: Site) -> None:
    editor, other = site.browser("trainer"), site.browser("admin")
    address = draft(editor)
    tomorrow = (clock.london(clock.now()) + timedelta(days=1)).strftime("%d/%m/%Y")
    ask(editor, address, when="at", live_day=tomorrow, live_time="08:00")
    decide(other, address)
    assert editor.post(f"{address}/withdraw").status_code == 302
    assert editor.post(f"{address}/withdraw").status_code == 409
    assert "withdrawn before it went live" in editor.get(address).text
    answer = editor.post(f"{address}/copy", data={"note": "no"})
    assert answer.status_code == 422 and "10 to 300" in answer.text
    answer = editor.post(f"{address}/copy", data={"note": "Withdrawn by mistake, as it turns out"})
    again = answer.headers["Location"]
    ask(editor, again)
    decide(other, again)
    assert live_title(site) == "Another"
    first = f"/scripts/{shipped(site)}"
    assert editor.post(f"{again}/copy", data={"note": "the very same words"}).status_code == 422
    assert editor.post(f"{first}/copy", data={"note": "the new one confuses people"}).status_code == 302


REFUSED: dict[str, tuple[bytes, str]] = {
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(999), "Save it as .xlsx"),
    "too large": (b"PK" + b"x" * (8 * 1024 * 1024), "larger than 8 MB"),
    "not a form": (scripting.workbook({"Sheet1": [["record_id"], ["1"]]}), "no sheet “survey”"),
    "prose": (b"Say hello, and ask how they are.", "no script"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_script_is_refused(site: Site, what: str) -> None:
    data, words = REFUSED[what]
    answer = send(site.browser("trainer"), data, "script.xlsx")
    assert answer.status_code == 422 and words in answer.text
    assert "Error: " in answer.text.partition("</title>")[0]
    assert count(site) == 0


def count(site: Site) -> int:
    with site.system() as session:
        return session.scalar(select(func.count(ScriptVersion.id)).where(ScriptVersion.approved_at.is_(None))) or 0


def test_a_bomb_is_refused(site: Site, tmp_path: Path) -> None:
    hostile.bomb(tmp_path / "bomb.xlsx")
    answer = send(site.browser("trainer"), (tmp_path / "bomb.xlsx").read_bytes(), "script.xlsx")
    assert answer.status_code == 422 and "unpacks to" in answer.text and count(site) == 0


def test_all_faults_of_a_file_are_said_at_once_by_their_place(site: Site) -> None:
    words = scripting.text().replace("| select_one ", "| telepathy ", 1).replace("${birth_year}", "${birth_yaer}")
    client = site.browser("trainer")
    answer = send(client, words)
    assert answer.status_code == 422 and count(site) == 0
    assert "things in the file must be put right first" in answer.text and 'href="#faults"' in answer.text
    table = answer.text.partition('id="faults"')[2].partition("</table>")[0]
    assert "telepathy" in table and "birth_yaer" in table and table.count("<tr") > 2
    assert 'value="covid-19" selected' in answer.text and scripting.NOTE in answer.text
    address = draft(client)
    answer = send(client, words, to=f"{address}/revision", base=field(client.get(address).text, "base"))
    assert answer.status_code == 422 and "birth_yaer" in answer.text and "Send another text" in answer.text
    assert "telepathy" not in client.get(address).text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"disease": ""}, "Choose the disease"),
        ({"disease": "plague"}, "Choose the disease"),
        ({"kind": "survey"}, "Choose the disease"),
        ({"note": "x"}, "10 to 300"),
        ({"number": "9"}, "Unknown field"),
    ],
)
def test_a_form_that_is_not_filled_in(site: Site, more: dict[str, Any], words: str) -> None:
    answer = send(site.browser("trainer"), scripting.text(), **more)
    assert answer.status_code == 422 and words in answer.text and count(site) == 0


def test_no_file_and_no_change(site: Site) -> None:
    client = site.browser("trainer")
    form = {"disease": "covid-19", "kind": "index-case", "note": scripting.NOTE}
    answer = client.post("/scripts", data=form)
    assert answer.status_code == 422 and "Choose the file" in answer.text
    same = scripting.text("COVID-19: interview with a case")
    answer = send(client, same)
    assert answer.status_code == 422 and "word for word" in answer.text and count(site) == 0


def test_who_sees_and_who_sends(site: Site) -> None:
    address = draft(site.browser("trainer"))
    for account, sees, edits in (
        ("tracer1", False, False),
        ("supervisor", True, False),
        ("admin", True, True),
        ("trainer", True, True),
        ("analyst", True, False),
        ("privacy", False, False),
    ):
        client = site.browser(account)
        assert client.get("/scripts").status_code == (200 if sees else 403)
        assert client.get(address).status_code == (200 if sees else 404)
        assert ("Send a script" in client.get("/scripts").text) is edits
        if sees:
            assert ("Send another text" in client.get(address).text) is edits
        assert (send(client, scripting.text(account)).status_code == 302) is edits
