"""The API describes itself, and the reference page is made from that."""

from pathlib import Path
from typing import Any

from tests.site import Site
from tracer.api import description, reference


def test_every_address_of_the_api_is_described(site: Site) -> None:
    answer = site.browser().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document: Any = answer.json
    assert document["openapi"].startswith("3.1")
    described = {path.replace("{intake_id}", "<uuid:intake_id>") for path in document["paths"]}
    rules = {rule.rule for rule in site.app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert rules - {"/api/v1/openapi.json"} == described


def test_the_description_says_how_to_send_a_file_and_what_errors_look_like(site: Site) -> None:
    document = description(site.app)
    post = document["paths"]["/api/v1/intakes"]["post"]
    assert list(post["requestBody"]["content"]) == ["multipart/form-data"]
    parts = document["components"]["schemas"]["Parts"]
    assert parts["required"] == ["file"] and "csrf_token" not in parts["properties"]
    assert set(document["components"]["schemas"]["Problem"]["properties"]) == {"status", "message", "fields"}
    assert document["security"] == [{"token": []}]


def test_the_reference_page_is_what_the_description_makes(site: Site) -> None:
    page = Path(__file__).parents[2] / "docs/reference/api.md"
    assert page.read_text(encoding="utf-8") == reference.markdown(description(site.app))
