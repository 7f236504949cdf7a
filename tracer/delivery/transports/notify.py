"""Messages by GOV.UK Notify: e-mail and text, through one template that holds a subject and a text.

`notify:SERVICE_ID/SECRET?email=TEMPLATE_ID&sms=TEMPLATE_ID&base=URL`; the template's personalisation is
`subject` and `text`. The message's reference is sent along, so that a repeat can be told.
"""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import requests

from tracer.delivery.message import Message
from tracer.delivery.transports import Fate, Later, Refused, Sent, Unknown

_BASE = "https://api.notifications.service.gov.uk"
_TIMEOUT = 30


class NotifyTransport:
    """Posts each message to the Notify API."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.service, _, self.secret = parts.path.partition("/")
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self.service or not self.secret or not {"email", "sms"} & set(options):
            raise ValueError("Write notify:SERVICE_ID/SECRET?email=TEMPLATE_ID&sms=TEMPLATE_ID.")
        self.base = options.pop("base", _BASE)
        self.templates = options
        self.session = requests.Session()

    def send(self, message: Message) -> Fate:
        """Post it; a timeout after the request went out means that nobody knows."""
        kind = "sms" if message.to.is_phone else "email"
        if kind not in self.templates:
            return Refused(f"There is no Notify template for {kind}.")
        body = {
            "template_id": self.templates[kind],
            "phone_number" if kind == "sms" else "email_address": message.to.address,
            "personalisation": {"subject": message.subject, "text": message.text},
            "reference": message.reference,
        }
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            address = f"{self.base}/v2/notifications/{kind}"
            # Never on to another address: the name and the words are for Notify alone.
            reply = self.session.post(address, json=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        except requests.ConnectTimeout:
            return Later("Notify was not reached.")
        except requests.RequestException as error:
            refused = "refused" in str(error).lower() or "resolve" in str(error).lower()
            return Later("Notify was not reached.") if refused else Unknown("The line to Notify broke.")
        if reply.status_code == 201:
            return Sent()
        if reply.status_code == 429 or reply.status_code >= 500:
            return Later(f"Notify said {reply.status_code}.")
        return Refused(f"Notify refused it ({reply.status_code}).")

    def _token(self) -> str:
        """The JSON Web Token that Notify asks for (HS256, issued by the service, now)."""
        claims = {"iss": self.service, "iat": int(time.time())}
        signed = ".".join(_part(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
        return f"{signed}.{_part(hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).digest())}"

    def close(self) -> None:
        """Hang up."""
        self.session.close()


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
