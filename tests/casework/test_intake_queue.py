"""Batches that wait for a worker: received whole and sealed, loaded once and in turn, tried again, given up at last."""

import io
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests import batches, world
from tests.batches import row, text
from tests.site import Site
from tracer import clock
from tracer.casework import intake, intake_queue, intake_receive, receipts
from tracer.delivery.intakes import Loader
from tracer.faults import Invalid
from tracer.models import AuditEvent, Case, Intake, IntakePiece, IntakeState, IntakeUpload
from tracer.schemas.batch_map import BatchMap

MAP = '[columns]\nrecord_id = "id"\nfamily_name = "surname"\nspecimen_date = "taken"\n'


def receive(site: Site, content: str | bytes, account: str = "importer", **given: str) -> UUID:
    """Take a file in as the web does: with the eyes of whoever sent it."""
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    with site.system() as session:
        me = world.account(session, account).id
    with site.acting(account, "intake.receive") as session:
        return intake_receive.receive(session, stream, name="batch.csv", now=clock.now(), received_by=me, **given).id


def found(site: Site, intake_id: UUID) -> Intake:
    with site.system() as session:
        return session.get_one(Intake, intake_id)


def count(site: Site, model: type[Any]) -> int:
    with site.system() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_batch_waits_sealed_and_is_loaded_with_its_map_and_disease(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_receive, "_PIECE", 100)
    lines = "".join(f"{number},Quillfeather,{batches.DAY}\n" for number in range(1, 60))
    intake_id = receive(site, f"id,surname,taken\n{lines}", map_name="ours", map_toml=MAP, disease="measles")
    waiting = found(site, intake_id)
    assert (waiting.state, waiting.disease, waiting.map_name) == (IntakeState.RECEIVED, "measles", "ours")
    assert receipts.summary(waiting, clock.now()) == "Received, and waiting to be loaded."
    with site.system() as session:
        pieces = session.scalars(select(IntakePiece).order_by(IntakePiece.number)).all()
        assert [piece.number for piece in pieces] == list(range(len(pieces))) and len(pieces) > 10
        assert not any(b"Quillfeather" in piece.sealed for piece in pieces)
        assert b"surname" not in session.scalars(select(IntakeUpload.sealed)).one()
    assert batches.work(site) == 1
    done = found(site, intake_id)
    assert (done.state, done.declared, done.loaded, done.rows_done) == (IntakeState.LOADED, 59, 59, 59)
    assert count(site, IntakePiece) == count(site, IntakeUpload) == 0
    assert batches.work(site) == 0
    with site.system() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.entity == "intake").order_by(AuditEvent.id)).all()
    said = [(one.did, one.action, one.actor_kind) for one in events]
    assert said == [("added", "intake.receive", "importer"), ("changed", "intake.load", "system")]


def test_what_waits_is_nobodys_to_read(site: Site) -> None:
    intake_id = receive(site, text(row()))
    for account in world.ACCOUNTS:
        with site.acting(account) as session:
            assert session.scalars(select(IntakePiece)).all() == []
            assert session.scalars(select(IntakeUpload)).all() == []
            mine = [one.id for one in session.scalars(select(Intake))]
            assert mine == ([intake_id] if account in {"importer", "admin"} else [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, ".xls"),
        (b"\x89PNG\r\n\x1a\n\0\1\2", "binary"),
        (b"record_id,famly_name,specimen_date\n1,A,2026-01-01\n", "'family_name'"),
        (b"record_id,family_name,specimen_date\n", "no row"),
        (text(row(1), row(2)).encode()[:-60], "cut off"),
        (text(*(row(number) for number in range(1, 9999)), header=(*batches.HEADER, "colour")).encode(), "'colour'"),
        (b"PK\3\4 and no more", "damaged or cut off"),
    ],
)
def test_what_the_start_of_a_file_tells_is_answered_at_once(site: Site, content: bytes, words: str) -> None:
    refused = found(site, receive(site, content))
    assert refused.state is IntakeState.REFUSED and words in (refused.message or "")
    assert count(site, IntakePiece) == count(site, IntakeUpload) == 0


def test_what_only_the_whole_file_tells_is_on_the_receipt(site: Site) -> None:
    content = text(*(row(number) for number in range(1, 4000))) + "LAB-X,only,three\n"
    intake_id = receive(site, content)
    assert found(site, intake_id).state is IntakeState.RECEIVED
    assert batches.work(site) == 1
    refused = found(site, intake_id)
    assert refused.state is IntakeState.REFUSED and "Line 4001" in (refused.message or "")
    assert count(site, Case) == count(site, IntakePiece) == count(site, IntakeUpload) == 0


@pytest.mark.parametrize("given", [{"map_name": "nowhere"}, {"map_toml": "columns ="}, {"disease": "flu"}])
def test_a_map_or_disease_that_means_nothing_is_refused_and_nothing_is_kept(site: Site, given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        receive(site, text(row()), **given)
    assert count(site, Intake) == count(site, IntakePiece) == 0


def test_they_are_loaded_in_turn_and_one_that_kills_workers_stands_last(site: Site) -> None:
    first, second, third = (receive(site, text(row(number))) for number in (1, 2, 3))
    with site.system() as session:
        for _ in range(2):  # a worker takes the first, and dies
            session.get_one(IntakeUpload, first).tries += 1
    with site.system("intake.take") as session:
        assert intake_queue.take(session, clock.now()) == second
    with site.system("intake.take") as session:
        assert intake_queue.take(session, clock.now()) == third
    assert batches.work(site) == 3
    assert {found(site, one).state for one in (first, second, third)} == {IntakeState.LOADED}


def test_a_changed_piece_is_not_loaded_and_after_some_tries_it_is_refused(site: Site) -> None:
    intake_id = receive(site, text(row()))
    with site.system() as session:
        piece = session.scalars(select(IntakePiece)).one()
        piece.sealed = piece.sealed[:-1] + bytes([piece.sealed[-1] ^ 1])
    assert batches.work(site) == 0
    assert found(site, intake_id).state is IntakeState.RECEIVED
    with site.system() as session:
        upload = session.get_one(IntakeUpload, intake_id)
        assert upload.tries == 1 and upload.next_try_at > clock.now() + timedelta(seconds=50)
        upload.tries, upload.next_try_at = intake_queue.MOST_TRIES - 1, clock.now()
    assert batches.work(site) == 0
    given_up = found(site, intake_id)
    assert given_up.state is IntakeState.REFUSED and "the worker's log" in (given_up.message or "")
    assert count(site, IntakePiece) == count(site, IntakeUpload) == count(site, Case) == 0


def test_a_missing_piece_is_noticed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_receive, "_PIECE", 200)
    content = text(*(row(number) for number in range(1, 50)))
    intake_id = receive(site, content)
    with site.system() as session:
        last = session.scalars(select(IntakePiece).order_by(IntakePiece.number.desc()).limit(1)).one()
        session.delete(last)
    assert batches.work(site) == 0
    assert found(site, intake_id).state is IntakeState.RECEIVED
    assert count(site, Case) == 0


def test_told_to_stop_a_load_is_given_back(site: Site) -> None:
    intake_id = receive(site, text(*(row(number) for number in range(1, 50))))
    stop = threading.Event()
    stop.set()
    assert Loader(site.instance, stop).once() == 0
    assert found(site, intake_id).worked_at is None
    assert count(site, Case) == 0
    assert batches.work(site) == 1 and count(site, Case) == 49


@pytest.mark.parametrize("database", ["postgresql"])
def test_how_far_a_load_is_can_be_seen_while_it_lasts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.delivery.intakes._TOLD_EVERY", 0.0)
    monkeypatch.setattr(intake, "_CHUNK", 10)
    intake_id = receive(site, text(*(row(number) for number in range(1, 31)), row(40, phone="ask mum")))
    seen: list[str] = []
    say = Loader._say

    def look(self: Loader, taken: UUID, done: int, rows: int) -> None:
        say(self, taken, done, rows)
        with site.acting("importer") as session:
            seen.append(receipts.summary(receipts.get(session, intake_id), clock.now()))

    monkeypatch.setattr(Loader, "_say", look)
    assert batches.work(site) == 1
    assert seen == [f"Being loaded: {done} of 31 rows." for done in (10, 20, 30, 31)]
    assert found(site, intake_id).rejected == 1


@pytest.mark.parametrize("database", ["postgresql"])
def test_while_one_is_loaded_another_worker_takes_none(site: Site) -> None:
    first, second = receive(site, text(row(1))), receive(site, text(row(2)))
    with site.system("intake.load") as session:
        assert intake_queue.load(session, first, site.instance, clock.now(), lambda done, rows: None)
        assert Loader(site.instance).once() == 0
        assert found(site, second).worked_at is None
    assert batches.work(site) == 1
    assert count(site, Case) == 2


def test_the_rows_add_up_while_it_waits_too(site: Site) -> None:
    intake_id = receive(site, text(row()))
    with pytest.raises(IntegrityError), site.system() as session:
        session.get_one(Intake, intake_id).declared = 5


@pytest.mark.parametrize("database", ["postgresql"])
def test_the_database_lets_nobody_put_a_piece_to_anothers_batch_or_say_that_theirs_is_loaded(site: Site) -> None:
    intake_id = receive(site, text(row()), "admin")
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting("importer") as session:
        session.add(IntakePiece(intake_id=intake_id, number=9, sealed=b"x"))
    with site.system() as session:
        me = world.account(session, "importer").id
    with pytest.raises(ProgrammingError, match="row-level security"), site.acting("importer") as session:
        made = intake.new("x.csv", BatchMap(), b"x", clock.now(), disease=None, received_by=me)
        made.state = IntakeState.LOADED
        session.add(made)


def test_no_more_than_so_many_of_one_sender_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_receive, "MOST_WAITING", 2)
    for number in (1, 2):
        receive(site, text(row(number)))
    with pytest.raises(Invalid) as refused:
        receive(site, text(row(3)))
    assert refused.value.fields["file"].startswith("2 of your batches wait to be loaded.")
    receive(site, text(row(3)), account="admin")  # another's wait for themselves
    assert batches.work(site) == 3
    receive(site, text(row(3)))
