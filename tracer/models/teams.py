"""Teams: a tree, what each covers, and who leads it."""

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracer.models.base import Base, Identified, Versioned


class Team(Identified, Versioned, Base):
    """A node in the tree of teams."""

    __tablename__ = "team"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    # What it takes on besides calls, as the policy's flags name it.
    duty: Mapped[str | None] = mapped_column(String(24))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}


class TeamReach(Base):
    """The tree closed over: `above` reaches `team`, itself included. Kept by `casework.teams`."""

    __tablename__ = "team_reach"

    above_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)


class TeamArea(Base):
    """Which team covers a postcode area ("LS") or district ("LS6"); the longest wins."""

    __tablename__ = "team_area"

    area: Mapped[str] = mapped_column(String(4), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)


class Leadership(Base):
    """One of the staff leads a team, and with it the subtree below."""

    __tablename__ = "leadership"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True, index=True)
