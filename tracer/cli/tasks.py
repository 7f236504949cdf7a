"""`tasks allocate`: give out what waits, now."""

from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.access.system import system_session
from tracer.allocation import plan
from tracer.casework import allocation, allocation_sight, allocation_write, teams
from tracer.cli.bar import Bar
from tracer.cli.said import said
from tracer.models import Team
from tracer.reporting import allocations


@click.group("tasks")
def tasks() -> None:
    """Pieces of work."""


@tasks.command()
@click.option("--team", "name", help="Only the pools and people of this team and those under it.")
@click.option("--preview", is_flag=True, help="Say what would be done, and do nothing.")
@with_appcontext
@said
def allocate(name: str | None, preview: bool) -> None:
    """Give what waits to everybody at work: the most that can be placed, the most urgent first, evenly."""
    with system_session() as session, db.transaction("allocation.carry_out", session):
        now, team_ids = clock.now(), _teams(session, name)
        works = allocation_sight.works(session, team_ids, now)
        hands = allocation_sight.hands(session, team_ids, now)
        click.echo(f"{len(works):,} tasks wait; {len(hands):,} people are at work.")
        made = plan(works, hands)
        moved = 0
        if made.placed and not preview:
            with Bar("Handing out") as bar:
                by_id = {hand.id: hand for hand in hands}
                moved = allocation_write.write(
                    session, made.placed, by_id, now, told=lambda done: bar.show(done, len(made.placed))
                )
        done = f"{len(made.placed):,} could be handed out" if preview else f"{moved:,} handed out"
        taken = 0 if preview else len(made.placed) - moved
        click.echo(f"{done}, {len(made.left):,} found nobody" + (f", {taken:,} taken meanwhile." if taken else "."))
        for one in allocations.lacks(session, allocation.short(made)):
            click.echo(f"  {one.tasks:,} in {one.where} for {one.needs}: {one.change}")


def _teams(session: Session, name: str | None) -> list[UUID]:
    if name is None:
        return list(session.scalars(select(Team.id)))
    return allocation_sight.under(session, teams.by_name(session, name))
