"""What looks as if it said something of a person, in words that must say nothing of anybody."""

import re
import unicodedata

_SIGNS = (
    ("an e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.\w")),
    ("a postcode", re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2})\b")),
    ("a telephone number or an NHS number", re.compile(r"\d(?:[\s().+/-]{0,3}\d){6,}")),
)
# A day, as people write it: eight digits that are no number of anybody.
_DAY = re.compile(r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})\b")


def looks_like(text: str) -> list[str]:
    """What there seems to be: "a postcode", "an e-mail address". Names cannot be told from words."""
    plain = _DAY.sub("-day-", unicodedata.normalize("NFKC", text)).upper()
    return [words for words, sign in _SIGNS if sign.search(plain)]
