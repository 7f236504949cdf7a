"""Anchors: a file that survives a crash, and a real receiver that is away, refuses, and comes back."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import chains
from tests.site import Site
from tracer import clock, config, vault
from tracer.casework.sealing import Tip
from tracer.config import ConfigFault
from tracer.delivery.anchoring import EVERY, SEALS, Anchoring
from tracer.delivery.anchors import Anchor, AnchorFault, FileAnchors, HttpAnchors, place
from tracer.delivery.worker import Worker

ANCHOR = Anchor("2026-11-25T10:00:00+00:00", 7, "ab" * 32, 7, "00000000")


class Receiver(HTTPServer):
    """Keeps what is posted, with the answer that it was told to give."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lines: list[bytes] = []
        self.status, self.tokens = 201, list[str | None]()
        self.url = f"http://127.0.0.1:{self.server_port}/anchors"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.tokens.append(self.headers["Authorization"])
        if self.server.status == 201:
            self.server.lines.append(json.dumps(json.loads(body)).encode() + b"\n")
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer(b"".join(self.server.lines))

    def _answer(self, body: bytes) -> None:
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to say."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_keeps_every_anchor_and_forgets_a_torn_line(tmp_path: Path) -> None:
    anchors = FileAnchors(tmp_path / "deep" / "anchors.jsonl")
    assert list(anchors.read()) == []
    anchors.write(ANCHOR)
    with anchors.path.open("ab") as file:
        file.write(b'{"at": "2026')  # the machine lost power here
    assert list(anchors.read()) == [ANCHOR]
    assert anchors.path.stat().st_mode & 0o077 == 0


def test_a_line_that_is_no_anchor_is_a_fault_and_never_skipped(tmp_path: Path) -> None:
    anchors = FileAnchors(tmp_path / "anchors.jsonl")
    for wrong in (b"nonsense\n", b"{}\n", b'{"at":"","number":0,"hash":"","count":0,"key":""}\n', b"x" * 3000 + b"\n"):
        anchors.path.write_bytes(wrong)
        with pytest.raises(AnchorFault, match="line 1 is not an anchor"):
            list(anchors.read())


def test_after_a_torn_line_the_next_anchor_stands_on_its_own(tmp_path: Path) -> None:
    anchors = FileAnchors(tmp_path / "anchors.jsonl")
    anchors.path.write_bytes(b'{"at": "2026')
    anchors.write(ANCHOR)
    assert anchors.path.read_bytes().splitlines()[1] == anchors.path.read_bytes().splitlines()[-1]
    assert json.loads(anchors.path.read_bytes().splitlines()[-1])["number"] == 7


def test_a_receiver_takes_anchors_and_gives_them_back(receiver: Receiver) -> None:
    anchors = place(receiver.url, Path("/nowhere"), "a-token")
    anchors.write(ANCHOR)
    assert list(anchors.read()) == [ANCHOR]
    assert receiver.tokens == ["Bearer a-token"]


@pytest.mark.parametrize("status", [302, 400, 401, 500, 503])
def test_a_receiver_that_does_not_take_it_is_a_fault(receiver: Receiver, status: int) -> None:
    receiver.status = status
    anchors = HttpAnchors(receiver.url, "")
    with pytest.raises(AnchorFault, match=str(status)):
        anchors.write(ANCHOR)
    with pytest.raises(AnchorFault, match=str(status)):
        list(anchors.read())


def test_an_anchor_is_due_after_so_many_seals_or_so_long(tmp_path: Path) -> None:
    vault.use(tmp_path / "keys").chain_key(make=True)
    anchors, now = FileAnchors(tmp_path / "anchors.jsonl"), clock.now()
    anchoring = Anchoring(anchors)
    assert not anchoring.offer(Tip(0, bytes(32)), now)
    assert anchoring.offer(Tip(1, bytes(32)), now), "the first at once"
    assert not anchoring.offer(Tip(1, bytes(32)), now + EVERY), "nothing new"
    assert not anchoring.offer(Tip(2, bytes(32)), now + EVERY / 2)
    assert anchoring.offer(Tip(SEALS + 1, bytes(32)), now + EVERY / 2), "many"
    assert anchoring.offer(Tip(SEALS + 2, bytes(32)), now + 2 * EVERY), "long"
    assert anchoring.offer(Tip(SEALS + 3, bytes(32)), now + 2 * EVERY, last=True), "the worker stops"
    assert [(one.number, one.count) for one in anchors.read()] == [(1, 1), (1001, 1000), (1002, 1), (1003, 1)]


def test_a_receiver_that_is_away_is_asked_again_ever_more_rarely(
    receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vault.use(tmp_path / "keys").chain_key(make=True)
    anchoring, now = Anchoring(HttpAnchors(receiver.url, "")), clock.now()
    receiver.status = 503
    tried = [second for second in range(200) if _posts(receiver, anchoring, now + timedelta(seconds=second))]
    assert tried == [0, 5, 15, 35, 75, 155]
    assert "not anchored" in caplog.text
    receiver.status = 201
    assert anchoring.offer(Tip(4000, bytes(32)), now + timedelta(seconds=400))
    assert len(receiver.lines) == 1


def _posts(receiver: Receiver, anchoring: Anchoring, now: Any) -> bool:
    before = len(receiver.tokens)
    anchoring.offer(Tip(3000, bytes(32)), now)
    return len(receiver.tokens) > before


def test_the_worker_anchors_and_verify_asks_the_receiver(site: Site, receiver: Receiver) -> None:
    chains.write(site, 5)
    settings = {"TRACER_INSTANCE": str(site.instance), "TRACER_ANCHOR": receiver.url}
    worker = Worker(config.read(settings))
    while worker.tick():
        pass
    chains.write(site, 5)
    worker.tick()
    worker.close()
    found = [json.loads(line)["number"] for line in receiver.lines]
    assert len(found) == 2 and found[1] >= found[0] + 5
    site.app.extensions["tracer"] = config.read(settings)
    done = site.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 0 and receiver.url in done.output, done.output
    receiver.lines[0] = receiver.lines[0].replace(b'"hash": "', b'"hash": "00')
    done = site.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "made anew" in done.output
    receiver.status = 500
    done = site.app.test_cli_runner().invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "The anchors cannot be read" in done.output


@pytest.mark.parametrize(
    "setting", ["", "file:", "file:/var/lib/anchors", "https://a.example/x", "http://127.0.0.1:9/"]
)
def test_places_that_anchors_can_go_to(setting: str) -> None:
    environ = {"TRACER_ANCHOR": setting} if setting else {}
    assert config.read({"TRACER_INSTANCE": "/tmp/tracer-none", **environ, "TRACER_SECRET_KEY": "x" * 32}).anchor


@pytest.mark.parametrize("setting", ["http://a.example/x", "ftp://a.example", "anchors.jsonl", "https:///x"])
def test_places_that_anchors_cannot_go_to(setting: str) -> None:
    with pytest.raises(ConfigFault, match="TRACER_ANCHOR"):
        config.read({"TRACER_ANCHOR": setting, "TRACER_SECRET_KEY": "x" * 32})
