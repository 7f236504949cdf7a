"""The outermost blocks of a text: headings, lists, quotations, and the rest as it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its kind as the parser calls it, its first line from 1, what stands in it, and its source."""

    kind: str
    line: int
    level: int
    tokens: tuple[Token, ...]
    source: str

    @property
    def words(self) -> str:
        """The first line of words in it: what a heading says."""
        return next((token.content.strip() for token in self.tokens if token.type == "inline"), "")

    def is_heading(self, *levels: int) -> bool:
        """Whether it is a heading of one of these levels."""
        return self.kind == "heading" and self.level in levels


def read(tokens: Sequence[Token], text: str) -> Iterator[Block]:
    """The outermost blocks in their order."""
    lines = text.split("\n")
    start = 0
    for number, token in enumerate(tokens):
        if token.level == 0 and token.nesting != 1:
            inside = tuple(tokens[start : number + 1])
            first, last = inside[0].map or [0, 0]
            level = int(token.tag[1]) if token.type == "heading_close" else 0
            kind = token.type.removesuffix("_close")
            yield Block(kind, first + 1, level, inside, "\n".join(lines[first:last]).rstrip())
            start = number + 1


def items(block: Block) -> Iterator[tuple[int, str]]:
    """The items of a list, each with its line; an item of several paragraphs is one text."""
    line = block.line
    parts: list[str] = []
    for token in block.tokens:
        if token.type == "list_item_open" and token.level == 1:
            line, parts = (token.map[0] + 1 if token.map else block.line), []
        elif token.type == "inline":
            parts.append(token.content)
        elif token.type == "list_item_close" and token.level == 1:
            yield line, "\n\n".join(parts)


def quoted(block: Block) -> str:
    """What stands in a quotation, without its marks."""
    kept = [line.lstrip().removeprefix(">").removeprefix(" ") for line in block.source.split("\n")]
    return "\n".join(kept).strip()
