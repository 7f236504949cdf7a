"""A form from elsewhere changes nothing, whichever address it is sent to; and nobody is led elsewhere."""

import pytest

from tests import declared, world
from tests.ground import PEOPLE, Ground
from tests.site import Site
from tests.sweep import Sweep


def test_every_changing_route_refuses_a_form_from_elsewhere(site: Site) -> None:
    """Made from the URL map: without the token of the session the answer is 400, on their own records too."""
    ground = Ground(site)
    sweep = Sweep(ground)
    site.app.config["WTF_CSRF_ENABLED"] = True
    tried = set[str]()
    for name in PEOPLE:
        for one in sweep.tries(ground.whos[name]):
            if one.changes and one.kind in {"own", "none"} and not one.rule.startswith("/api/"):
                tried.add(str(one.endpoint))
                assert sweep.send(one).status_code == 400, str(one)
    changing = {rule.endpoint for rule in site.app.url_map.iter_rules() if rule.methods and "POST" in rule.methods}
    assert {one for one in changing if not one.startswith("api.")} - declared.NOWHERE == tried


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "help"])
def test_sign_in_leads_to_no_other_host(site: Site, there: str) -> None:
    form = {"email": world.address("tracer1"), "password": world.PASSWORD, "next": there}
    assert site.browser().post("/sign-in", data=form).headers["Location"] == "/caseload"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(site: Site) -> None:
    asked = site.browser().get("/team").headers["Location"]
    assert asked == "/sign-in?next=/team"
    form = {"email": world.address("supervisor"), "password": world.PASSWORD, "next": "/team"}
    assert site.browser().post("/sign-in", data=form).headers["Location"] == "/team"
