"""Help: who my supervisor is, how the main things are done, finding words in it, and asking the training desk."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import ValidationError
from werkzeug.routing import Rule

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import help as desk
from tracer.courses import markdown
from tracer.faults import Invalid
from tracer.help import search, topics
from tracer.models import HelpQuestion
from tracer.reporting import colleagues
from tracer.reporting import help as lines
from tracer.schemas.help_forms import AskForm, impersonal_question
from tracer.web.call import messages
from tracer.web.look import form_of, permitted

bp = Blueprint("help", __name__)
_LONGEST_SEARCH = 100


@bp.get("/help")
@allow(Permission.HOME_SEE)
def show() -> str:
    """Help for whoever is signed in; with `q`, what has all these words. What is looked for is kept nowhere."""
    return _show({"page": request.args.get("from", "")}, {})


@bp.post("/help/questions")
@allow(Permission.HELP_ASK)
def ask() -> Any:
    """A question to the training desk."""
    try:
        given = AskForm().load(request.form)
        question, page = impersonal_question(given), given["page"]
        with db.transaction("help.ask") as session:
            desk.ask(session, question, page if page in _pages() else "", clock.now())
    except (ValidationError, Invalid) as fault:
        return _show(request.form, messages(fault)), 422
    flash("Asked. The answer will stand on this page, under “Your questions”.")
    return redirect(url_for("help.show", _anchor="yours"))


def _show(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    session, words = db.session(), request.args.get("q", "")[:_LONGEST_SEARCH].strip()
    team, leads = colleagues.over(session, g.actor.team_id)
    mine = [one for one in topics.every() if permitted(one.needs)]
    answers: Iterable[HelpQuestion] = lines.published(session)
    if words:
        mine = search.find(words, mine, lambda one: one.title, lambda one: one.body)
        answers = search.find(words, answers, lambda one: one.title, lambda one: f"{one.question} {one.answer}")
    page: dict[str, Any] = {
        "team": team,
        "leads": leads,
        "topics": mine,
        "answers": answers,
        "words": words,
        "html": _html,
    }
    page |= {"questions": lines.mine(session), "problems": lines.problems(session)}
    return render_template("help/show.html", values=values, errors=errors, **page)


def _pages() -> set[str]:
    """The forms of all addresses of ours, without what names a record."""
    rules: Iterable[Rule] = current_app.url_map.iter_rules()
    return {form_of(rule) for rule in rules}


def _html(text: str) -> Markup:
    """Markdown of a topic."""
    return Markup(markdown.html(text, _picture))  # noqa: S704 - made by our own renderer, which lets no HTML through


def _picture(name: str) -> str:
    raise LookupError(f"Topics of help have no pictures: {name}.")
