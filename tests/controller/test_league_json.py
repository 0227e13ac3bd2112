"""A run in the league's format obeys the league's rules."""

from pathlib import Path

import pytest

from controller.league_json import league_result
from controller.run import RunOptions, SimulatedRun
from controller.scenario_file import load_scenario
from robots.record import Record

DEMO = Path(__file__).parents[2] / "maps" / "demo.toml"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("league") / "a.pfr"
    with SimulatedRun(load_scenario(DEMO, {"run.ticks": "400"}), RunOptions(record=path)) as run:
        while not run.done:
            run.step()
        run.finish()
    with Record(path) as record:
        return league_result(record, run.site.grid.width) | {"grid": run.site.grid}


def test_the_paths_replayed_by_the_leagues_rules_never_collide(result: dict) -> None:  # type: ignore[type-arg]
    """Each step is a move, a turn or a wait, into a free cell, with nobody else in it and nobody swapped."""
    grid = result["grid"]
    robots = [(grid.cell(row, col), "ESWN".index(heading)) for row, col, heading in result["start"]]
    steps = [path.split(",") for path in result["actualPaths"]]
    assert {len(path) for path in steps} == {result["makespan"]}
    for t in range(result["makespan"]):
        after = []
        for (cell, heading), path in zip(robots, steps, strict=True):
            turned = (heading + {"R": 1, "C": 3}.get(path[t], 0)) % 4
            after.append((grid.neighbour(cell, heading) if path[t] == "F" else cell, turned))
        cells = [cell for cell, _ in after]
        assert len(set(cells)) == len(cells)
        assert all(grid.kind[cell] != 0 for cell in cells)
        moves = {(before[0], now[0]) for before, now in zip(robots, after, strict=True) if before[0] != now[0]}
        assert not any((b, a) in moves for a, b in moves)
        robots = after


def test_errands_are_done_where_the_robot_is(result: dict) -> None:  # type: ignore[type-arg]
    """Every event names a robot that stands on the errand's cell at that step."""
    grid, errands = result["grid"], {task: cells for task, _, cells in result["tasks"]}
    tracks = []
    for (row, col, name), path in zip(result["start"], result["actualPaths"], strict=True):
        cell, heading = grid.cell(row, col), "ESWN".index(name)
        track = [cell]
        for action in path.split(","):
            cell = grid.neighbour(cell, heading) if action == "F" else cell
            heading = (heading + {"R": 1, "C": 3}.get(action, 0)) % 4
            track.append(cell)
        tracks.append(track)
    assert len(result["events"]) > 20
    for t, robot, task, number in result["events"]:
        row, col = errands[task][2 * number - 2 : 2 * number]
        assert tracks[robot][t] == grid.cell(row, col)
