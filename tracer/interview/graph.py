"""What hangs on what in a script: which names are looked at before a name has its value."""

from collections.abc import Callable

from tracer.interview.expression import Expression
from tracer.interview.script import Item, Repeat, Script

Graph = dict[str, set[str]]
# What one look-up costs of Python's stack besides the depth of the expression, and how much of it may be in use.
_STEP, _MOST = 8, 200


def dependencies(script: Script, compiled: Callable[[str], Expression]) -> Graph:
    """The names that each item, repeat and section looks at for its relevance and its value."""
    graph: Graph = {}

    def put(name: str, texts: list[str], within: list[str]) -> None:
        graph[name] = set(within).union(*(compiled(text).references for text in texts if text))

    def put_item(item: Item, within: list[str]) -> None:
        default = item.default if item.default_is_worked_out else ""
        put(item.name, [item.relevant, item.calculation, default], within)

    for item in script.hidden:
        put_item(item, [])
    for section in script.sections:
        put(section.name, [section.relevant], [])
        for entry in section.items:
            if isinstance(entry, Repeat):
                put(entry.name, [entry.relevant, entry.count], [section.name])
                for item in entry.items:
                    put_item(item, [entry.name])
            else:
                put_item(entry, [section.name])
    return {name: {one for one in names if one in graph} for name, names in graph.items()}


def circles(graph: Graph) -> list[list[str]]:
    """The names that hang on themselves, each circle once, in the order in which they look at each other."""
    found, done = [], set[str]()
    for first in graph:
        path: list[str] = []
        left = [(first, iter(sorted(graph[first])))] if first not in done else []
        path += [first] if left else []
        while left:
            rest = left[-1][1]
            following = next(rest, None)
            if following is None:
                left.pop()
                done.add(path.pop())
            elif following in path:
                found.append(path[path.index(following) :])
            elif following not in done:
                path.append(following)
                left.append((following, iter(sorted(graph[following]))))
    return found


def in_order(graph: Graph) -> list[str]:
    """Every name after those that it hangs on; where there is a circle, anywhere."""
    order: list[str] = []
    done = set[str]()
    for first in graph:
        left = [(first, iter(graph[first]))] if first not in done else []
        done.add(first)
        while left:
            name, rest = left[-1]
            following = next((one for one in rest if one not in done), None)
            if following is None:
                order.append(name)
                left.pop()
            else:
                done.add(following)
                left.append((following, iter(graph[following])))
    return order


def behind(graph: Graph) -> tuple[dict[str, int], dict[str, int]]:
    """A bit for each name, and for each name the bits of all that it hangs on, however far behind, and its own.

    Where there are circles, everything hangs on everything.
    """
    bits = {name: 1 << at for at, name in enumerate(graph)}
    if circles(graph):
        return bits, dict.fromkeys(graph, (1 << len(graph)) - 1)
    found: dict[str, int] = {}
    for name in in_order(graph):
        found[name] = bits[name]
        for one in graph[name]:
            found[name] |= found[one]
    return bits, found


def stones(graph: Graph, depth: Callable[[str], int]) -> dict[str, tuple[str, ...]]:
    """For names at the end of a long chain: which names to work out before them, in order, so that Python's stack
    holds out however long the chain is. `depth` is that of a name's expressions."""
    weight: dict[str, int] = {}
    before: dict[str, dict[str, None]] = {}
    for name in in_order(graph):
        under = [one for one in graph[name] if one in weight]
        heaviest = max((weight[one] for one in under), default=0)
        weight[name] = heaviest + depth(name) + _STEP
        before[name] = dict.fromkeys(stone for one in under for stone in before[one])
        for one in under:
            if weight[name] // _MOST > weight[one] // _MOST:
                before[name][one] = None
    return {name: tuple(sorted(found, key=lambda one: weight[one])) for name, found in before.items() if found}
