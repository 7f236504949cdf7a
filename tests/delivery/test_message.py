"""One recipient, by construction: whatever is put into an address or a subject."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail import mail_server
from tracer.delivery.message import Mailbox, Message, MessageFault
from tracer.delivery.transports import Later, Sent, smtp

ADDRESSES = st.one_of(
    st.emails(),
    st.text(max_size=60),
    st.lists(st.emails(), min_size=2, max_size=3).map(", ".join),
    st.builds("{}\r\nBcc: {}".format, st.emails(), st.emails()),
    st.builds("{}\n\n{}".format, st.emails(), st.text()),
    st.builds('"{}" <{}>'.format, st.text(max_size=20), st.emails()),
    st.builds("{};{}".format, st.emails(), st.emails()),
)


@settings(max_examples=2000, deadline=None)
@given(ADDRESSES, st.text(max_size=200), st.text(max_size=200))
def test_final_bytes_have_one_recipient(address: str, subject: str, text: str) -> None:
    """Either it is refused, or the bytes have one To with one mailbox and no other recipient header."""
    try:
        wire = Message(Mailbox(address), subject, text, "ref").as_bytes("tracing@demo.example")
    except (MessageFault, UnicodeEncodeError):
        return
    seen = message_from_bytes(wire, policy=policy.SMTP)
    assert [one.addr_spec for one in seen["To"].addresses] == [address]
    assert len(seen.get_all("To", [])) == 1
    assert not {"cc", "bcc", "resent-to"} & {name.lower() for name in seen}
    assert len(wire.partition(b"\r\n\r\n")[0].split(b"\r\n")) - wire.partition(b"\r\n\r\n")[0].count(b"\r\n ") == 9
    assert max(map(len, wire.split(b"\r\n"))) < 998 and b"\n" not in wire.replace(b"\r\n", b"")


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=300), st.text(max_size=3000))
def test_what_was_written_is_what_is_read(subject: str, text: str) -> None:
    """Any subject and text come out of a mail program as they went in, but for the ends of lines."""
    try:
        wire = Message(Mailbox("a@example.com"), subject, text, "ref").as_bytes("tracing@demo.example")
    except UnicodeEncodeError:
        return
    seen = message_from_bytes(wire, policy=policy.SMTP)
    shown = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") + "\n"
    payload = seen.get_payload(decode=True)
    assert isinstance(payload, bytes) and payload.decode().replace("\r\n", "\n") == shown
    decoded = str(make_header(decode_header(wire.decode().partition("Subject: ")[2].partition("\r\nDate")[0])))
    assert "".join(decoded.split()) == "".join(" ".join(subject.split())[:200].split())


@pytest.mark.parametrize(
    "address", ["", "a@example.com,b@example.com", "a@example.com\nBcc: b@example.com", "A <a@example.com>", "07400"]
)
def test_these_are_no_mailbox(address: str) -> None:
    """Two, none, or a disguised one."""
    with pytest.raises(MessageFault):
        Mailbox(address)


def test_a_real_server_sees_one_recipient() -> None:
    """Over the wire: one RCPT an envelope, over one connection; an odd subject stays one header."""
    with mail_server() as sink:
        carrier = smtp.SmtpTransport(sink.url, "tracing@demo.example")
        for number in range(20):
            message = Message(Mailbox(f"a{number}@example.com"), "Hello\r\nBcc: x@example.com", "Text", str(number))
            assert isinstance(carrier.send(message), Sent)
        carrier.close()
    assert [one.rcpt_tos for one in sink.envelopes] == [[f"a{number}@example.com"] for number in range(20)]


def test_a_server_that_hangs_up_now_and_then_still_gets_each_once() -> None:
    """A kept connection that is gone is opened anew, in the same breath; nothing is sent twice, nothing waits."""
    with mail_server(each=3) as sink:
        carrier = smtp.SmtpTransport(sink.url, "tracing@demo.example")
        fates = [carrier.send(Message(Mailbox(f"a{n}@example.com"), "Hello", "Text", str(n))) for n in range(10)]
        carrier.close()
    assert fates == [Sent()] * 10
    assert [one.rcpt_tos for one in sink.envelopes] == [[f"a{n}@example.com"] for n in range(10)]
    assert sink.connections == 4


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with mail_server() as sink:
        carrier = smtp.SmtpTransport(sink.url, "tracing@demo.example")
        assert carrier.send(Message(Mailbox("a@example.com"), "Hello", "Text", "1")) == Sent()
    assert isinstance(carrier.send(Message(Mailbox("b@example.com"), "Hello", "Text", "2")), Later)
