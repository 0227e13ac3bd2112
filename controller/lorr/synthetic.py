"""Synthetic problems: maps, starts and tasks from a seed, for tuning, comparisons of planners, and crowded floors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from layout.errors import InputError
from layout.floor import Floor
from layout.formats.lorr import LorrProblem
from layout.formats.movingai import marked_cells, read_map
from layout.grid import NO_LANE, CellKind, Grid

_REVEAL = 1.5
"""Open tasks per robot, as in the league."""


@dataclass(frozen=True, slots=True, eq=False)
class ProblemSite:
    """Floor from which problems are drawn.

    room: int32[any], cells in which robots may start. stops: int32[any] each, the kinds of cells of a task's errands,
    in turn. sizes: int32[any], numbers of errands to draw from.
    """

    floor: Floor
    room: NDArray[np.int32]
    stops: tuple[NDArray[np.int32], ...]
    sizes: NDArray[np.int32]


def site_of_map(path: Path, sizes: Sequence[int] = (2,)) -> ProblemSite:
    """Return a site with errands between a map's stations (E) and storage (S) if it marks both, else anywhere.

    InputError for its faults.
    """
    floor = read_map(path)
    marked = [marked_cells(path, letter) for letter in "ES"]
    return site_of(floor, sizes, marked)


def site_of(floor: Floor, sizes: Sequence[int] = (2,), marked: Sequence[NDArray[np.int32]] = ()) -> ProblemSite:
    """Return a site in the largest connected part of a floor."""
    room = _largest_part(floor.grid)
    if not len(room):
        raise InputError.single(floor.name, "map", "has no free cell", "a floor to drive on")
    kinds = tuple(kind[np.isin(kind, room)] for kind in marked)
    stops = kinds if kinds and all(map(len, kinds)) else (room,)
    return ProblemSite(floor, room, stops, np.array(sizes, np.int32))


def draw_problem(site: ProblemSite, robots: int, steps: int, seed: int) -> LorrProblem:
    """Return a problem with enough tasks for `steps`. InputError if there is no room for the robots."""
    _check_room(site.floor.name, robots, len(site.room))
    rng = np.random.default_rng(seed)
    starts = rng.choice(site.room, robots, replace=False)
    tasks = []
    for size in rng.choice(site.sizes, 2 * robots + robots * steps // 10).tolist():
        begin = int(rng.integers(len(site.stops)))
        kinds = [site.stops[(begin + number) % len(site.stops)] for number in range(size)]
        tasks.append(np.array([rng.choice(kind) for kind in kinds], np.int32))
    return LorrProblem(site.floor, starts, tuple(tasks), _REVEAL, "2024 LoRR")


def with_robots(problem: LorrProblem, robots: int, seed: int) -> LorrProblem:
    """Return the problem with this many robots: the first of its starts, then random free cells of the parts with
    starts.
    """
    team = problem.starts[:robots]
    free = np.setdiff1d(_parts_of(problem.floor.grid, problem.starts), team)
    _check_room(problem.floor.name, robots, len(team) + len(free))
    more = np.random.default_rng(seed).choice(free, robots - len(team), replace=False)
    return replace(problem, starts=np.concatenate([team, more]).astype(np.int32))


def shuffled(problem: LorrProblem, seed: int) -> LorrProblem:
    """Return the problem with its robots and tasks in another order; seed 0 leaves them as they are."""
    if seed == 0:
        return problem
    rng = np.random.default_rng(seed)
    starts = rng.permutation(problem.starts)
    return replace(problem, starts=starts, tasks=tuple(problem.tasks[n] for n in rng.permutation(len(problem.tasks))))


def warehouse() -> Floor:
    """Return 33 × 57 cells: rows of shelves eleven cells long with aisles one cell wide between them, and room at both
    sides.
    """
    free = np.ones((33, 57), np.bool_)
    free[1:32:2, 5:52] = False
    free[:, 16:41:12] = True
    return _floor("warehouse_33_57", free)


def rough(seed: int) -> Floor:
    """Return 32 × 32 cells, a fifth of them random walls."""
    free = np.random.default_rng(seed).random((32, 32)) >= 0.2
    return _floor("random_32_32", free)


def _floor(name: str, free: NDArray[np.bool_]) -> Floor:
    kind = np.where(free.reshape(-1), CellKind.AISLE, CellKind.WALL).astype(np.uint8)
    height, width = free.shape
    return Floor(name, Grid(height, width, kind, np.full(free.size, NO_LANE, np.int8)), ())


def _largest_part(grid: Grid) -> NDArray[np.int32]:
    label = _labels(grid)
    sizes = np.bincount(label)
    sizes[0] = 0
    return np.flatnonzero((label == sizes.argmax()) & (label > 0)).astype(np.int32)


def _parts_of(grid: Grid, cells: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return all cells of the connected parts in which `cells` are."""
    label = _labels(grid)
    return np.flatnonzero(np.isin(label, label[cells])).astype(np.int32)


def _labels(grid: Grid) -> NDArray[np.int64]:
    """Return int64[cells]: the number of a cell's connected part from 1, 0 for walls."""
    free = (grid.kind != CellKind.WALL).reshape(grid.height, grid.width)
    return np.asarray(ndimage.label(free)[0], np.int64).reshape(-1)


def _check_room(name: str, robots: int, room: int) -> None:
    if robots > room:
        raise InputError.single(name, "robots", f"{robots} do not fit", f"at most {room}")
