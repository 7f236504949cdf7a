"""Training sessions in a browser: planned and sent by the keyboard alone; every page accessible and narrow enough."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import Person
from tests.delivery.test_serco import tick
from tests.site import Site
from tracer import clock
from tracer.casework import training_mailings, training_seats

pytestmark = pytest.mark.browser
_PICTURES = os.environ.get("TRACER_PICTURES")  # a folder, for whoever wants to look


def look(person: Person, name: str) -> None:
    """Check the page; keep a picture of it where somebody asked for that."""
    person.check()
    if _PICTURES:
        for width in (1280, 400):
            person.page.set_viewport_size({"width": width, "height": 900})
            person.page.screenshot(path=str(Path(_PICTURES) / f"{name}-{width}.png"), full_page=True)
        person.page.set_viewport_size({"width": 1280, "height": 900})


def test_planned_rehearsed_sent_and_joined(site: Site, person: Callable[..., Person]) -> None:
    """A trainer plans and invites; a tracer finds how to join, and asks for a place."""
    trainer = person()
    trainer.sign_in("trainer")
    trainer.go("/training/sessions/new")
    look(trainer, "form")
    day = (clock.today() + timedelta(days=5)).isoformat()
    for name, value in {
        "title": "Working from home",
        "place": "Room 4",
        "joining": "Ring the bell.",
        "on": day,
    }.items():
        trainer.page.fill(f"#{name}", value)
    with trainer.page.expect_navigation():
        trainer.press("button", "Save")
    look(trainer, "work")
    work = trainer.page.url
    trainer.press("checkbox", "Tracer")
    with trainer.page.expect_navigation():
        trainer.press("button", "Rehearse")
    tick(site, training_mailings.count)
    trainer.page.reload()
    look(trainer, "rehearsal")
    with trainer.page.expect_navigation():
        trainer.press("button", "Send")
    tick(site, training_mailings.owe)
    trainer.page.reload()
    look(trainer, "sending")
    tracer = person()
    tracer.sign_in("tracer1")
    tracer.go("/training/sessions")
    look(tracer, "mine")
    tracer.page.goto(work.removesuffix("/work"))
    look(tracer, "one")
    with tracer.page.expect_navigation():
        tracer.press("button", "Ask for a place")
    tick(site, training_seats.allot)
    tracer.page.reload()
    assert "you have a place" in tracer.page.content()
    look(tracer, "seated")
    trainer.go("/training/sessions")
    look(trainer, "all")
