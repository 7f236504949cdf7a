"""What Tracer ships with: the courses, who needs which, the undertaking and the rubric of the mock call."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from tracer.courses import mock_call, reading, required, undertaking
from tracer.courses.course import Course
from tracer.courses.mock_call import Rubric
from tracer.courses.required import Required
from tracer.courses.undertaking import Undertaking

_FOLDER = Path(__file__).parent / "shipped"
# What is signed, and not passed: its file, and its key beside those of courses.
UNDERTAKING = "undertaking"


def shipped() -> dict[str, Path]:
    """The files of the courses by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.md")) if path.stem != UNDERTAKING}


@cache
def load(name: str) -> Course:
    """A shipped course; CourseFault where it has faults, KeyError where there is none."""
    path = shipped()[name]
    return reading.read(path.read_text(encoding="utf-8"), pictures(name))


def pictures(name: str) -> frozenset[str]:
    """The names of the pictures in a course's own folder."""
    return frozenset(path.name for path in (_FOLDER / name).glob("*"))


def needed(roles: Collection[str]) -> Required:
    """Which courses each of these roles needs; CourseFault where the table does not fit them."""
    return _needed(tuple(roles))


@cache
def _needed(roles: tuple[str, ...]) -> Required:
    return required.read((_FOLDER / "required.toml").read_text(encoding="utf-8"), roles, list(shipped()))


@cache
def to_sign() -> Undertaking:
    """The confidentiality undertaking."""
    return undertaking.read((_FOLDER / "undertaking.md").read_text(encoding="utf-8"))


@cache
def rubric() -> Rubric:
    """What a mock call is judged by."""
    return mock_call.read((_FOLDER / "mock-call.toml").read_text(encoding="utf-8"))
