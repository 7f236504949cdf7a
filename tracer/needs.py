"""What a task needs and what somebody can serve, as one word: the skill and the language that claims go by.

`""` is work that anybody can do. English is spoken by everybody here, so it is no need.
"""

from collections.abc import Iterable

EVERYBODYS = "en"


def need(skill: str | None, language: str | None) -> str:
    """The word for a task: `""`, `"pl"`, `"clinical"` or `"clinical+pl"`."""
    spoken = language if language != EVERYBODYS else None
    return "+".join(filter(None, (skill, spoken)))


def served(skills: Iterable[str], languages: Iterable[str]) -> list[str]:
    """Every need that somebody of these skills and languages can serve, the plainest first."""
    spoken = {language.partition("-")[0] for language in languages}  # pt-BR serves whoever speaks pt
    return sorted({need(skill, language) for skill in (None, *skills) for language in (None, *spoken)}, key=_plain)


def _plain(word: str) -> tuple[int, str]:
    return word.count("+") + bool(word), word
