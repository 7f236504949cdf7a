"""Somebody's own page, an administrator's reset, and that no secret stands anywhere in the clear."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from tests import world
from tests.authenticator import Device
from tests.proving import codes_on, cookie_of, enter, is_in, make, secret_on, shown, use, with_app, with_passkey
from tests.site import Site
from tracer import clock, vault
from tracer.casework import notices, routine
from tracer.models import AuditEvent, Challenge, Factor, FactorKind, FactorReset, Notice, Staff


def test_a_demonstration_sets_up_and_uses_all_of_it(site: Site) -> None:
    client = site.browser("tracer1")
    assert "This is a demonstration" in client.get("/account/factors").text
    secret = secret_on(client.get("/account/factors/app").text)
    assert secret == secret_on(client.get("/account/factors/app").text), "a reload shows the same picture"
    assert client.post("/account/factors/app", data={"code": "000000"}).status_code == 422
    answer = client.post("/account/factors/app", data={"code": shown(secret)})
    codes = codes_on(answer.text)
    assert len(codes) == 10
    device = Device()
    assert make(client, "/account/factors", device).status_code == 302, "the codes are there already"
    page = client.get("/account/factors").text
    assert "Authenticator app" in page and "My telephone" in page and "You have 10 of 10 left" in page
    other = site.app.test_client()
    assert use(other, "/sign-in/passkey/options", "/sign-in/passkey", device).status_code == 302
    assert is_in(other)


def test_new_codes_end_the_old_ones(strict: Site) -> None:
    client, _, old = with_app(strict, "tracer1")
    fresh = codes_on(client.post("/account/factors/codes").text)
    assert len(fresh) == 10 and not set(fresh) & set(old)
    assert enter(strict, "tracer1").post("/sign-in/second", data={"code": old[0]}).status_code == 422
    assert enter(strict, "tracer1").post("/sign-in/second", data={"code": fresh[0]}).status_code == 302


def test_codes_can_be_printed_and_nothing_else_can(strict: Site) -> None:
    client, _, _ = with_app(strict, "tracer1")
    assert 'class="printable"' in client.post("/account/factors/codes").text
    assert 'class="printable"' not in client.get("/account/factors").text


def test_another_app_replaces_the_first(strict: Site) -> None:
    client, old, _ = with_app(strict, "tracer1")
    new = secret_on(client.get("/account/factors/app").text)
    assert client.post("/account/factors/app", data={"code": shown(new)}).status_code == 302
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        assert enter(strict, "tracer1").post("/sign-in/second", data={"code": shown(old)}).status_code == 422
        assert enter(strict, "tracer1").post("/sign-in/second", data={"code": shown(new)}).status_code == 302


def test_the_owner_is_told_of_every_change(strict: Site) -> None:
    client, _, _ = with_app(strict, "tracer1")
    make(client, "/account/factors", Device())
    with strict.system() as session:
        app = session.scalars(select(Factor.id).where(Factor.kind == FactorKind.TOTP)).one()
    client.post(f"/account/factors/{app}/remove")
    with strict.system() as session:
        owed = [notices.opened(one) for one in session.scalars(select(Notice).order_by(Notice.created_at))]
    assert [one["to"] for one in owed] == [world.address("tracer1")] * 2
    assert [one["details"]["change"].split(" was ")[1] for one in owed] == [
        "added to your account",
        "removed from your account",
    ]


def _reset(site: Site, client: object, account: str, **more: str) -> int:
    with site.system() as session:
        person = world.account(session, account)
    form = {"reason": "Lost the telephone; called back", "version": str(person.version), **more}
    return client.post(f"/staff/{person.id}/factors", data=form).status_code  # type: ignore[attr-defined,no-any-return]


def test_an_administrator_resets_what_somebody_lost(strict: Site) -> None:
    admin, _, _ = with_passkey(strict, "admin")
    theirs, secret, codes = with_app(strict, "tracer1")
    with strict.system() as session:
        person = world.account(session, "tracer1")
    page = admin.get(f"/staff/{person.id}/factors").text
    assert "an authenticator app" in page and secret not in page
    assert "They lost their telephone or passkey" in admin.get(f"/staff/{person.id}").text
    assert _reset(strict, admin, "tracer1", reason=" ") == 422
    assert _reset(strict, admin, "tracer1", version="99") == 409
    assert is_in(theirs)
    assert _reset(strict, admin, "tracer1") == 302
    assert not is_in(theirs)
    client = enter(strict, "tracer1")
    assert client.get("/sign-in/second").headers["Location"] == "/sign-in/set-up"
    assert client.post("/sign-in/second", data={"code": codes[0]}).headers["Location"] == "/sign-in/set-up"
    make(client, "/sign-in/set-up", Device())
    assert "Lost the telephone; called back" in client.get("/account/factors").text
    with strict.system() as session:
        reset = session.scalars(select(FactorReset)).one()
        boss = world.account(session, "admin")
        assert (reset.staff_id, reset.by_id) == (person.id, boss.id)
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "factor.reset")).all()
        assert {event.actor_id for event in events} == {boss.id}
        assert {"factor", "factor_reset", "staff", "notice"} <= {event.entity for event in events}
        notice = session.scalars(select(Notice)).one()
        assert notices.opened(notice)["to"] == person.email


def test_the_notice_has_its_words(strict: Site) -> None:
    from tracer.config import read
    from tracer.delivery.sender import Sender

    admin, _, _ = with_passkey(strict, "admin")
    with_app(strict, "tracer1")
    _reset(strict, admin, "tracer1")
    sender = Sender(read({"TRACER_INSTANCE": str(strict.instance / "elsewhere")}))
    with strict.system() as session:
        message = sender._message(session.scalars(select(Notice)).one())
    assert "an administrator removed all second factors" in message.text
    assert "{" not in message.text


def test_nobody_resets_their_own_and_no_one_else_may(strict: Site) -> None:
    admin, _, _ = with_passkey(strict, "admin")
    assert _reset(strict, admin, "admin") == 403
    tracer, _, _ = with_app(strict, "tracer1")
    assert _reset(strict, tracer, "tracer2") == 404
    with strict.system() as session:
        assert session.scalars(select(FactorReset)).all() == []


def test_no_secret_stands_in_the_clear(strict: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Not in any column, not in the file, not in a log line, not in the cookie."""
    caplog.set_level("DEBUG")
    client, secret, codes = with_app(strict, "tracer1")
    pending = enter(strict, "tracer2")
    waiting = secret_on(pending.get("/sign-in/set-up/app").text)
    challenge = pending.post("/sign-in/set-up/options").get_json()["challenge"]
    letters = [code.replace("-", "") for code in codes]
    words = [secret, waiting, challenge, *codes, *letters]
    with strict.system() as session:
        columns = []
        for row in [
            *session.scalars(select(Factor)),
            *session.scalars(select(Challenge)),
            *session.scalars(select(AuditEvent)),
        ]:
            columns += [str(value).encode() if not isinstance(value, bytes) else value for value in vars(row).values()]
    kept = b"\n".join(columns)
    file = strict.instance / "tracer.sqlite"
    if file.exists():
        kept += file.read_bytes()
    cookies = cookie_of(client, "tracer-form") + cookie_of(pending, "tracer-form")
    for word in words:
        assert word.encode() not in kept
        assert word not in caplog.text
        assert word not in cookies


def test_a_secret_outlives_the_key_of_its_month(strict: Site) -> None:
    """Used in a later month it is sealed anew; unused, it goes with the key, and a recovery code lets them in."""
    _, secret, codes = with_app(strict, "tracer1")
    _, lost, other = with_app(strict, "tracer2")
    old = f"seal-{clock.now():%Y-%m}.key"
    with time_machine.travel(clock.now() + timedelta(days=40)):
        assert enter(strict, "tracer1").post("/sign-in/second", data={"code": shown(secret)}).status_code == 302
        (strict.instance / "keys" / old).unlink()
        vault.use(strict.instance / "keys")
        answer = enter(strict, "tracer1").post("/sign-in/second", data={"code": shown(secret, steps=1)})
        assert answer.status_code == 302
        assert enter(strict, "tracer2").post("/sign-in/second", data={"code": shown(lost)}).status_code == 422
        assert enter(strict, "tracer2").post("/sign-in/second", data={"code": other[0]}).status_code == 302
    assert codes


def test_questions_that_nobody_answered_are_forgotten(site: Site) -> None:
    site.app.test_client().post("/sign-in/passkey/options")
    with site.system("routine.forget_challenges") as session:
        assert routine.JOBS["forget_challenges"](session, clock.now()) == 0
        assert routine.JOBS["forget_challenges"](session, clock.now() + timedelta(minutes=6)) == 1
        assert session.scalar(select(func.count(Challenge.id))) == 0


def test_somebody_sees_their_own_and_an_administrator_all(strict: Site) -> None:
    with_app(strict, "tracer1")
    with_app(strict, "tracer2")
    for account, owners in (("tracer1", {"tracer1"}), ("supervisor", set()), ("admin", {"tracer1", "tracer2"})):
        with strict.acting(account) as session:
            held = select(Staff.email).join(Factor, Factor.staff_id == Staff.id).distinct()
            assert set(session.scalars(held)) == {world.address(owner) for owner in owners}
            assert session.scalars(select(Challenge)).all() == []
