"""The reference page of routes, made from the URL map: every address, what it needs, and so who may use it.

A change of an `@allow` changes this page, so that it is seen in a review and not only in the code.
"""

from flask import Flask

from tracer.access.allow import PUBLIC
from tracer.access.permissions import Permission, may
from tracer.models import Role
from tracer.web import guard


def markdown(app: Flask) -> str:
    """A row for each address and method."""
    lines = [
        "# Routes",
        "",
        "Every address, what it needs, and the roles that have it. Whose records they may open there is another",
        "question: `tracer/access/rows.py`. Made from the URL map by `scripts/reference`.",
        "",
        "| method | address | needs | roles |",
        "|---|---|---|---|",
    ]
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
    for rule in rules:
        needed = guard.permission_of(app, rule.endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            lines.append(f"| {method} | `{rule.rule}` | {needed} | {_roles(needed)} |")
    return "\n".join(lines) + "\n"


def _roles(needed: Permission | str) -> str:
    if needed == PUBLIC:
        return "anybody"
    return ", ".join(role.value for role in Role if may(role, Permission(needed)))
