"""What Tracer ships with: the courses, who needs which, the undertaking, and the mock call: its rubric and people."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from tracer.courses import mock_call, mock_people, reading, required, undertaking
from tracer.courses import sign_off as sign_offs
from tracer.courses.course import Course
from tracer.courses.mock_call import Rubric
from tracer.courses.mock_people import MockPerson
from tracer.courses.required import Required
from tracer.courses.sign_off import SignOff
from tracer.courses.undertaking import Undertaking

_FOLDER = Path(__file__).parent / "shipped"
# What is signed, and not passed: its file, and its key beside those of courses.
UNDERTAKING = "undertaking"
# What is shown to a trainer, and not passed by a test: its key beside those of courses.
MOCK_CALL = "mock-call"
# What a supervisor says of somebody.
SIGN_OFF = "sign-off"


def shipped() -> dict[str, Path]:
    """The files of the courses by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.md")) if path.stem != UNDERTAKING}


@cache
def load(name: str) -> Course:
    """A shipped course; CourseFault where it has faults, KeyError where there is none."""
    path = shipped()[name]
    return reading.read(path.read_text(encoding="utf-8"), pictures(name))


def folder(name: str) -> Path:
    """A course's own folder, which need not be there."""
    return _FOLDER / name


def pictures(name: str) -> frozenset[str]:
    """The names of the pictures in a course's own folder."""
    return frozenset(path.name for path in folder(name).glob("*"))


def needed(roles: Collection[str]) -> Required:
    """Which courses each of these roles needs, and who needs the mock call; CourseFault where the table is wrong."""
    return _needed(tuple(roles))


@cache
def _needed(roles: tuple[str, ...]) -> Required:
    text = (_FOLDER / "required.toml").read_text(encoding="utf-8")
    return required.read(text, roles, list(shipped()), [MOCK_CALL, SIGN_OFF])


@cache
def to_sign() -> Undertaking:
    """The confidentiality undertaking."""
    return undertaking.read((_FOLDER / "undertaking.md").read_text(encoding="utf-8"))


@cache
def sign_off() -> SignOff:
    """What a supervisor sees to before somebody's first case."""
    return sign_offs.read((_FOLDER / "sign-off.toml").read_text(encoding="utf-8"))


@cache
def rubric() -> Rubric:
    """What a mock call is judged by."""
    return mock_call.read((_FOLDER / "mock-call.toml").read_text(encoding="utf-8"))


@cache
def mock_persons() -> dict[str, MockPerson]:
    """The people whom a mock call can be with, by key."""
    return mock_people.read((_FOLDER / "mock-calls.toml").read_text(encoding="utf-8"))
