"""The zip archive that a workbook is: refused before anything of it is unpacked where it could not be an honest one."""

import struct
import zipfile
from typing import IO, Any

from tracer.tables.table import TableFault

_MOST_UNPACKED = 1_000_000_000
# A sheet of real results packs 5 to 20 times; what packs far better says nothing, at great length.
_MOST_RATIO, _SMALL = 60, 5_000_000
_LONGEST_LIST = 256 * 1024
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DAMAGED = "The workbook is damaged or cut off, or is no .xlsx file. Send it again, whole."


def check(file: IO[bytes], most: int | None = None) -> zipfile.ZipFile:
    """The archive, opened; TableFault where its parts are not those of a workbook, or unpack to over `most` bytes.

    What the list says of sizes is kept to on unpacking: a part that holds more or less is found damaged.
    """
    try:
        _check_list(file)
        book = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, TableFault):
            raise
        raise TableFault(DAMAGED) from error
    parts, most = book.infolist(), most or _MOST_UNPACKED
    if sum(part.file_size for part in parts) > most:
        raise TableFault(f"The workbook unpacks to over {most // 1_000_000:,} MB. Send it as CSV.")
    for part in parts:
        if part.flag_bits & 1:
            raise TableFault("The workbook is locked with a password. Take the password off, or send it as CSV.")
        if part.compress_type not in _PACKED:
            raise TableFault(DAMAGED)
        if part.file_size > max(_SMALL, _MOST_RATIO * part.compress_size):
            raise TableFault("The workbook unpacks to far more than any table needs. Send it as CSV.")
    return book


def _check_list(file: IO[bytes]) -> None:
    """Python reads the whole list of parts into memory, whose length the file itself says (and may say falsely)."""
    read: Any = getattr(zipfile, "_EndRecData")  # noqa: B009 - its own reading, so that the two agree
    found = read(file)
    if not found or found[5] > _LONGEST_LIST:
        raise TableFault(DAMAGED)
