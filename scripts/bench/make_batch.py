"""Write a synthetic case batch: `make_batch.py FILE ROWS`. The same rows every time it is run on one day.

Households of one to five at real-looking but invented addresses, telephone numbers that are nobody's,
NHS numbers of the test range, some parts missing as they are in life. About one person in fifty is
tested twice.
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

_TOWNS = (
    ("Leeds", "LS"),
    ("York", "YO"),
    ("London", "SE"),
    ("London", "SW"),
    ("Manchester", "M"),
    ("Bath", "BA"),
)
_SETTINGS = ("", "", "", "", "", "", "", "", "care_home", "school")


def nhs_number(number: int) -> str:
    """The NHS number of the test range for the `number`-th person; nothing where there is none."""
    nine = 999_000_000 + number % 1_000_000
    check = 11 - sum(int(digit) * weight for digit, weight in zip(str(nine), range(10, 1, -1), strict=True)) % 11
    return "" if check == 10 or number >= 1_000_000 else f"{nine}{check % 11}"


def batch(rows: int, today: date, seed: int = 1) -> Iterator[dict[str, str]]:
    """The rows, as cells by column name."""
    chance = random.Random(seed)
    home: dict[str, str] = {}
    left, last = 0, None
    for number in range(rows):
        if left == 0:
            home, left = _home(chance, number), chance.choices((1, 2, 3, 4, 5), (30, 35, 15, 13, 7))[0]
        left -= 1
        again = last is not None and chance.random() < 0.02
        person = last if again and last else _person(chance, number, home)
        last = person
        yield {**person, **_test(chance, number, today)}


def _name(chance: random.Random) -> str:
    """One of 336 invented syllables; few enough that names repeat, as they do."""
    return chance.choice("BDFGHKLMNPRSTVWY") + chance.choice("aeo") + chance.choice("lmnrstd")


def _home(chance: random.Random, number: int) -> dict[str, str]:
    town, area = chance.choice(_TOWNS)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inward = f"{number % 10}{letters[number // 10 % 20]}{letters[number // 200 % 20]}"
    return {
        "family_name": _name(chance) + chance.choice(("brook", "dale", "field", "ley", "stead", "thorpe")),
        "address_line_1": f"{number % 211 + 1} {_name(chance)} Row",
        "town": town,
        "postcode": f"{area}{chance.randint(1, 9)} {inward}",
    }


def _person(chance: random.Random, number: int, home: dict[str, str]) -> dict[str, str]:
    given = _name(chance)
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(32_000))
    return {
        **home,
        "nhs_number": nhs_number(number) if chance.random() < 0.95 else "",
        "given_name": given,
        "date_of_birth": born.isoformat(),
        "sex": chance.choice(("female", "male")),
        "phone": f"07400 1{number % 100_000:05d}" if chance.random() < 0.9 else "",
        "email": f"{given.lower()}.{number}@example.com" if chance.random() < 0.5 else "",
        "language": chance.choices(("", "en", "pl", "ur", "bn"), (30, 60, 4, 3, 3))[0],
    }


def _test(chance: random.Random, number: int, today: date) -> dict[str, str]:
    specimen = today - timedelta(days=chance.randint(1, 9))
    onset = specimen - timedelta(days=chance.randint(0, 5))
    return {
        "record_id": f"SYN-{number:08d}",
        "test_type": "PCR",
        "lab_code": f"LAB{number % 7}",
        "specimen_date": specimen.isoformat(),
        "result_date": (specimen + timedelta(days=1)).isoformat(),
        "onset_date": onset.isoformat() if chance.random() < 0.7 else "",
        "setting": chance.choice(_SETTINGS),
    }


def write(path: Path, rows: int, today: date) -> None:
    """Write the batch as CSV; one row at least."""
    made = batch(rows, today)
    first = next(made)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(made)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Say: make_batch.py FILE ROWS")
    write(Path(sys.argv[1]), int(sys.argv[2]), datetime.now(UTC).date())
