"""What the supervisor's board is asked and sent: the filters in the address, the tasks chosen to move."""

import base64
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from tracer.models import TaskKind
from tracer.reporting import board, open_work
from tracer.schemas.form import Form, why

_REFERENCES = re.compile("[0-9A-Z]{8}(, [0-9A-Z]{8})*")


class Key(fields.Field[tuple[datetime, UUID]]):
    """Where the list goes on: the time and the id of the last line that was shown."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> tuple[datetime, UUID]:
        when, _, last = str(value).partition("/")
        try:
            return datetime.fromisoformat(when).astimezone(UTC), UUID(last)
        except (ValueError, OverflowError):
            raise ValidationError("Follow the link from the list.") from None

    @staticmethod
    def write(key: tuple[datetime, UUID]) -> str:
        """The key as it stands in an address."""
        return f"{key[0].astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}/{key[1]}"


class Filters(Form):
    """What the list shows; it stays in the address."""

    team = fields.UUID(load_default=None)
    who = fields.String(load_default="all", validate=validate.OneOf(list(board.WHO)))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    all = fields.Boolean(load_default=False)
    state = fields.String(load_default="all", validate=validate.OneOf(list(open_work.STATES)))
    kind = fields.Enum(TaskKind, by_value=True, load_default=None)
    holder = fields.UUID(load_default=None)
    after = Key(load_default=None)


@dataclass(frozen=True, slots=True)
class Ticked:
    """One chosen line as the page showed it: the version, and what it was called there."""

    version: int
    called: str


class Chosen(fields.Field[dict[UUID, Ticked]]):
    """The ticked lines, each as id/version/reference."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[UUID, Ticked]:
        return dict(self._read(str(one)) for one in value)

    @staticmethod
    def _read(text: str) -> tuple[UUID, Ticked]:
        task_id, _, rest = text.partition("/")
        number, _, called = rest.partition("/")
        try:
            return UUID(task_id), Ticked(int(number), called if _REFERENCES.fullmatch(called) else "")
        except ValueError:
            raise ValidationError("Choose tasks from the list.") from None


class Snapshot(fields.Field[dict[UUID, Ticked]]):
    """All the tasks that a list was narrowed to when it was loaded, with their versions: 20 bytes each, packed."""

    _ONE = struct.Struct(">16sI")

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[UUID, Ticked]:
        try:
            found = base64.urlsafe_b64decode(str(value))
            several = [(UUID(bytes=one), version) for one, version in self._ONE.iter_unpack(found)]
        except (ValueError, struct.error):
            raise ValidationError("Choose the tasks again from the list.") from None
        if len(several) > open_work.MOST:
            raise ValidationError(f"At most {open_work.MOST} are moved at once.")
        return {one: Ticked(version, "") for one, version in several}

    @classmethod
    def write(cls, versions: Mapping[UUID, int]) -> str:
        """The tasks as they stand in a hidden field."""
        packed = b"".join(cls._ONE.pack(one.bytes, version) for one, version in versions.items())
        return base64.urlsafe_b64encode(packed).decode()


class HandOver(Form):
    """The chosen tasks, or all that there were in the list; to whom, and why."""

    chosen = Chosen(load_default=dict)
    snapshot = Snapshot(load_default=dict)
    to = fields.String(load_default="", validate=validate.Length(1, error="Choose who takes them, or the pool."))
    reason = why()

    @validates_schema(skip_on_field_errors=False)
    def _some(self, given: dict[str, Any], **_: Any) -> None:
        """Said with whatever else lacks, so that all can be mended at once."""
        if given.get("chosen") == {} == given.get("snapshot"):
            raise ValidationError({"chosen": ["Choose at least one task."]})

    @post_load
    def _meant(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Those that were ticked are what is meant, where there are any."""
        snapshot = given.pop("snapshot")
        return {**given, "chosen": given["chosen"] or snapshot}
