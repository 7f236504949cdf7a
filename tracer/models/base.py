"""What every table shares: the base class, times in UTC, names of constraints."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, DateTime, Dialect, Enum, LargeBinary, MetaData, Uuid, bindparam
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from tracer.ids import new_id


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite has no zone and gets it back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(Enum):
    """Words of an enum, which a statement compares with as they are written.

    Handed over apart from the statement, a word fits no index on part of a table (`state = 'waiting'`): a plan that is
    kept must do for every word.
    """

    cache_ok = True

    class Comparator(Enum.Comparator):
        """What a column of words is compared with."""

        def operate(self, op: Any, *other: Any, **more: Any) -> Any:
            """The comparison, with words of the enum written out."""
            return super().operate(op, *(self._written(one) for one in other), **more)

        def _written(self, value: Any) -> Any:
            several = isinstance(value, list | tuple | set | frozenset)
            if not isinstance(value, StrEnum) and not (several and all(isinstance(one, StrEnum) for one in value)):
                return value
            kept = sorted(value) if several else value
            return bindparam(None, kept, self.type, expanding=several, literal_execute=True)

    comparator_factory = Comparator


def words(kind: type[StrEnum]) -> Words:
    """A column that holds one of the words of an enum, as text (a native type could not be extended)."""
    return Words(kind, native_enum=False, length=24, values_callable=lambda e: [word.value for word in e])


class Base(DeclarativeBase):
    """Every table of Tracer."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Moment(),
        date: Date(),
        UUID: Uuid(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
    }


class Identified:
    """A row with an id made in Python."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Versioned:
    """A row that people edit: the number rises with each save, and a stale save is refused."""

    version: Mapped[int] = mapped_column(default=1)
