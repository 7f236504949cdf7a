"""The answers worth trying for each name of a script: the choices of a list, and what conditions compare with.

`complete` ones stand for every answer there is: if no condition holds with one of them, none ever does. So it is for
a list, and for a number or text that is only ever compared with words and numbers written out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from tracer.interview.compiled import Compiled
from tracer.interview.partial import Tree
from tracer.interview.script import Item, Repeat, Script
from tracer.interview.syntax import Node
from tracer.interview.values import Value, number, string

_MOST_SUBSETS = 5
_COMPARED = {"=", "!=", "<", "<=", ">", ">="}
ELSE = "something else"


@dataclass(frozen=True)
class Domain:
    """Answers to try, in order."""

    values: tuple[Value, ...]
    complete: bool


@dataclass
class _Uses:
    """How a name is used: the words and numbers that it is compared with, and whether in any other way."""

    literals: set[str] = field(default_factory=set)
    selected: set[str] = field(default_factory=set)
    otherwise: bool = False


def texts(script: Script) -> Iterator[tuple[str, str]]:
    """Every expression of a script with the name of what it stands at."""
    for section in script.sections:
        yield section.relevant, section.name
        for entry in section.items:
            if isinstance(entry, Repeat):
                yield entry.relevant, entry.name
                yield entry.count, entry.name
            for item in entry.items if isinstance(entry, Repeat) else (entry,):
                yield from _of_item(item)
    for item in script.hidden:
        yield from _of_item(item)


def _of_item(item: Item) -> Iterator[tuple[str, str]]:
    for text in (item.relevant, item.calculation, item.constraint, item.required):
        yield text, item.name


def domains(compiled: Compiled, tree: Tree) -> dict[str, Domain]:
    """The answers to try for every question and fact."""
    uses: dict[str, _Uses] = {}
    for text, within in texts(compiled.script):
        found = tree(text) if text else None
        if found is not None:
            _note(found, None, within, uses)
    items = {
        name: place.item for name, place in compiled.places.items() if place.item.kind not in {"calculate", "note"}
    }
    return {name: _domain(item, uses.get(name, _Uses())) for name, item in items.items()}


def _note(node: Node, parent: Node | None, within: str, uses: dict[str, _Uses]) -> None:
    name = within if node.what == "self" else str(node.value) if node.what == "ref" else None
    if name is not None:
        _use(node, parent, uses.setdefault(name, _Uses()))
    for part in node.parts:
        _note(part, node, within, uses)


def _use(node: Node, parent: Node | None, used: _Uses) -> None:
    others = [part for part in parent.parts if part is not node] if parent is not None else []
    if parent is not None and parent.what in _COMPARED and others and others[0].what in {"text", "number"}:
        used.literals.add(string(others[0].value))
    elif parent is not None and parent.value == "selected" and others and others[0].what == "text":
        used.selected.add(str(others[0].value))
    else:
        used.otherwise = True


def _domain(item: Item, used: _Uses) -> Domain:
    if item.kind == "select_one":
        return Domain((*(choice.name for choice in item.choices), ""), complete=True)
    if item.kind == "select_multiple":
        return _of_choices(item, used)
    numbers = sorted(number(text) for text in used.literals if not math.isnan(number(text)))
    words = sorted(text for text in used.literals if text and math.isnan(number(text)))
    tried = [string(one) for one in _around(numbers, whole=item.kind == "integer")]
    if item.kind in {"integer", "decimal"}:
        return Domain((*(tried or ["1"]), ""), complete=not used.otherwise)
    if item.kind in {"date", "time"}:
        return Domain((*sorted(used.literals - {""}), ""), complete=False)
    return Domain((*words, *tried, ELSE, ""), complete=not used.otherwise and not used.selected)


def _around(numbers: list[float], *, whole: bool) -> list[float]:
    """The numbers that conditions compare with, and one on each side of each of them."""
    if whole:
        return sorted({near for one in numbers for near in (one - 1, one, one + 1)})
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    return sorted({*numbers, *between, *(numbers[0] - 1, numbers[-1] + 1)}) if numbers else []


def _of_choices(item: Item, used: _Uses) -> Domain:
    """Sets of choices: all of few, else all of those that a condition looks for, and one that none does."""
    names = [choice.name for choice in item.choices]
    looked_for = [name for name in names if name in used.selected]
    if len(names) > _MOST_SUBSETS:
        rest = [name for name in names if name not in used.selected][:1]
        within = [*looked_for[:_MOST_SUBSETS], *rest]
        complete = not used.otherwise and not used.literals and len(looked_for) <= _MOST_SUBSETS
        more = [[name] for name in names if name not in within] + [names]
    else:
        within, complete, more = names, True, []
    sets = [list(some) for size in range(1, len(within) + 1) for some in combinations(within, size)]
    return Domain((*sets, *more, []), complete)
