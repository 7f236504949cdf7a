"""A fault of the work, said on the command line: the message and what to do, exit code 1, no traceback."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from tracer.faults import Fault

Given = ParamSpec("Given")
Result = TypeVar("Result")


def said(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Say a command's faults instead of raising them."""

    @wraps(command)
    def run(*args: Given.args, **options: Given.kwargs) -> Result:
        try:
            return command(*args, **options)
        except Fault as fault:
            raise click.ClickException(" ".join([fault.message, *fault.fields.values()])) from fault

    return run
