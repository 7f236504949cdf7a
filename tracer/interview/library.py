"""The scripts that Tracer ships with: a Markdown file for each disease and kind; those in `shared/` serve every one."""

from pathlib import Path

from tracer.interview import xlsform
from tracer.interview.script import Script

_FOLDER = Path(__file__).parent / "scripts"
_SHARED = "shared"


def shipped() -> dict[tuple[str, str], Path]:
    """The files by (disease, kind). A disease that has a file of its own does without the shared one."""
    files = sorted(_FOLDER.glob("*/*.md"))
    own = {(path.parent.name, path.stem): path for path in files if path.parent.name != _SHARED}
    diseases = {disease for disease, _ in own}
    shared = {(disease, path.stem): path for path in files if path.parent.name == _SHARED for disease in diseases}
    return dict(sorted({**shared, **own}.items()))


def load(disease: str, kind: str) -> Script:
    """A shipped script; ScriptFault where it has faults, KeyError where there is none."""
    return xlsform.read_markdown(shipped()[disease, kind].read_text(encoding="utf-8"))
