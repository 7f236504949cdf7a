"""`@allow`: what a route needs. The mark sits on the view and returns it unchanged.

A decorator that wraps is inert when it stands above `@route` (tried); a mark that one guard reads
cannot be. Here rather than in `web`, because the API marks its routes with the same word.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from tracer.access.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"


def allow(needs: Permission | str) -> Callable[[View], View]:
    """Mark a view with the permission that it needs, or PUBLIC."""
    if needs != PUBLIC and not isinstance(needs, Permission):
        raise TypeError(f"{needs!r} is no permission.")

    def mark(view: View) -> View:
        setattr(view, "needs", needs)  # noqa: B010 - a mark on a function, which its type does not know
        return view

    return mark


def needs(view: Callable[..., Any]) -> Permission | str | None:
    """What a view needs; None when nobody said."""
    return getattr(view, "needs", None)
