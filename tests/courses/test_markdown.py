"""What comes out as HTML is what the parser made: no tag, address or attribute that somebody typed."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.courses import markdown

TAGS = {
    *("p", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
    *("blockquote", "a", "img", "strong", "em", "code", "pre", "hr", "br", "html", "head", "body"),
}
ATTRIBUTES = {"class", "href", "src", "alt", "title", "scope", "start"}
PIECES = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "<img src=x onerror=y>",
            "[a](javascript:b)",
            "[a](data:text/html,b)",
            "<b",
            "-->",
        ),
        *("![a](x.png)", "![a](//evil/x.png)", "![a](../x.png)", "[a](https://ok.example 'says \"hi\"')", "[a](/help)"),
        *(
            "<https://x.example>",
            "<javascript:x>",
            "[a]: javascript:x\n\n[a]",
            "**b**",
            "`c`",
            "&lt;script&gt;",
            "&#106;",
        ),
        *("\n\n", "\n", "> ", "- ", "1. ", "### ", "| a | b |\n|:-:|--:|\n| c | d |\n", '" onclick="x', "```\n", "\\"),
    ]
)


def address(name: str) -> str:
    return f"/pictures/{name}"


def shown(text: str) -> str:
    return markdown.html(text, address)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_nothing_unsafe_passes(text: str) -> None:
    for page in (shown(text), markdown.line_html(text, address)):
        for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
            assert element.tag in TAGS
            assert set(element.attrib) <= ATTRIBUTES
            assert element.get("href", "#").startswith(("https://", "/help", "#"))
            assert element.get("src", "") == "" or element.get("src", "").startswith("/pictures/")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Words **here**", '<p class="govuk-body">Words <strong>here</strong></p>'),
        ("<b>x</b>", '<p class="govuk-body">&lt;b&gt;x&lt;/b&gt;</p>'),
        ("[x](javascript:y)", '<p class="govuk-body"><a href="#" class="govuk-link">x</a></p>'),
        ("![A map](map.png)", '<p class="govuk-body"><img src="/pictures/map.png" alt="A map"></p>'),
        ("![A map](../map.png)", '<p class="govuk-body"><img src="" alt="A map"></p>'),
    ],
)
def test_how_it_looks(text: str, html: str) -> None:
    assert shown(text).strip().replace(" />", ">") == html


def test_tables_have_heads_with_a_scope_and_no_styles() -> None:
    page = shown("| a | b |\n|--:|---|\n| 1 | 2 |\n")
    assert page.count('scope="col"') == 2
    assert "style" not in page


def test_a_line_has_no_paragraph() -> None:
    assert markdown.line_html("A *choice*", address) == "A <em>choice</em>"
