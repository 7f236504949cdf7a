"""The sweep: every address by every method, and the status that each of them should get for each kind of record.

It is worked out here from the permission table (may this role?), from `tests.reach` (whose row is it?) and from
nothing else; which route an address and method lead to is asked of the application's own map.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import MapAdapter, Rule
from werkzeug.test import TestResponse

from tests import declared
from tests.ground import KINDS, Ground, Who
from tests.reach import Row
from tests.site import Site
from tracer.access.allow import PUBLIC
from tracer.access.permissions import Permission, may
from tracer.courses import library
from tracer.web import guard

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# What an answer to somebody who may can be: done, gone elsewhere, or something about what was sent.
LET_IN = {"GET": {200, 302}, "HEAD": {200, 302}, "POST": {200, 201, 202, 204, 302, 409, 415, 422}}
# What a page may show after a reveal and never before: telephone, e-mail, address, NHS number, birth date of anybody
# that `tests.declared` and `tests.world` make.
SECRET = re.compile(
    r"(?:\+44 ?|0)7400 ?1\d{5}|[\w.]+@example\.com|\d+ Marigold Row|(?<![\w-])999 ?\d{3} ?\d{4}(?![\w-])"
    r"|193\d-\d\d-\d\d|\d{1,2} [A-Z][a-z]+ 193\d"
)
# The service's own telephone, and examples beside inputs; those of the invented people of practice calls.
SHOWN_ANYWAY = {"07400 100000", "name@example.com", "3 Marigold Row", *SECRET.findall(repr(library.mock_persons()))}


def text_of(answer: TestResponse) -> str:
    """All that an answer says, also what is packed in an archive or a workbook; a picture's bytes as they are."""
    if answer.data.startswith(b"\x89PNG"):
        return str(answer.data, "latin-1")
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


@dataclass(frozen=True)
class Try:
    """One request, and what should be answered."""

    who: Who
    method: str
    rule: str
    endpoint: str | None
    kind: str
    path: str
    given: dict[str, Any]
    record: tuple[str, Row] | None
    expected: frozenset[int]

    @property
    def changes(self) -> bool:
        """Whether it should get past every guard and may change something."""
        let_in = len(self.expected) > 1 or (self.endpoint, self.kind) in declared.REFUSED_BY_VERB
        return let_in and self.method in {"POST", "PUT", "PATCH", "DELETE"}

    def __str__(self) -> str:
        return f"{self.who.name}: {self.method} {self.rule} ({self.kind})"


class Sweep:
    """All the requests that there are to a site."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self._app = ground, ground.site.app
        self._client = self._app.test_client(use_cookies=False)
        self._visible: dict[str, set[int]] = {}
        self._map: MapAdapter = self._app.url_map.bind("localhost")

    def visible(self, who: Who) -> set[int]:
        """The numbers that are in the names of the people (and rejected rows) within somebody's reach."""
        if who.name not in self._visible:
            reach, me, found = self.ground.reach, who.id, set[int]()
            assert me is not None
            for table, numbers in self.ground.numbers.items():
                found |= {number for key, number in numbers.items() if reach.sees(me, table, reach.one(table, key))}
            self._visible[who.name] = found
        return self._visible[who.name]

    def rules(self) -> list[Rule]:
        """One rule of each form of address."""
        return list({rule.rule: rule for rule in self._app.url_map.iter_rules()}.values())

    def tries(self, who: Who) -> Iterator[Try]:
        """Every request of one of them, the harmless ones first."""
        found = [
            self._try(who, rule, method, kind)
            for rule in self.rules()
            for method in METHODS
            for kind in (KINDS if self._names_record(rule, method, who) else ("none",))
        ]
        yield from sorted(found, key=lambda one: one.changes)

    def again(self, one: Try) -> Try:
        """The same request, its form (and the file in it) made anew."""
        rule = next(rule for rule in self.rules() if rule.rule == one.rule)
        return self._try(one.who, rule, one.method, one.kind)

    def send(self, one: Try) -> TestResponse:
        """Make the request, on ground that is as it was."""
        return self._client.open(one.path, method=one.method, headers=one.who.headers, buffered=True, **one.given)

    def _names_record(self, rule: Rule, method: str, who: Who) -> bool:
        """Whether whose record it is can matter: to a machine no page is open, whatever it names."""
        if who.machine and not rule.rule.startswith("/api/"):
            return False
        return bool(rule.arguments & set(declared.RECORDS)) or self._endpoint(rule, method)[0] in declared.IN_FORM

    def _endpoint(self, rule: Rule, method: str) -> tuple[str | None, dict[str, Any]]:
        """Where an address of this rule leads by this method (another rule may take it), and with which words."""
        try:
            endpoint, words = self._map.match(address(rule, {}), method=method)
        except MethodNotAllowed:
            return None, {}
        return endpoint, dict(words)

    def _try(self, who: Who, rule: Rule, method: str, kind: str) -> Try:
        endpoint, words = self._endpoint(rule, method)
        rows = self.ground.rows(who, kind)
        form = declared.FORMS.get(endpoint or "") if method in {"POST", "PUT", "PATCH"} else None
        given = form(rows) if form else {}
        part = next((part for part in declared.RECORDS if part in words), None)
        record = (declared.RECORDS[part].__annotations__["return"].__tablename__, rows[part]) if part else None
        expected = self._expected(who, rule, method, endpoint, words, kind, record, given)
        return Try(who, method, rule.rule, endpoint, kind, address(rule, rows), given, record, frozenset(expected))

    def _expected(
        self,
        who: Who,
        rule: Rule,
        method: str,
        endpoint: str | None,
        words: dict[str, Any],
        kind: str,
        record: tuple[str, Row] | None,
        given: dict[str, Any],
    ) -> set[int]:
        api = rule.rule.startswith("/api/")
        needed = guard.permission_of(self._app, endpoint) if endpoint else None
        if needed == PUBLIC and method == "OPTIONS":
            return {200}
        if needed == PUBLIC:
            return {404} if endpoint in declared.NOWHERE else LET_IN[method]
        if not who.known(api=api):
            kept = who.name == "leaver" and method == "POST"  # what was sent is kept until they sign in again
            return {401} if api or kept or "json" in given else {302}
        if endpoint is None:
            return {405}
        if method == "OPTIONS":
            return {200}
        if not may(who.role, Permission(str(needed)), who.scope):
            return {404} if words else {403}
        if any(declared.WORDS.get(part, word) != word for part, word in words.items()):
            return {404}
        if record and (kind == "none" or not self.ground.reach.sees(who.id, *record)):  # type: ignore[arg-type]
            return {404}
        refused = declared.REFUSED_BY_VERB.get((endpoint, kind))
        return {refused} if refused else LET_IN[method]


def routes(site: Site) -> Iterator[tuple[Rule, str]]:
    """Every rule and method of the pages, but what Flask adds."""
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint != "static" and not rule.rule.startswith("/api/"):
            yield from ((rule, method) for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}))


def address(rule: Rule, rows: Mapping[str, Any]) -> str:
    """The rule with its parts filled in; AssertionError where a part is not declared."""

    def fill(found: re.Match[str]) -> str:
        part = found[1].rpartition(":")[2]
        if part in declared.WORDS:
            return declared.WORDS[part]
        assert part in declared.RECORDS, f"Say in tests/declared.py how to make the {part} of {rule.rule}."
        record = rows.get(part, "00000000-0000-7000-8000-000000000000")
        return str(record["id"] if isinstance(record, Mapping) else record)

    return re.sub(r"<([^>]+)>", fill, rule.rule)
