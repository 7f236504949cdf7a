"""What the machines share: a fresh organised database for each example, and a run of so many steps."""

import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import event

from tests.conftest import Templates
from tests.site import Site
from tracer import db

# psycopg keeps 100 statements prepared; a step that asks every table for three answers has more, and each would be
# planned anew at every step.
_PREPARED = 2000
_LOGINS = ("web", "door", "system")


class SiteMachine(RuleBasedStateMachine):
    """A machine on a database of its own; `run` sets the site and what its database is copied from."""

    templates: Templates
    site: Site
    kind: str

    def fresh_site(self) -> None:
        """A database that nothing was done on; called when the machine begins.

        The app before it is the same, as one process of it serves for years: it keeps nothing of the database, while
        the statements and pages that it has compiled would take longer to compile again than all the steps.
        """
        _hang_up()
        self.templates.renew(self.site.url)


def run(
    machine: type[SiteMachine],
    templates: Templates,
    kind: str,
    counted: MutableMapping[str, int],
    steps: int,
    length: int,
) -> None:
    """Run a machine until it has taken so many steps, as it counts them itself; `length` a time."""
    with _site(templates, kind) as machine.site:
        machine.templates, machine.kind = templates, kind
        while (left := steps - counted["steps"]) > 0:  # an example may be shorter than it could be
            run_state_machine_as_test(machine, settings=_settings(left, length))


def _settings(steps: int, length: int) -> settings:
    """For about so many steps: the first example of a run is the shortest there is, so it is one more."""
    return settings(
        max_examples=ceil(steps / length) + 1,
        stateful_step_count=length,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def said(database: str, counted: MutableMapping[str, int]) -> str:
    """What a run did, for whoever waits at the terminal."""
    return f"\n{database}: " + ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items()))


@contextmanager
def _site(templates: Templates, kind: str) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        url = templates.copy(kind, Path(folder))
        site = Site(Path(folder), url)
        if kind == "postgresql":
            for engine in {db.engine(login) for login in _LOGINS}:
                event.listen(engine, "connect", _keep_prepared)
        try:
            yield site
        finally:
            db.dispose()
            templates.drop(url)


def _keep_prepared(connection: Any, _: Any) -> None:
    connection.prepared_max = _PREPARED


def _hang_up() -> None:
    """Close every connection, and keep the engines with what they compiled."""
    db.session.remove()
    for login in _LOGINS:
        db.engine(login).dispose()
