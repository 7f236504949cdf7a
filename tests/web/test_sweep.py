"""Every address x every method x nine people and six machines x four kinds of record: the status, the headers and
the words of every answer. Made from the URL map, so that a new route cannot escape (`tests/declared.py`)."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.conftest import KINDS, Templates
from tests.ground import MACHINES, PEOPLE, Ground
from tests.reach import Tables
from tests.site import Site
from tests.sweep import SECRET, SHOWN_ANYWAY, Sweep, Try, text_of
from tracer import clock, db
from tracer.access.permissions import PERMISSIONS
from tracer.models import Role

# What may change although a request was refused: when somebody was last seen, what is on record, and a form that
# came too late, which is kept sealed.
_LEFT_BY_A_REFUSAL = re.compile("audit|seen_at|used_at|challenge")
# A part of each header that every answer has.
SAID = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; ",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FORBIDDING = ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
NAME = re.compile(r"(?:Canary|Quillfeather|Wren|Sparrowhawk)(\d+)|Magpie(\d+)")


@pytest.fixture(scope="module", params=KINDS)
def sweep(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sweep]:
    """The ground, with time standing still: nothing in two answers differs by the second."""
    folder = tmp_path_factory.mktemp("sweep")
    url = templates.copy(str(request.param), folder)
    with time_machine.travel(clock.now(), tick=False):
        ground = Ground(Site(folder, url))
        yield Sweep(ground)
    db.dispose()
    templates.drop(url)


@pytest.mark.parametrize("name", [*PEOPLE, *MACHINES])
def test_every_route_and_record(sweep: Sweep, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """All that one of them can ask."""
    ground, wrong = sweep.ground, list[str]()
    same = defaultdict[tuple[str, str], dict[str, object]](dict)
    before = ground.dump()
    tries = list(sweep.tries(ground.whos[name]))
    harmless = [one for one in tries if not one.changes]
    for one in harmless:
        answer = sweep.send(one)
        wrong += faults(sweep, one, answer)
        if one.expected == {404}:
            same[one.method, one.rule][one.kind] = as_bytes(answer)
    wrong += [f"changed by a refused request: {what}" for what in changed(before, ground.dump())]
    wrong += [f"{key}: hidden and absent differ" for key, found in same.items() if len(set(found.values())) > 1]
    for one in tries[len(harmless) :]:
        wrong += faults(sweep, one, sweep.send(one))
        ground.restore()
    assert not wrong, "\n".join(wrong)
    assert not SECRET.search(caplog.text) and not NAME.search(caplog.text)


def faults(sweep: Sweep, one: Try, answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer."""
    status, text, packed = answer.status_code, text_of(answer), answer.data.startswith((b"PK", b"\x89PNG"))
    if status not in one.expected or (status == 302 and one.expected == {302} and "/sign-in" not in answer.location):
        yield f"{one}: {status}, not {sorted(one.expected)}"
    static = one.endpoint == "static" and status == 200 and one.method != "OPTIONS"
    if answer.headers.get("Cache-Control") != ("public, max-age=3600" if static else "no-store"):
        yield f"{one}: may be kept"
    yield from (
        f"{one}: {name} is not {value}" for name, value in SAID.items() if value not in answer.headers.get(name, "")
    )
    policy = answer.headers.get("Content-Security-Policy", "")
    yield from (f"{one}: the policy lacks {part}" for part in FORBIDDING if part not in policy)
    if text and not packed and "charset=utf-8" not in answer.content_type and "json" not in answer.content_type:
        yield f"{one}: {answer.content_type}"
    if static:
        return
    shown = f"{answer.headers}\n{text}"
    for found in SECRET.finditer(shown):
        if found[0] not in SHOWN_ANYWAY and not (one.endpoint == "identity.reveal" and status == 200):
            yield f"{one}: shows {found[0]}"
    yield from (f"{one}: names {name}" for name in named(sweep, one, shown))


def named(sweep: Sweep, one: Try, shown: str) -> set[str]:
    """The people out of reach who are named."""
    found = {match[0]: int(match[1] or match[2]) for match in NAME.finditer(shown)}
    return {name for name, number in found.items() if one.who.id is None or number not in sweep.visible(one.who)}


def as_bytes(answer: TestResponse) -> tuple[int, str, bytes]:
    """All of an answer but when it was given."""
    headers = sorted((name, value) for name, value in answer.headers if name != "Date")
    return answer.status_code, str(headers), answer.data


def changed(before: Tables, after: Tables) -> list[str]:
    """The tables and columns that are not as they were."""
    found = []
    for table, rows in before.items():
        for column in {name for row in (*rows, *after[table]) for name in row}:
            if _LEFT_BY_A_REFUSAL.search(f"{table}.{column}"):
                continue
            if [row[column] for row in rows] != [row[column] for row in after[table]]:
                found.append(f"{table}.{column}")
    return found


def test_permissions_cover_every_role() -> None:
    """No role is without a row in the table."""
    assert set(PERMISSIONS) == set(Role)
