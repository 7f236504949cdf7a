"""Which flags the answers of a run raise: by a choice that carries one, or a question whose condition holds."""

from tracer.interview.engine import Run
from tracer.interview.script import Item


def raised(run: Run) -> frozenset[str]:
    """The flags that stand as things are; what is not relevant, or declined, raises none."""
    return frozenset(flag for item, repeat in run.compiled.flagging for flag in _of(run, item, repeat))


def _of(run: Run, item: Item, repeat: str | None) -> set[str]:
    keys = [item.name] if repeat is None else [f"{repeat}/{number}/{item.name}" for number in run.instances(repeat)]
    return {flag for key in keys for flag in _at(run, item, key)}


def _at(run: Run, item: Item, key: str) -> set[str]:
    value = run.value(key)
    given = set(value) if isinstance(value, list) else {value}
    found = {choice.flag for choice in item.choices if choice.flag and choice.name in given}
    if item.flag and run.compiled.expression(item.flag_when).holds(run.scope(key)):
        found.add(item.flag)
    return found
