"""People: sealing who they are, the keys that find them again, and recognising one we have."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.ids import new_id
from tracer.models import Person
from tracer.schemas.identity import Identity

_NOT_LETTERS = re.compile(r"[^a-z]")
_NOT_LETTERS_OR_DIGITS = re.compile(r"[^a-z0-9]")


def _plain(text: str, drop: re.Pattern[str]) -> str:
    """Lower case without accents, spaces or marks: "O'Neill" and "ONEILL" are one."""
    return drop.sub("", unicodedata.normalize("NFKD", text).casefold())


def keys(identity: Identity, birth_year: int | None = None) -> dict[str, bytes | None]:
    """The keyed hashes of one identity, by column. An empty part has none."""
    digest = vault.current().digest
    name = _plain(identity.family_name, _NOT_LETTERS) + "," + _plain(identity.given_name, _NOT_LETTERS)
    born = identity.date_of_birth.isoformat() if identity.date_of_birth else birth_year
    named = bool(identity.family_name and identity.given_name and born)
    street = _plain(identity.address_line_1 or "", _NOT_LETTERS_OR_DIGITS)
    postcode = _plain(identity.postcode or "", _NOT_LETTERS_OR_DIGITS)
    return {
        "nhs_number_key": digest("nhs", identity.nhs_number) if identity.nhs_number else None,
        "phone_key": digest("phone", identity.phone) if identity.phone else None,
        "phone_2_key": digest("phone", identity.phone_2) if identity.phone_2 else None,
        "email_key": digest("email", identity.email.casefold()) if identity.email else None,
        "name_birth_key": digest("name-birth", f"{name},{born}") if named else None,
        "address_key": digest("address", f"{street},{postcode}") if street and postcode else None,
        "lookup_key": lookup_key(identity),
        "surname_key": surname_key(identity.family_name),
    }


def lookup_key(identity: Identity) -> bytes | None:
    """The key of whole name, date of birth and postcode together; None where one of them is missing."""
    given = (identity.given_name, identity.family_name, identity.date_of_birth, identity.postcode)
    if not all(given):
        return None
    names = ",".join(_plain(name, _NOT_LETTERS) for name in (identity.family_name, identity.given_name))
    postcode = _plain(identity.postcode or "", _NOT_LETTERS_OR_DIGITS)
    return vault.current().digest("lookup", f"{names},{identity.date_of_birth},{postcode}")


def surname_key(family_name: str) -> bytes | None:
    """The keyed hash of a family name, for the watch to compare with a reader's own; None where there is none."""
    plain = _plain(family_name, _NOT_LETTERS)
    return vault.current().digest("surname", plain) if plain else None


def values(
    identity: Identity,
    now: datetime,
    *,
    birth_year: int | None = None,
    sex: str | None = None,
    area: str | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """A person who is not known yet, as column values: the identity sealed and keyed, with a new id.

    Values and not an object, so that a batch inserts thousands at once through the same words.
    """
    person_id = new_id()
    return {
        "id": person_id,
        "sex": sex,
        "area": area,
        "language": language,
        "created_at": now,
        "version": 1,
        **_sealed(person_id, identity, now.date(), birth_year),
    }


def new(identity: Identity, now: datetime, **known: Any) -> Person:
    """The same as an object; `known` as in `values`."""
    return Person(**values(identity, now, **known))


def seal(person: Person, identity: Identity, on: date) -> None:
    """Put what was learnt into a person: sealed whole again, and keyed again."""
    for column, value in _sealed(person.id, identity, on, person.birth_year).items():
        setattr(person, column, value)


def _sealed(person_id: UUID, identity: Identity, on: date, birth_year: int | None) -> dict[str, Any]:
    born = identity.date_of_birth
    year = born.year if born else birth_year
    sealed = vault.current().seal(identity.to_document(), person_id, on)
    return {"sealed": sealed, "birth_year": year, "compared_at": None, **keys(identity, year)}


def agree(known: Sequence[bytes | None], given: Sequence[bytes | None]) -> bool:
    """Whether two sets of keys are one person: at least two of NHS number, name with birth, phone, e-mail.

    Never the NHS number alone (DOMAIN: wrong numbers are written down), nor a shared family telephone
    alone; a name with a different NHS number is somebody else.
    """
    nhs, nhs_given = known[0], given[0]
    if nhs and nhs_given and nhs != nhs_given:
        return False
    same = sum(1 for ours, theirs in zip(known, given, strict=True) if ours and ours == theirs)
    named = bool(known[1] and known[1] == given[1])
    return same >= 2 and (named or bool(nhs and nhs == nhs_given))


def match_keys(person: Person) -> tuple[bytes | None, ...]:
    """The keys that `agree` compares, in its order."""
    return person.nhs_number_key, person.name_birth_key, person.phone_key, person.email_key


def recognise(session: Session, newcomer: Person) -> Person | None:
    """The person we already have under another row, oldest first; a SYSTEM question."""
    nhs, name, *_ = match_keys(newcomer)
    hits = [key == value for key, value in ((Person.nhs_number_key, nhs), (Person.name_birth_key, name)) if value]
    if not hits:
        return None
    query = select(Person).where(or_(*hits), Person.id != newcomer.id).order_by(Person.created_at, Person.id)
    found = session.scalars(query).all()
    return next((old for old in found if agree(match_keys(old), match_keys(newcomer))), None)
