"""Step-up: marked routes ask again, nothing typed is lost, and an answer opens only what it was given for."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import world
from tests.ground import ROLES
from tests.proving import shown, use, with_app, with_passkey
from tests.site import Site
from tests.sweep import address, routes
from tracer import clock
from tracer.access.permissions import may
from tracer.models import ApiToken, Challenge, SignIn, Staff
from tracer.web import guard

NEW = {
    "email": "new@demo.example",
    "given_name": "New",
    "family_name": "Person",
    "role": "analyst",
    "password": "a-long-first-password",
}


def stale(site: Site, account: str) -> None:
    """The last proof of somebody was eleven minutes ago."""
    with site.system() as session:
        mine = SignIn.staff_id == world.account(session, account).id
        for one in session.scalars(select(SignIn).where(mine)):
            one.proved_at = clock.now() - timedelta(minutes=11)


def handle_on(page: str) -> str:
    return page.split('name="step_up" value="')[1].split('"')[0]


def made(site: Site) -> Staff | None:
    with site.system() as session:
        return session.scalar(select(Staff).where(Staff.email == NEW["email"]))


def test_every_marked_route_asks_again(site: Site) -> None:
    """Whoever may use it, when the proof is old: a page leads to the question, a form is held by it."""
    marked = [(rule, method) for rule, method in routes(site) if guard.asks_again(site.app, rule.endpoint)]
    assert marked
    for rule, method in marked:
        needed = guard.permission_of(site.app, rule.endpoint)
        account = next(ROLES[role] for role in ROLES if may(role, needed))  # type: ignore[arg-type]
        client = site.browser(account)
        stale(site, account)
        answer = client.open(address(rule, {}), method=method)
        if method == "GET":
            assert answer.headers["Location"].startswith("/step-up?next="), rule.rule
        else:
            assert answer.status_code == 403, rule.rule
            assert "Is it still you?" in answer.text, rule.rule


def test_a_page_is_come_back_to(site: Site) -> None:
    client = site.browser("admin")
    stale(site, "admin")
    target = client.get("/account/factors/app").headers["Location"]
    assert "Your password" in client.get(target).text
    wrong = {"next": "/account/factors/app", "step_up_password": "wrong-password"}
    answer = client.post("/step-up", data=wrong)
    assert answer.status_code == 422
    assert "Check it and try again" in answer.text
    answer = client.post("/step-up", data={**wrong, "step_up_password": world.PASSWORD})
    assert answer.headers["Location"] == "/account/factors/app"
    assert client.get("/account/factors/app").status_code == 200


def test_it_leads_nowhere_else(site: Site) -> None:
    client = site.browser("admin")
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        answer = client.post("/step-up", data={"next": back, "step_up_password": world.PASSWORD})
        assert answer.headers["Location"] == "/staff"


def test_a_form_goes_on_with_all_that_was_entered(site: Site) -> None:
    client = site.browser("admin")
    stale(site, "admin")
    held = client.post("/staff", data=NEW)
    assert held.status_code == 403
    assert made(site) is None
    assert NEW["password"] not in held.text, "what was entered stays on the server"
    proof = {"step_up": handle_on(held.text), "step_up_password": "wrong-password"}
    wrong = client.post("/staff", data=proof)
    assert wrong.status_code == 422
    answer = client.post("/staff", data={**proof, "step_up_password": world.PASSWORD})
    assert answer.status_code == 302, answer.text
    person = made(site)
    assert person is not None and person.role.value == "analyst"
    assert client.post("/staff", data=proof).status_code == 409, "a form goes on once"


def test_lists_in_a_form_survive(site: Site) -> None:
    """Several values of one name, as of the teams that somebody leads."""
    client = site.browser("admin")
    with site.system() as session:
        person = world.account(session, "supervisor")
        from tracer.models import Team

        teams = [str(one) for one in session.scalars(select(Team.id).where(Team.name.in_(["North", "South"])))]
    stale(site, "admin")
    form = {"role": "supervisor", "team": str(person.team_id), "leads": teams, "version": str(person.version)}
    path = f"/staff/{person.id}"
    held = client.post(path, data=form)
    client.post(path, data={"step_up": handle_on(held.text), "step_up_password": world.PASSWORD})
    page = client.get(path).text
    assert "North, South" in page or "South, North" in page


def test_a_held_form_is_its_owners_and_its_routes(site: Site) -> None:
    admin = site.browser("admin")
    stale(site, "admin")
    handle = handle_on(admin.post("/staff", data=NEW).text)
    proof = {"step_up": handle, "step_up_password": world.PASSWORD}
    with site.system() as session:
        from tracer.models import Role

        world.account(session, "trainer").role = Role.ADMINISTRATOR
    other = site.browser("trainer")
    assert other.post("/staff", data=proof).status_code == 409
    assert admin.post("/intake/tokens", data=proof).status_code == 409
    assert admin.post("/staff", data=proof).status_code == 409, "it was tried elsewhere, and is gone"
    assert made(site) is None
    with site.system() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_held_form_expires_and_is_sealed(site: Site) -> None:
    client = site.browser("admin")
    stale(site, "admin")
    handle = handle_on(client.post("/staff", data=NEW).text)
    with site.system() as session:
        row = session.scalars(select(Challenge)).one()
        assert NEW["email"].encode() not in row.sealed
        assert handle.encode() not in row.handle_hash
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        answer = client.post("/staff", data={"step_up": handle, "step_up_password": world.PASSWORD})
    assert answer.status_code == 409
    assert made(site) is None


def test_json_is_told_and_not_asked(site: Site) -> None:
    client = site.browser("admin")
    stale(site, "admin")
    assert client.post("/staff", json=NEW).status_code == 403


def test_a_permission_comes_first(site: Site) -> None:
    client = site.browser("tracer1")
    stale(site, "tracer1")
    assert client.post("/staff", data=NEW).status_code == 403
    assert "Is it still you?" not in client.post("/staff", data=NEW).text


def test_in_production_the_password_alone_does_not_do(strict: Site) -> None:
    client, secret, _ = with_app(strict, "tracer1")
    stale(strict, "tracer1")

    def answer(**given: str) -> int:
        return client.post("/step-up", data={"next": "/help", **given}).status_code

    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        stale(strict, "tracer1")
        code = shown(secret)
        assert answer(step_up_password=world.PASSWORD) == 422
        assert answer(step_up_code=code) == 422
        assert answer(step_up_code=code, step_up_password="wrong-password") == 422
        assert client.get("/account/factors/app").status_code == 302
        assert answer(step_up_code=code, step_up_password=world.PASSWORD) == 302
        assert client.get("/account/factors/app").status_code == 200


def test_a_passkey_proves_it_on_the_way_of_a_form(strict: Site) -> None:
    client, device, _ = with_passkey(strict, "admin")
    stale(strict, "admin")
    held = client.post("/staff", data=NEW)
    assert "Use my passkey" in held.text
    options = client.post("/step-up/options").get_json()
    proof = {"step_up": handle_on(held.text), "credential": device.use(options)}
    assert client.post("/staff", data=proof).status_code == 302
    assert made(strict) is not None


def test_a_passkey_of_somebody_else_does_not(strict: Site) -> None:
    client, _, _ = with_passkey(strict, "admin")
    _, other, _ = with_passkey(strict, "tracer1")
    stale(strict, "admin")
    assert use(client, "/step-up/options", "/step-up", other, next="/staff").status_code == 422


def test_guesses_are_counted(site: Site) -> None:
    client: FlaskClient = site.browser("admin")
    answers = [
        client.post("/step-up", data={"next": "/", "step_up_password": f"wrong-{number}"}) for number in range(11)
    ]
    assert answers[9].status_code == 422
    last = client.post("/step-up", data={"next": "/", "step_up_password": world.PASSWORD})
    assert last.status_code == 422
    assert "too many tries" in last.text


@pytest.mark.parametrize("minutes", [9, 11])
def test_a_proof_is_fresh_for_ten_minutes(site: Site, minutes: int) -> None:
    client = site.browser("admin")
    with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
        assert client.get("/account/factors/app").status_code == (200 if minutes < 10 else 302)


def test_no_mark_on_a_public_route_can_start(site: Site) -> None:
    view: Any = site.app.view_functions["sign_in.show"]
    view.stepped_up = True
    try:
        with pytest.raises(RuntimeError, match=r"sign_in\.show"):
            guard.check_marked(site.app)
    finally:
        del view.stepped_up
