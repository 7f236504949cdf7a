"""The addresses of the URL map, filled in, for tests that go over all of them."""

import re
from collections.abc import Iterator
from uuid import uuid4

from werkzeug.routing import Rule

from tests import world
from tests.site import Site

# One account of each role.
ROLES = {role: account for account, (role, _) in world.ACCOUNTS.items()}
PARTS: dict[str, object] = {"section": "introduction", "field": "phone"}


def rules(site: Site) -> Iterator[tuple[Rule, str]]:
    """Every rule and method of the pages, but the methods that Flask adds."""
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if rule.endpoint != "static" and not rule.rule.startswith("/api/"):
                yield rule, method


def address(rule: Rule, ids: dict[str, object]) -> str:
    """The rule with its parts filled in; an id that is not given is nobody's."""

    def fill(found: re.Match[str]) -> str:
        return str(ids.get(found[1].rpartition(":")[2], uuid4()))

    return re.sub(r"<([^>]+)>", fill, rule.rule)
