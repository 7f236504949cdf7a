"""The fields and facts that a script may bind to: the whole vocabulary between scripts and records."""

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
