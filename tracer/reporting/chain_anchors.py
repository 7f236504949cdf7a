"""The chain against its anchors: what it was, as somebody outside the database wrote it down."""

from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import db
from tracer.models import AuditSeal
from tracer.reporting.chain_findings import Findings

_AT_ONCE = 500


class Anchored(Protocol):
    """An anchor: the seal of a number and its hash (hex) at a time; the fingerprint of the key."""

    @property
    def at(self) -> str:
        """When."""

    @property
    def number(self) -> int:
        """Of the seal."""

    @property
    def hash(self) -> str:
        """Of the seal, in hex."""

    @property
    def key(self) -> str:
        """The fingerprint of the chain's key."""


class Compared:
    """What the comparison came to: how many anchors there are, and the last seal that one vouches for."""

    def __init__(self) -> None:
        self.count, self.last = 0, 0


def compare(session: Session, anchors: Iterable[Anchored], key: str, findings: Findings) -> Compared:
    """Every anchor against the seal that it names."""
    done, waiting, other_key = Compared(), iter(anchors), False
    while some := list(islice(waiting, _AT_ONCE)):
        with db.transaction("audit.verify", session):
            query = select(AuditSeal.number, AuditSeal.hash).where(AuditSeal.number.in_({one.number for one in some}))
            known = {row.number: row.hash for row in session.execute(query)}
        for anchor in some:
            done.count += 1
            if anchor.key != key and not other_key:
                other_key = True
                findings.note(f"The anchor of {anchor.at} was made with another key than the chain.key that is here.")
            if known.get(anchor.number) == bytes.fromhex(anchor.hash):
                done.last = max(done.last, anchor.number)
            else:
                findings.note(_wrong(anchor, anchor.number in known))
    return done


def _wrong(anchor: Anchored, known: bool) -> str:
    if known:
        return f"Seal {anchor.number:,} is not the one that was anchored on {anchor.at}. The chain was made anew."
    return f"Seal {anchor.number:,} was anchored on {anchor.at} and is not there. The chain was cut off or emptied."
