"""Writing scripts for tests: files as an editor would send them, and the steps of their life through the pages."""

import io
import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tracer import clock
from tracer.casework import scripts
from tracer.interview import library
from tracer.interview.script import Script

COVID = ("covid-19", "index-case")
NOTE = "Said in plainer words, as tracers asked"


def text(title: str = "Another", which: tuple[str, str] = COVID) -> str:
    """The shipped script with another title, as Markdown."""
    found = library.shipped()[which].read_text(encoding="utf-8")
    lines = found.splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("| form_title"))
    old = lines[place + 2].split("|")[1].strip()
    lines[place + 2] = lines[place + 2].replace(old, title, 1)
    return "\n".join(lines)


def workbook(sheets: Mapping[str, list[list[str]]]) -> bytes:
    """A workbook with these rows, as a form editor writes it."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    book.save(out)
    return out.getvalue()


def send(client: FlaskClient, data: bytes | str, name: str = "script.md", to: str = "/scripts", **more: Any) -> Any:
    """Send a file: a new draft, or (with `to` and `base`) another text for one."""
    content = data.encode() if isinstance(data, str) else data
    form: dict[str, Any] = {"note": NOTE, "file": FileStorage(io.BytesIO(content), name), **more}
    if to == "/scripts":
        form = {"disease": COVID[0], "kind": COVID[1], **form}
    stream, _, boundary = stream_encode_multipart(form, use_tempfile=False)  # which nobody would close
    return client.post(to, input_stream=stream, content_type=f'multipart/form-data; boundary="{boundary}"')


def draft(client: FlaskClient, title: str = "Another") -> str:
    """A draft; the address of its page."""
    answer = send(client, text(title))
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def field(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def ask(client: FlaskClient, address: str, **more: str) -> Any:
    """Ask a second person."""
    version = field(client.get(address).text, "version")
    return client.post(f"{address}/ask", data={"version": version, "when": "approved", **more})


def decide(client: FlaskClient, address: str, decision: str = "approve", **more: str) -> Any:
    """Decide on it as its page stands."""
    shown = more.pop("shown", None) or field(client.get(address).text, "shown")
    return client.post(f"{address}/decision", data={"shown": shown, "decision": decision, **more})


def ship(session: Session, disease: str, kind: str, script: Script) -> None:
    """A script in force, as if Tracer had shipped it (as SYSTEM)."""
    now = clock.now()
    scripts._ship(session, disease, kind, script, now)
    scripts.settle(session, now)
