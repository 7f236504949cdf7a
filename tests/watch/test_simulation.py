"""A small month: every habit that differs from work at all within days is found early, and hardly anybody else."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# These take weeks, or luck with a canary; the whole month is `scripts/simulate/watch`.
SLOW = {
    "3 extra a day, handed back",
    "3 extra a day, left to lapse",
    "8 a day, taken and handed back",
    "looks for the famous",
    "looks at neighbours",
    "supervisor, 5 extra a day",
    "supervisor, 20 extra a day",
}


def test_five_days_of_three_hundred_people() -> None:
    spec = importlib.util.spec_from_file_location("simulated", ROOT / "scripts/simulate/watch.py")
    assert spec is not None and spec.loader is not None
    simulation = importlib.util.module_from_spec(spec)
    sys.modules["simulated"] = simulation  # a pool's processes find their work by this name
    spec.loader.exec_module(simulation)
    total = simulation.run(5, 336, 5, since=1)
    thieves = {simulation.THIEVES[one.habit].name: one for one in total.thieves}
    told = {one.name for one in simulation.THIEVES if one.told} - SLOW
    assert len(thieves) == 20 and total.events > 50_000
    assert {name for name in told if (thieves[name].caught or 999) >= simulation.GOAL_RECORDS} == set()
    assert {name for name in thieves if thieves[name].caught is not None} & {"photographs their own caseload"} == set()
    assert sum(total.alarms.values()) <= 3
