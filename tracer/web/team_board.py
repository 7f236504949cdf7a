"""The page of the board and the parts of it that move, for whoever leads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import g, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.casework import shifts, teams
from tracer.faults import NotFound
from tracer.models import TaskKind, Team
from tracer.reporting import board, callbacks, open_work, pools
from tracer.web.team_forms import Filters, Key, Snapshot

_OF_LIST = ("state", "kind", "holder", "after")


def filters() -> dict[str, Any]:
    """What the address asks for."""
    found: dict[str, Any] = Filters().load({name: value for name, value in request.args.items() if value})
    return found


def kept(given: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """The filters as parts of an address; what is empty, or as it is without asking, is left out."""
    found = {**given, **other}
    if found["after"]:
        found["after"] = Key.write(found["after"])
    if found["page"] == 1:
        found["page"] = None
    found = {name: value for name, value in found.items() if value}
    return {name: value for name, value in found.items() if not (name in {"who", "state"} and value == "all")}


def page(values: Mapping[str, Any], errors: Mapping[str, str], changed: list[str] | None = None) -> str:
    """The board, with what was sent before where it could not be done, and what changed meanwhile."""
    parts = _parts()
    shown = [{"value": value, "text": text} for value, text in open_work.STATES.items()]
    kinds = [{"value": "", "text": "Every kind"}]
    kinds += [{"value": kind.value, "text": kind.value.capitalize()} for kind in TaskKind]
    whos = [{"value": value, "text": text} for value, text in board.WHO.items()]
    return render_template(
        "team/show.html",
        **parts,
        shown=shown,
        kinds=kinds,
        whos=whos,
        takers=board.takers(db.session(), parts["people"]),
        values=values,
        errors=errors,
        changed=changed or [],
    )


def live() -> str:
    """What moves of the board."""
    return render_template("team/_live.html", **_parts(), values={}, errors={})


def _parts() -> dict[str, Any]:
    given, session, now = filters(), db.session(), clock.now()
    led = teams.leads(session, g.actor.id)
    team = _chosen(session, led, given["team"])
    given["team"] = team.id if team else None
    tree = teams.tree(session, team) if team else []
    ids = [one.id for one, _ in tree]
    here = {"team": team, "led": led, "path": teams.path(session, team, g.actor.id) if team else []}
    units = pools.of(session, tree, now)
    here_now = shifts.working(session, now, ids)
    people = board.people(session, ids, now, given["who"], given["page"], here_now)
    states = shifts.state_of(session, [one.staff.id for one in people.shown], now)
    late = callbacks.late(session, ids, now)
    lines = _lines(session, ids, given, units.whole)
    return {
        **here,
        **lines,
        "units": units,
        "people": people,
        "states": states,
        "late_callbacks": late,
        "filters": given,
        "as_of": now,
    }


def _lines(session: Session, ids: list[UUID], given: dict[str, Any], counts: pools.Counts) -> dict[str, Any]:
    """The list of open work, and the ways on from it."""
    now, wanted = clock.now(), open_work.Wanted(**{name: given[name] for name in _OF_LIST})
    found = open_work.lines(session, ids, now, wanted)
    lines = found[: open_work.PAGE]
    whole = given["all"] and open_work.matching(
        session, ids, now, open_work.Wanted(wanted.state, wanted.kind, wanted.holder)
    )
    # Counted already, where neither kind nor holder narrows it.
    narrowed = wanted.kind is not None or wanted.holder is not None
    matching = open_work.count(session, ids, now, wanted) if narrowed else counts.of_state(wanted.state)
    return {
        "lines": lines,
        "matching": matching,
        "snapshot": Snapshot.write(whole) if whole else "",
        "chosen_all": len(whole or ()),
        "most": open_work.MOST,
        "here": kept(given),
        "choose_all": kept(given, all="yes", after=None),
        "choose_some": kept(given, all=None),
        "first": kept(given, after=None) if given["after"] else None,
        "further": kept(given, after=lines[-1].key) if len(found) > len(lines) else None,
        "people_page": lambda number: kept(given, page=number),
        "of_person": lambda one: kept(given, holder=one, after=None, all=None),
        "of_team": lambda one: kept(given, team=one, holder=None, after=None, page=1, all=None),
    }


def _chosen(session: Session, led: list[Team], wanted: UUID | None) -> Team | None:
    if wanted is None:
        return led[0] if led else None
    found = session.scalar(select(Team).where(Team.id == wanted, Team.id.in_(teams.reached_by(g.actor.id))))
    if found is None:
        raise NotFound
    return found
