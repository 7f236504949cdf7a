"""The veil: nothing is answered until the password is given again, and nothing typed is lost."""

import re

from tests import world
from tests.site import Site
from tests.sweep import address, routes
from tracer.access.allow import PUBLIC
from tracer.web import guard
from tracer.web.veil import OPEN

RIGHT, WRONG = {"password": world.PASSWORD}, {"password": "somebody behind me"}


def test_under_the_veil_every_route_answers_the_veil(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    client, ids = site.browser("tracer1"), {"case_id": case.id, "person_id": case.person_id}
    assert "Canary1" in client.get(f"/cases/{case.id}").text
    assert client.post("/veil", data={"next": f"/cases/{case.id}"}).headers["Location"].startswith("/veil?next=")
    for rule, method in routes(site):
        if rule.endpoint in OPEN or guard.permission_of(site.app, rule.endpoint) == PUBLIC:
            continue
        answer = client.open(address(rule, ids), method=method)
        if method == "GET":
            assert answer.status_code == 302 and answer.headers["Location"].startswith("/veil"), rule.rule
        else:
            assert answer.status_code == 403 and "The screen is hidden" in answer.text, rule.rule
        assert "Canary1" not in answer.text and "Tracer1" not in answer.text
    page = client.get("/veil").text
    assert "Canary1" not in page and "Tracer1" not in page and "Caseload" not in page
    assert client.get("/nothing").status_code == 302


def test_only_the_password_lifts_it_and_then_back_to_the_same_place(site: Site) -> None:
    client = site.browser("tracer1")
    client.post("/veil", data={"next": "/help"})
    wrong = client.post("/veil/lift", data={**WRONG, "next": "/help"})
    assert wrong.status_code == 422 and "not your password" in wrong.text and 'value="/help"' in wrong.text
    assert client.get("/caseload").status_code == 302
    right = client.post("/veil/lift", data={**RIGHT, "next": "/help"})
    assert right.headers["Location"] == "/help"
    assert client.get("/caseload").status_code == 200
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        client.post("/veil", data={"next": "/help"})
        assert client.post("/veil/lift", data={**RIGHT, "next": elsewhere}).headers["Location"] == "/caseload"


def test_it_is_guessed_no_faster_than_a_sign_in(site: Site) -> None:
    client = site.browser("tracer1")
    client.post("/veil", data={"next": "/help"})
    for _ in range(10):
        client.post("/veil/lift", data=WRONG)
    assert client.post("/veil/lift", data=RIGHT).status_code == 422
    assert client.get("/caseload").status_code == 302


def test_a_form_sent_under_the_veil_is_kept(site: Site) -> None:
    with site.system() as session:
        case, task = world.make_case(session)
        world.give(session, task, "tracer1")
    client = site.browser("tracer1")
    client.post("/veil", data={"next": "/help"})
    sent = client.post(f"/cases/{case.id}/attempts", data={"outcome": "no answer", "note": "Wren rings"})
    assert sent.status_code == 403 and "Wren rings" not in sent.text
    sealed = re.findall(r'name="carry" value="([^"]+)"', sent.text)[0]
    back = client.post("/veil/lift", data={**RIGHT, "carry": sealed})
    assert "Wren rings" in back.text and f'action="/cases/{case.id}/attempts"' in back.text


def test_a_script_is_told_and_the_sign_in_stays_veiled_in_another_browser(site: Site) -> None:
    client = site.browser("tracer1")
    assert client.post("/veil", data={"next": "/"}, headers={"X-Part": "1"}).status_code == 204
    answer = client.post("/interviews/0190a0b0-0000-7000-8000-000000000000/answers", json={"changes": []})
    assert answer.status_code == 403 and answer.json is not None and answer.json["veiled"]
    left = client.get("/session").json
    assert left is not None and left["veiled"]
    cookie = client.get_cookie("tracer")
    assert cookie is not None
    copy = site.browser()
    copy.set_cookie("tracer", cookie.value)
    assert copy.get("/caseload").headers["Location"].startswith("/veil")
    assert client.post("/veil/lift", data=RIGHT, headers={"X-Part": "1"}).status_code == 204
    assert client.get("/caseload").status_code == 200
