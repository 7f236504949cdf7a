"""Manipulations of the audit by somebody who owns the database: each is found, and none is made up.

250 on each database, a thousand in full (`TRACER_TEST_FULL`).
"""

import copy
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests import chains
from tests.chains import EVENT, Attacker, Rows
from tests.conftest import FULL
from tests.site import Site
from tracer import vault
from tracer.access import chain
from tracer.reporting import chain_pages

MANIPULATIONS, SEALED, NOT_SEALED = 1000 if FULL else 250, 36, 3


@pytest.fixture
def attacker(site: Site) -> Iterator[Attacker]:
    """Somebody at the database, once there is an anchored chain of some length and a few events beyond it."""
    chains.write(site, SEALED // 2)
    chains.seal(site)
    chains.anchor(site)
    chains.write(site, SEALED // 2)
    chains.seal(site)
    chains.anchor(site)
    chains.write(site, NOT_SEALED)
    made = Attacker(site.url)
    yield made
    made.close()


class Tampering:
    """One state of both tables, and ways to spoil it. Each returns what it was, in a word."""

    def __init__(self, events: Rows, seals: Rows, chance: random.Random) -> None:
        self.events, self.seals, self.chance = copy.deepcopy(events), copy.deepcopy(seals), chance
        self.sealed = {seal["event_id"] for seal in seals}
        self.sqlite = isinstance(events[0]["at"], str)

    def _event(self, sealed: bool = True) -> dict[str, Any]:
        return self.chance.choice([one for one in self.events if not sealed or one["id"] in self.sealed])

    def _other(self, column: str, value: Any) -> Any:
        """Another value for a column: of another event, or one that never was."""
        if column == "at":
            apart = timedelta(microseconds=self.chance.choice([1, -1, 60_000_000, -86_400_000_000]))
            moved = (datetime.fromisoformat(value) if self.sqlite else value) + apart
            return moved.strftime("%Y-%m-%d %H:%M:%S.%f") if self.sqlite else moved
        if column == "id":
            return self.chance.choice([-5, 0, 10**12, value + 10**6])
        if column == "stamp":
            return self.chance.choice([None, self.chance.randbytes(32), b"", value[:-1] + bytes([value[-1] ^ 1])])
        if column == "fields":
            return '["phone"]' if self.sqlite else ["phone"]
        others = [one[column] for one in self.events if one[column] != value]
        made_up = {"actor_id": ["0" * 31 + "1", None] if value else ["0" * 31 + "1"]}
        return self.chance.choice(others + made_up.get(column, [f"{value}x"[:8], f"{value}"[:-1]]))

    def edit(self, column: str, sealed: bool = True) -> str:
        """One column of one event."""
        event = self._event(sealed or column == "id")  # that of one without a seal: see the test below
        event[column] = self._other(column, event[column])
        return f"edited {column}"

    def delete(self) -> str:
        """A few events, anywhere."""
        for _ in range(self.chance.randint(1, 4)):
            self.events.remove(self._event())
        return "deleted events"

    def delete_and_close_up(self) -> str:
        """An event with its seal, and the seals after it renumbered."""
        event = self._event()
        self.events.remove(event)
        self.seals = [one for one in self.seals if one["event_id"] != event["id"]]
        self._renumber()
        return "deleted with seal"

    def _renumber(self) -> None:
        for number, one in enumerate(self.seals, 1):
            one["number"] = number

    def swap_events(self) -> str:
        """Two events change places: everything but the ids."""
        one, other = self.chance.sample([one for one in self.events if one["id"] in self.sealed], 2)
        one["id"], other["id"] = other["id"], one["id"]
        return "swapped events"

    def swap_column(self) -> str:
        """Two events change a value."""
        column = self.chance.choice(["at", "entity_id", "stamp"])
        one, other = self.chance.sample([one for one in self.events if one["id"] in self.sealed], 2)
        one[column], other[column] = other[column], one[column]
        return "swapped values"

    def swap_seals(self) -> str:
        """Two seals change what they are for, or their hashes, or their places."""
        column = self.chance.choice(["event_id", "hash", "number"])
        one, other = self.chance.sample(self.seals, 2)
        one[column], other[column] = other[column], one[column]
        return f"swapped seals' {column}"

    def edit_seal(self) -> str:
        """A number, an event or a hash that never was."""
        seal = self.chance.choice(self.seals)
        column = self.chance.choice(["number", "event_id", "hash"])
        seal[column] = self.chance.randbytes(32) if column == "hash" else seal[column] + 10**6
        return f"edited seal's {column}"

    def delete_seals(self) -> str:
        """Some seals, with or without numbering the rest anew."""
        for _ in range(self.chance.randint(1, 3)):
            self.seals.remove(self.chance.choice(self.seals))
        if self.chance.random() < 0.5:
            self._renumber()
        return "deleted seals"

    def insert(self, sealed: bool | None = None) -> str:
        """An event that never was: with no stamp, a made-up one, a copied one; a whole copy; sealed or not."""
        event = copy.deepcopy(self._event())
        ids = {one["id"] for one in self.events}
        event["id"] = self.chance.choice([max(ids) + 1, max(ids) + 10**6, 0, -3])
        kind = self.chance.choice(["bare", "made up", "edited copy", "copy"])
        if kind != "copy":
            event["entity_id"] = "never-was"
        event["stamp"] = {"bare": None, "made up": self.chance.randbytes(32)}.get(kind, event["stamp"])
        self.events.append(event)
        if self.chance.random() < 0.5 if sealed is None else sealed:
            at = self.chance.randint(0, len(self.seals))
            self.seals.insert(at, {"number": 0, "event_id": event["id"], "hash": self.chance.randbytes(32)})
            self._renumber()
        return f"inserted, {kind}"

    def cut(self) -> str:
        """The end of the seals, of the sealed events, or of both; all of it at times (TRUNCATE)."""
        left = self.chance.choice([0, self.chance.randint(1, len(self.seals) - 1)])
        gone = {one["event_id"] for one in self.seals[left:]}
        what = self.chance.choice(["seals", "events", "both"])
        if what != "events":
            self.seals = self.seals[:left]
        if what != "seals":
            self.events = [one for one in self.events if one["id"] not in gone]
        return f"cut {what}" if left else f"emptied {what}"

    def make_anew(self, *, with_keys: bool) -> str:
        """After another manipulation, every stamp and seal made again, with keys of their own or the real ones."""
        edits = [lambda one=column: self.edit(one) for column in EVENT[1:9]]
        what = self.chance.choice([*edits, self.delete_and_close_up, self.insert_sealed])()
        key = vault.current().chain_key(make=False) if with_keys else self.chance.randbytes(32)
        restamp = self.chance.random() < 0.5
        by_id = {one["id"]: one for one in self.events}
        before = chain.START
        for seal in self.seals:
            raw = by_id[seal["event_id"]]
            event = self._as_read(raw)
            if with_keys:
                raw["stamp"] = event.stamp = chain.stamp(event)
            elif restamp:
                raw["stamp"] = event.stamp = hashlib.sha256(repr(raw).encode()).digest()
            before = seal["hash"] = chain.seal(key, before, seal["number"], event)
        return f"{what}, made anew {'with' if with_keys else 'without'} the keys"

    def insert_sealed(self) -> str:
        """An inserted event with a seal."""
        return self.insert(sealed=True)

    def _as_read(self, raw: dict[str, Any]) -> Any:
        read = dict(raw)
        if self.sqlite:
            read["at"] = datetime.fromisoformat(raw["at"] + "+00:00")
            read["actor_id"] = UUID(raw["actor_id"]) if raw["actor_id"] else None
            read["fields"] = None
        return SimpleNamespace(**read)

    def ways(self) -> list[Callable[[], str]]:
        """All the ways, an edit of each column among them."""
        edits = [lambda one=column: self.edit(one) for column in EVENT]
        loose = [lambda one=column: self.edit(one, sealed=False) for column in EVENT]
        others = [self.delete, self.delete_and_close_up, self.swap_events, self.swap_column, self.swap_seals]
        more = [self.edit_seal, self.delete_seals, self.insert, self.insert, self.cut, self.cut]
        anew = [lambda: self.make_anew(with_keys=True), lambda: self.make_anew(with_keys=False)]
        return [*edits, *loose, *others, *more, *anew, *anew]


def test_all_manipulations_are_found(site: Site, attacker: Attacker) -> None:
    events, seals = attacker.read()
    assert chains.verify(site) == [] and len(seals) >= SEALED
    chance, tried, missed = random.Random(2026), Counter[str](), []
    while tried.total() < MANIPULATIONS:
        state = Tampering(events, seals, chance)
        what = chance.choice(state.ways())()
        if (state.events, state.seals) == (events, seals):
            continue
        attacker.put(state.events, state.seals)
        tried[what] += 1
        if not chains.verify(site):
            missed.append((what, tried.total()))
    attacker.put(events, seals)
    assert chains.verify(site) == []
    assert missed == [], f"{len(missed)} of {tried.total()} manipulations were not found: {missed}"
    assert all(any(what.startswith(f"edited {column}") for what in tried) for column in EVENT), tried


def test_what_is_wrong_is_said_with_its_place(site: Site, attacker: Attacker) -> None:
    events, seals = attacker.read()
    at = {one["event_id"]: one["number"] for one in seals}

    def told(spoil: Callable[[Tampering], object]) -> list[str]:
        state = Tampering(events, seals, random.Random(1))
        spoil(state)
        attacker.put(state.events, state.seals)
        return chains.verify(site)

    third, last = events[2]["id"], seals[-1]["number"]
    assert told(lambda all: all.events[2].update(did="changed")) == [
        f"Seal {at[third]} (event {third}): the event was changed after it was sealed."
    ]
    assert told(lambda all: all.events.__delitem__(slice(2, 5))) == [
        f"Seals {at[third]} to {at[third] + 2} (events {third} to {third + 2}): the event was deleted."
    ]
    said = told(lambda all: all.seals.__delitem__(slice(-5, None)))
    assert len(said) == 1 and said[0].startswith(f"Seal {last} was anchored on ")
    assert "cut off or emptied" in said[0]
    assert told(lambda all: all.seals.__delitem__(4))[0].startswith("Seal 5: missing.")
    assert any("Tracer did not write it" in one for one in told(lambda all: all.insert(sealed=False)))


def test_the_number_of_an_event_without_a_seal_is_nobody_s_word(site: Site, attacker: Attacker) -> None:
    """The database gives it, and no stamp has it: another one takes nothing from what the event says, and seals it."""
    events, seals = attacker.read()
    said = {one["stamp"] for one in events}
    attacker.put([*events[:-1], {**events[-1], "id": events[-1]["id"] + 10}], seals)
    assert chains.verify(site) == []
    chains.seal(site)
    chains.anchor(site)
    assert chains.verify(site) == []
    events, seals = attacker.read()
    assert {one["stamp"] for one in events} == said and {one["event_id"] for one in seals} == {
        one["id"] for one in events
    }
    attacker.put([*events[:-1], {**events[-1], "id": events[-1]["id"] + 10}], seals)
    assert chains.verify(site) != [], "from its seal on it stays"


def test_a_copy_of_an_event_is_found_by_its_stamp(site: Site, attacker: Attacker) -> None:
    """The worker seals what it finds; the copy is found all the same."""
    events, seals = attacker.read()
    attacker.put([*events, {**events[7], "id": events[-1]["id"] + 1}], seals)
    chains.seal(site)
    chains.anchor(site)
    copied = events[-1]["id"] + 1
    assert chains.verify(site) == [
        f"Events {events[7]['id']} and {copied} are one event, written twice. One of them is a copy."
    ]


def test_an_event_that_was_slipped_in_before_the_sealer_came(site: Site, attacker: Attacker) -> None:
    """It is in the chain, for the sealer takes all there is; but nobody with the key wrote it."""
    events, seals = attacker.read()
    never = {**events[7], "id": events[-1]["id"] + 1, "entity_id": "never-was", "stamp": bytes(32)}
    attacker.put([*events, never], seals)
    chains.seal(site)
    chains.anchor(site)
    assert [words.partition(": ")[2] for words in chains.verify(site)] == [
        "Tracer did not write this event. It was inserted, or changed before it was sealed."
    ]


@pytest.mark.parametrize("values", ["NULL", "'infinity'", "'not a time'"])
def test_values_that_tracer_cannot_read_are_a_finding_and_no_crash(
    site: Site, attacker: Attacker, values: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other rows of the page are looked at all the same, whatever the page's size."""
    events, _ = attacker.read()
    if attacker.postgresql and values == "'not a time'":
        pytest.skip("PostgreSQL's column takes no such value")
    if not attacker.postgresql and values == "NULL":
        pytest.skip("SQLite cannot drop a column's NOT NULL")
    monkeypatch.setattr(chain_pages, "PAGE", 7)
    with attacker.unguarded():
        if values == "NULL":
            attacker.connection.execute("ALTER TABLE audit_event ALTER COLUMN at DROP NOT NULL")
        attacker.connection.execute(f"UPDATE audit_event SET at = {values} WHERE id = {events[10]['id']}")
        attacker.connection.execute(f"UPDATE audit_event SET action = 'x' WHERE id = {events[11]['id']}")
    said = chains.verify(site)
    assert len(said) == 2 and "never writes" in said[0] and "changed after it was sealed" in said[1], said


def test_triggers_that_are_gone_or_off_are_found(site: Site, attacker: Attacker) -> None:
    if attacker.postgresql:
        attacker.connection.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
        attacker.connection.execute("DROP TRIGGER audit_seal_append_only ON audit_seal")
    else:
        attacker.connection.execute("DROP TRIGGER audit_event_no_update")
        attacker.connection.execute("DROP TRIGGER audit_seal_no_delete")
    attacker.connection.commit()
    assert len(said := chains.verify(site)) == 2 and all("missing or switched off" in one for one in said)


def test_a_replication_role_does_not_pass_the_triggers_by(site: Site, attacker: Attacker) -> None:
    """`session_replication_role = replica` switches ordinary triggers off (measured); these stand."""
    if not attacker.postgresql:
        pytest.skip("PostgreSQL's own back door")
    for statement in (
        "UPDATE audit_event SET did = 'x'",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_event",
        "TRUNCATE audit_seal",
    ):
        attacker.connection.execute("SET session_replication_role = replica")
        with pytest.raises(Exception, match="append-only"):
            attacker.connection.execute(statement)
        attacker.connection.rollback()


def test_the_database_refuses_to_change_the_audit(site: Site, attacker: Attacker) -> None:
    for table in ("audit_event", "audit_seal"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {'did' if 'event' in table else 'hash'} = NULL"):
            with pytest.raises(Exception, match="append-only"):
                attacker.connection.execute(statement)
            attacker.connection.rollback()


def test_events_from_before_there_were_stamps_are_no_alarm(site: Site) -> None:
    """A database that was in use: the first events have no stamp, and only the first."""
    chains.write(site, 6)
    attacker = Attacker(site.url)
    events, seals = attacker.read()
    old = [{**one, "stamp": None} if number < 4 else one for number, one in enumerate(events)]
    attacker.put(old, seals)
    chains.seal(site)
    chains.anchor(site)
    assert chains.verify(site) == []
    old[-1]["stamp"] = None
    attacker.put(old, attacker.read()[1])
    assert chains.verify(site) != []
    attacker.close()
