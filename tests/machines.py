"""What the machines share: a fresh organised site for each example, and a run of so many steps."""

import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import Templates
from tests.site import Site
from tracer import db


class SiteMachine(RuleBasedStateMachine):
    """A machine on a database of its own; `templates` and `kind` are set by the test."""

    templates: Templates
    kind: str

    def fresh_site(self) -> None:
        """A site that nothing was done on; called when the machine begins."""
        self.folder = tempfile.TemporaryDirectory()
        self.url = self.templates.copy(self.kind, Path(self.folder.name))
        self.site = Site(Path(self.folder.name), self.url)

    def teardown(self) -> None:
        if hasattr(self, "url"):
            db.dispose()
            self.templates.drop(self.url)
            self.folder.cleanup()


def run(machine: type[SiteMachine], counted: MutableMapping[str, int], steps: int, length: int) -> None:
    """Run a machine until it has taken so many steps, as it counts them itself; `length` a time."""
    chosen = settings(
        max_examples=max(2, steps // length),
        stateful_step_count=length,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    while counted["steps"] < steps:  # an example may be shorter than it could be
        run_state_machine_as_test(machine, settings=chosen)


def said(database: str, counted: MutableMapping[str, int]) -> str:
    """What a run did, for whoever waits at the terminal."""
    return f"\n{database}: " + ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items()))
