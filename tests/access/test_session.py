"""Signing in from below: what a password, a cookie and a token are worth, and for how long."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.access import password
from tracer.access import session as sign_ins
from tracer.access.actor import Actor
from tracer.casework import staff, tokens
from tracer.models import ApiToken, AuditEvent, SignIn

NOW = clock.now()
MINUTE = timedelta(minutes=1)


def enter(site: Site, account: str = "tracer1", now: datetime = NOW) -> str:
    assert site.url
    token = sign_ins.sign_in(world.address(account), world.PASSWORD, now)
    assert token is not None
    return token


def test_who_a_cookie_is(site: Site) -> None:
    found = sign_ins.find(enter(site), NOW)
    with site.system() as session:
        row = world.account(session, "tracer1")
        assert found and found.actor == Actor(row.id, "tracer", "Tracer1 Example", row.role, row.team_id, None)
        assert found.ends_at == NOW + sign_ins.IDLE and found.veiled_at is None
    assert sign_ins.find("another", NOW) is None


@pytest.mark.parametrize(
    ("email", "given"),
    [
        (world.address("tracer1"), "not the password"),
        (world.address("tracer2"), ""),
        ("nobody@demo.example", world.PASSWORD),
    ],
)
def test_the_wrong_password_and_an_unknown_address_open_nothing(site: Site, email: str, given: str) -> None:
    assert sign_ins.sign_in(email, given, NOW) is None
    with site.system() as session:
        assert session.scalars(select(SignIn)).all() == []


def test_an_account_without_a_password_or_that_has_ended_opens_nothing(site: Site) -> None:
    cookie = enter(site, "tracer2")
    with site.system() as session:
        world.account(session, "tracer1").password_hash = None
        staff.end(world.account(session, "tracer2"), NOW)
        world.account(session, "tracer3").password_hash = "no hash"
    for account in ("tracer1", "tracer2", "tracer3"):
        assert sign_ins.sign_in(world.address(account), world.PASSWORD, NOW) is None
    assert sign_ins.find(cookie, NOW) is None


def test_an_address_is_read_as_people_type_it(site: Site) -> None:
    assert site.url
    assert sign_ins.sign_in(f" {world.address('tracer1').upper()} ", world.PASSWORD, NOW)


def test_a_sign_in_lasts_so_long_and_no_longer(site: Site) -> None:
    """Half an hour without a request, twelve hours with."""
    idle = enter(site)
    assert sign_ins.find(idle, NOW + sign_ins.IDLE)
    assert sign_ins.find(idle, NOW + 2 * sign_ins.IDLE)  # the last request counted
    assert sign_ins.find(idle, NOW + 3 * sign_ins.IDLE + MINUTE) is None
    busy, at = enter(site, "tracer2"), NOW
    while at <= NOW + sign_ins.LONGEST:
        assert sign_ins.find(busy, at), at - NOW
        at += timedelta(minutes=20)
    assert sign_ins.find(busy, at) is None


def test_being_seen_is_written_once_a_minute(site: Site) -> None:
    cookie = enter(site)

    def seen() -> datetime:
        with site.system() as session:
            return session.scalars(select(SignIn)).one().seen_at

    sign_ins.find(cookie, NOW + MINUTE / 2)
    assert seen() == NOW
    sign_ins.find(cookie, NOW + 2 * MINUTE)
    assert seen() == NOW + 2 * MINUTE


def test_signing_out_ends_one_browser(site: Site) -> None:
    one, other = enter(site), enter(site, "tracer2")
    sign_ins.sign_out(one, NOW)
    sign_ins.sign_out("another", NOW)
    assert sign_ins.find(one, NOW) is None
    assert sign_ins.find(other, NOW)


def test_a_raised_epoch_ends_every_cookie(site: Site) -> None:
    cookie, other = enter(site), enter(site, "tracer2")
    with site.system() as session:
        world.account(session, "tracer1").epoch += 1
    assert sign_ins.find(cookie, NOW) is None
    assert sign_ins.find(other, NOW)
    assert sign_ins.find(enter(site), NOW)


def test_who_a_token_is_and_until_when(site: Site) -> None:
    with site.system() as session:
        importer = world.account(session, "importer")
        one, other = (tokens.add(session, name, importer, 9, NOW) for name in ("one", "other"))
        ended = session.scalars(select(ApiToken).where(ApiToken.name == "one")).one().expires_at
    found = sign_ins.find_machine(one, NOW)
    assert found is not None and (found.kind, found.scope) == ("importer", "intake")
    assert sign_ins.find_machine(one, ended)
    assert sign_ins.find_machine(one, ended + MINUTE) is None
    assert sign_ins.find_machine("another", NOW) is None
    with site.system() as session:
        tokens.revoke(session, "one", NOW)
    assert sign_ins.find_machine(one, NOW) is None
    assert sign_ins.find_machine(other, NOW)
    with site.system() as session:
        staff.end(world.account(session, "importer"), NOW)
    assert sign_ins.find_machine(other, NOW) is None


def test_the_use_of_a_token_is_written_once_a_minute(site: Site) -> None:
    with site.system() as session:
        importer = world.account(session, "importer")
        token, _ = (tokens.add(session, name, importer, 9, NOW) for name in ("one", "never"))

    def used() -> dict[str, datetime | None]:
        with site.system() as session:
            return {one.name: one.used_at for one in session.scalars(select(ApiToken))}

    for later, wanted in ((0, 0), (30, 0), (120, 120)):
        sign_ins.find_machine(token, NOW + timedelta(seconds=later))
        assert used() == {"one": NOW + timedelta(seconds=wanted), "never": None}


def test_every_sign_in_is_on_record(site: Site) -> None:
    """Who signed in, whose password was wrong, and that an unknown address was tried (which one is not kept)."""
    enter(site)
    sign_ins.sign_in(world.address("tracer2"), "wrong", NOW)
    sign_ins.sign_in("nobody@demo.example", "wrong", NOW)
    with site.system() as session:
        known = str(world.account(session, "tracer2").id)
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "session.sign_in")).all()
        assert [(one.did, one.entity, one.entity_id) for one in events[1:]] == [
            ("refused", "staff", known),
            ("refused", "staff", "unknown"),
        ]
        assert (events[0].did, events[0].entity) == ("added", "sign_in")


def test_passwords_are_hashed_slowly() -> None:
    hashed = password.hash_password("one")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed != password.hash_password("one")
