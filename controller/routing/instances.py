"""Published routing problems with known solutions, as files of CVRPLIB and DIMACS, to benchmark the search."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from controller.routing.search import search
from layout.errors import InputError
from layout.files.near_names import unreadable

if TYPE_CHECKING:
    from pyvrp import ProblemData

SCALES: Mapping[str, int] = {"round": 1, "dimacs": 10}
"""Units of a distance of 1 by convention: CVRPLIB rounds to whole numbers, DIMACS truncates distances after one
decimal.
"""


@dataclass(frozen=True, slots=True)
class Instance:
    """A published problem. best_known: length of the routes in the .sol beside the file, in units of data."""

    name: str
    data: "ProblemData"
    scale: int
    best_known: int


def read_instance(path: Path, convention: str) -> Instance:
    """Read a .vrp file and the .sol beside it. convention: of SCALES. Raises InputError if one of them cannot be read."""
    from pyvrp import read, read_solution

    try:
        data = read(path, convention)
        known = read_solution(path.with_suffix(".sol"), data)
    except OSError as error:
        raise unreadable(path, error) from error
    except (KeyError, ValueError, IndexError, TypeError, RuntimeError) as error:
        raise InputError.single(
            str(path), "", f"is no routing problem: {error}", "a file as CVRPLIB has them"
        ) from error
    return Instance(path.stem, data, SCALES[convention], known.distance())


def gap(instance: Instance, seed: int, iterations: int) -> float:
    """Return how much longer the routes found are than the best known, as a share; infinite if they break a constraint."""
    solution = search(instance.data, seed, iterations)
    return solution.distance() / instance.best_known - 1.0 if solution.is_feasible() else float("inf")
