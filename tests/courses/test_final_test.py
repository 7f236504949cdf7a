"""A test is a function of its seed, covers every section, repeats nothing; marking looks at nothing but the answers."""

from collections import Counter
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.courses.writing import SMALL, courses
from tracer.courses import final_test, library, reading
from tracer.courses.course import Course, Kind, Question

SEEDS = st.text(max_size=20)
COURSES = courses().map(reading.read)


def right(drawn: tuple[Question, ...]) -> dict[str, list[int]]:
    return {question.key: sorted(question.right) for question in drawn}


@given(COURSES, SEEDS)
def test_a_draw_is_a_function_of_the_seed(course: Course, seed: str) -> None:
    assert final_test.draw(course, seed) == final_test.draw(course, seed)


@given(COURSES, SEEDS)
def test_a_draw_repeats_nothing_and_covers_every_section(course: Course, seed: str) -> None:
    drawn = final_test.draw(course, seed)
    bank = {question.key: question for question in course.bank}
    assert len({question.key for question in drawn}) == len(drawn) == course.draw
    assert {question.section for question in drawn} == {section.name for section in course.sections}
    for question in drawn:
        assert sorted(question.choices, key=lambda one: one.place) == list(bank[question.key].choices)


@given(COURSES, SEEDS)
def test_no_section_is_tested_much_more_than_another(course: Course, seed: str) -> None:
    """Two apart at most, but where a section has no more questions."""
    drawn = Counter(question.section for question in final_test.draw(course, seed))
    whole = Counter(question.section for question in course.bank)
    open_ones = [drawn[name] for name in drawn if drawn[name] < whole[name]]
    assert not open_ones or max(drawn.values()) - min(open_ones) <= 1


def test_seeds_draw_differently_and_use_the_whole_bank() -> None:
    course = library.load("data-protection")
    tests = [final_test.draw(course, str(seed)) for seed in range(200)]
    assert len({tuple(question.key for question in one) for one in tests}) == 200
    counts = Counter(question.key for one in tests for question in one)
    assert set(counts) == {question.key for question in course.bank}
    # 14 of 44, in turns: each question comes up in a quarter to a half of the tests.
    assert min(counts.values()) > 25
    first = Counter(question.choices[0].place for one in tests for question in one)
    assert first[1] < 0.5 * first.total()


def test_true_comes_before_false() -> None:
    drawn = [one for seed in range(50) for one in final_test.draw(library.load("safeguarding"), str(seed))]
    orders = {tuple(c.text for c in one.choices) for one in drawn if one.kind is Kind.TRUE_FALSE}
    assert orders == {("True", "False")}


@given(COURSES, SEEDS)
def test_all_right_passes_and_nothing_fails(course: Course, seed: str) -> None:
    drawn = final_test.draw(course, seed)
    best, worst = final_test.mark(course, drawn, right(drawn)), final_test.mark(course, drawn, {})
    assert (best.score, best.of, best.passed) == (course.draw, course.draw, True)
    assert (worst.score, worst.passed) == (0, False)


@given(COURSES, SEEDS, st.randoms(use_true_random=False))
def test_marking_ignores_order(course: Course, seed: str, chance: Random) -> None:
    drawn = final_test.draw(course, seed)
    places = {one.key: [choice.place for choice in one.choices][: 1 + len(one.key) % 3] for one in drawn}
    result = final_test.mark(course, drawn, places)
    keys, mixed = list(places), list(drawn)
    chance.shuffle(keys)
    chance.shuffle(mixed)
    again = final_test.mark(course, mixed, {key: [*reversed(places[key]), *places[key]] for key in keys})
    assert again.score == result.score
    assert {one.question.key: one.right for one in again.marked} == {
        one.question.key: one.right for one in result.marked
    }


@given(COURSES, SEEDS, st.data())
def test_a_wrong_choice_more_or_less_is_wrong(course: Course, seed: str, data: st.DataObject) -> None:
    drawn = final_test.draw(course, seed)
    question = data.draw(st.sampled_from(drawn))
    given_ = data.draw(st.frozensets(st.integers(0, 9)))
    assume(given_ != question.right)
    result = final_test.mark(course, drawn, {**right(drawn), question.key: given_})
    assert result.score == course.draw - 1
    [wrong] = [one for one in result.marked if not one.right]
    assert (wrong.question, wrong.given) == (question, given_)
    assert wrong.question.explanation


@given(COURSES, SEEDS, st.integers(0, 30))
def test_the_pass_mark_is_met_to_the_point(course: Course, seed: str, count: int) -> None:
    """Passed means: so many per cent of the questions, never one fewer by rounding."""
    drawn = final_test.draw(course, seed)
    answers = dict(list(right(drawn).items())[:count])
    result = final_test.mark(course, drawn, {**answers, "never-asked": [1]})
    assert result.passed is (result.score * 100 >= course.pass_mark * course.draw)
    assert result.needed == course.needed


def test_a_new_version_draws_anew() -> None:
    text = SMALL.replace("version = 1", "version = 2")
    orders = [
        [tuple(c.place for c in one.choices) for one in final_test.draw(reading.read(which), str(seed))]
        for which in (SMALL, text)
        for seed in range(20)
    ]
    assert orders[:20] != orders[20:]


@given(COURSES, SEEDS)
def test_a_page_sends_where_choices_stood(course: Course, seed: str) -> None:
    for question in final_test.draw(course, seed):
        stood = [at for at, choice in enumerate(question.choices) if choice.right]
        assert final_test.chosen(question, stood) == question.right
        assert final_test.chosen(question, [*stood, len(question.choices)]) != question.right
        assert final_test.chosen(question, [*stood, -1]) != question.right
