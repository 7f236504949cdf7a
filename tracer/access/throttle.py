"""Tries are counted in the database, before anything is checked, in one statement: no process sees less than all.

Each limit lets `most` tries through at once and gives one back every `within / most`. The row holds the time at
which all tries made so far are forgiven; a try that would push it too far ahead is not let through, and costs
nothing. So 200 guesses at one moment, over any number of processes, are `most` guesses (tests/access).
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracer import db, vault
from tracer.models import Throttle

_TABLE: Any = Throttle.__table__


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries at once, and as many again after `within`."""

    kind: str
    most: int
    within: timedelta = timedelta(minutes=5)

    @property
    def step(self) -> int:
        """Milliseconds until one try is given back."""
        return int(self.within / timedelta(milliseconds=1)) // self.most


# A limit, and whose it is.
Try = tuple[Limit, str]
ACCOUNT = Limit("account", 10)
# One network can be a whole building or everybody's private network, so it has room (TRACER_TRIES_PER_NETWORK).
NETWORK = 100
REQUEST = Limit("request", 3, timedelta(hours=1))
# A storm of refused tries is one event an account or network in five minutes, not a million.
NOTED = Limit("noted", 1)


def network_of(address: str | None) -> str:
    """What an address counts as: itself, or the /64 that one household has of version 6."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def take(now: datetime, *tries: Try) -> bool:
    """Count one try against each limit, in order, up to the first that is spent. Whether all let it through.

    Committed before it returns: what follows is already paid for.
    """
    with db.engine("door").begin() as connection:
        return count(connection, now, *tries)


def count(connection: Connection, now: datetime, *tries: Try) -> bool:
    """The same, for whoever commits it before anything is looked at."""
    return all(_take(connection, limit, value, now) for limit, value in tries)


def _take(connection: Connection, limit: Limit, value: str, now: datetime) -> bool:
    at = _milliseconds(now)
    times = {"at": at, "step": limit.step, "first": at + limit.step, "most": at + limit.most * limit.step}
    counted = _counted[connection.dialect.name]
    return connection.execute(counted, {"key": _key(limit, value), **times}).first() is not None


def _counting(insert: Any) -> Any:
    """One try on a row, unless that would push it too far ahead: written once, for signing in is a busy minute."""
    at, until = bindparam("at", type_=BigInteger), _TABLE.c.spent_until
    spent = case((until > at, until), else_=at) + bindparam("step", type_=BigInteger)
    counted = insert(_TABLE).values(key=bindparam("key"), spent_until=bindparam("first"))
    most = bindparam("most", type_=BigInteger)
    counted = counted.on_conflict_do_update(
        index_elements=[_TABLE.c.key], set_={"spent_until": spent}, where=spent <= most
    )
    return counted.returning(_TABLE.c.key)


_counted = {"postgresql": _counting(postgresql.insert), "sqlite": _counting(sqlite.insert)}
_given_back = (
    update(_TABLE)
    .where(_TABLE.c.key == bindparam("row"))
    .values(spent_until=_TABLE.c.spent_until - bindparam("step", type_=BigInteger))
)


def give_back(*tries: Try) -> None:
    """Take one try off each: it was right, and what is right costs nothing."""
    with db.engine("door").begin() as connection:
        take_off(connection, *tries)


def take_off(connection: Connection, *tries: Try) -> None:
    """The same, in a transaction of the caller's."""
    if tries:
        connection.execute(_given_back, [{"row": _key(limit, value), "step": limit.step} for limit, value in tries])


def forget(session: Session, now: datetime) -> int:
    """Remove the rows of whom everything is forgiven (as SYSTEM). Returns how many."""
    done: Any = session.execute(delete(Throttle).where(Throttle.spent_until < _milliseconds(now)))
    return int(done.rowcount)


def _key(limit: Limit, value: str) -> bytes:
    return vault.current().digest(f"throttle/{limit.kind}", value)


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)
