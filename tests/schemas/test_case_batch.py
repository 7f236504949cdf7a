"""The case batch: the quick reader of a row and the schema are one table, and never disagree."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from tests.batches import TODAY, row
from tracer.schemas.case_batch import COLUMNS, NAMES, CaseRow, CaseRowSchema, convert

DATES = st.sampled_from(
    ["", "2020-03-27", "27/03/2020", "2020-02-30", "1979-01-01", "1812-02-07", "tomorrow"]
    + [(TODAY + timedelta(days=days)).isoformat() for days in (-200, -91, -3, -1, 0, 1)]
)
CELLS = {
    "record_id": st.sampled_from(["", "LAB-1", "=1+1", "x" * 101]),
    "nhs_number": st.sampled_from(["", "999 000 0018", "9990000019", "12"]),
    "given_name": st.sampled_from(["", "Zoë", " Ann ", "=A1", "x" * 81]),
    "family_name": st.sampled_from(["", "O'Néill-Smith", "x" * 80]),
    "birth_year": st.sampled_from(["", "1985", "85", "2085"]),
    "sex": st.sampled_from(["", "F", "male", "1", "x"]),
    "phone": st.sampled_from(["", "07400 100001", "0113 496 0000", "0909 879 0000", "ask mum"]),
    "phone_2": st.sampled_from(["", "+447400100002", "1"]),
    "email": st.sampled_from(["", "a@example.com", "a@example.com,b@example.com", "a@b"]),
    "postcode": st.sampled_from(["", "ls61aa", "QQ1 1QQ"]),
    "language": st.sampled_from(["", "PL", "polski"]),
    **dict.fromkeys(("date_of_birth", "specimen_date", "result_date", "onset_date"), DATES),
}
ROWS = st.fixed_dictionaries({}, optional=CELLS) | st.fixed_dictionaries(
    {}, optional={name: st.text(max_size=12) for name in NAMES}
)


def of_the_schema(cells: dict[str, str]) -> dict[str, Any] | set[str]:
    """The values, or the columns at fault."""
    try:
        return {name: value for name, value in CaseRowSchema().load(cells).items() if value is not None}
    except ValidationError as fault:
        return set(fault.messages_dict)


def of_the_reader(cells: dict[str, str]) -> dict[str, Any] | set[str]:
    """The same by the quick reader."""
    read = convert(cells)
    if isinstance(read, CaseRow):
        return {name: getattr(read, name) for name in NAMES if getattr(read, name) is not None}
    return {fault.column for fault in read}


@settings(max_examples=600)
@given(cells=ROWS)
def test_the_reader_and_the_schema_agree(cells: dict[str, str]) -> None:
    assert of_the_reader(cells) == of_the_schema(cells)


@given(cells=ROWS)
def test_a_fault_quotes_the_cell_and_says_what_to_do(cells: dict[str, str]) -> None:
    read = convert(cells)
    for fault in read if isinstance(read, list) else ():
        assert fault.column in NAMES
        assert fault.value in ("", cells.get(fault.column, "").strip()[:80])
        assert fault.message.endswith(".")


def test_a_whole_row_is_read() -> None:
    read = convert(row(1))
    assert isinstance(read, CaseRow) and (read.phone, read.postcode) == ("+447400100001", "LS6 1AA")


def test_every_column_has_a_place_in_the_row() -> None:
    assert set(NAMES) == set(CaseRow.__slots__) and len(COLUMNS) == len(set(NAMES))
