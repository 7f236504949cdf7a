"""Going through an interview as a tracer would, whatever its script asks: the helper of several tests."""

import re
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracer.interview import library
from tracer.interview.compiled import Compiled
from tracer.interview.script import Item

_MISSING = re.compile(r'href="(/interviews/[^/"]+)/([^/#"]+)#([^"]+)"')
# What a talkative, reachable adult says; everything else gets the first choice or something that fits.
TALKATIVE: dict[str, Any] = {"under_18": "no", "good_time": "yes", "went_out": "no", "wants_help": "no"}


def begin(client: FlaskClient, record: str) -> str:
    """Start an interview; its address."""
    answer = client.post(f"{record}/interview")
    assert answer.status_code == 302, answer.text
    return re.sub(r"(/interviews/[0-9a-f-]+).*", r"\1", client.get(answer.headers["Location"]).headers["Location"])


def save(client: FlaskClient, interview: str, section: str, answers: dict[str, Any], do: str = "next") -> Any:
    """Post answers as the page of a section would."""
    form: dict[str, Any] = {"do": do}
    for key, value in answers.items():
        form |= {f"{key}:shown": "999999999", key: value}  # as a page that has seen all there is
    return client.post(f"{interview}/{section}", data=form)


class OpenPage:
    """One open page of an interview, as its script keeps it: what it knows of each answer, and what it sends."""

    def __init__(self, client: FlaskClient, interview: str, section: str) -> None:
        self.client, self.interview, self.section = client, interview, section
        self.id, self.seq, self.last, self.known = str(uuid4()), 0, 0, dict[str, int]()

    def change(self, key: str, value: Any, **more: Any) -> dict[str, Any]:
        """The next change that this page gives, not sent yet."""
        self.seq += 1
        return {"key": key, "value": value, "known": self.known.get(key, 0), "seq": self.seq, **more}

    def send(self, *changes: dict[str, Any]) -> TestResponse:
        """Send these; the page does not hear the answer."""
        return self.client.post(f"{self.interview}/answers", json={**self.seen(), "changes": list(changes)})

    def give(self, **answers: Any) -> dict[str, Any]:
        """Give answers and take in what the server says to them."""
        return self.hear(self.send(*[self.change(key, value) for key, value in answers.items()]))

    def poll(self) -> dict[str, Any]:
        """Ask what another page has written."""
        return self.hear(self.client.post(f"{self.interview}/call", json=self.seen()))

    def seen(self) -> dict[str, Any]:
        """Which page this is and what it has seen."""
        return {"page": self.id, "section": self.section, "since": self.last}

    def hear(self, answer: TestResponse) -> dict[str, Any]:
        """Take in an answer; a question that is in dispute is known as before until somebody picks."""
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.get_json()
        self.last = said.get("last", self.last)
        for key, field in said.get("fields", {}).items():
            if not field["beside"]:
                self.known[key] = field["known"]
        return said


def complete(
    client: FlaskClient, interview: str, script: tuple[str, str] | Compiled, said: dict[str, Any], until: str = ""
) -> list[str]:
    """Answer what is required, one question at a time, until nothing is missing (or section `until` is next).

    Returns every page that was seen on the way.
    """
    places = (script if isinstance(script, Compiled) else Compiled(library.load(*script))).places
    pages: list[str] = []
    for _ in range(200):
        check = client.get(f"{interview}/check")
        assert check.status_code == 200, check.text
        summary = check.text.partition("still to answer")[2].partition("</div>")[0]
        missing = [(section, anchor.replace("-", "/")) for _, section, anchor in _MISSING.findall(summary)]
        pages.append(check.text)
        if not missing or missing[0][0] == until:
            return pages
        section, key = missing[0]
        page = client.get(f"{interview}/{section}")
        pages.append(page.text)
        save(client, interview, section, {key: answer_for(places[key.rpartition("/")[2]].item, said)})
    raise AssertionError(f"The interview does not end: {missing}")


def answer_for(item: Item, said: dict[str, Any]) -> Any:
    """What is said to a question."""
    if item.name in said:
        return said[item.name]
    if item.choices:
        return [item.choices[0].name] if item.kind == "select_multiple" else item.choices[0].name
    return {"date": "yesterday", "integer": "20", "decimal": "20", "time": "10:00"}.get(item.kind, "Somebody")
