"""Bringing in a roster: each row added, unchanged, changed or rejected with what to do; invited once, or not at all."""

import io
import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests import rosters, world
from tests.rosters import HEADER, bring, counts, person, text
from tests.site import Site
from tracer import clock, db, vault
from tracer.access import links
from tracer.casework import notices, receipts, staff, staff_keys, teams
from tracer.delivery.message import Mailbox
from tracer.faults import Conflict
from tracer.models import AuditEvent, Base, ConflictOfInterest, Notice, NoticeState, PasswordLink, Role, Staff
from tracer.schemas import roster as rows
from tracer.tables import TableFault, glance

BRINGERS = (None, "admin")


def stored(site: Site, *models: type[Base]) -> list[int]:
    with site.system() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def account(site: Site, email: str) -> Staff:
    with site.system() as session:
        return session.scalars(select(Staff).where(Staff.email == email)).one()


def whole(one: Staff) -> tuple[object, ...]:
    """All of an account that a file could touch."""
    return tuple(getattr(one, name) for name in (*HEADER[:4], "team_id", "skills", "languages", "epoch", "version"))


@pytest.mark.parametrize("bringer", BRINGERS)
def test_a_newcomer_gets_an_account_and_one_invitation_that_works(site: Site, bringer: str | None) -> None:
    told = {"skills": "Complex_settings; clinical;clinical", "languages": "Polish;UR; pt-br"}
    done, _ = bring(site, text(person(1, email=" Recruit1@Roster.Example ", role="Tracer", **told)), bringer)
    assert counts(done) == (1, 1, 0, 0, 0)
    made = account(site, "recruit1@roster.example")
    assert (made.name, made.role, made.password_hash) == ("Recruit1 Surname1", Role.TRACER, None)
    assert (made.skills, made.languages) == (["clinical", "complex settings"], ["pl", "pt-BR", "ur"])
    with site.system() as session:
        assert teams.by_name(session, "York").id == made.team_id
        notice, link = session.scalars(select(Notice)).one(), session.scalars(select(PasswordLink)).one()
        owed = notices.opened(notice)
        by = world.account(session, bringer).id if bringer else None
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "staff.import")).all()
    assert (notice.kind, notice.staff_id, notice.state, owed["to"]) == (
        *("invitation", made.id, NoticeState.WAITING),
        made.email,
    )
    assert (link.token_hash, link.staff_id) == (links.digest(owed["details"]["token"]), made.id)
    assert link.made_by_id == by and link.expires_at - link.created_at == timedelta(hours=48)
    assert sorted((one.did, one.entity, one.actor_id) for one in events) == [
        ("added", table, by) for table in ("notice", "password_link", "staff")
    ]
    client, way = site.browser(), f"/join/{owed['details']['token']}"
    assert "Recruit1 Surname1" in client.get(way).text
    assert client.post(way, data={"password": "plinth gravel monsoon"}).status_code == 302
    assert client.get(way).status_code == 404, "it works once"


@pytest.mark.parametrize("bringer", BRINGERS)
def test_the_same_file_twice_adds_and_sends_nothing(site: Site, bringer: str | None) -> None:
    content = text(*(person(number, languages="Welsh") for number in range(30)), person(31, team="Nowhere"))
    assert counts(bring(site, content, bringer)[0]) == (31, 30, 0, 0, 1)
    before = stored(site, Staff, Notice, PasswordLink)
    assert counts(bring(site, content, bringer)[0]) == (31, 0, 30, 0, 1)
    assert stored(site, Staff, Notice, PasswordLink) == before


@pytest.mark.parametrize("bringer", BRINGERS)
def test_name_team_skills_and_languages_are_brought_up_to_date(site: Site, bringer: str | None) -> None:
    bring(site, text(person(1), person(2), person(3, skills="clinical"), person(4)))
    before = {number: account(site, f"recruit{number}@roster.example") for number in range(1, 5)}
    changed = [person(1, family_name="Married"), person(2, team="York"), person(3, skills="", languages="French")]
    done, _ = bring(site, text(*changed, person(4)), bringer)
    assert counts(done) == (4, 0, 1, 3, 0)
    assert done.what == {"name": 1, "team": 1, "skills": 1, "languages": 1}
    after = {number: account(site, f"recruit{number}@roster.example") for number in range(1, 5)}
    assert after[1].name == "Recruit1 Married" and after[1].epoch == before[1].epoch
    assert after[2].team_id != before[2].team_id and after[2].epoch == before[2].epoch + 1
    assert (after[3].skills, after[3].languages) == ([], ["fr"])
    assert whole(after[4]) == whole(before[4])
    assert stored(site, Notice) == [4], "nobody is invited again"


def test_a_column_that_is_left_out_stays_as_it_is(site: Site) -> None:
    bring(site, text(person(1, skills="clinical", languages="Welsh")))
    assert counts(bring(site, text(person(1), header=HEADER[:5]))[0]) == (1, 0, 1, 0, 0)
    assert account(site, "recruit1@roster.example").languages == ["cy"]


# Cells, the column of the first fault and some of its words.
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"email": ""}, "email", "Enter the person's own"),
    ({"email": "recruit1@roster.example, recruit9@roster.example"}, "email", "more than one address"),
    ({"email": "recruit1@roster.example;recruit9@roster.example"}, "email", "more than one address"),
    ({"email": "recruit1@roster.example recruit9@roster.example"}, "email", "more than one address"),
    ({"email": "Recruit <recruit1@roster.example>"}, "email", "one e-mail address"),
    ({"email": "recruit 1@roster.example"}, "email", "one e-mail address"),
    ({"email": "récruit@roster.example"}, "email", "one e-mail address"),
    ({"email": "recruit1@roster"}, "email", "one e-mail address"),
    ({"email": "a..b@roster.example"}, "email", "one e-mail address"),
    ({"email": "recruit1@roster.example\nBcc: x"}, "email", "hidden character or a line break"),
    ({"email": "recruit1\u200b@roster.example"}, "email", "hidden character"),
    ({"email": "x" * 260 + "@roster.example"}, "email", "one e-mail address"),
    ({"given_name": " "}, "given_name", "Enter the first name"),
    ({"given_name": "-"}, "given_name", "formula"),
    ({"given_name": "…"}, "given_name", "Enter the first name"),
    ({"family_name": ""}, "family_name", "Enter the last name"),
    ({"family_name": "x" * 81}, "family_name", "80 characters"),
    ({"family_name": "=1+1"}, "family_name", "formula"),
    ({"family_name": "@SUM(A1)"}, "family_name", "formula"),
    ({"family_name": "Sur\x07name"}, "family_name", "hidden character"),
    ({"family_name": "\u202egnorW"}, "family_name", "hidden character"),
    ({"role": ""}, "role", "Enter the role"),
    ({"role": "emperor"}, "role", "tracer, supervisor, trainer or analyst"),
    ({"role": "administrator", "team": ""}, "role", "a second person agrees"),
    ({"role": "privacy_officer", "team": ""}, "role", "a second person agrees"),
    ({"role": "importer", "team": ""}, "role", "a machine"),
    ({"team": ""}, "team", "Choose the team"),
    ({"team": "Nowhere"}, "team", "no team of that name"),
    ({"skills": "clinical, complex settings"}, "skills", "parted by semicolons"),
    ({"skills": "juggling"}, "skills", "speaking with children"),
    ({"languages": "Klingon"}, "languages", "Klingon"),
    ({"languages": "Polish, Urdu"}, "languages", "parted by semicolons"),
]


@pytest.mark.parametrize("bringer", BRINGERS)
def test_what_is_wrong_is_said_with_row_and_column_and_the_rest_is_taken(site: Site, bringer: str | None) -> None:
    wrong = [person(100 + at, **cells) for at, (cells, _, _) in enumerate(WRONG)]
    done, rejects = bring(site, text(person(1), *wrong, person(2)), bringer)
    assert counts(done) == (len(WRONG) + 2, 2, 0, 0, len(WRONG))
    breaks = sum("\n" in cells.get("email", "") for cells, _, _ in WRONG)
    assert [one.line for one in rejects][-1] == len(WRONG) + 2 + breaks
    for one, (cells, column, words) in zip(rejects, WRONG, strict=True):
        assert one.faults[0]["column"] == column and words in one.faults[0]["message"], (cells, one.faults)
        assert one.cells.items() >= cells.items()
    assert stored(site, Notice, PasswordLink) == [2, 2]


def test_all_that_is_wrong_with_a_row_is_said_at_once(site: Site) -> None:
    _, [one] = bring(site, text(person(1, given_name="", role="emperor", team="Nowhere", languages="Klingon")))
    assert {fault["column"] for fault in one.faults} == {"given_name", "role", "team", "languages"}


def test_two_people_with_one_mailbox_are_both_left_out_whatever_the_order(site: Site) -> None:
    ann, bob = person(1, given_name="Ann"), person(1, email=" RECRUIT1@roster.example", given_name="Bob")
    for pair in ((ann, bob), (bob, ann), (ann, {**bob, "role": "emperor"})):
        done, rejects = bring(site, text(person(5), *pair))
        assert done.rejected == 2 and "shared one" in rejects[0].faults[0]["message"]
        assert "Line 4" in rejects[0].faults[0]["message"] and "Line 3" in rejects[1].faults[0]["message"]
    assert stored(site, Notice) == [1]


def test_the_same_row_again_is_left_out_and_another_word_of_one_person_too(site: Site) -> None:
    again = person(1, email="Recruit1@Roster.example ")
    done, rejects = bring(site, text(person(1), again, person(2), person(2, team="York")))
    assert counts(done) == (4, 1, 0, 0, 3)
    said = [one.faults[0]["message"] for one in rejects]
    assert "Line 2 says the same" in said[0] and "Line 5 says something else of this person" in said[1]


@pytest.mark.parametrize("bringer", BRINGERS)
def test_no_file_changes_a_role_a_powerful_account_or_one_that_has_ended(site: Site, bringer: str | None) -> None:
    bring(site, text(person(1), person(2)))
    with site.system() as session:
        staff.end(session.scalars(select(Staff).where(Staff.email == "recruit2@roster.example")).one(), clock.now())
    known = {"given_name": "Admin", "family_name": "Example", "team": ""}
    admin = {**known, "email": world.address("admin"), "role": "administrator"}
    privacy = {**admin, "given_name": "Privacy", "email": world.address("privacy"), "role": "privacy officer"}
    machine = {**privacy, "given_name": "Importer", "email": world.address("importer"), "role": "importer"}
    emails = ["recruit1@roster.example", "recruit2@roster.example", admin["email"], privacy["email"], machine["email"]]
    before = [whole(account(site, email)) for email in emails]
    assert counts(bring(site, text(admin, privacy, machine), bringer)[0]) == (3, 0, 3, 0, 0)
    wrong = [
        (person(1, role="supervisor"), "role", "a file changes no role"),
        (person(1, role="administrator"), "role", "a file changes no role"),
        (person(2), "email", "has ended"),
        ({**admin, "languages": "French"}, "languages", "no account of an administrator"),
        ({**privacy, "family_name": "Other"}, "family_name", "no account of a privacy officer"),
        ({**machine, "team": "Leeds"}, "team", "no account of an importer"),
    ]
    for row, column, words in wrong:
        done, [reject] = bring(site, text(row), bringer)
        assert done.rejected == 1 and (reject.faults[0]["column"]) == column and words in reject.faults[0]["message"]
    assert [whole(account(site, email)) for email in emails] == before


def test_an_address_that_is_somebody_elses_is_not_given_to_another(site: Site) -> None:
    bring(site, text(person(1)))
    done, [reject] = bring(site, text(person(1, given_name="Bob", family_name="Other")))
    assert done.rejected == 1 and "is that of Recruit1 Surname1" in reject.faults[0]["message"]
    assert account(site, "recruit1@roster.example").name == "Recruit1 Surname1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        (text(), "holds nobody"),
        ("email\tgiven_name\nx\ty\n", "'family_name' is missing"),
        (text(person(), header=(*HEADER[1:],)), "'email' is missing"),
        (text(person(), header=(*HEADER, "password")), "'password' is not known"),
        (text(person()).replace("given_name", "givenname"), "did you mean 'given_name'"),
        (text(person(), delimiter="|"), "parted by commas"),
        ("1,2,3\n" + text(person()), "names no column that is known"),
        (text(person()) + "one,cell\n", "The file is cut off or a comma is not quoted"),
        (text(person(), person(2))[:-20], "The file is cut off"),
        (text(person()).replace("team", "email", 1), "stand twice"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(site: Site, content: str, words: str) -> None:
    with pytest.raises(TableFault, match=words):
        bring(site, content)
    assert stored(site, Notice) == [0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_and_a_mark_at_the_start_are_read(site: Site, delimiter: str) -> None:
    content = "\ufeff" + text(person(1, skills="clinical; complex settings"), delimiter=delimiter)
    assert counts(bring(site, content)[0]) == (1, 1, 0, 0, 0)


def test_the_rejected_rows_are_no_formulas_and_can_be_sent_again_corrected(site: Site) -> None:
    _, rejects = bring(site, text(person(1, family_name="=HYPERLINK(1)"), person(2, team="+44")))
    written = receipts.as_csv(rejects, header=True)
    table = glance(io.BytesIO(written.encode()))
    assert table is not None and '"=HYPERLINK' not in written and ",=HYPERLINK" not in written
    assert [cells[6] for _, cells in table] == ["=HYPERLINK(1)", "Surname2"]
    _, again = bring(site, written)
    assert [one.cells for one in again] == [one.cells for one in rejects]
    corrected = written.replace("'=HYPERLINK(1)", "Link").replace(",+44,", ",Leeds,")
    assert counts(bring(site, corrected)[0]) == (2, 2, 0, 0, 0)


def test_who_is_added_meanwhile_is_said_and_nothing_is_done(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(site, text(person(1)))
    monkeypatch.setattr("tracer.casework.roster._Loading._accounts", lambda *_: {})
    with pytest.raises(Conflict, match="at the same moment"):
        bring(site, text(person(2), person(1)))
    assert stored(site, Notice) == [1]


def fuzzed(random_: random.Random, size: int) -> list[tuple[dict[str, str], str]]:
    """Rows and what ought to become of each, in any order."""
    made: list[tuple[dict[str, str], str]] = []
    number = 0
    while len(made) < size:
        number += 1
        kind, one = random_.choice(("good", "good", "good", "wrong", "again", "shared", "joined")), person(number)
        if kind == "wrong":
            cells, _, _ = random_.choice(WRONG)
            made.append((one | cells, "rejected"))
        elif kind == "again":
            spoilt = random_.choice((str.upper, str.title, lambda text: f"  {text} "))
            made += [(one, "twin"), (one | {"email": spoilt(one["email"])}, "twin")]
        elif kind == "shared":
            made += [(one, "rejected"), (one | {"given_name": "Other"}, "rejected")]
        elif kind == "joined":
            joined = random_.choice((",", ";", ", ", "; ", " ")).join([one["email"], person(number + 10**6)["email"]])
            made.append((one | {"email": joined}, "rejected"))
        else:
            made.append((one | {"languages": random_.choice(("", "Polish", "cy;ur"))}, "good"))
    random_.shuffle(made)
    return made


@pytest.mark.parametrize("seed", range(3))
def test_a_fuzzed_roster_reconciles_with_the_database_exactly(site: Site, seed: int) -> None:
    made = fuzzed(random.Random(seed), 400)
    before = {one.email for one in everybody(site)}
    content = text(*(row for row, _ in made))
    done, rejects = bring(site, content, BRINGERS[seed % 2])
    ought = {row["email"].strip().lower() for row, fate in made if fate in {"good", "twin"}}
    now = [one for one in everybody(site) if one.email not in before]
    assert {one.email for one in now} == ought and len(now) == len(ought) == done.added
    assert counts(done) == (len(made), len(ought), 0, 0, len(made) - len(ought))
    with site.system() as session:
        owed = session.scalars(select(Notice)).all()
        made_links = {link.staff_id: link.token_hash for link in session.scalars(select(PasswordLink))}
    people, tokens = {one.id: one for one in now}, list[str]()
    assert Counter(one.staff_id for one in owed) == Counter(people.keys())
    for one in owed:
        assert one.staff_id is not None
        document = vault.current().open(one.sealed, one.id)
        assert document["to"] == people[one.staff_id].email == Mailbox(document["to"]).address
        assert links.digest(document["details"]["token"]) == made_links[one.staff_id]
        tokens.append(document["details"]["token"])
    told = done.said() + receipts.as_csv(rejects, header=True)
    assert not any(token in told for token in tokens), "no receipt says a token"
    assert counts(bring(site, content)[0]) == (len(made), 0, len(ought), 0, len(made) - len(ought))


def everybody(site: Site) -> list[Staff]:
    with site.system() as session:
        return list(session.scalars(select(Staff)))


def test_every_address_that_is_taken_can_be_written_to() -> None:
    """What the roster calls one mailbox, the delivery does too."""
    random_, taken = random.Random(7), 0
    for _ in range(20_000):
        local, domain = ("".join(random_.choices("aabb.-+' ,;@<é=", k=random_.randint(1, 6))) for _ in range(2))
        text = f"{local}@{domain}" + random_.choice(("", ".ab"))
        address = rows.address_in({"email": text})
        if address is not None:
            taken += 1
            assert Mailbox(address).address == address
    assert taken > 100


def test_newcomers_are_compared_with_the_records_many_at_a_time(site: Site) -> None:
    """One by one, each beside thousands of colleagues, kept the worker at it for hours."""
    bring(site, text(*(person(number, team="Leeds") for number in range(300))))
    with site.system() as session:
        world.make_case(session, 1, email=person(7)["email"])
    statements: list[str] = []
    event.listen(db.engine("system"), "before_cursor_execute", lambda *given: statements.append(given[2]))
    with site.system("routine.test") as session:
        assert staff_keys.compare_staff(session, clock.now()) > 300
    assert len(statements) < 40
    with site.system() as session:
        why = {one.staff_id: one.why for one in session.scalars(select(ConflictOfInterest))}
        assert staff_keys.compare_staff(session, clock.now()) == 0
    found = {one.email: why[one.id] for one in everybody(site) if one.id in why}
    assert found[person(7)["email"]] == "self" and found[person(8)["email"]] == "colleague"
    assert len(found) >= 300


def test_a_whole_service_is_brought_in(site: Site) -> None:
    """21,000 people, whose receipt reconciles; told how far it is; a second time nothing happens."""
    number, told = 21_000, list[tuple[int, int]]()
    content = text(*(person(one) for one in range(number)))
    path = site.instance / "roster.csv"
    path.write_text(content, encoding="utf-8")
    begun = time.perf_counter()
    done = rosters.load(site, path, lambda at, of: told.append((at, of)))
    spent = time.perf_counter() - begun
    assert counts(done) == (number, number, 0, 0, 0)
    assert told[-1] == (number, number) and len(told) == number / 1000
    with site.system() as session:
        kinds = select(func.count(Notice.id), func.count(Notice.staff_id.distinct()))
        assert session.execute(kinds).one() == (number, number)
    assert stored(site, PasswordLink) == [number]
    assert counts(rosters.load(site, path)) == (number, 0, number, 0, 0)
    print(f"\n{number} people in {spent:.1f} s, {number / spent:.0f} a second")


_MORE = (*HEADER, "capacity", "pattern")


@pytest.mark.parametrize("bringer", BRINGERS)
def test_capacity_and_pattern_are_brought_up_to_date_and_left_out_stay(site: Site, bringer: str | None) -> None:
    hours = {"capacity": "12", "pattern": "monday-friday 8.00-14:00; Sat 10:00-16:00"}
    bring(site, text(person(1, **hours), person(2, capacity="", pattern=""), header=_MORE), bringer)
    first, second = (account(site, f"recruit{number}@roster.example") for number in (1, 2))
    assert (first.capacity, first.pattern) == (12, "Mon-Fri 08:00-14:00; Sat 10:00-16:00")
    assert (second.capacity, second.pattern) == (8, None)
    assert counts(bring(site, text(person(1), person(2)), bringer)[0]) == (2, 0, 2, 0, 0)
    done, _ = bring(site, text(person(1, capacity="", pattern=""), person(2, **hours), header=_MORE), bringer)
    assert counts(done) == (2, 0, 0, 2, 0) and done.what == {"capacity": 2, "pattern": 2}
    first = account(site, "recruit1@roster.example")
    assert (first.capacity, first.pattern, first.epoch) == (8, None, 1)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"capacity": "0"}, "capacity", "from 1 to 200"),
        ({"capacity": "201"}, "capacity", "from 1 to 200"),
        ({"capacity": "8.5"}, "capacity", "from 1 to 200"),
        ({"capacity": "٨"}, "capacity", "from 1 to 200"),
        ({"pattern": "Mon"}, "pattern", "has no hours"),
        ({"pattern": "flexible"}, "pattern", "is no day"),
    ],
)
def test_hours_that_cannot_be_read_are_rejected(site: Site, cells: dict[str, str], column: str, words: str) -> None:
    whole = {"capacity": "", "pattern": "", **cells}
    done, [one] = bring(site, text(person(1, **whole), header=_MORE))
    assert counts(done) == (1, 0, 0, 0, 1)
    assert [fault["column"] for fault in one.faults] == [column] and words in one.faults[0]["message"]
