"""Role by state of training by route: whoever is not cleared meets no record at any address, and changes nothing."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from tests.conftest import ONE, Templates
from tests.ground import ACCOUNTS, Ground
from tests.reach import Reach
from tests.site import Site
from tests.sweep import SECRET, SHOWN_ANYWAY, Sweep, Try, text_of
from tests.web.test_sweep import NAME, changed, named
from tracer import clock, db
from tracer.access.allow import PUBLIC
from tracer.access.permissions import UNTRAINED, Permission
from tracer.models import Completion, Role
from tracer.web import guard

# What a request may leave behind although it was refused; and the forms of one's own affairs, which are not sent.
_OWN = {Permission(one) for one in UNTRAINED} - {
    Permission.INTERVIEW_CONDUCT,
    Permission.ATTEMPT_RECORD,
    Permission.IDENTITY_REVEAL,
}
PEOPLE = [name for name in ACCOUNTS if name not in {Role.IMPORTER.value, "leaver"}]


@pytest.fixture(scope="module", params=ONE)
def sweep(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sweep]:
    """The ground of the sweep, everybody at work and signed in; then all their training lapses."""
    folder = tmp_path_factory.mktemp("untrained")
    url = templates.copy(str(request.param), folder)
    ground = Ground(Site(folder, url))
    with ground.site.system() as session:
        session.execute(delete(Completion))
    ground.tables = ground.dump()
    ground.reach = Reach(ground.tables)
    yield Sweep(ground)
    db.dispose()
    templates.drop(url)


@pytest.mark.parametrize("name", PEOPLE)
def test_no_route_shows_or_changes_a_record(sweep: Sweep, name: str) -> None:
    who, app, wrong = sweep.ground.whos[name], sweep.ground.site.app, list[str]()
    before = sweep.ground.dump()
    for one in sweep.tries(who):
        needed = guard.permission_of(app, one.endpoint) if one.endpoint else PUBLIC
        if one.method not in {"GET", "HEAD", "OPTIONS"} and (needed == PUBLIC or needed in _OWN):
            continue
        wrong += _faults(sweep, one)
    assert not wrong, "\n".join(wrong)
    assert changed(before, sweep.ground.dump()) == []


def _faults(sweep: Sweep, one: Try) -> Iterator[str]:
    answer = sweep.send(one)
    text = text_of(answer)
    shown = f"{answer.headers}\n{text}"
    if answer.status_code >= 500:
        yield f"{one}: {answer.status_code}"
    if one.method not in {"GET", "HEAD", "OPTIONS"} and answer.status_code < 400:
        yield f"{one}: {answer.status_code}"
    yield from (f"{one}: names {name}" for name in named(sweep, one, shown))
    yield from (f"{one}: shows {found[0]}" for found in SECRET.finditer(shown) if found[0] not in SHOWN_ANYWAY)


def test_the_words_looked_for_are_words_that_pages_show() -> None:
    """The sweep would find nothing were the pattern wrong."""
    assert NAME.search("Canary41 Quillfeather41") and re.search(SECRET, clock.now().isoformat()) is None
