"""Expressions of a script: the ODK subset of XPath 1.0, compiled once to closures."""

from dataclasses import dataclass, field

from tracer.interview.closures import Run, Scope, closure, question_of
from tracer.interview.syntax import ExpressionFault, Node, read
from tracer.interview.values import Value, truth

__all__ = ["Expression", "ExpressionFault", "Node", "Run", "Scope", "compile"]


@dataclass(frozen=True)
class Expression:
    """A compiled expression and the questions that it looks at."""

    text: str
    references: frozenset[str]
    run: Run
    tree: Node = field(compare=False)

    def evaluate(self, scope: Scope) -> Value:
        """Its value; `scope` gives the value of a name, and of "." for the question itself."""
        return self.run(scope)

    def holds(self, scope: Scope) -> bool:
        """Its value as true or false."""
        return truth(self.run(scope))


def compile(text: str, columns: frozenset[str] = frozenset()) -> Expression:
    """Read an expression once; ExpressionFault says what is wrong with it and where.

    `columns` are the columns of the choices, which a choice filter calls by their bare names.
    """
    tree = read(text, columns)
    return Expression(text, frozenset(references(tree)), closure(tree), tree)


def references(tree: Node) -> set[str]:
    """The names that an expression asks for."""
    found = {str(node.value) for node in tree.walk() if node.what == "ref"}
    calls = (node for node in tree.walk() if node.what == "call" and node.value == "jr:choice-name")
    return found | {question_of(node) for node in calls}
