"""The oracle for ways: a plain Dijkstra over (cell, heading), and random floors to try it on. A state is cell * 4 + heading."""

import heapq
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from controller.lorr.distance_fields import HERE, CostFields
from controller.lorr.guidance import FLAT, edge_costs
from controller.lorr.kernels.fields import FAR
from controller.lorr.kernels.landmarks import TURN
from controller.lorr.rules import LeagueMap
from tests.support.planning.tiny_league import problem

NEVER = float("inf")


def ground_of(folder: Path, rows: list[str]) -> LeagueMap:
    """The ground of a map as drawn."""
    free = next((r, line.index(".")) for r, line in enumerate(rows) if "." in line)
    return LeagueMap.of(problem(folder, rows, [free], [[free]]))


def random_ground(folder: Path, seed: int) -> tuple[LeagueMap, NDArray[np.int32], np.random.Generator]:
    """A map with walls, often of several parts, and costs that differ by direction."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(4, 14, 2).tolist()
    rows = ["".join(line) for line in rng.choice(list("....@"), (height, width)).tolist()]
    ground = ground_of(folder, [rows[0][:-1] + ".", *rows[1:]])
    weight = np.where(edge_costs(ground, FLAT) > 0, rng.integers(1, 9, len(ground.free) * 4), 0)
    return ground, weight.astype(np.int32), rng


def edges(ground: LeagueMap, weight: NDArray[np.int32]) -> list[tuple[int, int, int]]:
    """(state, next state, cost) of all drives and turns."""
    states = [int(cell) * 4 + heading for cell in np.flatnonzero(ground.free) for heading in range(4)]
    drives = [(s, s + 4 * int(ground.step[s & 3]), int(weight[s])) for s in states if weight[s]]
    return drives + [(s, s & ~3 | (s + turn) & 3, TURN) for s in states for turn in (1, 3)]


def dijkstra(along: list[tuple[int, int, int]], cell: int, states: int) -> list[float]:
    """Cost from `cell`, any heading, to every state along the edges."""
    after: dict[int, list[tuple[int, int]]] = {}
    for state, other, cost in along:
        after.setdefault(state, []).append((other, cost))
    best = [NEVER] * states
    heap = [(0.0, cell * 4 + heading) for heading in range(4)]
    while heap:
        now, state = heapq.heappop(heap)
        if now < best[state]:
            best[state] = now
            for other, cost in after.get(state, []):
                heapq.heappush(heap, (now + cost, other))
    return best


def ways_to(ground: LeagueMap, weight: NDArray[np.int32], goal: int) -> NDArray[np.float64]:
    """float[cells, 4]: cost of the way from every state to a goal, inf where there is none."""
    back = [(other, state, cost) for state, other, cost in edges(ground, weight)]
    return np.array(dijkstra(back, goal, len(weight))).reshape(-1, 4)


def field_of(cost_fields: CostFields, ground: LeagueMap, robot: int, slot: int = HERE) -> NDArray[np.int64]:
    """int64[cells, 4]: what a robot's field says of every state."""
    cells = np.arange(len(ground.free), dtype=np.int32)
    one = CostFields.__new__(CostFields)
    one.box, one.landmarks, one._arena = (
        cost_fields.box[[robot] * len(cells)],
        cost_fields.landmarks,
        cost_fields._arena,
    )
    return np.stack([one.left(cells, np.full(len(cells), heading, np.int8), slot) for heading in range(4)], 1)


def exact_or_far(found: NDArray[np.int64], left: NDArray[np.float64]) -> bool:
    """Return whether a field is exact or FAR for every state."""
    return bool(np.all((found == left) | (found == FAR)))


def pairs(ground: LeagueMap, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Starts and goals drawn from the free cells."""
    free = np.flatnonzero(ground.free).astype(np.int32)
    return rng.choice(free, count), rng.choice(free, count)
