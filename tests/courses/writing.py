"""Small courses for tests: whole ones, and ones with a fault in a known line."""

from collections.abc import Sequence

from hypothesis import strategies as st

FRONT = """+++
name = "small"
version = 1
title = "Small"
pass_mark = 75
draw = 2
attempts = 3
pause_hours = 1
valid_months = 12
+++
"""
ONE = """
## One

Words to read.

### Check: Is it?

- [x] Yes
- [ ] No

> It is.

## Two

More words.
"""
BANK = """
# Final test

## One

### first: Which?

- [x] This
- [ ] That

> This.

## Two

### second: Which of them? (several)

About a day in March.

- [x] This
- [x] That
- [ ] Neither

> Both.
"""
SMALL = FRONT + ONE + BANK


def question(key: str, right: Sequence[bool], several: bool) -> str:
    """A question of the bank, with one choice for each of `right`."""
    choices = "\n".join(f"- [{'x' if one else ' '}] Choice {number}" for number, one in enumerate(right, 1))
    return f"### {key}: What about {key}?{' (several)' if several else ''}\n\n{choices}\n\n> Because of {key}.\n"


@st.composite
def courses(draw: st.DrawFn) -> str:
    """The text of a whole course: 1 to 5 sections, 1 to 6 questions for each."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    front = FRONT.replace("draw = 2", f"draw = {draw(st.integers(len(sizes), sum(sizes)))}")
    front = front.replace("pass_mark = 75", f"pass_mark = {draw(st.integers(1, 100))}")
    sections = "".join(f"\n## Part {number}\n\nWords.\n" for number in range(len(sizes)))
    bank = ["\n# Final test\n"]
    for number, size in enumerate(sizes):
        bank.append(f"\n## Part {number}\n")
        bank += [question(f"q{number}-{one}", *draw(_choices())) for one in range(size)]
    return front + sections + "\n".join(bank)


@st.composite
def _choices(draw: st.DrawFn) -> tuple[list[bool], bool]:
    count = draw(st.integers(2, 8))
    if draw(st.booleans()):
        right = draw(st.integers(0, count - 1))
        return [place == right for place in range(count)], False
    some = draw(st.lists(st.booleans(), min_size=count, max_size=count).filter(lambda one: 0 < sum(one) < count))
    return some, True
