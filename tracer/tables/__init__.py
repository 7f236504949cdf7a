"""Tables from outside: CSV and .xlsx files, read row by row, refused with a reason when they are not whole.

A fault of the file (`TableFault`) means that nothing of it can be trusted; faults of single rows are the
schema's business. Whatever a file holds, reading it takes bounded memory.
"""

from tracer.tables.opened import glance, open_table
from tracer.tables.table import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Table, TableFault
from tracer.tables.workbook import read_sheets
from tracer.tables.written import as_text, plain, write_csv

__all__ = [
    "LONGEST_CELL",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Table",
    "TableFault",
    "as_text",
    "glance",
    "open_table",
    "plain",
    "read_sheets",
    "write_csv",
]
