"""The bare view of the comparison: Flask and SQLAlchemy, one row inserted and committed, nothing asked or looked up."""

import datetime
import os
from typing import Any
from uuid import UUID

from flask import Flask, request
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The table as it is, mapped plainly."""


class Answer(Base):
    """An answer."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID]
    key: Mapped[str]
    sealed: Mapped[bytes]
    given_at: Mapped[datetime.datetime]
    given_by_id: Mapped[UUID]


app = Flask(__name__)
engine = create_engine(os.environ["TRACER_DATABASE_URL"])


@app.post("/")
def insert() -> dict[str, Any]:
    """One row."""
    sent = request.get_json()
    with Session(engine) as session:
        row = Answer(
            interview_id=UUID(sent["interview"]),
            key=sent["key"],
            sealed=sent["value"].encode(),
            given_at=datetime.datetime.now(datetime.UTC),
            given_by_id=UUID(sent["who"]),
        )
        session.add(row)
        session.commit()
        return {"id": row.id}
