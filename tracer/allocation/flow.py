"""How much of each kind of work goes to each crew: a maximum flow at the least cost, by OR-tools.

The most that can be placed comes first. Of all ways to place as much, the cost prefers the urgent to the less urgent,
and the lightly loaded to the full: each tenth of a crew's capacity is dearer than the tenth before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TENTHS = 10
# Bands of urgency; leaving a unit of the most urgent costs so much more than one of the next band.
BANDS, _BAND_COST = 6, 2 * TENTHS


@dataclass(slots=True)
class Demand:
    """What waits of one kind: units in each band of urgency, and the crews (by number) that could do it."""

    units: Sequence[int]
    crews: Sequence[int]


@dataclass(slots=True)
class Network:
    """The arcs as they are collected: four columns."""

    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)

    def arc(self, tail: int, head: int, room: int, cost: int) -> None:
        """One arc for at most `room` units at `cost` each."""
        self.tails.append(tail)
        self.heads.append(head)
        self.rooms.append(room)
        self.costs.append(cost)

    def arcs(self, tail: int, heads: Sequence[int], room: int) -> None:
        """Arcs from one node to several, that cost nothing."""
        self.tails += [tail] * len(heads)
        self.heads += heads
        self.rooms += [room] * len(heads)
        self.costs += [0] * len(heads)


def amounts(demands: Sequence[Demand], tenths: Sequence[Sequence[int]]) -> list[Mapping[int, int]]:
    """For each demand, how many units go to which crew. `tenths` is the free units of each crew in each tenth of load.

    Every unit of a crew's capacity that is taken already stands in no tenth.
    """
    if not demands or not tenths:
        return [{} for _ in demands]
    network = Network()
    first_demand, first_crew = 2, 2 + len(demands)
    for number, demand in enumerate(demands, first_demand):
        for band, units in enumerate(demand.units):
            if units:
                network.arc(0, number, units, band * _BAND_COST)
    between = len(network.tails)
    for number, demand in enumerate(demands, first_demand):
        network.arcs(number, [first_crew + crew for crew in demand.crews], sum(demand.units))
    until = len(network.tails)
    for crew, free in enumerate(tenths, first_crew):
        for tenth, room in enumerate(free):
            if room:
                network.arc(crew, 1, room, tenth)
    return _solved(network, demands, between, until)


def _solved(network: Network, demands: Sequence[Demand], between: int, until: int) -> list[Mapping[int, int]]:
    # Here, for the web and most commands never plan: the library takes a third of a second to come.
    import numpy
    from ortools.graph.python import min_cost_flow

    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        numpy.array(network.tails, numpy.int32),
        numpy.array(network.heads, numpy.int32),
        numpy.array(network.rooms, numpy.int64),
        numpy.array(network.costs, numpy.int64),
    )
    total = sum(sum(demand.units) for demand in demands)
    solver.set_node_supply(0, total)
    solver.set_node_supply(1, -total)
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"The allocation could not be worked out: the solver said {status}.")
    flows = solver.flows(arcs[between:until]).tolist()
    found, place = list[Mapping[int, int]](), 0
    for demand in demands:
        given = flows[place : place + len(demand.crews)]
        found.append({crew: units for crew, units in zip(demand.crews, given, strict=True) if units})
        place += len(demand.crews)
    return found
