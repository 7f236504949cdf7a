"""The columns of flags: which an answer or a choice raises, and when."""

from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.fields import FLAGS
from tracer.interview.script import Choice

FLAG, WHEN = "bind::tracer:flag", "bind::tracer:flag_when"
CHOICE_FLAG = "tracer_flag"  # the sheet choices has no binds


def of(row: Row, column: str, faults: Faults) -> str:
    """The flag of a question or a choice, blank for none; a fault where there is none such."""
    flag = row.get(column)
    if flag and flag not in FLAGS:
        faults.add("flag", row, column, f"{flag!r} is no flag. There are: {', '.join(sorted(FLAGS))}.")
    return flag


def when(row: Row, choices: tuple[Choice, ...], faults: Faults) -> str:
    """The condition under which a question raises its flag: as its row says, else that the answer is yes."""
    if row.get(WHEN) and not row.get(FLAG):
        faults.add("flag", row, WHEN, "This raises no flag. Name one in bind::tracer:flag, or leave this empty.")
    if not row.get(FLAG) or row.get(WHEN):
        return row.get(WHEN)
    if not any(choice.name == "yes" for choice in choices):
        how = f"Say in bind::tracer:flag_when which answers raise it, like: ${{{row.get('name')}}} = 'no'"
        faults.add("flag", row, FLAG, how)
    return f"${{{row.get('name')}}} = 'yes'"
