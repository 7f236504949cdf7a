"""The bare page of the comparison: Flask, one ORM query of 25 rows, a session look-up, an audit insert, Jinja."""

import datetime
import hashlib
import os
from uuid import UUID

from flask import Flask, request
from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The tables as they are, mapped plainly."""


class SignIn(Base):
    """A browser signed in."""

    __tablename__ = "sign_in"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes]
    staff_id: Mapped[UUID]


class Case(Base):
    """A case."""

    __tablename__ = "case_record"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    disease: Mapped[str]
    specimen_date: Mapped[datetime.date]
    isolation_until: Mapped[datetime.date]


class Task(Base):
    """A task."""

    __tablename__ = "task"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_record.id"))
    holder_id: Mapped[UUID]


class AuditEvent(Base):
    """What was done."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]
    actor_id: Mapped[UUID]
    actor_kind: Mapped[str]
    action: Mapped[str]
    did: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]


PAGE = """<!DOCTYPE html><html lang="en"><head><title>Bare</title></head><body><h1>Cases</h1><table>
{% for one in rows %}<tr><td>{{ one.reference }}</td><td>{{ one.disease }}</td><td>{{ one.specimen_date }}</td>
<td>{{ one.isolation_until }}</td></tr>{% endfor %}</table></body></html>"""

app = Flask(__name__)
TEMPLATE = app.jinja_env.from_string(PAGE)
engine = create_engine(os.environ["TRACER_DATABASE_URL"])


@app.get("/")
def page() -> str:
    """25 rows."""
    with Session(engine) as session:
        digest = hashlib.sha256(request.cookies["tracer"].encode()).digest()
        me = session.scalars(select(SignIn).where(SignIn.token_hash == digest)).one().staff_id
        rows = session.scalars(select(Case).join(Task).where(Task.holder_id == me).limit(25)).all()
        now = datetime.datetime.now(datetime.UTC)
        event = {"at": now, "actor_id": me, "actor_kind": "tracer", "action": "bare", "did": "read"}
        session.execute(insert(AuditEvent).values(**event, entity="case_record", entity_id=str(rows[0].id)))
        session.commit()
        return TEMPLATE.render(rows=rows)
