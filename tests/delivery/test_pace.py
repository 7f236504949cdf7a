"""How many messages are taken at once follows how fast they go."""

from tracer.delivery.pace import LEAST, MOST, Pace


def test_a_fast_server_gets_many_by_and_by() -> None:
    """One fast moment doubles what is taken; there is a most."""
    pace, seen = Pace(), list[int]()
    for _ in range(6):
        pace.went(pace.most, pace.most * 0.001)
        seen.append(pace.most)
    assert seen[:3] == [2 * LEAST, 4 * LEAST, 8 * LEAST]
    assert seen[-1] == MOST


def test_a_slow_server_gets_few_at_once() -> None:
    """A fifth of a second of what went last, and never fewer than the least."""
    pace = Pace()
    pace.most = MOST
    pace.went(50, 1.0)
    assert pace.most == 10
    pace.went(10, 20.0)
    assert pace.most == LEAST
    pace.went(3, 0.0)
    assert pace.most == 2 * LEAST
