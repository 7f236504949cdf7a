"""A row of a roster: who works here, as an employer's list says it, checked cell by cell."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tracer import pattern
from tracer.interview import languages
from tracer.pattern import PatternFault
from tracer.schemas.case_batch import CellFault, RowFault
from tracer.schemas.skills import SKILLS, skill_of
from tracer.tables import TableFault

NEEDED = ("email", "given_name", "family_name", "role", "team")
# Left out of the file, they stay as they are; an empty cell means none: the usual capacity, and any time.
OPTIONAL = ("skills", "languages", "capacity", "pattern")
# What our own list of rejected rows has besides: corrected, it can be sent as it is.
OURS = ("rejected_line", "rejected_column", "rejected_value", "what_to_do")
# What the delivery takes for one mailbox, and a dot in the domain besides.
_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9-]*\.)+[a-z0-9-]*[a-z0-9]")
_LONGEST_ADDRESS, _LONGEST_NAME = 254, 80
MOST_CAPACITY = 200
_FORMULA = tuple("=+-@＝＋－＠")
# Beside these, what is written from right to left needs its joiners.
_JOINERS = {"\u200c", "\u200d"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row whose cells can be used; role and team as they are written. None: the file has no such column.

    Capacity 0 is the usual one, the pattern "" any time.
    """

    email: str
    given_name: str
    family_name: str
    role: str
    team: str
    skills: list[str] | None
    languages: list[str] | None
    capacity: int | None
    pattern: str | None


def check_header(header: list[str]) -> None:
    """TableFault naming each column that is missing or not known, with the nearest that would be."""
    known = NEEDED + OPTIONAL
    if not set(known) & set(header):
        raise TableFault(
            "The first line names no column that is known. It must name them, parted by commas: "
            f"{', '.join(known)}. Save the file as CSV UTF-8 with these names in its first line."
        )
    missing = [f"{name!r} is missing{_nearest(name, header)}" for name in NEEDED if name not in header]
    strange = [
        f"{name[:40]!r} is not known{_nearest(name, known)}"
        for name in header
        if name and name not in known and name not in OURS
    ]
    if missing or strange:
        raise TableFault(f"The columns do not fit: {'; '.join(missing + strange)}. Correct the first line.")


def read(cells: dict[str, str]) -> tuple[dict[str, Any], list[RowFault]]:
    """The cells that can be used, by column, and all that is wrong with the others.

    With nothing wrong they make a RosterRow.
    """
    found: dict[str, Any] = {}
    faults = []
    for name, reader in _READERS.items():
        try:
            found[name] = reader(_plain(cells[name])) if name in cells else None
        except CellFault as fault:
            faults.append(RowFault(name, cells[name].strip()[:200], str(fault)))
    return found, faults


def address_in(cells: dict[str, str]) -> str | None:
    """The one address of a row as it is kept, whatever else is wrong with the row; None where it has none."""
    try:
        return _email(_plain(cells["email"]))
    except CellFault:
        return None


def _plain(text: str) -> str:
    """A cell without the spaces around it; letters and their accents as one."""
    text = unicodedata.normalize("NFC", text.strip(" \u00a0"))
    if any(unicodedata.category(one) in _HIDDEN and one not in _JOINERS for one in text):
        raise CellFault("There is a hidden character or a line break in this cell. Type it anew.")
    if text.startswith(_FORMULA):
        raise CellFault("A spreadsheet takes this for a formula. Write the words alone.")
    return " ".join(text.split())


def _email(text: str) -> str:
    address = text.lower()
    if not address:
        raise CellFault("Enter the person's own e-mail address: the invitation goes there.")
    if address.count("@") > 1 or re.search("[,;]", address):
        raise CellFault("There is more than one address in this cell. Give each person a row and an address of theirs.")
    if not _MAILBOX.fullmatch(address) or ".." in address or len(address) > _LONGEST_ADDRESS:
        raise CellFault("Write one e-mail address, like name@example.com, without spaces or accents.")
    return address


def _name(which: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not any(one.isalpha() for one in text):
            raise CellFault(f"Enter the {which} name.")
        if len(text) > _LONGEST_NAME:
            raise CellFault(f"Keep the {which} name within {_LONGEST_NAME} characters.")
        return text

    return read


def _role(text: str) -> str:
    if not text:
        raise CellFault("Enter the role.")
    return " ".join(text.replace("_", " ").split()).casefold()


def capacity_of(text: str) -> int:
    """How many open tasks somebody is handed at most; 0, the usual, for an empty cell."""
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_CAPACITY:
        raise CellFault(f"Write how many open tasks they are handed at most: a number from 1 to {MOST_CAPACITY}.")
    return int(text)


def pattern_of(text: str) -> str:
    """When somebody works, as it is kept; "", any time, for an empty cell."""
    try:
        return str(pattern.read(text)) if text else ""
    except PatternFault as fault:
        raise CellFault(str(fault)) from fault


def languages_of(text: str) -> list[str]:
    """The codes of the languages that are written."""
    what = "is no language that Tracer knows. Write English names or codes, parted by semicolons, like Polish; pt-BR."
    return _each(text, languages.known_code, what)


def _skills(text: str) -> list[str]:
    return _each(text, skill_of, f"is no skill here. Write one of these, parted by semicolons: {', '.join(SKILLS)}.")


def _each(text: str, find: Callable[[str], str | None], otherwise: str) -> list[str]:
    """The words of a cell as they are kept: each once, in order of the alphabet."""
    found = set()
    for part in filter(None, (one.strip() for one in text.split(";"))):
        word = find(part)
        if word is None:
            raise CellFault(f"“{part[:60]}” {otherwise}")
        found.add(word)
    return sorted(found)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower(), [one for one in known if one], 1, 0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


_READERS: dict[str, Callable[[str], Any]] = {
    "email": _email,
    "given_name": _name("first"),
    "family_name": _name("last"),
    "role": _role,
    "team": str,
    "skills": _skills,
    "languages": languages_of,
    "capacity": capacity_of,
    "pattern": pattern_of,
}
