"""Conditions of a script as FHIR has them.

One that is a comparison, or several joined by one `and` or one `or`, is an `enableWhen`; any other stands, as it was
written, in an extension of our own.
"""

from typing import Any

from tracer.interview import syntax
from tracer.interview.script import Item
from tracer.interview.syntax import ExpressionFault, Node

Json = dict[str, Any]

_OURS = "urn:tracer:"
_COMPARED = {"=", "!=", "<", "<=", ">", ">="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def own(what: str, text: str) -> Json:
    """An extension of our own."""
    return {"url": f"{_OURS}{what}", "valueString": text}


def when(condition: str, kinds: dict[str, Item]) -> Json:
    """When something is asked: as `enableWhen` where it can be said so, else in the words of the script."""
    if not condition:
        return {}
    try:
        tree = syntax.read(condition)
    except ExpressionFault:
        return {"extension": [own("relevant", condition)]}
    joined = tree.what in {"and", "or"}
    tests = [_test(part, kinds) for part in (tree.parts if joined else (tree,))]
    if not all(tests):
        return {"extension": [own("relevant", condition)]}
    return {"enableWhen": tests, **({"enableBehavior": "all" if tree.what == "and" else "any"} if tests[1:] else {})}


def _test(node: Node, kinds: dict[str, Item]) -> Json:
    """One comparison of a question with something written out; nothing where it is not that."""
    if node.what == "call" and node.value == "selected":
        left, right, how = *node.parts, "="
    elif node.what in _COMPARED:
        (left, right), how = node.parts, node.what
        if right.what == "ref":
            left, right, how = right, left, _TURNED.get(how, how)
    else:
        return {}
    item = kinds.get(str(left.value)) if left.what == "ref" else None
    if item is None or not item.is_question or right.what not in {"text", "number"}:
        return {}
    if right.value == "" and how in {"=", "!="}:
        return {"question": item.name, "operator": "exists", "answerBoolean": how == "!="}
    # Without an answer `!=` holds here and not there; of several choices `=` is true of one there, and of all here.
    if how == "!=" or (item.kind == "select_multiple" and node.what != "call"):
        return {}
    value = _compared(item, right)
    return {"question": item.name, "operator": how, **value} if value else {}


def _compared(item: Item, right: Node) -> Json:
    if item.kind in {"select_one", "select_multiple"}:
        choice = next((one for one in item.choices if one.name == str(right.value)), None)
        return {"answerCoding": {"code": choice.name, "display": choice.label}} if choice else {}
    if item.kind == "integer" and right.what == "number" and float(right.value).is_integer():
        return {"answerInteger": int(right.value)}
    if item.kind == "decimal" and right.what == "number":
        return {"answerDecimal": float(right.value)}
    return {}
