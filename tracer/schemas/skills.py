"""What somebody can take on besides an ordinary call: the one list, which the roster and the screens share."""

from tracer.interview import languages

# Word -> what it means. A word that is taken off stays on the accounts that have it until a roster leaves it out.
SKILLS: dict[str, str] = {
    "clinical": "nurses, doctors and others who may judge what an illness calls for",
    "complex settings": "care homes, schools, hospitals, prisons and work places with many contacts",
    "conversation": "those who have learned to help with a call that turns hard: anger, grief, fear, refusal",
    "speaking with children": "trained and checked to speak with a child",
}


def skill_of(written: str) -> str | None:
    """The skill as it is kept, however its letters, spaces and dashes are written; None where it is none."""
    word = " ".join(written.replace("_", " ").replace("-", " ").split()).casefold()
    return word if word in SKILLS else None


def need_in_words(need: str) -> str:
    """A need as people say it: `clinical, Polish`."""
    parts = need.split("+")
    return ", ".join(languages.in_english(part) if len(part) <= 3 else part for part in parts if part)
