"""Arranging a broken glass: a London case that nobody in the North may see, and somebody there who opens it."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient

from tests import world
from tests.site import Site
from tracer import clock
from tracer.casework import contacts
from tracer.casework.contacts import Named
from tracer.models import Case, Contact, Task
from tracer.schemas.identity import Identity

REASON = "She rang back about her result, whoever calls her is away until Thursday"
BORN = date(1980, 3, 27)


def arrange(site: Site) -> tuple[Case, Contact]:
    """A case with one contact, held by tracer4 of London; its person has a date of birth."""
    with site.system() as session:
        case, task = world.make_case(session, area="SE1", date_of_birth=BORN)
        world.give(session, task, "tracer4")
        who = Identity(given_name="Wren", family_name="Sparrowhawk", phone="+447400120001")
        contact = contacts.record(case, [Named(who, clock.today(), "face_to_face")], Identity(), clock.now())[0]
        world.give(session, session.get_one(Task, contact.alert_task_id), "tracer4")
    return case, contact


def break_(client: FlaskClient, **given: Any) -> Any:
    """Post the form; `given` is what to find it by, and what else differs."""
    return client.post("/glass", data={"reason": REASON, "minutes": "30", **given})
