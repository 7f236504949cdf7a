"""GOV.UK Notify, as a real server on this machine that says what it is told to say."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tracer.delivery.message import Mailbox, Message
from tracer.delivery.transports import Fate, Later, Refused, Sent, Unknown
from tracer.delivery.transports.notify import NotifyTransport

SERVICE, SECRET = "service-1", "secret-1"
MAIL = Message(Mailbox("sam@example.com"), "Hello", "Some words", "reference-1")
TEXT = Message(Mailbox("+447400100001"), "Hello", "Some words", "reference-2")


class Office:
    """What was asked, and the status that is answered."""

    def __init__(self) -> None:
        self.status, self.location, self.base = 201, "", ""
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []


@pytest.fixture
def office() -> Iterator[Office]:
    kept = Office()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.asked.append((self.path, dict(self.headers), body))
            if not kept.status:  # hangs up without a word
                return
            self.send_response(kept.status)
            if kept.location:
                self.send_header("Location", kept.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.base = f"http://127.0.0.1:{server.server_port}"
    yield kept
    server.shutdown()
    server.server_close()


def send(office: Office, message: Message = MAIL) -> Fate:
    carrier = NotifyTransport(f"notify:{SERVICE}/{SECRET}?email=template-1&sms=template-2&base={office.base}")
    try:
        return carrier.send(message)
    finally:
        carrier.close()


@pytest.mark.parametrize(("message", "kind"), [(MAIL, "email"), (TEXT, "sms")])
def test_one_recipient_by_the_template_of_its_kind(office: Office, message: Message, kind: str) -> None:
    assert send(office, message) == Sent()
    [(path, headers, body)] = office.asked
    assert path == f"/v2/notifications/{kind}"
    to = body["phone_number" if kind == "sms" else "email_address"]
    assert to == message.to.address and json.dumps(body).count(to) == 1
    assert body["template_id"] == ("template-2" if kind == "sms" else "template-1")
    assert body["personalisation"] == {"subject": "Hello", "text": "Some words"}
    assert body["reference"] == message.reference
    signed, _, signature = headers["Authorization"].removeprefix("Bearer ").rpartition(".")
    wanted = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == wanted


@pytest.mark.parametrize(("status", "fate"), [(400, Refused), (403, Refused), (429, Later), (500, Later), (503, Later)])
def test_what_it_answers_is_told_apart(office: Office, status: int, fate: type[Fate]) -> None:
    office.status = status
    assert type(send(office)) is fate


def test_it_is_not_led_on_to_another_address(office: Office) -> None:
    office.status, office.location = 307, f"{office.base}/elsewhere"
    assert type(send(office)) is Refused
    assert len(office.asked) == 1


def test_a_server_that_is_not_there_is_tried_later_and_a_broken_line_is_unknown(office: Office) -> None:
    office.status = 0
    assert type(send(office)) is Unknown and len(office.asked) == 1
    carrier = NotifyTransport(f"notify:{SERVICE}/{SECRET}?email=template-1&base=http://127.0.0.1:1")
    assert type(carrier.send(MAIL)) is Later
    assert type(carrier.send(TEXT)) is Refused, "there is no template for it"
    carrier.close()


@pytest.mark.parametrize("url", ["notify:", "notify:service", "notify:service/secret", "notify:/secret?email=t"])
def test_half_a_setting_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Write notify:"):
        NotifyTransport(url)
