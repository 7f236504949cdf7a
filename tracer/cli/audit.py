"""`audit verify`: is the audit as it was written? `audit seal`: seal all of it now."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from tracer import clock, db, vault
from tracer.access import chain
from tracer.access.system import system_session
from tracer.casework import sealing
from tracer.config import Config
from tracer.delivery import anchors
from tracer.delivery.anchoring import Anchoring
from tracer.delivery.anchors import AnchorFault, Anchors
from tracer.reporting import chain_anchors, chain_check
from tracer.reporting.chain_check import Loose, Walk
from tracer.reporting.chain_findings import Findings
from tracer.vault import VaultFault

_MOST_SAID = 100
# A worker seals within seconds.
_LATE = timedelta(minutes=10)


@click.group("audit")
def audit() -> None:
    """The record of who read and changed what."""


@audit.command()
@with_appcontext
def seal() -> None:
    """Seal every event that has no seal yet, the forgotten ones too, and anchor the chain."""
    with system_session() as session:
        done = _all(session, lambda: sealing.seal(session, clock.now()))
        done += _all(session, lambda: sealing.sweep(session))
        with db.transaction("audit.anchor", session):
            tip = sealing.tip(session)
    click.echo(f"{done:,} events were sealed.")
    if tip.number and not Anchoring(_place()).offer(tip, clock.now(), last=True):
        raise click.ClickException("They are not anchored: see what TRACER_ANCHOR says.")


def _place() -> Anchors:
    settings: Config = current_app.extensions["tracer"]
    return anchors.place(settings.anchor, settings.instance, settings.anchor_token)


def _all(session: Session, some: Callable[[], int]) -> int:
    """Some at a time, each a transaction, until there are no more."""
    done = 0
    while True:
        with db.transaction("audit.seal", session):
            sealed = some()
        if not sealed:
            return done
        done += sealed


@audit.command()
@click.option(
    "--anchors",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Anchors from this file, a line of JSON each, instead of where TRACER_ANCHOR says.",
)
@with_appcontext
def verify(file: Path | None) -> None:
    """Whether the audit is whole: exits 0, or 1 and says what is wrong and where. It changes nothing."""
    where = anchors.FileAnchors(file) if file else _place()
    findings = Findings(_Said())
    with system_session() as session:
        try:
            said = check(session, where, findings)
        except VaultFault as fault:
            raise click.ClickException(str(fault)) from fault
    if findings.count:
        click.echo(f"BROKEN: {findings.count:,} findings. Keep everything as it is, and tell the privacy officer.")
    for words in said:
        click.echo(words)
    sys.exit(1 if findings.count else 0)


def check(session: Session, where: Anchors, findings: Findings) -> list[str]:
    """Verify, with a progress bar; what is wrong goes to `findings`, the sums come back in words."""
    end = chain_check.end_of(session)
    walk = Walk(findings, end)
    with click.progressbar(length=end, label="Verifying", file=sys.stderr, show_pos=True) as bar:
        walk.along(session, bar.update)
    chain_check.copies(session, findings)
    chain_check.triggers(session, findings)
    compared = _compare(session, where, findings, end)
    loose = walk.rest(session)
    whole = "Whole: " if not findings.count else ""
    return [
        f"{whole}{end:,} events are in the chain.",
        f"{compared.count:,} anchors in {where}; {end - compared.last:,} events are newer than the last that fits.",
        *_of_loose(loose, clock.now()),
    ]


def _compare(session: Session, where: Anchors, findings: Findings, end: int) -> chain_anchors.Compared:
    key = chain.fingerprint(vault.current().chain_key(make=False)) if end else ""
    try:
        compared = chain_anchors.compare(session, where.read(), key, findings)
    except AnchorFault as fault:
        findings.note(f"The anchors cannot be read. {fault}")
        return chain_anchors.Compared()
    if end and not compared.count:
        findings.note(f"There is no anchor in {where}: nothing outside the database vouches for the chain.")
    return compared


def _of_loose(loose: Loose, now: datetime) -> list[str]:
    if loose.oldest is None:
        return ["No event is newer than the last seal."]
    said = [f"{loose.count:,} events are not sealed yet, the oldest of {loose.oldest:%Y-%m-%d %H:%M:%S} UTC."]
    if now - loose.oldest > _LATE:
        said.append("That is long ago: is a worker running? `audit seal` seals them now.")
    return said


class _Said:
    """Findings on standard output, the first hundred of them."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, words: str) -> None:
        self._count += 1
        if self._count <= _MOST_SAID:
            click.echo(words)
        elif self._count == _MOST_SAID + 1:
            click.echo("And more of them.")
