"""The second factor at sign-in: what is owed, what proves it, and that halfway in is nowhere."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select
from werkzeug.routing import Rule

from tests import world
from tests.authenticator import Device
from tests.proving import cookie_of, enter, is_in, make, shown, use, with_app, with_passkey
from tests.site import Site
from tests.sweep import address, routes
from tracer import clock
from tracer.models import AuditEvent, Factor, FactorKind, Role, SignIn
from tracer.web.cookie import named

# What a sign-in that owes its second factor opens, beside what everybody opens.
HALFWAY = {
    "second_factor.show",
    "second_factor.prove",
    "second_factor.options",
    "second_factor.choose",
    "second_factor.making",
    "second_factor.made",
    "second_factor.app",
    "second_factor.confirm",
    "sign_in.leave",
    "sign_in.show",  # goes on to the second factor
}


def test_the_first_sign_in_sets_one_up_before_anything_else(strict: Site) -> None:
    client = enter(strict, "tracer1", next="/help")
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"
    assert not is_in(client)
    page = client.get("/sign-in/set-up").text
    assert "passkey" in page and "authenticator app" in page
    shown_page = client.get("/sign-in/set-up/app").text
    assert "data:image/svg+xml" in shown_page
    assert client.post("/sign-in/set-up/app", data={"code": "000000"}).status_code == 422
    assert not is_in(client)


def test_an_app_proves_it_once_set_up(strict: Site) -> None:
    first, secret, codes = with_app(strict, "tracer1")
    assert is_in(first)
    assert len(set(codes)) == 10
    client = enter(strict, "tracer1", next="/help")
    assert not is_in(client)
    assert client.post("/sign-in/second", data={"code": shown(secret)}).status_code == 422, "the set-up spent that code"
    assert not is_in(client)
    answer = client.post("/sign-in/second", data={"code": shown(secret, steps=1)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/help")
    assert is_in(client)


def test_a_code_works_once_and_half_a_minute_either_way(strict: Site) -> None:
    _, secret, _ = with_app(strict, "tracer1")
    later = clock.now() + timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        for steps, right in ((-2, False), (2, False), (-1, True), (-1, False), (0, True), (1, True), (0, False)):
            answer = enter(strict, "tracer1").post("/sign-in/second", data={"code": shown(secret, steps=steps)})
            assert (answer.status_code == 302) is right, steps


def test_a_recovery_code_works_once(strict: Site) -> None:
    _, _, codes = with_app(strict, "tracer1")
    for typed, right in ((codes[0].lower().replace("-", " "), True), (codes[0], False), (codes[1], True)):
        client = enter(strict, "tracer1")
        answer = client.post("/sign-in/second", data={"code": typed})
        assert (answer.status_code == 302) is right
        assert is_in(client) is right
    page = client.get("/account/factors").text
    assert "You have 8 of 10 left" in page


def test_halfway_in_opens_nothing(strict: Site) -> None:
    """Every route and method answers a pending sign-in exactly as it answers nobody."""
    with_app(strict, "tracer1")
    strict.app.config["TESTING"] = False
    pending, nobody = enter(strict, "tracer1"), strict.app.test_client()
    wrong = []
    for rule, method in [*routes(strict), *api_rules(strict)]:
        if rule.endpoint in HALFWAY:
            continue
        path = address(rule, {})
        got, other = pending.open(path, method=method), nobody.open(path, method=method)
        if (got.status_code, got.headers.get("Location")) != (other.status_code, other.headers.get("Location")):
            wrong.append((method, path, got.status_code, other.status_code))
    assert wrong == []
    assert pending.get("/sign-in/second").status_code == 200, "it was halfway in to the end"


def api_rules(site: Site) -> Iterator[tuple[Rule, str]]:
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if rule.rule.startswith("/api/"):
                yield rule, method


def test_who_has_a_factor_cannot_set_up_another_with_the_password_alone(strict: Site) -> None:
    with_app(strict, "tracer1")
    thief, device = enter(strict, "tracer1"), Device()
    for path in ("/sign-in/set-up", "/sign-in/set-up/app"):
        assert thief.get(path).headers["Location"] == "/sign-in/second"
    for path in ("/sign-in/set-up/app", "/sign-in/set-up/options", "/sign-in/set-up/passkey"):
        answer = thief.post(path, data={"code": "1", "credential": "{}", "name": device.origin})
        assert answer.headers["Location"] == "/sign-in/second"
    with strict.system() as session:
        person = world.account(session, "tracer1")
        kinds = session.scalars(select(Factor.kind).where(Factor.staff_id == person.id).distinct())
        assert set(kinds) == {FactorKind.TOTP, FactorKind.RECOVERY}


@pytest.mark.parametrize("account", ["admin", "privacy"])
def test_administrator_and_privacy_officer_must_have_a_passkey(strict: Site, account: str) -> None:
    client = enter(strict, account)
    assert "Your account can open others' accounts" in client.get("/sign-in/set-up").text.replace("&#39;", "'")
    assert client.get("/sign-in/set-up/app").headers["Location"] == "/sign-in/set-up"
    assert make(client, "/sign-in/set-up", Device()).status_code == 200
    assert is_in(client)


def test_an_administrator_with_only_an_app_reaches_only_the_page_that_makes_a_passkey(strict: Site) -> None:
    """As somebody who was made an administrator after they set up an app."""
    _, secret, _ = with_app(strict, "tracer1")
    with strict.system() as session:
        world.account(session, "tracer1").role = Role.ADMINISTRATOR
    client = enter(strict, "tracer1")
    before = cookie_of(client)
    answer = client.post("/sign-in/second", data={"code": shown(secret, steps=1)})
    assert answer.status_code == 302
    after = cookie_of(client)
    assert before != after
    assert not is_in(client)
    assert client.get("/sign-in").headers["Location"] == "/sign-in/second"
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"
    assert "Your role needs a passkey" in client.get("/sign-in/set-up").text
    assert client.get("/staff").headers["Location"].startswith("/sign-in")
    device = Device()
    assert make(client, "/sign-in/set-up", device).status_code == 200
    assert client.get("/staff").status_code == 200
    again = enter(strict, "tracer1")
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert again.post("/sign-in/second", data={"code": shown(secret)}).status_code == 422, "a passkey is owed"
        use(again, "/sign-in/second/options", "/sign-in/second", device)
        assert is_in(again)


def test_the_cookie_changes_with_what_it_is_worth(strict: Site) -> None:
    _, secret, _ = with_app(strict, "tracer1")
    client = enter(strict, "tracer1")
    pending = cookie_of(client)
    client.post("/sign-in/second", data={"code": shown(secret, steps=1)})
    thief = strict.app.test_client()
    thief.set_cookie(named("tracer", production=True), pending)
    assert not is_in(thief)
    assert thief.get("/sign-in/second").headers["Location"] == "/sign-in"


def test_halfway_lasts_half_an_hour(strict: Site) -> None:
    _, secret, _ = with_app(strict, "tracer1")
    client = enter(strict, "tracer1")
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        answer = client.post("/sign-in/second", data={"code": shown(secret)})
        assert answer.headers["Location"] == "/sign-in"
        assert not is_in(client)


def test_starting_again_ends_what_was_begun(strict: Site) -> None:
    with_app(strict, "tracer1")
    client = enter(strict, "tracer1")
    client.post("/sign-out")
    assert client.get("/sign-in").status_code == 200


def test_ten_tries_an_hour_are_looked_at(strict: Site) -> None:
    """Two hundred at once: ten are evaluated, and then even the right one is not."""
    _, secret, _ = with_app(strict, "tracer1")
    clients = [enter(strict, "tracer1") for _ in range(4)]
    statuses: list[int] = []

    def guess(client: object, first: int) -> None:
        for number in range(first, first + 10):
            code = f"{number:06}"
            statuses.append(client.post("/sign-in/second", data={"code": code}).status_code)  # type: ignore[attr-defined]

    threads = [Thread(target=guess, args=(client, 10 * at)) for at, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(statuses)) == [422, 429]
    assert statuses.count(422) == 10
    with strict.system() as session:
        refused = select(func.count(AuditEvent.id)).where(AuditEvent.did == "refused", AuditEvent.entity == "factor")
        assert session.scalar(refused) == 10
    answer = clients[0].post("/sign-in/second", data={"code": shown(secret, steps=1)})
    assert answer.status_code == 429
    assert "too many tries" in answer.text
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        client = enter(strict, "tracer1")
        assert client.post("/sign-in/second", data={"code": shown(secret)}).status_code == 302


def test_a_change_of_role_ends_what_is_halfway(strict: Site) -> None:
    _, secret, _ = with_app(strict, "tracer1")
    client = enter(strict, "tracer1")
    with strict.system() as session:
        world.account(session, "tracer1").epoch += 1
    assert client.post("/sign-in/second", data={"code": shown(secret, steps=1)}).headers["Location"] == "/sign-in"


def test_a_demonstration_asks_for_none(site: Site) -> None:
    assert is_in(enter(site, "admin"))


def test_what_proved_it_is_kept_with_the_sign_in(strict: Site) -> None:
    with_passkey(strict, "admin")
    with strict.system() as session:
        mine = SignIn.staff_id == world.account(session, "admin").id
        found = session.scalars(select(SignIn).where(mine, SignIn.ended_at.is_(None))).one()
        assert (found.pending, found.proved_by) == (False, "passkey")
        assert found.proved_at is not None


def test_what_was_sent_too_late_survives_the_second_step(strict: Site) -> None:
    """A form whose sign-in had ended is offered again after password and code, to the same person alone."""
    client, secret, _ = with_app(strict, "tracer1")
    with strict.system() as session:
        for one in session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))):
            one.ended_at = clock.now()
    page = client.post("/account/details", data={"town": "Quillford"}).text
    kept = page.split('name="carry" value="')[1].split('"')[0]
    form = {"email": world.address("tracer1"), "password": world.PASSWORD, "next": "", "carry": kept}
    assert client.post("/sign-in", data=form).headers["Location"] == "/sign-in/second"
    answer = client.post("/sign-in/second", data={"code": shown(secret, steps=1)})
    assert answer.status_code == 200
    assert "Quillford" in answer.text
    assert is_in(client)


def test_a_password_alone_ends_nobodys_sign_in(strict: Site) -> None:
    """Who knows the password only cannot put its owner out; who proves it does, and both are told."""
    owner, secret, _ = with_app(strict, "tracer1")
    thief = enter(strict, "tracer1")
    assert is_in(owner)
    thief.post("/sign-in/second", data={"code": shown(secret, steps=1)})
    assert not is_in(owner)
    assert "You signed in elsewhere" in owner.get("/sign-in").text


def test_a_suspended_account_gets_no_further(strict: Site) -> None:
    _, secret, _ = with_app(strict, "tracer1")
    client = enter(strict, "tracer1")
    with strict.system() as session:
        world.account(session, "tracer1").suspended_at = clock.now()
    assert client.post("/sign-in/second", data={"code": shown(secret, steps=1)}).headers["Location"] == "/sign-in"
