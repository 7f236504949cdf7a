"""Who may reach which row, said again in plain Python over plain rows: what the row rules are held against.

Nothing here comes from `tracer.access`: a mistake in a rule must not be made twice. A new table gets a method
of its own name below, or stands in OPEN.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from tracer import clock
from tracer.models import Base

Row = Mapping[str, Any]
Tables = dict[str, list[Row]]

# The shape of the organisation and the texts of scripts.
OPEN = frozenset(
    {"known_problem", "leadership", "requirement", "script", "script_revision", "team", "team_area", "team_reach"}
)
# What the machinery keeps for itself.
NOBODYS = frozenset(
    {
        *("audit_gap", "audit_seal", "intake_piece", "intake_upload", "password_request"),
        *("challenge", "throttle", "watch_mark", "watch_memory", "review_draw"),
    }
)


def dump(session: Session, only: frozenset[str] | None = None) -> Tables:
    """Every row of every table (or of `only` these), in order of its key (as SYSTEM)."""
    connection, (holds, selects) = session.connection(), _reading(only)
    held = connection.execute(holds).mappings().one()
    found: Tables = {}
    for name, rows in selects.items():
        answer = connection.execute(rows) if held[name] else None
        found[name] = [dict(zip(answer.keys(), row, strict=True)) for row in answer] if answer else []
    return found


@cache
def _reading(only: frozenset[str] | None) -> tuple[Select[Any], dict[str, Select[Any]]]:
    """Which tables hold a row at all, and the rows of each; made once, for a machine reads them at every step."""
    tables = [table for table in Base.metadata.sorted_tables if only is None or table.name in only]
    holds: Any = select(*(exists().select_from(table).label(table.name) for table in tables))
    return holds, {table.name: select(table).order_by(*table.primary_key) for table in tables}


class Reach:
    """What each of the staff may see, of the rows as they stand."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._teams = {team["id"]: team["parent_id"] for team in tables["team"]}
        self._people = {person["id"]: person for person in tables["staff"]}
        self._by: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = {}

    def sees(self, me: UUID, table: str, row: Row) -> bool:
        """Whether one of the staff may see a row."""
        if table in OPEN or table in NOBODYS:
            return table in OPEN
        said = getattr(self, f"_{table}", None)
        if said is None:
            raise LookupError(f"Say in tests/reach.py who may see a row of {table!r} (or that it is open).")
        return bool(said(me, row))

    def seen(self, me: UUID, table: str) -> set[Any]:
        """The keys of all the rows of a table that one of the staff may see."""
        keys = Base.metadata.tables[table].primary_key.columns.keys()
        return {tuple(row[key] for key in keys) for row in self.tables[table] if self.sees(me, table, row)}

    def one(self, table: str, key: Any) -> Row:
        """The row of a key."""
        return next(row for row in self.tables[table] if row["id"] == key)

    def _above(self, team: UUID | None) -> set[UUID]:
        """A team and all over it."""
        found: set[UUID] = set()
        while team is not None:
            found.add(team)
            team = self._teams[team]
        return found

    def _cleared(self, me: UUID | None, at: datetime | None = None) -> bool:
        """Whether somebody has in date all that their role needs, or was let off."""
        at = at or clock.now()
        if me not in self._people:
            return False
        role = self._people[me]["role"]
        needs = [one["key"] for one in self._where("requirement", role=role)]
        done = [one for one in self._where("completion", staff_id=me) if one["passed_at"] <= at < one["until_at"]]
        let_off = [one for one in self._where("grace", staff_id=me) if one["from_at"] <= at < one["until_at"]]
        let_off = [one for one in let_off if one["ended_at"] is None or one["ended_at"] > at]
        trained = bool(needs) and {one["key"] for one in done} >= set(needs)
        return role == "importer" or trained or bool(let_off)

    def _ends(self, me: UUID, task: Row) -> bool:
        """In the middle of a call that they were cleared for when it began, and are not now."""
        if self._cleared(me):
            return False
        now = clock.now()
        if not (task["holder_id"] == me or (task["holder_id"] is None and task["moved_by_id"] == me)):
            return False
        return any(
            one["called_at"] is not None
            and one["paused_at"] is None
            and one["called_at"] > now - timedelta(hours=3)
            and (one["finished_at"] is None or one["finished_at"] > now - timedelta(minutes=1))
            and any(
                had["from_at"] <= one["called_at"] for had in self._where("assignment", task_id=task["id"], staff_id=me)
            )
            and self._cleared(me, one["called_at"])
            for one in self._where("interview", task_id=task["id"])
        )

    def _leads(self, me: UUID, team: UUID | None) -> bool:
        if not self._cleared(me):
            return False
        led = {lead["team_id"] for lead in self._where("leadership", staff_id=me)}
        return bool(led & self._above(team))

    def _is(self, me: UUID, *roles: str) -> bool:
        return self._cleared(me) and self._people[me]["role"] in roles

    def _any(self, table: str, me: UUID, **same: Any) -> bool:
        return any(self.sees(me, table, row) for row in self._where(table, **same))

    def _where(self, table: str, **same: Any) -> Iterable[Row]:
        """The rows that say the same in these columns; put in order once, for the rules ask again for every row."""
        columns = (table, *same)
        if columns not in self._by:
            self._by[columns] = {}
            for row in self.tables[table]:
                self._by[columns].setdefault(tuple(row[name] for name in same), []).append(row)
        return self._by[columns].get(tuple(same.values()), [])

    def _against(self, me: UUID, column: str, value: Any) -> bool:
        """A conflict: this task, or this person, is never their business."""
        return value is not None and any(True for _ in self._where("conflict", staff_id=me, **{column: value}))

    def _granted(self, me: UUID, column: str, value: Any) -> bool:
        """The glass is broken over this case, contact or task, and not closed again."""
        now, grants = clock.now(), self._where("grant_record", staff_id=me, ended_at=None, **{column: value})
        open_ = value is not None and any(one["from_at"] <= now < one["until_at"] for one in grants)
        return open_ and self._cleared(me)

    def _theirs(self, me: UUID, task: Row) -> bool:
        held = (task["holder_id"] == me and self._cleared(me)) or self._ends(me, task)
        reached = held or self._leads(me, task["team_id"])
        return reached and not self._against(me, "task_id", task["id"])

    def _work(self, me: UUID, **same: Any) -> bool:
        return None not in same.values() and any(self._theirs(me, task) for task in self._where("task", **same))

    def _task(self, me: UUID, task: Row) -> bool:
        waiting = task["state"] == "waiting" and task["team_id"] in self._above(self._people[me]["team_id"])
        waiting = waiting and self._cleared(me) and not self._against(me, "task_id", task["id"])
        granted = self._granted(me, "case_id", task["case_id"]) or self._granted(me, "task_id", task["id"])
        return self._theirs(me, task) or waiting or (task["moved_by_id"] == me and self._cleared(me)) or granted

    def _keeps_sessions(self, me: UUID) -> bool:
        return self._is(me, "administrator", "trainer")

    def _mine_or_led(self, me: UUID, seat: Row) -> bool:
        return seat["staff_id"] == me or self._leads(me, self._people[seat["staff_id"]]["team_id"])

    def _presence(self, me: UUID, row: Row) -> bool:
        return self._mine_or_led(me, row)

    def _absence(self, me: UUID, row: Row) -> bool:
        return self._mine_or_led(me, row)

    def _training_seat(self, me: UUID, seat: Row) -> bool:
        return self._keeps_sessions(me) or self._mine_or_led(me, seat)

    def _training_session(self, me: UUID, session: Row) -> bool:
        seats = self._where("training_seat", training_session_id=session["id"])
        return self._keeps_sessions(me) or any(self._mine_or_led(me, seat) for seat in seats)

    def _training_mailing(self, me: UUID, _: Row) -> bool:
        return self._keeps_sessions(me)

    def _case_record(self, me: UUID, case: Row) -> bool:
        return self._work(me, case_id=case["id"]) or self._granted(me, "case_id", case["id"])

    def _contact(self, me: UUID, contact: Row) -> bool:
        interviews = self._work(me, case_id=contact["case_id"], kind="interview")
        through = (
            interviews or self._work(me, id=contact["alert_task_id"]) or self._flagged(me, contact_id=contact["id"])
        )
        through = through or self._granted(me, "case_id", contact["case_id"])
        shunned = self._against(me, "person_id", contact["person_id"])
        return (through and not shunned) or self._granted(me, "contact_id", contact["id"])

    def _person(self, me: UUID, person: Row) -> bool:
        return self._any("case_record", me, person_id=person["id"]) or self._any("contact", me, person_id=person["id"])

    def _exposure(self, me: UUID, exposure: Row) -> bool:
        return self._any("contact", me, id=exposure["contact_id"])

    def _attempt(self, me: UUID, attempt: Row) -> bool:
        work = self._work(me, id=attempt["task_id"]) or self._any("case_record", me, id=attempt["case_id"])
        return work or self._under_grant(me, attempt["contact_id"])

    def _under_grant(self, me: UUID, contact_id: Any) -> bool:
        """A contact that a grant opens: its own, or of a granted case where no conflict forbids it."""
        return self._granted(me, "contact_id", contact_id) or any(
            self._granted(me, "case_id", one["case_id"]) and not self._against(me, "person_id", one["person_id"])
            for one in self._where("contact", id=contact_id)
        )

    def _assignment(self, me: UUID, assignment: Row) -> bool:
        return (assignment["staff_id"] == me and self._cleared(me)) or self._work(me, id=assignment["task_id"])

    def _interview(self, me: UUID, interview: Row) -> bool:
        return self._attempt(me, interview) or self._flagged(me, interview_id=interview["id"])

    def _flagged(self, me: UUID, **same: Any) -> bool:
        """Work that this called for is theirs."""
        return any(self._work(me, id=flag["task_id"]) for flag in self._where("flag", **same))

    def _flag(self, me: UUID, flag: Row) -> bool:
        interviews = self._where("interview", id=flag["interview_id"])
        by_work = any(self._interview_by_work(me, one) for one in interviews)
        return self._work(me, id=flag["task_id"]) or by_work

    def _interview_by_work(self, me: UUID, one: Row) -> bool:
        under = self._work(me, id=one["task_id"]) or self._work(me, case_id=one["case_id"])
        return under or self._flagged(me, interview_id=one["id"])

    def _answer(self, me: UUID, answer: Row) -> bool:
        return self._any("interview", me, id=answer["interview_id"])

    def _notice(self, me: UUID, notice: Row) -> bool:
        return notice["staff_id"] == me or self._any("contact", me, id=notice["contact_id"])

    def _staff(self, me: UUID, person: Row) -> bool:
        mine = self._above(self._people[me]["team_id"])
        leads_me = any(lead["team_id"] in mine for lead in self._where("leadership", staff_id=person["id"]))
        manages = self._is(me, "administrator", "privacy officer")
        return person["id"] == me or leads_me or self._leads(me, person["team_id"]) or manages

    def _sign_in(self, me: UUID, sign_in: Row) -> bool:
        return bool(sign_in["staff_id"] == me)

    def _password_link(self, me: UUID, _: Row) -> bool:
        return self._is(me, "administrator")

    def _api_token(self, me: UUID, _: Row) -> bool:
        return self._is(me, "administrator")

    def _intake(self, me: UUID, intake: Row) -> bool:
        return (intake["received_by_id"] == me and self._cleared(me)) or self._is(me, "administrator")

    def _intake_reject(self, me: UUID, reject: Row) -> bool:
        return self._any("intake", me, id=reject["intake_id"])

    def _audit_event(self, me: UUID, event: Row) -> bool:
        return event["actor_id"] == me or self._is(me, "privacy officer") or self._used_under_grant(me, event)

    def _used_under_grant(self, me: UUID, event: Row) -> bool:
        """What somebody whom they lead did with the record that a grant opened, while it was open."""
        return any(
            self._leads(me, one["team_id"])
            and event["entity_id"] in (one["record_key"], one["person_key"])
            and one["from_at"] <= event["at"] < (one["ended_at"] or one["until_at"])
            for one in self._where("grant_record", staff_id=event["actor_id"])
        )

    def _grant_record(self, me: UUID, grant: Row) -> bool:
        return grant["staff_id"] == me or self._leads(me, grant["team_id"]) or self._is(me, "privacy officer")

    def _conflict(self, me: UUID, conflict: Row) -> bool:
        whose = conflict["staff_id"]
        return whose == me or self._leads(me, self._people[whose]["team_id"])

    def _staff_key(self, me: UUID, key: Row) -> bool:
        return bool(key["staff_id"] == me)

    def _approval(self, me: UUID, approval: Row) -> bool:
        if approval["asked_by_id"] == me:
            return True
        if approval["kind"] == "glass":
            return self._leads(me, approval["team_id"]) or self._is(me, "privacy officer")
        return self._is(me, "administrator", "privacy officer")

    def _allocation(self, me: UUID, allocation: Row) -> bool:
        return self._leads(me, allocation["team_id"])

    def _answer_export(self, me: UUID, export: Row) -> bool:
        return export["asked_by_id"] == me and self._cleared(me)

    def _answer_piece(self, me: UUID, piece: Row) -> bool:
        [export] = self._where("answer_export", id=piece["export_id"])
        gone = export["named"] and export["fetched_at"]
        return self._answer_export(me, export) and bool(export["made_at"]) and not gone

    def _question_tally(self, me: UUID, _: Row) -> bool:
        return self._is(me, "administrator", "trainer")

    def _hour_count(self, me: UUID, count: Row) -> bool:
        return self._leads(me, count["team_id"]) or self._is(me, "administrator", "analyst")

    _team_strength = _hour_count

    def _help_question(self, me: UUID, question: Row) -> bool:
        open_ = question["asked_by_id"] == me or question["published"]
        return open_ or self._is(me, "administrator", "trainer")

    def _record_question(self, me: UUID, asked: Row) -> bool:
        if self._against(me, "task_id", asked["task_id"]) or not self._cleared(me):
            return False
        can = asked["kind"] != "supervisor" and asked["kind"] in self._people[me]["skills"]
        expert = (can and asked["answered_at"] is None) or asked["taken_by_id"] == me
        return asked["asked_by_id"] == me or self._leads(me, asked["team_id"]) or expert

    def _review(self, me: UUID, review: Row) -> bool:
        if review["tracer_id"] == me:
            return self._cleared(me) and review["reviewed_at"] is not None
        return self._leads(me, review["team_id"]) and not self._against(me, "task_id", review["task_id"])

    def _final_test(self, me: UUID, test: Row) -> bool:
        return bool(test["staff_id"] == me)

    def _completion(self, me: UUID, completion: Row) -> bool:
        theirs = self._people[completion["staff_id"]]["team_id"]
        reached = theirs is not None and self._leads(me, theirs)
        return completion["staff_id"] == me or reached or self._is(me, "administrator", "trainer")

    def _judges(self, me: UUID, row: Row) -> bool:
        team = self._people[row["staff_id"]]["team_id"]
        return self._is(me, "trainer") or (team is not None and self._leads(me, team))

    def _practice_call(self, me: UUID, call: Row) -> bool:
        return call["staff_id"] == me or (call["handed_in_at"] is not None and self._judges(me, call))

    def _practice_mark(self, me: UUID, mark: Row) -> bool:
        return self._any("practice_call", me, id=mark["practice_call_id"])

    def _grace(self, me: UUID, grace: Row) -> bool:
        reached = self._leads(me, self._people[grace["staff_id"]]["team_id"])
        return grace["staff_id"] == me or reached or self._is(me, "administrator", "privacy officer")

    def _factor(self, me: UUID, factor: Row) -> bool:
        return factor["staff_id"] == me or self._is(me, "administrator")

    def _factor_reset(self, me: UUID, reset: Row) -> bool:
        return reset["staff_id"] == me or self._is(me, "administrator", "privacy officer")

    def _alert(self, me: UUID, _: Row) -> bool:
        return self._is(me, "privacy officer")

    _suspension = _canary = _alert
