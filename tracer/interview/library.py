"""The scripts that Tracer ships with: one Markdown file for each disease and kind."""

from pathlib import Path

from tracer.interview import xlsform
from tracer.interview.script import Script

_FOLDER = Path(__file__).parent / "scripts"


def shipped() -> dict[tuple[str, str], Path]:
    """The files by (disease, kind)."""
    return {(path.parent.name, path.stem): path for path in sorted(_FOLDER.glob("*/*.md"))}


def load(disease: str, kind: str) -> Script:
    """A shipped script; ScriptFault where it has faults, KeyError where there is none."""
    return xlsform.read_markdown(shipped()[disease, kind].read_text(encoding="utf-8"))
