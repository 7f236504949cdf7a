"""The generated pages are what the code says, and every link in the docs leads somewhere."""

import re
from pathlib import Path

import pytest

from tracer.access import permissions_page
from tracer.interview.authoring import reference
from tracer.schemas import case_batch

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("permissions.md", permissions_page.markdown()),
        ("case-batch.md", case_batch.markdown()),
        ("scripts.md", reference.markdown()),
    ],
)
def test_generated_pages(page: str, text: str) -> None:
    assert (ROOT / "docs/reference" / page).read_text() == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", page.read_text()) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []
