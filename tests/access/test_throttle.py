"""Tries are counted before anything is evaluated, by all processes together, alike for everybody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import world
from tests.conftest import Clock
from tests.site import Site
from tracer import clock, config
from tracer.access import credentials, halfway, password, throttle
from tracer.access import session as sign_ins
from tracer.access.throttle import ACCOUNT, Limit
from tracer.delivery.worker import Worker
from tracer.models import AuditEvent, Throttle


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hash of each evaluation that was done."""
    done: list[str | None] = []
    real = password.matches

    def matches(kept: str | None, given: str) -> bool:
        done.append(kept)
        return real(kept, given)

    monkeypatch.setattr(password, "matches", matches)
    return done


def attempt(site: Site, account: str, given: str = "a-wrong-password-here", network: str = "192.0.2.1") -> int:
    form = {"email": world.address(account), "password": given}
    environ = {"REMOTE_ADDR": network}
    return site.app.test_client().post("/sign-in", data=form, environ_overrides=environ).status_code


def test_of_200_guesses_at_one_moment_10_are_evaluated(site: Site, later: Clock, evaluated: list[str | None]) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda one: attempt(site, "tracer1", network=f"192.0.2.{one}"), range(200)))
    assert statuses == [422] * 200
    assert len(evaluated) == ACCOUNT.most == 10
    assert attempt(site, "tracer1", world.PASSWORD) == 422, "not even the right one, until a try is given back"
    later(ACCOUNT.within / ACCOUNT.most)
    assert attempt(site, "tracer1", world.PASSWORD) == 302
    assert attempt(site, "tracer2", world.PASSWORD) == 302, "nobody else is held up"


def test_a_network_is_limited_over_all_accounts(site: Site, later: Clock, evaluated: list[str | None]) -> None:
    for one in range(throttle.NETWORK + 20):
        attempt(site, f"nobody{one}", network="2001:db8:1:2::" + f"{one:x}")
    assert len(evaluated) == throttle.NETWORK
    assert attempt(site, "tracer1", world.PASSWORD, network="2001:db8:1:2:ffff::1") == 422
    assert attempt(site, "tracer1", world.PASSWORD, network="2001:db8:1:3::1") == 302


def test_what_is_right_costs_nothing(site: Site, later: Clock) -> None:
    assert [attempt(site, "tracer1", world.PASSWORD) for _ in range(2 * ACCOUNT.most)] == [302] * 20


@pytest.mark.parametrize("way", ["halfway in", "asked again", "let in too late"])
def test_what_is_right_costs_nothing_whatever_comes_of_it(site: Site, way: str) -> None:
    with site.system() as session:
        me = world.account(session, "tracer1").id
    for _ in range(ACCOUNT.most + 1):
        if way == "asked again":
            assert credentials.prove(me, world.PASSWORD, None, clock.now(), throttle.NETWORK)
            continue
        who = credentials.check(world.address("tracer1"), world.PASSWORD, None, clock.now(), throttle.NETWORK)
        assert who is not None
        if way == "halfway in":
            assert halfway.begin(who, clock.now())
        else:
            assert sign_ins.let_in(replace(who, epoch=who.epoch - 1), clock.now()) is None


def test_the_limit_slides(site: Site, later: Clock) -> None:
    limit = Limit("test", 4, timedelta(minutes=4))
    assert [throttle.take(clock.now(), (limit, "x")) for _ in range(6)] == [True] * 4 + [False] * 2
    later(timedelta(minutes=1))
    assert [throttle.take(clock.now(), (limit, "x")) for _ in range(2)] == [True, False]
    later(timedelta(minutes=4))
    assert [throttle.take(clock.now(), (limit, "x")) for _ in range(6)] == [True] * 4 + [False] * 2
    assert throttle.take(clock.now(), (limit, "y"))


def test_the_privacy_officer_sees_refused_and_limited_tries(site: Site, later: Clock) -> None:
    for _ in range(ACCOUNT.most + 30):
        attempt(site, "tracer1")
    with site.system() as session:
        query = select(AuditEvent.did, func.count()).where(AuditEvent.action == "session.sign_in")
        counts = {row.did: row[1] for row in session.execute(query.group_by(AuditEvent.did))}
    assert counts == {"refused": ACCOUNT.most, "limited": 1}, "a storm is one event, not thirty"
    page = site.browser("privacy").get("/privacy").text
    assert "was refused a sign-in to a staff account" in page
    assert "tried too often to sign in" in page


def test_old_rows_are_removed_by_the_worker(site: Site, later: Clock) -> None:
    attempt(site, "tracer1")
    worker = Worker(config.read({"TRACER_INSTANCE": str(site.instance)}))
    worker.tick()
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 2
    later(timedelta(minutes=6))
    worker.tick()
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_the_table_names_nobody(site: Site) -> None:
    attempt(site, "tracer1")
    with site.system() as session:
        assert all(b"tracer1" not in key and len(key) == 32 for key in session.scalars(select(Throttle.key)))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("x", "unknown"),
    ],
)
def test_what_an_address_counts_as(address: str | None, network: str) -> None:
    assert throttle.network_of(address) == network
