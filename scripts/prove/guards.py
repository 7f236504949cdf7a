"""The guards in the source, and the source without each of them: found by shape, so that new code is covered.

A mutant is a module with one guard gone: a row rule that lets everything pass, a condition dropped from an
`and_`, `or_` or `where`, a comparison or an `if` turned round, a `raise`, `abort` or bare call left out, a table
more behind the door, a route marked with less than it needs.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_LOGICAL = {"and_", "or_", "where", "filter"}
# What a role that may do nearly nothing may still do: the permission that all but a machine have.
_WEAKEST = "HOME_SEE"
# Beside `tracer/access/`, the files of the web that guard, and not only routes that are guarded.
_WHOLE = {"guard.py", "headers.py"}
Edit = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """A module without one of its guards."""

    path: str
    line: int
    what: str
    source: str

    @property
    def module(self) -> str:
        """The name that it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def guards(self) -> bool:
        """Whether the file is one of the guards', and not of routes that are guarded."""
        return self.path.startswith("tracer/access/") or Path(self.path).name in _WHOLE

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.what}"


def files() -> list[Path]:
    """The rooms where guards stand."""
    access = sorted((ROOT / "tracer/access").glob("*.py"))
    routes = [path for room in ("web", "api") for path in sorted((ROOT / "tracer" / room).rglob("*.py"))]
    return access + [
        path for path in routes if path.name in {"guard.py", "headers.py"} or "@allow(" in path.read_text()
    ]


def mutants(path: Path) -> Iterator[Mutant]:
    """Every module that a file becomes by losing one guard."""
    source = path.read_text()
    name = str(path.relative_to(ROOT))
    whole = Mutant(name, 0, "", "").guards
    seen = {ast.unparse(ast.parse(source))}
    for index, node in enumerate(ast.walk(ast.parse(source))):
        for what, edit in [*_marks(node), *(_edits(node) if whole else ())]:
            tree = ast.parse(source)
            edit(next(other for place, other in enumerate(ast.walk(tree)) if place == index))
            made = ast.unparse(ast.fix_missing_locations(tree))
            if made not in seen:
                seen.add(made)
                said, _, line = what.partition(" @line ")
                yield Mutant(name, int(line or getattr(node, "lineno", 0)), said, made)


def _said(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) < 70 else text[:67] + "…"


def _edits(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    for field, block in ast.iter_fields(node):
        if isinstance(block, list):
            yield from _statements(field, block)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _tables(node)
    if isinstance(node, ast.Call) and _name(node.func) in _LOGICAL and len(node.args) > 1:
        for place, operand in enumerate(node.args):
            yield f"without {_said(operand)}", lambda one, place=place: one.args.pop(place)
    if isinstance(node, ast.Call) and _name(node.func) in {"where", "filter"} and len(node.args) == 1:
        yield f"without .where({_said(node.args[0])})", lambda one: one.args.clear()
    if isinstance(node, ast.BoolOp):
        for place, operand in enumerate(node.values):
            yield f"without {_said(operand)}", lambda one, place=place: _drop(one, place)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPPOSITE:
        yield f"not: {_said(node)}", lambda one: one.ops.__setitem__(0, _OPPOSITE[type(one.ops[0])]())
    if isinstance(node, ast.If | ast.IfExp):
        yield f"if not {_said(node.test)}", lambda one: setattr(one, "test", ast.UnaryOp(ast.Not(), one.test))


def _statements(field: str, block: list[ast.AST]) -> Iterator[tuple[str, Edit]]:
    for place, statement in enumerate(block):
        call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        guard = isinstance(statement, ast.If) and any(isinstance(one, ast.Raise) for one in statement.body)
        if isinstance(statement, ast.Raise | ast.Assert) or call or guard:
            yield (
                f"left out: {_said(statement)} @line {getattr(statement, 'lineno', 0)}",
                lambda one, place=place: getattr(one, field).__setitem__(place, ast.Pass()),
            )


def _tables(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, Edit]]:
    """Each row rule gives way; each other table stands open to the door."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    name = target.id if isinstance(target, ast.Name) else ""
    if name in {"ROWS", "CHANGES"} and isinstance(node.value, ast.Dict):
        for place, key in enumerate(node.value.keys):
            yield (
                f"{name}[{_said(key)}] lets everything pass",
                lambda one, place=place: one.value.values.__setitem__(
                    place, ast.parse("lambda *_: __import__('sqlalchemy').true()", mode="eval").body
                ),
            )
    if name == "DOORWAY":
        inside = ast.unparse(node.value)
        for model in _models():
            if f"m.{model}" not in inside.replace("}", " ").replace(",", " ").split():
                added = ast.parse(f"({inside}) | {{m.{model}}}", mode="eval").body
                yield f"DOORWAY with {model}", lambda one, added=added: setattr(one, "value", copy.deepcopy(added))


def _models() -> list[str]:
    """The tables under a row rule, by the text of rows.py."""
    tree = ast.parse((ROOT / "tracer/access/rows.py").read_text())
    rows = next(one for one in ast.walk(tree) if isinstance(one, ast.AnnAssign) and _name(one.target) == "ROWS")
    return [key.attr for key in rows.value.keys if isinstance(key, ast.Attribute)]  # type: ignore[union-attr]


def _marks(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if not isinstance(node, ast.FunctionDef):
        return
    for place, mark in enumerate(node.decorator_list):
        if isinstance(mark, ast.Call) and _name(mark.func) == "allow" and isinstance(mark.args[0], ast.Attribute):
            others = ["PUBLIC"] if mark.args[0].attr == _WEAKEST else ["PUBLIC", f"Permission.{_WEAKEST}"]
            for other in others:
                yield f"{node.name}: @allow({other})", lambda one, place=place, other=other: _mark(one, place, other)


def _mark(view: ast.AST, place: int, other: str) -> None:
    assert isinstance(view, ast.FunctionDef)
    mark = view.decorator_list[place]
    assert isinstance(mark, ast.Call)
    mark.args = [ast.Constant("public") if other == "PUBLIC" else ast.parse(other, mode="eval").body]


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _drop(node: ast.AST, place: int) -> None:
    """`a and b` without one of them; of two, what is left stands with itself."""
    assert isinstance(node, ast.BoolOp)
    node.values.pop(place)
    if len(node.values) == 1:
        node.values.append(copy.deepcopy(node.values[0]))
