"""Staff: the people who work here, how they sign in, and the tokens of machines."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracer.models.base import Base, Identified, Versioned, words
from tracer.models.teams import Team

# Open tasks that somebody is handed at most, unless their roster says otherwise: half a shift's work.
CAPACITY = 8


class Role(StrEnum):
    """What somebody is here for; the permissions of each are in `access.permissions`."""

    TRACER = "tracer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"
    PRIVACY_OFFICER = "privacy officer"
    ANALYST = "analyst"
    IMPORTER = "importer"


class Staff(Identified, Versioned, Base):
    """One of the people who work here (or the service account of a machine, role importer)."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(words(Role))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Raised by sign-out everywhere, role change, password change and leaving: older sign-ins stop at once.
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Set by the watch, lifted by the privacy officer: no sign-in works meanwhile, as if the account had ended.
    suspended_at: Mapped[datetime | None]
    # What they can take on besides, and the codes of the languages that they speak; never changed in place.
    skills: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    languages: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    # How many open tasks they are handed at most; and when they work, as `tracer.pattern` reads it (none: any time).
    capacity: Mapped[int] = mapped_column(default=CAPACITY, server_default=str(CAPACITY))
    pattern: Mapped[str | None] = mapped_column(String(200))

    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805 - a class method by SQLAlchemy's rule
        return {"version_id_col": cls.version}

    @property
    def name(self) -> str:
        """The whole name, as colleagues say it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def is_current(self) -> bool:
        """Whether they work here now: they have not left, and are not suspended."""
        return self.ended_at is None and self.suspended_at is None

    @classmethod
    def current(cls) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """The same, to ask the database with."""
        return cls.ended_at.is_(None), cls.suspended_at.is_(None)


class Ended(StrEnum):
    """Why a sign-in is over; its browser is told."""

    SIGNED_OUT = "signed out"
    ELSEWHERE = "elsewhere"
    PASSWORD = "password"
    CHANGED = "changed"
    IDLE = "idle"
    LONGEST = "longest"


class SignIn(Identified, Base):
    """One browser signed in: the cookie's token is kept as a hash, and ends with the epoch.

    While it is veiled, every request is answered with the veil until the password is given again.
    """

    __tablename__ = "sign_in"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    epoch: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[Ended | None] = mapped_column(words(Ended))
    veiled_at: Mapped[datetime | None]
    # A second factor is still owed: such a sign-in is nobody.
    pending: Mapped[bool] = mapped_column(default=False)
    # The last strong proof that it is them, and by what (`access.step_up`).
    proved_at: Mapped[datetime | None]
    proved_by: Mapped[str | None] = mapped_column(String(24))


class ApiToken(Identified, Base):
    """A machine's bearer token: kept as a hash, scoped, expiring, revocable."""

    __tablename__ = "api_token"

    name: Mapped[str] = mapped_column(String(80))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scope: Mapped[str] = mapped_column(String(24))
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
