"""The small leaves: identifiers, NHS numbers, postcodes, sealing."""

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer import ids, nhs_number, postcode
from tracer.vault import Vault, VaultFault

TODAY = date(2026, 3, 10)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_ids_are_version_7_and_rise_with_time() -> None:
    made = [ids.new_id() for _ in range(2000)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    assert len(set(made)) == len(made)
    times = [one.int >> 80 for one in made]
    assert times == sorted(times)


def test_references_can_be_read_out() -> None:
    made = {ids.new_reference() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(one) == 8 for one in made)
    assert not set("".join(made)) & set("0O1IL")


@given(st.integers(0, 999_999))
def test_an_nhs_number_with_one_digit_changed_is_refused(number: int) -> None:
    """The check digit finds every single wrong digit (weights and modulus have no factor in common)."""
    nine = f"999{number:06d}"
    valid = [f"{nine}{last}" for last in range(10) if _valid(f"{nine}{last}")]
    assert len(valid) <= 1  # one in eleven has no check digit at all
    for digits in valid:
        assert nhs_number.parse(nhs_number.show(digits)) == digits
        for place in range(10):
            other = str((int(digits[place]) + 1) % 10)
            assert not _valid(digits[:place] + other + digits[place + 1 :])


def _valid(digits: str) -> bool:
    try:
        return nhs_number.parse(digits) == digits
    except nhs_number.NhsNumberFault:
        return False


def test_a_masked_nhs_number_shows_two_digits() -> None:
    assert [letter for letter in nhs_number.mask("9990000018") if letter.isdigit()] == ["1", "8"]


@pytest.mark.parametrize("wrong", ["", "999 000 001", "999 000 0019", "99900000188", "999000001O", "٩٩٩٠٠٠٠٠١٨"])
def test_these_are_no_nhs_numbers(wrong: str) -> None:
    with pytest.raises(nhs_number.NhsNumberFault):
        nhs_number.parse(wrong)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ls61aa", "LS6 1AA"),
        (" L S 6 1 A A ", "LS6 1AA"),
        ("m11ae", "M1 1AE"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("w1a0ax", "W1A 0AX"),
        ("cr26xh", "CR2 6XH"),
        ("DN551PT", "DN55 1PT"),
        ("GIR0AA", "GIR 0AA"),
    ],
)
def test_postcodes_of_every_shape(typed: str, wanted: str) -> None:
    assert postcode.parse(typed) == wanted
    assert postcode.parse(wanted) == wanted
    assert wanted.startswith(postcode.outward(wanted))


@pytest.mark.parametrize("wrong", ["", "LS6", "LS6 1A", "QQ1 1QQ", "LS6 1AAA", "12345", "LS6-1AA", "LS6 ICK"])
def test_these_are_no_postcodes(wrong: str) -> None:
    with pytest.raises(postcode.PostcodeFault):
        postcode.parse(wrong)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@given(document=DOCUMENTS)
def test_what_is_sealed_opens_for_its_own_record_only(keys: Path, document: object) -> None:
    vault, mine, other = Vault(keys), uuid4(), uuid4()
    sealed = vault.seal(document, mine, TODAY)
    assert vault.open(sealed, mine) == document
    with pytest.raises(VaultFault, match="another record"):
        vault.open(sealed, other)


@given(place=st.integers(0, 60), bit=st.integers(0, 7))
def test_a_document_with_one_bit_changed_does_not_open(keys: Path, place: int, bit: int) -> None:
    vault, mine = Vault(keys), UUID(int=7)
    sealed = bytearray(vault.seal({"given_name": "Canary"}, mine, TODAY))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(VaultFault):
        vault.open(bytes(sealed), mine)


def test_a_destroyed_key_forgets_its_month_and_no_other(tmp_path: Path) -> None:
    vault, mine = Vault(tmp_path), uuid4()
    march, april = vault.seal("a", mine, TODAY), vault.seal("b", mine, date(2026, 4, 1))
    (tmp_path / "seal-2026-03.key").unlink()
    fresh = Vault(tmp_path)
    assert fresh.open(april, mine) == "b"
    with pytest.raises(VaultFault, match="2026-03 was destroyed"):
        fresh.open(march, mine)
    assert not (tmp_path / "seal-2026-03.key").exists(), "opening never makes a key"


def test_hashes_differ_by_kind_and_by_key(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "one")
    assert vault.digest("phone", "x") == Vault(tmp_path / "one").digest("phone", "x")
    assert vault.digest("phone", "x") != vault.digest("email", "x")
    assert vault.digest("phone", "x") != Vault(tmp_path / "two").digest("phone", "x")


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    Vault(tmp_path / "keys").seal("a", uuid4(), TODAY)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
