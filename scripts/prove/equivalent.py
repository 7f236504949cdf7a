"""Mutants that change nothing that anybody could see: path and what was done -> why it makes no difference."""

EQUIVALENT: dict[str, str] = {}
