"""Recognising the people of a batch: those we have and those who came a few rows earlier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracer.casework import people
from tracer.models import Person

Keys = tuple[bytes | None, ...]
# In the order that `people.agree` compares: NHS number, name with birth, phone, e-mail.
_COMPARED = ("nhs_number_key", "name_birth_key", "phone_key", "email_key")
_ALL_KEYS = (*_COMPARED, "phone_2_key", "address_key")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody we have, as far as recognising goes."""

    id: UUID
    keys: dict[str, bytes | None]
    area: str | None
    birth_year: int | None
    language: str | None

    @property
    def compared(self) -> Keys:
        """The keys that `people.agree` compares."""
        return compared(self.keys)

    def lacks(self, given: dict[str, bytes | None]) -> bool:
        """Whether a row knows a part of this person that we do not have yet."""
        return any(given[key] and not ours for key, ours in self.keys.items())

    def completing(self, given: dict[str, Any]) -> dict[str, Any]:
        """The row's values as this person's: what the row does not say is as we have it."""
        ours = {
            "area": self.area,
            "birth_year": self.birth_year,
            "language": self.language,
            "address_key": self.keys["address_key"],
        }
        return {**given, "id": self.id, **{name: given[name] or value for name, value in ours.items()}}


def compared(keys: dict[str, Any]) -> Keys:
    """The keys that `people.agree` compares, in its order."""
    return tuple(keys[column] for column in _COMPARED)


def somebody_else(ours: Keys, given: Keys) -> bool:
    """Whether a row under a known record_id is about another person than the one it was kept for.

    Two laboratories that number alike would otherwise lose a case in silence. Different NHS numbers say
    so; so does having nothing at all in common where something could be compared.
    """
    if ours[0] and given[0]:
        return ours[0] != given[0]
    both = [(one, other) for one, other in zip(ours, given, strict=True) if one and other]
    return bool(both) and all(one != other for one, other in both)


class Matches:
    """The people that the newcomers of one chunk could be: from the database, and added as they come."""

    def __init__(self, session: Session, newcomers: Sequence[dict[str, Any]]) -> None:
        self._by_nhs: dict[bytes, list[Known]] = {}
        self._by_name: dict[bytes, list[Known]] = {}
        found: dict[UUID, Row[Any]] = {}
        for column in ("nhs_number_key", "name_birth_key"):
            wanted = {one[column] for one in newcomers} - {None}
            if wanted:
                found.update((row.id, row) for row in _holding(session, column, wanted))
        for row in sorted(found.values(), key=lambda row: (row.created_at, row.id)):
            keys = {key: getattr(row, key) for key in _ALL_KEYS}
            self._add(Known(row.id, keys, row.area, row.birth_year, row.language))

    def find(self, newcomer: dict[str, Any]) -> Known | None:
        """The person that a newcomer is, the one we have had longest first."""
        keys = compared(newcomer)
        candidates = [
            *self._by_nhs.get(keys[0] or b"", ()),
            *self._by_name.get(keys[1] or b"", ()),
        ]
        return next((one for one in candidates if people.agree(one.compared, keys)), None)

    def add(self, person: dict[str, Any]) -> None:
        """A new person of this chunk, for the rows below to be recognised as."""
        keys = {key: person[key] for key in _ALL_KEYS}
        self._add(Known(person["id"], keys, person["area"], person["birth_year"], person["language"]))

    def _add(self, known: Known) -> None:
        for index, key in (
            (self._by_nhs, known.keys["nhs_number_key"]),
            (self._by_name, known.keys["name_birth_key"]),
        ):
            if key:
                index.setdefault(key, []).append(known)


def _holding(session: Session, column: str, wanted: Iterable[bytes]) -> Sequence[Row[Any]]:
    columns = (Person.id, Person.created_at, Person.area, Person.birth_year, Person.language)
    keys = [getattr(Person, key) for key in _ALL_KEYS]
    return session.execute(select(*columns, *keys).where(getattr(Person, column).in_(wanted))).all()
