"""Passkeys at the wire: what is taken, and what a thief might send instead."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests import world
from tests.authenticator import PRESENT, Device
from tests.proving import enter, is_in, make, use, with_app, with_passkey
from tests.site import Site
from tracer import clock
from tracer.access import passkeys
from tracer.access.passkeys import Party
from tracer.models import Challenge, Factor, FactorKind, Staff

SIGN_IN = ("/sign-in/passkey/options", "/sign-in/passkey")


def test_a_passkey_alone_signs_in(strict: Site) -> None:
    _, device, codes = with_passkey(strict, "admin")
    assert len(codes) == 10
    client = strict.app.test_client()
    answer = use(client, *SIGN_IN, device, next="/staff/new")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/new")
    assert is_in(client)
    assert client.get("/staff").status_code == 200


def test_a_passkey_is_the_second_step_after_the_password(strict: Site) -> None:
    _, device, _ = with_passkey(strict, "tracer1")
    client = enter(strict, "tracer1")
    assert use(client, "/sign-in/second/options", "/sign-in/second", device).status_code == 302
    assert is_in(client)


def test_another_persons_passkey_is_no_second_step(strict: Site) -> None:
    _, device, _ = with_passkey(strict, "tracer2")
    with_passkey(strict, "tracer1")
    client = enter(strict, "tracer1")
    assert use(client, "/sign-in/second/options", "/sign-in/second", device).status_code == 422
    assert not is_in(client)


def _tampered(answer: str, change: Callable[[dict[str, Any]], None]) -> str:
    read = json.loads(answer)
    change(read)
    return json.dumps(read)


def _other_user(device: Device) -> None:
    device.user = b"\0" * 16


WRONG: dict[str, Callable[[Device], None]] = {
    "another site": lambda device: setattr(device, "origin", "https://tracer.example.net"),
    "plain http elsewhere": lambda device: setattr(device, "origin", "http://localhost.example"),
    "nobody there": lambda device: setattr(device, "flags", 0),
    "not checked that it is them": lambda device: setattr(device, "flags", PRESENT),
    "another key": lambda device: setattr(device, "key", Device().key),
    "an unknown passkey": lambda device: setattr(device, "id", b"nowhere"),
    "another owner": _other_user,
    "a copy that lags behind": lambda device: setattr(device, "count", -1),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_signs_nobody_in(strict: Site, wrong: str) -> None:
    _, device, _ = with_passkey(strict, "tracer1")
    device.count = 5
    good = strict.app.test_client()
    assert use(good, *SIGN_IN, device).headers["Location"] == "/caseload"
    WRONG[wrong](device)
    client = strict.app.test_client()
    answer = use(client, *SIGN_IN, device)
    assert answer.headers["Location"] == "/sign-in?passkey=no"
    assert not is_in(client)
    assert "was not taken" in client.get("/sign-in?passkey=no").text


def test_an_answer_works_once_and_for_its_own_question(strict: Site) -> None:
    _, device, _ = with_passkey(strict, "tracer1")
    client, other = strict.app.test_client(), strict.app.test_client()
    answer = device.use(client.post(SIGN_IN[0]).get_json())
    assert other.post(SIGN_IN[1], data={"credential": answer}).headers["Location"] == "/sign-in?passkey=no"
    other.post(SIGN_IN[0])
    assert other.post(SIGN_IN[1], data={"credential": answer}).headers["Location"] == "/sign-in?passkey=no"
    assert client.post(SIGN_IN[1], data={"credential": answer}).headers["Location"] == "/caseload"
    client.post("/sign-out")
    assert client.post(SIGN_IN[1], data={"credential": answer}).headers["Location"] == "/sign-in?passkey=no"
    with strict.system() as session:
        kinds = [one.kind for one in session.scalars(select(Challenge))]
        assert kinds == [], "what was answered, well or not, is gone"


def test_a_question_expires(strict: Site) -> None:
    _, device, _ = with_passkey(strict, "tracer1")
    client = strict.app.test_client()
    answer = device.use(client.post(SIGN_IN[0]).get_json())
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert client.post(SIGN_IN[1], data={"credential": answer}).headers["Location"] == "/sign-in?passkey=no"


def test_the_passkey_of_somebody_who_left_opens_nothing(strict: Site) -> None:
    _, device, _ = with_passkey(strict, "tracer1")
    with strict.system() as session:
        world.account(session, "tracer1").ended_at = clock.now()
    client = strict.app.test_client()
    assert use(client, *SIGN_IN, device).headers["Location"] == "/sign-in?passkey=no"


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '{"id": 1}', "\0", "x" * 30_000, '{"id":"AA","rawId":"AA"}'])
def test_rubbish_is_refused_in_words(strict: Site, sent: str) -> None:
    with_passkey(strict, "tracer1")
    client = strict.app.test_client()
    client.post(SIGN_IN[0])
    assert client.post(SIGN_IN[1], data={"credential": sent}).headers["Location"] == "/sign-in?passkey=no"
    client = enter(strict, "tracer2")
    client.post("/sign-in/set-up/options")
    answer = client.post("/sign-in/set-up/passkey", data={"credential": sent, "name": "x"})
    assert answer.status_code == 422


def test_a_passkey_is_made_for_whom_it_was_asked(strict: Site) -> None:
    """A question for one person does not make a passkey of another; an unverified or foreign device makes none."""
    first, second = enter(strict, "tracer1"), enter(strict, "tracer2")
    device = Device()
    answer = device.make(first.post("/sign-in/set-up/options").get_json())
    second.post("/sign-in/set-up/options")
    sent = {"credential": answer, "name": "Stolen"}
    assert second.post("/sign-in/set-up/passkey", data=sent).status_code == 422
    device.flags = PRESENT
    assert make(first, "/sign-in/set-up", device).status_code == 422
    assert make(first, "/sign-in/set-up", Device("https://elsewhere.example")).status_code == 422
    with strict.system() as session:
        assert session.scalars(select(Factor)).all() == []


def test_several_named_and_removed_but_not_the_last(strict: Site) -> None:
    client, _, _ = with_passkey(strict, "admin")
    assert make(client, "/account/factors", Device(), "Work laptop").status_code == 302
    page = client.get("/account/factors").text
    assert "My telephone" in page and "Work laptop" in page
    with strict.system() as session:
        found = {one.name: one.id for one in session.scalars(select(Factor).where(Factor.kind == FactorKind.PASSKEY))}
    assert client.post(f"/account/factors/{found['My telephone']}/remove").status_code == 302
    page = client.get("/account/factors").text
    assert "My telephone" not in page
    assert "Your role needs a passkey, and this is your last one" in page
    assert client.post(f"/account/factors/{found['Work laptop']}/remove").status_code == 403
    assert make(client, "/account/factors", Device(), "  ").status_code == 422


def test_a_tracer_keeps_one_way_in(strict: Site) -> None:
    client, _, _ = with_app(strict, "tracer1")
    with strict.system() as session:
        app = session.scalars(select(Factor.id).where(Factor.kind == FactorKind.TOTP)).one()
    assert client.post(f"/account/factors/{app}/remove").status_code == 403
    assert make(client, "/account/factors", Device()).status_code == 302
    assert client.post(f"/account/factors/{app}/remove").status_code == 302


def test_nobody_removes_anothers(strict: Site) -> None:
    with_app(strict, "tracer1")
    admin, _, _ = with_passkey(strict, "admin")
    with strict.system() as session:
        app = session.scalars(select(Factor.id).where(Factor.kind == FactorKind.TOTP)).one()
        code = session.scalars(select(Factor.id).where(Factor.kind == FactorKind.RECOVERY)).first()
    assert admin.post(f"/account/factors/{app}/remove").status_code == 404
    assert admin.post(f"/account/factors/{code}/remove").status_code == 404


def test_the_question_asks_for_the_devices_own_check(strict: Site) -> None:
    """User verification and a passkey that names its owner are required; those they have are not made twice."""
    with strict.system() as session:
        staff = world.account(session, "tracer1")
    made = json.loads(passkeys.ask_to_make(Party("localhost", ()), staff, [b"one"], clock.now()).options)
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert len(made["excludeCredentials"]) == 1
    used = json.loads(passkeys.ask_to_use(Party("localhost", ()), clock.now()).options)
    assert (used["userVerification"], used["allowCredentials"]) == ("required", [])
    assert isinstance(staff, Staff)


def test_at_an_address_without_a_name_the_page_says_where_to_go(site: Site) -> None:
    client = site.browser("tracer1")
    page = client.get("/account/factors/passkey", base_url="http://127.0.0.1:8000").text
    client.set_cookie("tracer", client.get_cookie("tracer").value, domain="127.0.0.1")  # type: ignore[union-attr]
    page = client.get("/account/factors/passkey", base_url="http://127.0.0.1:8000").text
    assert "http://localhost:8000/" in page
    assert "data-passkey=" not in page


def test_a_passkey_lifts_the_veil(strict: Site) -> None:
    client, device, _ = with_passkey(strict, "tracer1")
    lift, page = ("/veil/options", "/veil/lift"), "/caseload"
    client.post("/veil", data={"next": "/help"})
    assert client.get(page).status_code == 302
    shown = client.get("/veil").text
    assert "Use my passkey" in shown and 'name="password"' in shown
    stranger = Device()
    stranger.user = device.user
    wrong = use(client, *lift, stranger, next="/help")
    assert wrong.status_code == 422 and "The passkey was not taken" in wrong.text
    assert client.get(page).status_code == 302, "it stays down"
    right = use(client, *lift, device, next="/help")
    assert (right.status_code, right.headers["Location"]) == (302, "/help")
    assert client.get(page).status_code == 200


def test_without_a_passkey_the_veil_says_so(strict: Site) -> None:
    client, *_ = with_app(strict, "tracer1")
    client.post("/veil", data={"next": "/help"})
    assert "Use my passkey" not in client.get("/veil").text
    answer = client.post("/veil/options")
    assert answer.status_code == 422 and "You have no passkey" in answer.get_json()["message"]
    assert client.post("/veil/lift", data={"credential": "{}", "next": "/help"}).status_code == 422
    assert client.get("/caseload").status_code == 302


def test_tries_to_lift_the_veil_by_passkey_are_counted(strict: Site) -> None:
    client, device, _ = with_passkey(strict, "tracer1")
    client.post("/veil", data={"next": "/help"})
    said = [use(client, "/veil/options", "/veil/lift", Device()).text for _ in range(12)]
    assert "too many" in said[-1].lower()
    assert use(client, "/veil/options", "/veil/lift", device).status_code == 422, "also the right one, for a while"
