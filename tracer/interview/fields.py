"""The fields and facts that a script may bind to: the whole vocabulary between scripts and records."""

from dataclasses import dataclass

# What an answer can fill, by where the question stands.
FIELDS = frozenset(
    {
        "interview.outcome",
        "case.has_symptoms",
        "case.onset_date",
        "case.setting",
        "case.needs",
        "person.language",
        "person.phone",
        "person.email",
        "person.date_of_birth",
        "contact.told",
        "contact.symptoms",
        "contact.onset_date",
        "contact.needs",
    }
)
CONTACT_FIELDS = frozenset(
    f"contact.{name}"
    for name in (
        "given_name",
        "family_name",
        "birth_year",
        "phone",
        "email",
        "relationship",
        "closeness",
        "last_exposure",
        "place",
        "minutes",
        "same_address",
    )
)
PLACE_FIELDS = frozenset({"place.name", "place.kind", "place.day", "place.postcode", "place.people"})
REPEATS = {"contacts": CONTACT_FIELDS, "household": CONTACT_FIELDS, "places": PLACE_FIELDS}

# What the record tells a script, through rows of type `hidden`. Nothing in contact.* is about the case.
FACTS = frozenset(
    {
        "person.given_name",
        "person.full_name",
        "person.birth_year",
        "person.postcode_start",
        "person.phone_end",
        "case.reference",
        "case.specimen_date",
        "contact.reference",
        "contact.last_exposure",
        "contact.is_household",
        "tracer.given_name",
        "service.name",
        "service.phone",
        "today",
        "window.from",
        "window.until",
        "window.back_from",
        "isolation.until",
        "isolation.days",
        "household.until",
        "household.days",
    }
)

OUTCOMES = ("completed", "refused", "not_identified", "unable", "call_back")


@dataclass(frozen=True)
class Takes:
    """What may fill a field: types of question, the appearance that reads it, the only choices that mean something."""

    kinds: tuple[str, ...]
    appearance: str = ""
    choices: tuple[str, ...] = ()


_DATE, _CHOICE, _CHOICES = Takes(("date",)), Takes(("select_one",)), Takes(("select_multiple",))
_YES_NO, _WORDS = Takes(("select_one",), choices=("yes", "no")), Takes(("text", "select_one"))
_PHONE, _EMAIL, _WHOLE = Takes(("text",), "phone"), Takes(("text",), "email"), Takes(("integer",))
# By the part after the point, unless the whole name is here.
TAKES = {
    **{"interview.outcome": Takes(("select_one",), choices=OUTCOMES), "place.kind": _WORDS, "place.day": _DATE},
    **dict.fromkeys(("has_symptoms", "told", "symptoms", "same_address"), _YES_NO),
    **dict.fromkeys(("onset_date", "date_of_birth", "last_exposure"), _DATE),
    **dict.fromkeys(("setting", "closeness"), _CHOICE),
    **{"needs": _CHOICES, "phone": _PHONE, "email": _EMAIL, "birth_year": _WHOLE, "minutes": _WHOLE},
}


def takes(field: str) -> Takes:
    """What may fill a field: words, typed or chosen, unless it is said otherwise."""
    return TAKES.get(field, TAKES.get(field.partition(".")[2], _WORDS))
