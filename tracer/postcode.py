"""Postcodes of the United Kingdom: the six outward shapes, then 9AA; stored in capitals with one space."""

import re

_SHAPE = re.compile(
    r"(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))"
    r"([0-9][ABD-HJLNP-UW-Z]{2})"
)


class PostcodeFault(ValueError):
    """Not a postcode; the message says what one looks like."""


def parse(text: str) -> str:
    """The postcode in capitals with one space, however it was spaced."""
    found = _SHAPE.fullmatch("".join(text.upper().split()))
    if not found:
        raise PostcodeFault("This is not a UK postcode. Write it like LS6 1AA.")
    return f"{found[1]} {found[2]}"


def outward(postcode: str) -> str:
    """The district, "LS6" of "LS6 1AA": what the work is pooled by."""
    return postcode.partition(" ")[0][:4]
