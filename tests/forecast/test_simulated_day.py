"""A small December day: no work is lost under any rules, and Tracer's do better by the people called."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PEOPLE, SHARE = 500, 500 / 21_000
NAMES = ("Tracer", "Tracer, nothing climbs", "first come, first served", "by lot")


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Any]:
    """Each of the rules over the same day."""
    sys.path.insert(0, str(ROOT))
    try:
        day = importlib.import_module("scripts.simulate.day")
        return {name: day.run((name, 5, PEOPLE, SHARE)) for name in NAMES}
    finally:
        sys.path.remove(str(ROOT))


@pytest.mark.parametrize("name", NAMES)
def test_no_piece_is_lost_or_held_twice_and_every_callback_is_known(outcomes: dict[str, Any], name: str) -> None:
    one = outcomes[name]
    assert one.faults == []
    assert sum(one.states.values()) > 2500 and one.states["done"] > 1500


def test_a_lost_piece_would_be_found() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        world = importlib.import_module("scripts.simulate.day_world").make(5, 60)
        rules = importlib.import_module("scripts.simulate.day_tracer").Tracers(world)
        engine = importlib.import_module("scripts.simulate.day_engine").Engine(world, rules)
    finally:
        sys.path.remove(str(ROOT))
    rules.engine = engine
    engine.run()
    assert engine.faults() == []
    waits = next(heap for heaps in rules.pools.heaps.values() for heap in heaps.values() if heap)
    lost = waits.pop()[3]
    engine.told.kept += 1
    faults = engine.faults()
    assert f"piece {lost.id} is lost" in faults and any("callbacks, of which" in fault for fault in faults)


def test_tracers_rules_reach_more_people_sooner_with_fewer_calls(outcomes: dict[str, Any]) -> None:
    ours = outcomes["Tracer"]
    for other in (outcomes["first come, first served"], outcomes["by lot"]):
        assert ours.cases > other.cases and ours.contacts > other.contacts
        assert ours.waited_most < other.waited_most and ours.urgent_most < other.urgent_most
        assert ours.kept > other.kept
        assert ours.idle < other.idle
        assert ours.calls < other.calls and ours.per_hour > other.per_hour
