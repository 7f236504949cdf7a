"""Which answers go wrong: every marked test counts once, and small numbers are nobody's to see."""

import re

from sqlalchemy import select

from tests import world
from tests.site import Site
from tests.web.test_training import COURSE, handed_in
from tracer import clock
from tracer.casework import question_tallies
from tracer.courses import library
from tracer.models import FinalTest, QuestionTally


def count(site: Site) -> int:
    with site.system() as session:
        return question_tallies.count(session, clock.now())


def test_each_test_counts_once_by_question_and_choice(site: Site) -> None:
    course = library.load(COURSE)
    handed_in(site, site.browser("tracer1"), course.needed)
    handed_in(site, site.browser("tracer2"), 0)
    assert [count(site), count(site)] == [2, 0]
    with site.system() as session:
        tallies = session.scalars(select(QuestionTally)).all()
        assert sum(one.asked for one in tallies) == 2 * course.draw
        assert sum(one.right for one in tallies) == course.needed
        assert all(sum(one.chosen.values()) >= one.asked for one in tallies)


def test_a_version_that_is_gone_counts_for_nothing(site: Site) -> None:
    handed_in(site, site.browser("tracer1"), 0)
    with site.system() as session:
        session.scalars(select(FinalTest)).one().course_version = 99
    assert [count(site), count(site)] == [1, 0]
    with site.system() as session:
        assert session.scalars(select(QuestionTally)).all() == []


def test_the_page_names_the_hardest_first_and_leaves_small_numbers_out(site: Site) -> None:
    easy, hard, seldom = library.load(COURSE).bank[:3]
    wrong = next(choice for choice in hard.choices if not choice.right)
    with site.system() as session:
        for question, asked, right in ((easy, 20, 19), (hard, 20, 5), (seldom, 4, 0)):
            key = {"course": COURSE, "course_version": library.load(COURSE).version, "question": question.key}
            chosen = {str(wrong.place): 15} if question is hard else {}
            session.add(QuestionTally(**key, asked=asked, right=right, chosen=chosen))
    page = site.browser("trainer").get("/training/questions").text
    assert re.findall(r"(\d+) %</td>", page) == ["25", "95"] and "(75 %)" in page
    assert site.browser("tracer1").get("/training/questions").status_code == 403
    with site.system() as session:
        world.untrain(session, "trainer")
    assert "25 %" not in site.browser("trainer").get("/training/questions").text
