"""A script as an editor sends it: an XLSForm workbook (.xlsx) or Markdown tables, read within bounds."""

from tracer.interview import xlsform
from tracer.interview.script import Script
from tracer.interview.xlsform import MOST_BYTES, Reading
from tracer.tables import TableFault

__all__ = ["MOST_BYTES", "inspect", "read"]

# What makes a file no script at all, rather than a script with faults.
_NONE = {"file", "sheet"}


def inspect(data: bytes) -> Reading:
    """The script of a file with its warnings, or all its faults; TableFault says why it is no such file at all."""
    found = xlsform.inspect(data)
    for fault in found.faults:
        if fault.kind in _NONE:
            raise TableFault(fault.message)
    return found


def read(data: bytes) -> Script:
    """The script of a file; ScriptFault lists what is wrong in it, TableFault says why it is no such file at all."""
    return inspect(data).whole()
