"""The column bind::tracer:field: which fact fills a value, which field of the record an answer fills."""

from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.fields import FACTS, FIELDS, REPEATS, takes
from tracer.interview.script import Item

_BIND = "bind::tracer:field"


def check(row: Row, item: Item, repeat: Row | None, faults: Faults) -> None:
    """Say what is wrong with an item's bind, if anything."""
    bound = row.get(_BIND)
    if item.kind == "hidden":
        _known(row, bound, FACTS, "fact", faults)
    elif bound and item.kind in {"note", "calculate"}:
        faults.add("bind", row, _BIND, "Only the answer to a question fills a field of the record. Leave this empty.")
    elif bound:
        fields = REPEATS.get(repeat.get(_BIND), frozenset()) if repeat else FIELDS
        if _known(row, bound, fields, "field of the record here", faults):
            _check_kind(row, item, bound, faults)


def check_repeat(row: Row, faults: Faults) -> None:
    """Say what is wrong with a repeat's bind; it may have none."""
    if row.get(_BIND):
        _known(row, row.get(_BIND), frozenset(REPEATS), "list of the record", faults)


def _known(row: Row, bound: str, known: frozenset[str], what: str, faults: Faults) -> bool:
    if bound in known:
        return True
    there = f"There are: {', '.join(sorted(known))}." if known else "Bind its repeat to a list of the record first."
    faults.add("bind", row, _BIND, f"{bound!r} is no {what}. {there}")
    return False


def _check_kind(row: Row, item: Item, bound: str, faults: Faults) -> None:
    """A field is filled by what it can take, so that nothing breaks when the interview is finished."""
    wanted = takes(bound)
    kind = {"acknowledge": "select_one", "range": "integer"}.get(item.kind, item.kind)
    if kind not in wanted.kinds:
        faults.add("bind", row, _BIND, f"{bound} is filled by a question of type {' or '.join(wanted.kinds)}.")
    elif kind == "text" and wanted.appearance and item.appearance != wanted.appearance:
        how = f"{bound} needs the appearance {wanted.appearance!r}, which reads what is typed."
        faults.add("bind", row, _BIND, how)
    elif wanted.choices and (strange := [one.name for one in item.choices if one.name not in wanted.choices]):
        faults.add("bind", row, _BIND, f"{bound} knows no {strange[0]!r}. It knows: {', '.join(wanted.choices)}.")
