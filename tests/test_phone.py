"""Telephone numbers: every style is one number, and the quick way never disagrees with the library."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer import phone

STYLES = st.sampled_from(["0{}", "+44{}", "0044{}", "+44 {}", "(0){}", "0{} ", "+44 (0){}"])
DIGITS = st.text("0123456789", min_size=7, max_size=11)
LIKELY = st.tuples(st.sampled_from(["7", "1", "2", "3", "70", "76", "7911", "8", "9"]), DIGITS).map("".join)


def of_the_library(text: str) -> str | None:
    """E.164 of a British number that may be called, by the library alone."""
    try:
        number = phonenumbers.parse(text.strip(), "GB")
    except phonenumbers.NumberParseException:
        return None
    costly = {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) in costly:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parsed(text: str) -> str | None:
    """What we make of it."""
    try:
        return phone.parse(text)
    except phone.PhoneFault:
        return None


@settings(max_examples=2_000, deadline=None)
@given(STYLES, st.one_of(LIKELY, DIGITS))
def test_the_quick_way_agrees_with_the_library(style: str, digits: str) -> None:
    text = style.format(digits)
    assert parsed(text) == of_the_library(text)


@settings(max_examples=500, deadline=None)
@given(st.text(" +()-0123456789abc\u00a0.=", max_size=20))
def test_nor_on_rubbish(text: str) -> None:
    assert parsed(text) == of_the_library(text.replace("\u00a0", " "))


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("07400 100001", "+447400100001"),
        ("+44 7400-100001", "+447400100001"),
        ("0113 496 0000", "+441134960000"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("01534 456 789", "+441534456789"),
    ],
)
def test_what_people_write(text: str, e164: str) -> None:
    assert phone.parse(text) == e164


def test_it_is_masked_and_shown() -> None:
    assert phone.show("+447400100001") == "07400 100001"
    assert phone.mask("+447400100001").endswith("001") and "7400" not in phone.mask("+447400100001")
    assert phone.is_mobile("+447400100001") and not phone.is_mobile("+441134960000")
