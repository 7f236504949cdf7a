"""The reference page of permissions, made from the table."""

from tracer.access.permissions import PERMISSIONS, Permission


def markdown() -> str:
    """A row for each permission, a column for each role."""
    roles = list(PERMISSIONS)
    lines = [
        "# Permissions",
        "",
        "Which role may do what. Which records it may do it to is another question: `tracer/access/rows.py`. Made from",
        "`tracer/access/permissions.py`.",
        "",
        "| | " + " | ".join(role.value for role in roles) + " |",
        "|---|" + "---|" * len(roles),
    ]
    for permission in Permission:
        marks = ("yes" if permission in PERMISSIONS[role] else "" for role in roles)
        lines.append(f"| `{permission.value}` | " + " | ".join(marks) + " |")
    return "\n".join(lines) + "\n"
