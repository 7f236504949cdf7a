"""Signing in: who is told what, one live sign-in for each person, and when it ends."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.conftest import Clock
from tests.interviewing import OpenPage, begin
from tests.site import Site
from tracer import clock
from tracer.access import password
from tracer.access import session as sign_ins
from tracer.models import Ended, Role, SignIn, Staff, Task, TaskState

MINUTE = timedelta(minutes=1)
NEW = "plinth gravel monsoon"


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("tracer")
    assert cookie is not None
    return str(cookie.value)


def works(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def held(site: Site) -> str:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    return f"/cases/{case.id}"


def test_unknown_wrong_ended_and_machine_read_alike(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same status, the same bytes but the address typed, the same hashing: within the limit and above it."""
    evaluations = 0
    real = password.matches

    def matches(kept: str | None, given: str) -> bool:
        nonlocal evaluations
        evaluations += 1
        return real(kept, given)

    monkeypatch.setattr(password, "matches", matches)
    with site.system() as session:
        world.account(session, "tracer2").ended_at = clock.now()
        world.account(session, "tracer3").password_hash = None
    seen: dict[tuple[int, str], set[int]] = {}
    for account in ("nobody", "tracer1", "tracer2", "tracer3"):
        given = world.PASSWORD if account == "tracer2" else "not the right one"
        for number in range(13):
            before = evaluations
            form = {"email": world.address(account), "password": given}
            answer = site.browser().post("/sign-in", data=form)
            text = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(world.address(account), "X")
            seen.setdefault((answer.status_code, text), set()).add(evaluations - before)
            assert evaluations - before == (1 if number < 10 else 0), account
    assert len(seen) == 1, "one answer for all of them"
    assert [status for status, _ in seen] == [422]


def test_a_new_sign_in_ends_the_old_and_both_are_told(site: Site) -> None:
    first = site.browser("tracer1")
    second = site.browser("tracer1")
    told = first.get("/caseload", follow_redirects=True).text
    assert re.search(r"You signed in elsewhere at \d\d:\d\d", told)
    assert "change your password" in told
    assert "You were also signed in elsewhere" in second.get("/help").text
    assert "also signed in elsewhere" not in second.get("/help").text, "once"
    assert not works(first) and works(second)
    with site.system() as session:
        me = world.account(session, "tracer1").id
        live = session.scalars(select(SignIn).where(SignIn.staff_id == me, SignIn.ended_at.is_(None))).all()
        assert len(live) == 1


def test_the_same_browser_signing_in_again_is_no_alarm(site: Site) -> None:
    client = site.browser("tracer1")
    old = token_of(client)
    client.post("/sign-in", data={"email": world.address("tracer1"), "password": world.PASSWORD})
    assert token_of(client) != old
    assert "also signed in elsewhere" not in client.get("/help").text


def test_it_idles_after_30_minutes_and_work_renews_it(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    for _ in range(5):
        later(25 * MINUTE)
        assert works(client)
    later(31 * MINUTE)
    assert not works(client)
    assert "nothing was done for 30 minutes" in client.get("/caseload", follow_redirects=True).text


def test_asking_how_long_is_left_renews_nothing_and_staying_does(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    later(26 * MINUTE)
    left = client.get("/session").json
    assert left is not None and left["seconds"] == 240
    later(3 * MINUTE)
    left = client.get("/session").json
    assert left is not None and left["seconds"] == 60
    left = client.post("/session").json
    assert left is not None and left["seconds"] == 1800
    later(29 * MINUTE)
    assert client.get("/session").status_code == 200
    later(2 * MINUTE)
    assert client.get("/session").status_code == 302
    assert client.get("/session", headers={"Content-Type": "application/json"}).status_code == 401


def test_nobody_stays_longer_than_12_hours(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    for _ in range(12 * 3 - 1):
        later(20 * MINUTE)
        assert works(client)
    left = client.post("/session").json
    assert left is not None and left["seconds"] == 20 * 60, "staying does not go beyond"
    later(21 * MINUTE)
    assert "signed in for 12 hours" in client.get("/caseload", follow_redirects=True).text


def test_an_open_interview_does_not_idle_while_it_is_ones_own(site: Site, later: Clock) -> None:
    client, record = site.browser("tracer1"), held(site)
    interview = begin(client, record)
    for _ in range(20):
        later(2 * MINUTE)
        assert OpenPage(client, interview, "introduction").poll() == {}
    assert works(client)
    with site.system() as session:
        world.give(session, session.scalars(select(Task)).one(), "tracer2")
    page = OpenPage(client, interview, "introduction")
    for _ in range(16):
        later(2 * MINUTE)
        status = client.post(f"{interview}/call", json=page.seen()).status_code
    assert status == 401, "work that is another's keeps nobody signed in"


def test_a_call_that_is_finished_keeps_nobody_signed_in(site: Site, later: Clock) -> None:
    client, record = site.browser("tracer1"), held(site)
    interview = begin(client, record)
    with site.system() as session:
        session.scalars(select(Task)).one().state = TaskState.WAITING
    page = OpenPage(client, interview, "introduction")
    later(2 * MINUTE)
    assert client.post(f"{interview}/call", json=page.seen()).status_code in {403, 404}
    later(29 * MINUTE)
    assert not works(client)


def test_no_old_cookie_is_ever_worth_anything(site: Site) -> None:
    """Every cookie of a working life, through everything that ends one, replayed at the end: none opens anything."""
    cookies: list[str] = []

    def enter(given: str = world.PASSWORD) -> FlaskClient:
        client = site.browser()
        form = {"email": world.address("tracer1"), "password": given}
        assert client.post("/sign-in", data=form).status_code == 302
        cookies.append(token_of(client))
        return client

    enter().post("/sign-out")
    enter()  # replaced by the next
    changing = enter()
    form = {"old": world.PASSWORD, "password": NEW}
    assert changing.post("/account/password", data=form).status_code == 302
    cookies.append(token_of(changing))
    assert works(changing), "this browser goes on with a new token"
    admin = site.browser("admin")
    with site.system() as session:
        person, york = world.account(session, "tracer1"), world.account(session, "tracer3").team_id
    sent = {"role": "tracer", "team": str(york), "version": str(person.version)}
    assert admin.post(f"/staff/{person.id}", data=sent).status_code == 302
    enter(NEW)
    with site.system() as session:
        world.account(session, "tracer1").role = Role.TRAINER
        world.account(session, "tracer1").epoch += 1
    enter(NEW)
    with site.system() as session:
        person = world.account(session, "tracer1")
    assert admin.post(f"/staff/{person.id}/end", data={"version": str(person.version)}).status_code == 302
    assert len(set(cookies)) == 6
    pages = ("/", "/account", "/caseload", "/session", "/veil", "/help")
    for cookie in cookies:
        thief = site.browser()
        thief.set_cookie("tracer", cookie)
        for page in pages:
            answer = thief.get(page)
            assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"], page
        assert thief.post("/session").status_code == 401


def test_changing_the_password_asks_the_old_and_tells_the_others(site: Site) -> None:
    thief = site.browser("tracer1")
    stolen = token_of(thief)
    client = site.browser("tracer1")
    page = "/account/password"
    wrong = client.post(page, data={"old": "not the old one", "password": NEW})
    assert wrong.status_code == 422 and "not your password now" in wrong.text
    weak = client.post(page, data={"old": world.PASSWORD, "password": "tracer1tracer1tracer1"})
    assert weak.status_code == 422 and "common words" in weak.text
    assert NEW not in wrong.text + weak.text
    with site.system() as session:  # another sign-in that is somehow in force ends with the rest
        row = session.scalars(select(SignIn).where(SignIn.token_hash == sign_ins._digest(stolen))).one()
        row.ended_at = row.ended_why = None
    assert works(thief)
    before = token_of(client)
    done = client.post(page, data={"old": world.PASSWORD, "password": NEW}, follow_redirects=True)
    assert "Your password is changed" in done.text
    assert token_of(client) != before and works(client)
    told = thief.get("/caseload", follow_redirects=True).text
    assert "password of this account was changed at" in told
    assert site.browser().post("/sign-in", data={"email": world.address("tracer1"), "password": NEW}).status_code == 302
    with site.system() as session:
        row = session.scalars(select(SignIn).where(SignIn.token_hash == sign_ins._digest(stolen))).one()
        assert row.ended_why is Ended.PASSWORD


def test_the_old_password_is_guessed_no_faster_here_than_at_the_door(site: Site) -> None:
    client = site.browser("tracer1")
    for number in range(12):
        client.post("/account/password", data={"old": f"guess number {number}", "password": NEW})
    client.post("/account/password", data={"old": world.PASSWORD, "password": NEW})
    with site.system() as session:
        kept = session.scalars(select(Staff.password_hash).where(Staff.email == world.address("tracer1"))).one()
    assert password.matches(kept, world.PASSWORD)


def test_what_was_sent_too_late_can_be_sent_again_by_the_same_person(site: Site, later: Clock) -> None:
    client, record = site.browser("tracer1"), held(site)
    once = re.findall(r'name="once" value="([^"]*)"', client.get(record).text)[0]
    form = {"outcome": "no answer", "note": "Rings at Marigold, no <answer>", "once": once}
    form |= {"callback_day": "", "callback_time": ""}
    later(31 * MINUTE)
    late = client.post(f"{record}/attempts", data=form)
    assert late.status_code == 401
    assert "What you sent is kept on this page" in late.text and "30 minutes" in late.text
    assert "Marigold" not in late.text and "tracer1@" not in late.text, "sealed: nothing of it can be read"
    sealed = re.findall(r'name="carry" value="([^"]+)"', late.text)[0]

    wrong = client.post("/sign-in", data={"email": world.address("tracer1"), "password": "x", "carry": sealed})
    assert sealed in wrong.text, "a slip of the finger does not lose it"
    other = site.browser()
    mine = {"email": world.address("tracer2"), "password": world.PASSWORD, "carry": sealed}
    assert other.post("/sign-in", data=mine).headers["Location"] == "/caseload", "not for anybody else"

    again = client.post("/sign-in", data={**mine, "email": world.address("tracer1")})
    assert again.status_code == 200 and "Nothing that you typed is lost" in again.text
    assert "Rings at Marigold, no &lt;answer&gt;" in again.text
    fields = dict(
        re.findall(r'name="([a-z_]+)" value="([^"]*)"', again.text.partition(f'action="{record}/attempts"')[2])
    )
    fields["note"] = form["note"]
    assert client.post(f"{record}/attempts", data=fields).status_code == 302
    assert "Rings at Marigold" in client.get(record).text


def test_passwords_and_files_are_never_carried(site: Site, later: Clock) -> None:
    client = site.browser("admin")
    later(31 * MINUTE)
    answer = client.post("/account/password", data={"old": world.PASSWORD, "password": NEW})
    assert answer.status_code == 401 and "could not be kept" in answer.text
    assert 'name="carry"' not in answer.text
    from io import BytesIO

    answer = client.post("/intake", data={"file": (BytesIO(b"x"), "batch.csv")})
    assert 'name="carry"' not in answer.text


def test_going_on_in_place_is_for_the_same_person(site: Site, later: Clock) -> None:
    client = site.browser("tracer1")
    later(31 * MINUTE)
    form = {"email": world.address("tracer2"), "password": world.PASSWORD, "here": "1"}
    other = client.post("/sign-in", data=form)
    assert other.status_code == 422 and other.json is not None and "somebody else" in other.json["message"]
    assert not works(client)
    own = client.post("/sign-in", data={**form, "email": world.address("tracer1")})
    assert own.json is not None and own.json["signed_in"] and own.json["csrf_token"]
    assert works(client)


def test_an_account_that_changes_while_it_proves_itself_is_not_let_in(site: Site) -> None:
    from tracer.access import credentials

    staff = credentials.check(world.address("tracer1"), world.PASSWORD, None, clock.now(), 100)
    assert staff is not None
    with site.system() as session:
        world.account(session, "tracer1").epoch += 1
    assert sign_ins.let_in(staff, clock.now()) is None


def test_signing_out_clears_the_browser(site: Site) -> None:
    answer = site.browser("tracer1").post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_who_was_refused_what_is_in_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer2")
        me = world.account(session, "tracer1").id
    client = site.browser("tracer1")
    assert client.get("/staff").status_code == 403
    assert client.get(f"/cases/{case.id}").status_code == 404
    said = [one.getMessage() for one in caplog.records if one.name == "tracer.web"]
    assert said == [
        f"refused status=403 endpoint=staff.show actor={me}",
        f"refused status=404 endpoint=cases.show actor={me}",
    ]
    assert str(case.id) not in caplog.text
