"""Pages over a line that loses requests and answers, or delivers late: nothing is lost, and nothing old comes back."""

from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.interview.ledger import Change, Entry, Ledger, Verdict

PAGES = [UUID(int=number) for number in (1, 2, 3)]
KEYS = ("a", "b")


@dataclass
class Server:
    """Takes changes as `casework.interview_answers` does."""

    ledger: Ledger = field(default_factory=Ledger)

    def take(self, change: Change) -> None:
        lines = self.ledger.of(change.key)
        verdict = lines.verdict(change)
        if (lines.standing is None and change.answer == "") or verdict is Verdict.NOTHING:
            return
        place = (self.ledger.last + 1, change.key, change.answer, change.page, change.seq, change.known)
        self.ledger = self.ledger.with_entries([Entry(*place, verdict is Verdict.BESIDE)])


@dataclass
class Page:
    """One window, as `interview-queue.js` and `interview-fields.js` keep it."""

    id: UUID
    shows: dict[str, str] = field(default_factory=lambda: dict.fromkeys(KEYS, ""))
    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KEYS, 0))
    waiting: dict[str, int] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    seq: int = 0

    def type(self, key: str, text: str) -> None:
        self.seq += 1
        self.shows[key] = text
        self.waiting[key] = self.seq

    def batch(self) -> list[Change]:
        changes = sorted(self.waiting.items(), key=lambda one: one[1])
        return [Change(key, self.shows[key], self.id, seq, self.known[key], key in self.unsure) for key, seq in changes]

    def hear(self, ledger: Ledger, sent: dict[str, int]) -> None:
        """The server's answer to what was sent, or to a look at what others wrote."""
        for key, seq in sent.items():
            self.unsure.discard(key)
            if self.waiting.get(key) == seq:
                del self.waiting[key]
        for key in KEYS:
            lines = ledger.of(key)
            standing = lines.standing
            if standing is None or any(one.page == self.id for one in lines.rivals):
                continue
            if standing.page == self.id or standing.answer == self.shows[key]:
                self.known[key] = lines.shown
            elif key not in self.waiting:
                self.known[key], self.shows[key] = lines.shown, str(standing.answer)


words = st.sampled_from(["", "x", "y", "z"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from(PAGES), st.sampled_from(KEYS), words),
        st.tuples(st.sampled_from(["send", "ask lost", "answer lost", "late", "look"]), st.sampled_from(PAGES)),
        st.tuples(st.just("arrive"), st.integers(0, 9)),
    ),
    max_size=40,
)


def play(script: list[tuple[object, ...]]) -> tuple[Server, dict[UUID, Page]]:
    """Run the steps, then let everything quieten down: all that waits is sent, and every page looks."""
    server, pages = Server(), {one: Page(one) for one in PAGES}
    under_way: list[list[Change]] = []
    for what, who, *more in script:
        if what == "arrive":  # a request that was given up as lost arrives after all
            assert isinstance(who, int)
            for change in under_way.pop(who % len(under_way)) if under_way else []:
                server.take(change)
            continue
        assert isinstance(who, UUID)
        page = pages[who]
        if what == "type":
            page.type(str(more[0]), str(more[1]))
        else:
            send(server, page, str(what), under_way)
    for _ in range(2):
        for page in pages.values():
            send(server, page, "send", under_way)
    return server, pages


def send(server: Server, page: Page, how: str, under_way: list[list[Change]]) -> None:
    """One request of a page, and what becomes of it."""
    batch = [] if how == "look" else page.batch()
    if how == "late":
        under_way.append(batch)
    elif how != "ask lost":
        for change in batch:
            server.take(change)
    if how in {"late", "answer lost", "ask lost"}:
        page.unsure |= {change.key for change in batch}
    else:
        page.hear(server.ledger, {change.key: change.seq for change in batch})


@settings(max_examples=300, deadline=None)
@given(steps)
def test_what_each_page_shows_stands_or_is_beside(script: list[tuple[object, ...]]) -> None:
    """Whatever the line does: in the end what a window shows is the answer, or one of two to pick from."""
    server, pages = play(script)
    for page in pages.values():
        assert not page.waiting
        for key in KEYS:
            lines = server.ledger.of(key)
            standing = lines.standing
            shown = {one.answer for one in (*lines.rivals, *([standing] if standing else ()))} or {""}
            assert page.shows[key] in shown


@settings(max_examples=300, deadline=None)
@given(steps)
def test_one_row_a_change_and_no_older_one_after_a_newer(script: list[tuple[object, ...]]) -> None:
    """However often something is sent, and however late it comes."""
    server, _ = play(script)
    for lines in server.ledger.lines.values():
        for page in PAGES:
            numbers = [one.seq for one in lines.entries if one.page == page]
            assert numbers == sorted(set(numbers))


def test_one_page_alone_never_disputes_with_itself() -> None:
    """The server's word was lost again and again; the page knew nothing of its own rows."""
    server = Server()
    for seq, text in enumerate(["M", "Mo", "Mon", "Mo", "M"], 1):
        server.take(Change("a", text, PAGES[0], seq, 0, True))
        server.take(Change("a", text, PAGES[0], seq, 0, True))
    assert [one.answer for one in server.ledger.of("a").entries] == ["M", "Mo", "Mon", "Mo", "M"]
    assert not server.ledger.disputed()


def test_an_undone_change_is_not_brought_back_by_its_own_late_sending() -> None:
    """ "ab" was sent and its fate not known; back to "a"; then "ab" arrives."""
    server = Server()
    server.take(Change("a", "a", PAGES[0], 1))
    server.take(Change("a", "a", PAGES[0], 3, 1, unsure=True))
    server.take(Change("a", "ab", PAGES[0], 2, 1))
    standing = server.ledger.of("a").standing
    assert standing is not None and standing.answer == "a"


def test_a_pick_settles_what_it_saw_and_not_what_came_since() -> None:
    one, two, three = PAGES
    server = Server()
    server.take(Change("a", "Monday", one, 1))
    server.take(Change("a", "Tuesday", two, 1))
    assert [entry.answer for entry in server.ledger.of("a").rivals] == ["Tuesday"]
    server.take(Change("a", "Friday", three, 1))
    server.take(Change("a", "Tuesday", one, 2, 2))
    lines = server.ledger.of("a")
    assert lines.standing is not None and lines.standing.answer == "Tuesday"
    assert [entry.answer for entry in lines.rivals] == ["Friday"]
    server.take(Change("a", "Tuesday", two, 2, lines.version))
    assert not server.ledger.disputed()


def test_what_a_page_did_not_touch_changes_nothing() -> None:
    """A form sends every field, also those that another window has changed since."""
    server = Server()
    server.take(Change("a", "old", PAGES[0], 1))
    server.take(Change("a", "new", PAGES[0], 2, 1))
    assert server.ledger.of("a").verdict(Change("a", "old", PAGES[1], 0, 1)) is Verdict.NOTHING
    assert Ledger().of("b").verdict(Change("b", "en", None, 0, 0), initial="en") is Verdict.STANDS
