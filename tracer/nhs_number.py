"""NHS numbers: ten digits, the last a check digit (weights 10 to 2; 11 minus the sum modulo 11)."""

import re

_SEPARATORS = re.compile(r"[\s-]+")
_TEN = re.compile(r"[0-9]{10}")


class NhsNumberFault(ValueError):
    """Not an NHS number; the message says why and what to do."""


def parse(text: str) -> str:
    """The ten digits, with spaces and dashes taken out. NhsNumberFault where the check digit disagrees."""
    digits = _SEPARATORS.sub("", text)
    if not _TEN.fullmatch(digits):
        raise NhsNumberFault("An NHS number has 10 digits, like 999 000 0018.")
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    if check % 11 != int(digits[9]):
        raise NhsNumberFault("This is not a valid NHS number: a digit is wrong. Check it against the source.")
    return digits


def show(digits: str) -> str:
    """As it is printed: 3-3-4."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def mask(digits: str) -> str:
    """Only the last two digits."""
    return f"••• ••• ••{digits[-2:]}"
