"""Search by PyVRP of a fixed length: iterated local search with settings for hundreds of iterations, not for minutes.

PyVRP (Wouda, Lan, Kool 2024) improves a set of routes by removing some stops and letting local search reinsert them,
and accepts a new set if it beats that of some iterations ago. Meanwhile a vehicle may be overloaded or late, at a
penalty that adapts. PyVRP's own settings, a memory of 300 iterations and 25 stops removed, are made for tens of
thousands of iterations; so a search of less than 3,000 has a shorter memory, and removes at most 15.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

if TYPE_CHECKING:
    from pyvrp import PenaltyManager, ProblemData, RandomNumberGenerator, Solution
    from pyvrp.search import LocalSearch

_MEMORY, _TAKEN_OUT = 300, 25
_MEMORY_SHARE, _TAKEN_OUT_SHORT = 10, 15
_FIRST_LOAD, _FIRST_SECOND, _FIRST_METRE = 1e5, 1e4, 1e3
"""First penalties where stops have prizes, in thousandths of a cent: of the order of the cost of a parcel, a second, a
metre.
"""


def search(
    data: "ProblemData", seed: int, iterations: int, prize: int = 0, start: "Solution | None" = None
) -> "Solution":
    """Return the best routes found; deterministic in its arguments.

    prize: the highest in data, if any. Penalties may rise beyond it, otherwise overloading a vehicle would pay. start:
    initial routes; by default random ones if stops must be served, none if they are optional.
    """
    from pyvrp import IteratedLocalSearch, IteratedLocalSearchParams, RandomNumberGenerator
    from pyvrp.stop import MaxIterations

    rng = RandomNumberGenerator(seed=seed)
    penalties, local = _penalties(data, prize), _local_search(data, rng, iterations)
    with _quiet():
        first = local(start or _first(data, rng, prize), penalties.cost_evaluator(), exhaustive=True)
        memory = max(1, min(iterations // _MEMORY_SHARE, _MEMORY))
        settings = IteratedLocalSearchParams(history_length=memory)
        iterated = IteratedLocalSearch(data, penalties, local, first, settings)
        return iterated.run(MaxIterations(iterations), collect_stats=False, display=False).best


def _first(data: "ProblemData", rng: "RandomNumberGenerator", prize: int) -> "Solution":
    from pyvrp import Solution

    return Solution(data, []) if prize else Solution.make_random(data, rng)


def _penalties(data: "ProblemData", prize: int) -> "PenaltyManager":
    from pyvrp import PenaltyManager, PenaltyParams

    if not prize:
        params = PenaltyParams()
        return PenaltyManager(params.midpoint_penalties(data), params)
    loads = [_FIRST_LOAD] + [_FIRST_LOAD / 1000] * (data.num_load_dimensions - 1)
    return PenaltyManager((loads, _FIRST_SECOND, _FIRST_METRE), PenaltyParams(max_penalty=2.0 * prize))


def _local_search(data: "ProblemData", rng: "RandomNumberGenerator", iterations: int) -> "LocalSearch":
    from pyvrp.search import OPERATORS, LocalSearch, PerturbationManager, PerturbationParams, compute_neighbours

    is_long = iterations >= _MEMORY * _MEMORY_SHARE
    steps = PerturbationParams(1, _TAKEN_OUT if is_long else _TAKEN_OUT_SHORT)
    local = LocalSearch(data, rng, compute_neighbours(data), PerturbationManager(steps))
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    return local


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress PyVRP's warning that a penalty is at its highest: infeasible parts are removed later."""
    from pyvrp.exceptions import PenaltyBoundWarning

    with catch_warnings():
        simplefilter("ignore", PenaltyBoundWarning)
        yield
