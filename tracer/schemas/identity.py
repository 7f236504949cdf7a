"""Identity: who a person is, as one document. Held in memory only while it is shown or written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

# The parts that stay masked on a page until they are revealed, one at a time, each on record.
MASKED = ("nhs_number", "date_of_birth", "phone", "phone_2", "email", "address")


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, birth date, NHS number (10 digits), phones (E.164), one mailbox, address."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    nhs_number: str | None = None
    phone: str | None = None
    phone_2: str | None = None
    email: str | None = None
    address_line_1: str | None = None
    address_line_2: str | None = None
    town: str | None = None
    postcode: str | None = None
    record_id: str | None = None

    @property
    def name(self) -> str:
        """Given and family name, or what there is of it."""
        return f"{self.given_name} {self.family_name}".strip() or "Name not known"

    @property
    def address(self) -> str | None:
        """The address on one line."""
        parts = (self.address_line_1, self.address_line_2, self.town, self.postcode)
        return ", ".join(part for part in parts if part) or None

    def to_document(self) -> dict[str, Any]:
        """What is sealed: what is known, dates as ISO."""
        known = {key: value for key in self.__slots__ if (value := getattr(self, key))}
        if self.date_of_birth:
            known["date_of_birth"] = self.date_of_birth.isoformat()
        return known

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Identity":
        """Back from the sealed document."""
        born = document.get("date_of_birth")
        return cls(**{**document, "date_of_birth": date.fromisoformat(born) if born else None})
