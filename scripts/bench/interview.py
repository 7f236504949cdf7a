"""The interview engine: expressions, publishing, and a section's page against the same page without expressions.

Usage: scripts/bench/interview. Needs no database; the autosave is scripts/bench/interview_autosave. Every part prints
its figures and ends with a line that says whether its goal is met.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

import interviewing  # noqa: E402 - after the path is set
from flask import Flask  # noqa: E402

from tracer.app import create_app  # noqa: E402
from tracer.interview import view, xlsform  # noqa: E402
from tracer.interview.answers import Answer  # noqa: E402
from tracer.interview.compiled import Compiled  # noqa: E402
from tracer.interview.engine import Run  # noqa: E402

TODAY = date(2026, 3, 10)
TYPICAL = "(${q0} = 'yes' and ${q1} >= 18) or selected(${q4}, 'cough') or ${q3} <= today() - 2"
_PAGE = '{% from "interviews/_items.html" import item with context %}<ol>{% for one in sections %}<li>{{ one.label }} {{ one.state }}</li>{% endfor %}</ol>{% for one in items %}{{ item(one) }}{% endfor %}'  # noqa: E501


def median(what: Callable[[], object], rounds: int) -> float:
    """Seconds that it takes, the middle of some tries."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        what()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def given(questions: int) -> dict[str, Answer]:
    """Answers to all questions."""
    return dict(interviewing.answers(questions).items())


def evaluations() -> None:
    """Evaluations a second of a typical expression: in a run that knows the answers, and in a new run each time."""
    compiled = Compiled(xlsform.read_markdown(interviewing.form(40, 30)))
    compiled.expression(TYPICAL)
    run, many = Run(compiled, given(40), {}, TODAY), 20_000
    warm = many / median(lambda: [run.holds(TYPICAL, "q39") for _ in range(many)], 5)
    answers = given(40)
    cold = 2_000 / median(lambda: [Run(compiled, answers, {}, TODAY).holds(TYPICAL, "q39") for _ in range(2_000)], 5)
    goal = 10_000
    print(f"evaluations: {warm:,.0f}/s in one run, {cold:,.0f}/s each in a new run with 40 answers")
    print(f"evaluations: ratio {cold / goal:.1f} of {goal:,}/s, goal 1, {'met' if cold >= goal else 'short'}")


def publishing() -> None:
    """Reading, checking and compiling a script of 500 questions."""
    text = interviewing.form(500, 375, sections=20)
    found = xlsform.inspect_markdown(text)
    assert found.script is not None, found.faults[:5]
    whole = median(lambda: Compiled(xlsform.read_markdown(text)).graph, 5)
    says = getattr(xlsform, "_pyxform_says")  # noqa: B009
    setattr(xlsform, "_pyxform_says", lambda _: "")  # noqa: B010 - what is ours of it
    ours = median(lambda: Compiled(xlsform.read_markdown(text)).graph, 5)
    setattr(xlsform, "_pyxform_says", says)  # noqa: B010
    print(f"publishing: 500 questions, 375 conditions: {whole:.2f} s, of which pyxform {whole - ours:.2f} s")
    print(f"publishing: ratio {whole / 2:.2f} of 2 s, goal 1, {'met' if whole <= 2 else 'short'}")


def section() -> None:
    """A section of 40 questions with 30 expressions: worked out and drawn, against drawing what was worked out."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TRACER_INSTANCE": folder})
        with app.test_request_context("/"):
            _section(app)


def _section(app: Flask) -> None:
    """As scripts are: ten sections of which this is one, all with conditions, nearly all answered."""
    text = interviewing.form(240, 180, sections=6)
    compiled, answers = Compiled(xlsform.read_markdown(text)), given(240)
    here = compiled.script.sections[0]
    page = app.jinja_env.from_string(_PAGE)
    nobody = SimpleNamespace(known=lambda _: 0, run=SimpleNamespace(disputed=()), language="en")

    def draw(items: list[view.ItemView | view.RepeatView], states: list[view.SectionView]) -> str:
        return page.render(items=items, sections=states, page=nobody, spoken={})

    def whole() -> str:
        run = Run(compiled, answers, {}, TODAY)
        return draw(view.items(run, here), view.sections(run))

    first = Run(compiled, answers, {}, TODAY)
    items, states = view.items(first, here), view.sections(first)
    assert whole() == draw(items, states)
    pairs = [(median(whole, 5), median(lambda: draw(items, states), 5)) for _ in range(9)]
    worked, drawn = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(
        f"section: 40 questions, {len(whole()):,} characters: {worked * 1e3:.2f} ms, drawn alone {drawn * 1e3:.2f} ms"
    )
    print(f"section: ratio {ratio:.2f}, goal 2, {'met' if ratio <= 2 else 'short'}")


if __name__ == "__main__":
    for part in (evaluations, publishing, section):
        part()
