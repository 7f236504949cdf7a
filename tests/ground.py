"""The ground of the sweep: nine people and six machines, a record of every sort for each, and the way back to it."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import NullPool, create_engine, delete, insert, make_url, select, text
from sqlalchemy.orm import Session

from tests import declared, world
from tests.reach import Reach, Row, Tables, dump
from tests.site import Site
from tracer import clock, db, vault
from tracer.access.session import new_token
from tracer.casework import staff
from tracer.ids import new_id
from tracer.models import ApiToken, Base, Role, Team
from tracer.web import guard

KINDS = ("own", "team", "other", "none")
ROLES = {role: account for account, (role, _) in reversed(world.ACCOUNTS.items())}
ACCOUNTS = {role.value: ROLES[role] for role in Role} | {"leaver": "leaver"}
PEOPLE = (*ACCOUNTS, "anonymous")
MACHINES = ("a token", "a token of another scope", "a revoked token", "an expired token", "a token of a leaver")
# Whose the team's records are, and the others'; nobody swept is in London.
_COLLEAGUE, _STRANGER = "tracer2", "tracer4"


@dataclass(frozen=True)
class Who:
    """One of them: what they show the server; and who that is, where the server should know them."""

    name: str
    headers: dict[str, str]
    machine: bool = False
    id: UUID | None = None
    role: Role | None = None
    scope: str | None = None

    def known(self, *, api: bool) -> bool:
        """Whether the server should know them at this address: a cookie is for pages, a token for the API."""
        return self.role is not None and self.machine == api


class Ground:
    """A site with all of them signed in, and a snapshot to come back to."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.system() as session:
            for account, role in (("leaver", Role.TRACER), ("retired", Role.IMPORTER)):
                _join(session, account, role)
            machines = self._machines(session)
        self.whos = {name: self._sign_in(name) for name in PEOPLE} | machines
        with site.system() as session:  # after the sign-ins: somebody's passkey would be asked for
            owners = {*ACCOUNTS.values(), _COLLEAGUE, _STRANGER}
            made = {
                account: _make(session, account, len(declared.RECORDS) * place)
                for place, account in enumerate(sorted(owners), 1)
            }
        with site.system() as session:
            for account in ("leaver", "retired"):
                staff.end(world.account(session, account), clock.now())
        self.tables: Tables = self.dump()
        self.reach = Reach(self.tables)
        self._rows = {
            account: {part: self.reach.one(table, key) for part, (table, key) in records.items()}
            for account, records in made.items()
        }
        self.numbers = self._numbers()
        self._snapshot = _Snapshot(site, self.tables)

    def _numbers(self) -> dict[str, dict[UUID, int]]:
        """By table and key, the number that a person's name carries, or a rejected row."""
        found: dict[str, dict[UUID, int]] = {"person": {}, "intake_reject": {}}
        for table, numbers in found.items():
            for row in self.tables[table]:
                document = vault.current().open(row["sealed"], row["id"])
                text = document["cells"]["record_id"] if table == "intake_reject" else document["given_name"]
                numbers[row["id"]] = int(re.sub(r"\D", "", text))
        return found

    def dump(self) -> Tables:
        """Every row there is now."""
        with self.site.system() as session:
            return dump(session)

    def rows(self, who: Who, kind: str) -> Mapping[str, Row]:
        """Their own records, a colleague's (a supervisor's: of one they lead), a stranger's, or ids of none."""
        if kind == "none":
            found: dict[str, Row] = {part: {"id": new_id(), "version": 1} for part in declared.RECORDS}
        else:
            own = "importer" if who.machine else ACCOUNTS.get(who.name, "tracer1")
            found = dict(self._rows[{"own": own, "team": _COLLEAGUE, "other": _STRANGER}[kind]])
        return found | self._few()

    def _few(self) -> dict[str, Row]:
        """What forms choose from."""
        [importer] = [one for one in self.tables["staff"] if one["email"] == world.address("importer")]
        [top] = [one for one in self.tables["team"] if one["parent_id"] is None]
        [led] = [one for one in self.tables["team"] if one["name"] == "North"]
        return {"importer": importer, "team": top, "led": led}

    def restore(self) -> None:
        """Back to how it was."""
        self._snapshot.restore()

    def _sign_in(self, name: str) -> Who:
        account = ACCOUNTS.get(name)
        client = self.site.browser(account)
        client.get("/help")  # the forgery token's cookie too, so that no answer sets one
        names = (guard.COOKIE, self.site.app.config["SESSION_COOKIE_NAME"])
        cookies = [f"{one}={found.value}" for one in names if (found := client.get_cookie(one))]
        headers = {"Cookie": "; ".join(cookies)}
        if account is None or name == "leaver":
            return Who(name, headers)
        with self.site.system() as session:
            row = world.account(session, account)
            return Who(name, headers, id=row.id, role=row.role)

    def _machines(self, session: Session) -> dict[str, Who]:
        importer, now, day = world.account(session, "importer"), clock.now(), timedelta(days=1)
        usual: dict[str, Any] = {"staff_id": importer.id, "scope": "intake", "expires_at": now + day}
        other: dict[str, dict[str, Any]] = {
            "a token": {},
            "a token of another scope": {"scope": "reports"},
            "a revoked token": {"revoked_at": now},
            "an expired token": {"expires_at": now - timedelta(seconds=1)},
            "a token of a leaver": {"staff_id": world.account(session, "retired").id},
        }
        found = {}
        for name, given in other.items():
            shown, digest = new_token()
            session.add(ApiToken(**{"name": name, "token_hash": digest, "created_at": now - day, **usual, **given}))
            headers = {"Authorization": f"Bearer {shown}"}
            if name in MACHINES[:2]:
                found[name] = Who(name, headers, True, importer.id, Role.IMPORTER, {**usual, **given}["scope"])
            else:
                found[name] = Who(name, headers, True)
        return found


def _join(session: Session, account: str, role: Role) -> None:
    team = session.get_one(Team, world.account(session, "tracer1").team_id)
    person = staff.add(
        session,
        email=world.address(account),
        given_name=account.capitalize(),
        family_name="Example",
        role=role,
        team=team,
        password=world.PASSWORD,
        now=clock.now(),
    )
    world.train(session, person, clock.now())


def _make(session: Session, account: str, number: int) -> dict[str, tuple[str, UUID]]:
    """One record of each sort that belongs to an account: part of an address -> table, key."""
    owner, found = world.account(session, account), {}
    for place, (part, maker) in enumerate(declared.RECORDS.items()):
        record: Any = maker(session, owner, number + place)
        session.flush()
        found[part] = (record.__tablename__, record.id)
    return found


# The tables with a trigger that stands whatever the replication role (tgenabled A, for always).
_ADDED_TO = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'"


class _Snapshot:
    """How a site's database was, and putting it back: a file by copying it, a PostgreSQL by its rows.

    CREATE and DROP DATABASE wait for a checkpoint, which on a busy disk is seconds.
    """

    def __init__(self, site: Site, tables: Tables) -> None:
        self._site, self._tables, self._file = site, tables, site.instance / "tracer.sqlite"
        if site.url.startswith("sqlite"):
            db.dispose()
            shutil.copy(self._file, self._file.with_suffix(".kept"))
            self._open()
        else:
            owner = make_url(os.environ["TRACER_TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
            self._owner = create_engine(owner.set(database=make_url(site.url).database), poolclass=NullPool)

    def restore(self) -> None:
        if not self._site.url.startswith("sqlite"):
            self._refill()
            return
        db.dispose()
        shutil.copy(self._file.with_suffix(".kept"), self._file)
        self._open()

    def _refill(self) -> None:
        """Without foreign keys, as the owner of everything; what is only ever added to is left with what was added."""
        with self._owner.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            adding = set(connection.scalars(text(_ADDED_TO)))
            for table in Base.metadata.sorted_tables:
                if table.name in adding:
                    continue
                kept, now = self._tables[table.name], select(table).order_by(*table.primary_key)
                if kept != [dict(row) for row in connection.execute(now).mappings()]:
                    connection.execute(delete(table))
                    if kept:
                        connection.execute(insert(table), kept)

    def _open(self) -> None:
        settings = self._site.app.extensions["tracer"]
        db.configure(settings.database_url, settings.system_database_url)
