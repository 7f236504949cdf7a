"""The reference page of scripts, written from what the code knows."""

from collections import defaultdict
from collections.abc import Iterable

from tracer.interview import functions, languages, pattern, speech, syntax
from tracer.interview.authoring import types
from tracer.interview.authoring.builder import MOST_QUESTIONS
from tracer.interview.authoring.faults import FAULTS, WARNINGS
from tracer.interview.authoring.sheets import LONGEST_CELL, MOST_ROWS
from tracer.interview.evaluation import MOST_COUNTED
from tracer.interview.fields import FACTS, FIELDS, REPEATS, takes

_SAYS = {
    "selected": ("(answer, choice)", "whether a choice is among those given"),
    "selected-at": ("(answer, n)", "the choice at a place, the first is 0; blank where there is none"),
    "count-selected": ("(answer)", "how many choices were given"),
    "jr:choice-name": (
        "(choice, '${question}')",
        "the label of a choice, in the first language: a record hangs on no language",
    ),
    "if": ("(condition, then, else)", "one or the other"),
    "coalesce": ("(a, b, …)", "the first that is not blank"),
    "not": ("(condition)", "the contrary"),
    "true": ("()", "true"),
    "false": ("()", "false"),
    "boolean": ("(value)", "true but for 0, no number, and blank"),
    "boolean-from-string": ("(text)", "true for 'true' and '1'"),
    "string": ("(value)", "as text; blank for what is no number"),
    "number": ("(value)", "as a number; a day is the days since 1 January 1970"),
    "int": ("(number)", "without what is after the point"),
    "round": ("(number, places)", "rounded, halves up"),
    "abs": ("(number)", "without its sign"),
    "pow": ("(base, exponent)", "to the power"),
    "sqrt": ("(number)", "square root"),
    "pi": ("()", "3.14159…"),
    "today": ("()", "the day of the call in London"),
    "now": ("()", "the same day: nothing here asks for moments"),
    "date": ("(value)", "a day, from a text like '2026-03-27' or a number of days: `date(today() + 10)`"),
    "decimal-date-time": ("(day)", "its number of days"),
    "decimal-time": ("(time)", "a time of day as a part of the day: 12:00 is 0.5"),
    "format-date": ("(day, form)", "in numbers, by %Y %y %m %n %d %e"),
    "string-length": ("(text)", "how many characters"),
    "normalize-space": ("(text)", "without spaces at the ends, and one between words"),
    "concat": ("(a, b, …)", "all put together, each answer of a repeat too"),
    "join": ("(mark, a, b, …)", "the same with a mark between"),
    "contains": ("(text, part)", "whether the part is in it"),
    "starts-with": ("(text, part)", "whether it begins so"),
    "ends-with": ("(text, part)", "whether it ends so"),
    "substr": ("(text, first, end)", "from a character, the first is 0, until before another"),
    "substring-before": ("(text, mark)", "what is before the mark"),
    "substring-after": ("(text, mark)", "what is after it"),
    "translate": ("(text, letters, others)", "letter by letter"),
    "regex": ("(text, 'pattern')", "whether the whole text is of the pattern, see below"),
    "position": ("(..)", "the place in a repeat, the first is 1"),
    "indexed-repeat": ("(${question}, ${repeat}, n)", "the answer in the n-th of a repeat"),
    "sum": ("(${in_repeat})", "of the answers of a repeat; no number where one is blank"),
    "count": ("(${repeat})", "how many there are of a repeat"),
    "count-non-empty": ("(${in_repeat})", "how many of its answers are not blank"),
    "min": ("(a, b, …)", "the least, of values or of the answers of a repeat; no number where one is none"),
    "max": ("(a, b, …)", "the greatest, likewise"),
}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _by_reason(refused: dict[str, str]) -> list[tuple[str, str]]:
    names = defaultdict(list)
    for name, why in refused.items():
        names[why].append(f"`{name}`")
    return [(" ".join(found), why) for why, found in names.items()]


def _bound() -> list[tuple[str, ...]]:
    rows = [("one question", field) for field in sorted(FIELDS)]
    rows += [(f"a repeat bound to `{repeat}`", field) for repeat, fields in REPEATS.items() for field in sorted(fields)]
    found: list[tuple[str, ...]] = []
    for where, field in rows:
        wanted = takes(field)
        kinds = " or ".join(f"`{kind}`" for kind in wanted.kinds)
        look = f", appearance `{wanted.appearance}`" if wanted.appearance else ""
        only = f", choices only {', '.join(wanted.choices)}" if wanted.choices else ""
        found.append((f"`{field}`", where, f"{kinds}{look}{only}"))
    return found


_HEAD = """# Scripts: what an XLSForm may say here

Written by `scripts/reference` from the code; how to write a script is in
[Write an interview script](../how-to/write-a-script.md). A script that says more than this is refused where the
row says it, with what to do instead.
"""
_BLANKS = """An unanswered, declined or irrelevant answer is blank. Blank equals `''`; as a number it is none, and every
comparison by size with what is no number is false: nothing is decided by what nobody said. `!=` is the contrary of
`=`, so `${ill} != 'yes'` holds where nothing was said. Of the answers of a repeat, seen from outside it, `=`,
`!=` and `<` hold where one of them fits; inside the repeat, `${name}` is that of the same person or place.
A division by nothing is no number. The rest is XPath 1.0, where ODK's clients follow it.
"""


def markdown() -> str:
    """The page."""
    parts = [_HEAD]
    called = ((f"`{name}{takes}`", gives) for name, (takes, gives) in _SAYS.items())
    parts += ["## Functions\n", _table(("function", "gives"), called)]
    parts += ["Operators: `and` `or` `=` `!=` `<` `<=` `>` `>=` `+` `-` `*` `div` `mod`.\n", _BLANKS]
    parts += ["## Functions that are refused, and what the editor is told\n"]
    parts += [_table(("function", "what is said"), _by_reason(functions.REFUSED)), _patterns()]
    parts += ["## Types that are refused\n", _table(("type", "what is said"), _by_reason(types.REFUSED))]
    left = " ".join(f"`{name}`" for name in types.METADATA)
    parts += [f"Left out with a warning, for Tracer records who asked, and when, by itself: {left}.\n"]
    parts += ["## Fields that an answer fills\n", _table(("field", "filled by", "which is"), _bound())]
    parts += ["## Facts that a hidden row gives\n", " ".join(f"`{fact}`" for fact in sorted(FACTS)) + "\n"]
    parts += ["## Languages\n", _languages()]
    parts += ["## Faults\n", "A script with one of these is not published.\n"]
    parts += [_table(("kind", "what is wrong"), ((f"`{kind}`", what) for kind, what in FAULTS.items()))]
    parts += ["## Warnings\n", _table(("kind", "what it is"), ((f"`{kind}`", what) for kind, what in WARNINGS.items()))]
    parts += ["## Limits\n", _limits()]
    return "\n".join(parts)


def _patterns() -> str:
    return f"""A pattern of `regex()` is written out in quotes and has to fit the whole text: letters, `.`, `[a-z]`,
`\\d` `\\w` `\\s` `\\p{{L}}`, `|`, `( )`, `* + ? {{2,5}}`, `^ $ \\b`, and `(?i)` at its start. All ways are followed at
once, so that none takes long; what cannot be followed so, looking ahead or back (`(?=`, `\\1`), is refused. A pattern
has at most {pattern.LONGEST_PATTERN} characters, and {pattern.MOST_STEPS:,} steps once its repeats are written out;
a text of over {pattern.LONGEST_TEXT:,} characters fits none.
"""


def _languages() -> str:
    said = ", ".join(languages.NAMES[code][0] for code in languages.NAMES if speech.knows(code))
    known = ", ".join(f"{name} ({code})" for code, (name, _) in languages.NAMES.items())
    return f"Days, yes and no are said in {said}. Known by name: {known}. Others by their code.\n"


def _limits() -> str:
    return f"""{MOST_ROWS["survey"]:,} rows of survey, {MOST_ROWS["choices"]:,} of choices, {MOST_QUESTIONS:,} questions
and notes; {LONGEST_CELL:,} characters in a cell; an expression {syntax.LONGEST:,} characters long and {syntax.DEEPEST}
deep; a repeat with `repeat_count` {MOST_COUNTED} instances.
"""
