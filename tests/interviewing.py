"""Going through an interview as a tracer would, whatever its script asks: the helper of several tests."""

import re
from typing import Any

from flask.testing import FlaskClient

from tracer.interview import library
from tracer.interview.compiled import Compiled
from tracer.interview.script import Item

_MISSING = re.compile(r'href="(/interviews/[^/"]+)/([a-z_]+)#([^"]+)"')
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
        form |= {f"{key}:shown": "1", key: value}
    return client.post(f"{interview}/{section}", data=form)


def complete(
    client: FlaskClient, interview: str, script: tuple[str, str], said: dict[str, Any], until: str = ""
) -> list[str]:
    """Answer what is required, one question at a time, until nothing is missing (or section `until` is next).

    Returns every page that was seen on the way.
    """
    places = Compiled(library.load(*script)).places
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
    return {"date": "yesterday", "integer": "20"}.get(item.kind, "Somebody")
