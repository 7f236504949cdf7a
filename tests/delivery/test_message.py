"""One recipient, by construction: whatever is put into an address or a subject."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail import mail_server
from tracer.delivery.message import Mailbox, Message, MessageFault
from tracer.delivery.transports import Sent, smtp

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
