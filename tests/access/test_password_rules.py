"""What a password may be: no rule of composition, nothing that guessers try first, nothing stolen elsewhere."""

import hashlib
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests import world
from tests.site import Site
from tracer import clock
from tracer.access import breached, password, password_rules
from tracer.access import session as sign_ins
from tracer.faults import Invalid
from tracer.models import Staff

ABOUT = ("Tamsin", "Boyle-Ferrars", "t.boyle@demo.example")


@pytest.mark.parametrize(
    "good",
    [
        "plinth gravel monsoon",
        "wobbly-otter-parade-inkwell",
        "x7Kq9mP2vLzR4nWb",
        "zurück zum Leuchtturm",
        "a-long-password-for-tests",
        "ΑΒΓΔ ηθικλμ νξοπ",
        "jqkxvzwpfmgybh jq",
        "t" * 5 + "hedgerow bicycle marl",
    ],
)
def test_these_can_be_used(good: str) -> None:
    password_rules.check(good, ABOUT)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("short", "15 to 200"),
        ("fourteen-chars", "15 to 200"),
        ("x" * 201, "15 to 200"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("abcabcabcabcabcabc", "repeats"),
        ("passwordpassword", "common words"),
        ("P4ssw0rd!P4ssw0rd!", "common words"),
        ("Welcome2026Welcome", "common words"),
        ("Liverpool-Football-1", "common words"),
        ("qwertyuiopasdfghjkl", "rows of keys"),
        ("1qaz2wsx3edc4rfv", "rows of keys"),
        ("poiuytrewqlkjhgfdsa", "rows of keys"),
        ("12345678901234567890", "rows of keys"),
        ("19800203 20260314", "dates"),
        ("correct horse battery staple", "common words"),
        ("contacttracing2026!", "common words"),
        ("tamsin boyle tamsin!", "names"),
        ("FerrarsBoyle1980!!", "names"),
        ("t.boyle@demo.example", "names"),
        ("john smith 1980 03 12", "names"),
        ("summer sunshine rainbow", "common words"),
    ],
)
def test_these_cannot_and_say_why(bad: str, words: str) -> None:
    with pytest.raises(Invalid) as fault:
        password_rules.check(bad, ABOUT)
    assert words in fault.value.fields["password"]


def test_the_list_is_small_and_ours() -> None:
    assert 500 < len(password_rules.common()) < 2000


def list_of(path: Path, passwords: list[str], end: str = "\r\n", count: bool = True) -> Path:
    """A file as such lists are published: ordered by hash."""
    hashes = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
    lines = [f"{one}:{number * 37}" if count else one for number, one in enumerate(hashes, 1)]
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


@settings(max_examples=40, deadline=None)
@given(stolen=st.sets(st.text(min_size=1, max_size=12), max_size=60), count=st.booleans())
def test_a_stolen_password_is_found_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, stolen: set[str], count: bool
) -> None:
    stolen = {one for one in stolen if one.isprintable()}
    file = list_of(tmp_path_factory.mktemp("list") / "hashes", sorted(stolen), "\n" if count else "\r\n", count)
    assert all(breached.holds(file, one) for one in stolen)
    assert not any(breached.holds(file, one + "?") for one in stolen if one + "?" not in stolen)


def test_a_password_in_the_offline_list_is_refused(tmp_path: Path) -> None:
    file = list_of(tmp_path / "hashes", ["plinth gravel monsoon", *map(str, range(999))])
    with pytest.raises(Invalid, match="known to guessers"):
        password_rules.check("plinth gravel monsoon", ABOUT, file)
    password_rules.check("plinth gravel monsoons", ABOUT, file)
    with pytest.raises(OSError, match="No such file"):
        password_rules.check("plinth gravel monsoon", ABOUT, tmp_path / "gone")


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(site: Site) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(world.PASSWORD)
    with site.system() as session:
        world.account(session, "tracer1").password_hash = weak
    assert sign_ins.sign_in(world.address("tracer1"), world.PASSWORD, clock.now())
    with site.system() as session:
        kept = session.scalars(select(Staff.password_hash).where(Staff.email == world.address("tracer1"))).one()
    assert kept is not None and "m=19456,t=2,p=1" in kept
    assert password.matches(kept, world.PASSWORD)


def test_what_looks_the_same_is_the_same() -> None:
    assert password.matches(password.hash_password("caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301")


def test_hashing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask at once, no more than the slots are at work."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    at_work, most, lock = 0, 0, threading.Lock()

    class Slow:
        def verify(self, *_: str) -> None:
            nonlocal at_work, most
            with lock:
                at_work += 1
                most = max(most, at_work)
            threading.Event().wait(0.01)
            with lock:
                at_work -= 1

    monkeypatch.setattr(password, "_hasher", Slow())
    slots = password._slots._value
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(lambda _: password.matches("x", "y"), range(80)))
    assert most <= slots
