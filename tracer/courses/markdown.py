"""Markdown as courses use it: into blocks with their lines, into safe HTML, and what in it may not stand there.

The parser never passes HTML through: what looks like a tag comes out as letters. Links and pictures are let through
by a list of what is allowed, never by one of what is not.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tracer.courses.faults import Faults

IMAGE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.(png|jpg|webp)")
_LINK = re.compile(r"https://[^\s]+|/(?!/)[^\s\\]*|#[a-z0-9-]+")
# What the design system calls each part.
_CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "heading_open": "govuk-heading-s",
    "table_open": "govuk-table",
    "thead_open": "govuk-table__head",
    "tbody_open": "govuk-table__body",
    "tr_open": "govuk-table__row",
    "th_open": "govuk-table__header",
    "td_open": "govuk-table__cell",
    "blockquote_open": "govuk-inset-text",
    "link_open": "govuk-link",
}


def blocks(text: str) -> list[Token]:
    """The blocks of a text, outermost and inner, each with the lines that it takes (`map`, from 0)."""
    return _parser(html=True).parse(text)


def html(text: str, image: Callable[[str], str]) -> str:
    """Safe HTML. `image` gives the address of a picture of the course's own folder, by its name."""
    parser = _parser()
    tokens = parser.parse(text)
    return _rendered(parser, tokens, image)


def line_html(text: str, image: Callable[[str], str]) -> str:
    """Safe HTML of one line, without a paragraph around it."""
    parser = _parser()
    return _rendered(parser, parser.parseInline(text), image)


def _parser(html: bool = False) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html}).enable("table")
    # What may be linked is decided here, and said in `check`; nothing is left out in silence by the library.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _rendered(parser: MarkdownIt, tokens: Sequence[Token], image: Callable[[str], str]) -> str:
    for token in every(tokens):
        # Alignment comes as a style attribute, which the content policy refuses.
        token.attrs.pop("style", None)
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "link_open" and not _LINK.fullmatch(_given(token, "href")):
            token.attrSet("href", "#")
        if token.type == "image":
            name = _given(token, "src")
            token.attrSet("src", image(name) if IMAGE.fullmatch(name) else "")
    env: dict[str, Any] = {}
    return str(parser.renderer.render(tokens, parser.options, env))


def every(tokens: Sequence[Token]) -> Iterator[Token]:
    """Every token and what is inside it."""
    for token in tokens:
        yield token
        yield from every(token.children or ())


def check(tokens: Sequence[Token], images: frozenset[str], faults: Faults) -> None:
    """Say what may not stand in a course: HTML, links that lead elsewhere, pictures from elsewhere."""
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        for part in every([token]):
            if part.type in {"html_block", "html_inline"}:
                how = f"HTML is not used here, it would be shown as letters: {part.content.strip()[:40]!r}."
                faults.add("html", line, how)
            elif part.type == "link_open" and not _LINK.fullmatch(_given(part, "href")):
                how = f"A link leads to https:// or to a page of Tracer (/help), not to {_given(part, 'href')!r}."
                faults.add("link", line, how)
            elif part.type == "image":
                _check_image(part, line, images, faults)


def _check_image(part: Token, line: int, images: frozenset[str], faults: Faults) -> None:
    name = _given(part, "src")
    if not IMAGE.fullmatch(name):
        how = "A picture is a file of the course's own folder, named like map.png: .png, .jpg or .webp."
        faults.add("image", line, f"{name!r} cannot be used. {how}")
    elif name not in images:
        there = f"There are: {', '.join(sorted(images))}." if images else "There are none."
        faults.add("image", line, f"The course's folder has no {name!r}. {there}")
    if not part.content.strip():
        faults.add("alt", line, f"Say in words what {name!r} shows: ![words]({name}).")


def _given(token: Token, name: str) -> str:
    return str(token.attrs.get(name, ""))
