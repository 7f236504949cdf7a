#!/usr/bin/env python3
"""Send a batch of cases to a Tracer server: import_cases.py FILE --server URL [--map MAP] [--disease NAME].

Needs nothing but Python, so that it runs where the laboratory's file is. The token stands in TRACER_TOKEN.
Sends the file, then asks how far its loading is until there is a receipt. Rejected rows are written beside the file
as FILE.rejected.csv, each with what to do. Exits 0 loaded, 2 loaded with rejected rows, 1 nothing loaded, or not yet.
Sending a file again is safe: what is there is joined.
"""

import argparse
import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

LOADED, NOTHING, SOME_REJECTED = 0, 1, 2
_PIECE = 256 * 1024
_LONGEST = 300  # seconds that one answer may take: where a server has SQLite, it waits while a batch loads
_EVERY = (0.2, 0.5, 1.0, 2.0)  # seconds between questions; the last goes on
_NO_WORKER = (
    "The server has the file whole, but no worker has taken it up: none runs, or all are busy with other batches. "
    "It will be loaded when one is free. Still waiting; Ctrl-C ends only the waiting."
)
_SAFE = "Sending the file again is safe: rows that are there already are joined, not doubled."


class Stopped(Exception):
    """Nothing more can be done; the message says what to do."""


class Lost(Stopped):
    """The server did not answer, or not as it should: it may do so the next time."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the server that was named, wherever that would send it on to."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Server:
    """One Tracer server and the token it knows us by."""

    def __init__(self, url: str, token: str, *, plain: bool = False) -> None:
        where = urllib.parse.urlsplit(url)
        if where.scheme not in {"https", "http"} or not where.hostname:
            raise Stopped(f"{url} is no address of a server. Write it like https://tracer.example.")
        if where.scheme == "http" and where.hostname not in {"localhost", "127.0.0.1", "::1"} and not plain:
            raise Stopped(
                "Names and results would travel unsealed: give an https address (or --plain-http to dare it)."
            )
        self._url, self._token = url.rstrip("/"), token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def open(self, path: str, body: Iterator[bytes] | None = None, **headers: str) -> Any:
        """The answer to one request; Stopped says what went wrong."""
        headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        try:
            return self._opener.open(request, timeout=_LONGEST)
        except urllib.error.HTTPError as error:
            raise (Lost if error.code >= 500 else Stopped)(_in_words(error)) from error
        except urllib.error.URLError as error:
            raise Lost(f"{self._url} cannot be reached ({error.reason}). Check the address. {_SAFE}") from error
        except (OSError, HTTPException) as error:
            raise Lost(f"The connection to {self._url} was lost ({error}). {_SAFE}") from error


def _in_words(error: urllib.error.HTTPError) -> str:
    """The server's own words, where it gave any."""
    try:
        said = json.load(error)
        return " ".join(dict.fromkeys([str(said["message"]), *map(str, said["fields"].values())]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"The server answered {error.code} {error.reason}. Ask whoever runs it."


def parts(file: Path, fields: dict[str, str]) -> tuple[str, int, Iterator[bytes]]:
    """A multipart body: its content type, its length, and its bytes piece by piece with progress on the way."""
    mark = uuid4().hex
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    name = file.name.replace("\\", "_").replace('"', "_")
    head += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    start, end, size = head.encode(), f"\r\n--{mark}--\r\n".encode(), file.stat().st_size

    def pieces() -> Iterator[bytes]:
        yield start
        sent = 0
        with file.open("rb") as source:
            while piece := source.read(_PIECE):
                yield piece
                sent += len(piece)
                _progress(f"Sending {sent * 100 // size} %")
        yield end
        _progress("Sent; the server takes it in")

    return f"multipart/form-data; boundary={mark}", len(start) + size + len(end), pieces()


def _progress(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def send(server: Server, file: Path, map_: str | None, disease: str | None) -> dict[str, Any]:
    """Send the file; the server's word that it has it, with the address to ask at."""
    if file.stat().st_size == 0:
        raise Stopped(f"{file} is empty. Ask the laboratory for it again.")
    fields = {"disease": disease or ""}
    if map_ and Path(map_).suffix == ".toml":
        fields |= {"map": Path(map_).stem, "map_toml": Path(map_).read_text(encoding="utf-8")}
    elif map_:
        fields["map"] = map_
    server.open("/api/v1/intakes").close()  # a token that is refused is refused before the file is sent
    kind, length, body = parts(file, fields)
    with server.open("/api/v1/intakes", body, Content_Type=kind, Content_Length=str(length)) as answer:
        intake: dict[str, Any] = json.load(answer)
    return intake


def wait(server: Server, intake: dict[str, Any], longest: float, patience: float) -> dict[str, Any]:
    """Ask until the batch is loaded or refused, and give its receipt.

    A server that does not answer is asked again for as long; what it has is not lost.
    """
    start = idle = time.monotonic()
    said, turn = False, 0
    while intake["state"] == "received":
        now = time.monotonic()
        if now - start > longest:
            raise Stopped(f"It is not loaded yet, and waits on the server. {_SAFE}")
        idle = now if intake["worked_at"] else idle
        if now - idle > patience and not said:
            _progress("")
            print(_NO_WORKER, file=sys.stderr, flush=True)
            said = True
        _progress(intake["summary"])
        time.sleep(_EVERY[min(turn, len(_EVERY) - 1)])
        turn += 1
        try:
            with server.open(f"/api/v1/intakes/{intake['id']}") as answer:
                intake = json.load(answer)
        except (Lost, ValueError) as error:
            _progress(f"{error} Asking again")
    _progress("")
    return intake


def run(arguments: list[str]) -> int:
    """Send the file, print the receipt, keep the rejected rows; the exit code."""
    reader = argparse.ArgumentParser(description="Send a batch of cases to a Tracer server.")
    reader.add_argument("file", type=Path, metavar="FILE", help="CSV or .xlsx")
    reader.add_argument("--server", required=True, metavar="URL", help="like https://tracer.example")
    reader.add_argument("--map", metavar="MAP", help="a map file (.toml), or the name of one that Tracer ships with")
    reader.add_argument("--disease", metavar="NAME", help="where the map does not say; covid-19 otherwise")
    reader.add_argument(
        "--plain-http", action="store_true", help="allow http to another machine; anybody may read along"
    )
    reader.add_argument(
        "--wait", type=float, default=120, metavar="MINUTES", help="how long to wait for the receipt; 120 otherwise"
    )
    reader.add_argument(
        "--patience", type=float, default=60, metavar="SECONDS", help="without a worker before it is said; 60 otherwise"
    )
    given = reader.parse_args(arguments)
    token = os.environ.get("TRACER_TOKEN", "").strip()
    try:
        if not token:
            raise Stopped("TRACER_TOKEN is not set: set it to the token that an administrator made for you.")
        server = Server(given.server, token, plain=given.plain_http)
        receipt = wait(server, send(server, given.file, given.map, given.disease), given.wait * 60, given.patience)
        if receipt["state"] == "refused":
            raise Stopped(receipt["summary"])
        print(receipt["summary"], receipt["message"] or "", sep="\n" if receipt["message"] else "")
        if not receipt["rejected"]:
            return LOADED
        beside = given.file.with_name(given.file.name + ".rejected.csv")
        with server.open(receipt["rejects_csv_url"]) as answer, beside.open("wb") as out:
            shutil.copyfileobj(answer, out)
        print(f"The rejected rows, each with what to do, are in {beside}")
        return SOME_REJECTED if receipt["loaded"] or receipt["joined"] else NOTHING
    except (Stopped, OSError, UnicodeDecodeError) as error:
        _progress("")
        print(f"Stopped: {error}", file=sys.stderr)
        return NOTHING
    except KeyboardInterrupt:
        _progress("")
        print(f"Stopped waiting. {_SAFE}", file=sys.stderr)
        return NOTHING


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
