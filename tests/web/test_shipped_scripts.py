"""Every script that comes with Tracer: listed, shown, previewed in each of its languages, had as a file, compared."""

import pytest
from sqlalchemy import select

from tests import scripting
from tests.scripting import send
from tests.site import Site
from tracer.interview import library
from tracer.interview.script import Item
from tracer.models import ScriptVersion

SHIPPED = library.shipped()


def versions(site: Site) -> dict[tuple[str, str], str]:
    """The shipped versions by disease and kind."""
    with site.system() as session:
        rows = session.execute(select(ScriptVersion.disease, ScriptVersion.kind, ScriptVersion.id)).all()
        return {(disease, kind): str(id_) for disease, kind, id_ in rows}


def test_all_are_published_and_listed(site: Site) -> None:
    page = site.browser("trainer").get("/scripts").text
    assert set(versions(site)) == set(SHIPPED)
    for words in ("Daily follow-up", "Quality review"):
        assert words.lower() in page.lower()


@pytest.mark.parametrize("which", SHIPPED, ids="/".join)
def test_each_is_shown_previewed_and_had_as_files(site: Site, which: tuple[str, str]) -> None:
    client, script = site.browser("trainer"), library.load(*which)
    address = f"/scripts/{versions(site)[which]}"
    first = script.sections[0]
    for page in (address, f"{address}/text", f"{address}/preview"):
        answer = client.get(page)
        assert answer.status_code == 200, page
    assert first.label in client.get(f"{address}/preview").text
    for code in script.languages[1:]:
        turned = client.post(f"{address}/preview", data={"as_language": code, "as_section": first.name})
        assert f'lang="{code}"' in turned.text
    for file in ("workbook", "questionnaire"):
        assert client.get(f"{address}/{file}").status_code == 200, file


@pytest.mark.parametrize("which", [key for key in SHIPPED if key[1] in {"follow-up", "quality-review"}], ids="/".join)
def test_the_difference_to_a_draft_is_shown(site: Site, which: tuple[str, str]) -> None:
    client, script = site.browser("trainer"), library.load(*which)
    items = [one for one in script.sections[-1].items if isinstance(one, Item) and one.is_question]
    text = scripting.text("Another title", which).replace(f"| {items[0].label} |", "| Tell me how it ended. |")
    address = send(client, text, disease=which[0], kind=which[1]).headers["Location"]
    page = client.get(f"{address}/difference")
    assert page.status_code == 200
    assert "Tell me how it ended." in page.text
