"""Requirements of PlanViz, the league's viewer, on a result and its map, in our own words: it stops at the first fault."""

from pathlib import Path
from typing import Any


def check_result(result: dict[str, Any]) -> None:
    """AssertionError where the viewer would stop, or would show something else than what is meant."""
    robots, steps = result["teamSize"], result["makespan"]
    assert (result["version"], result["actionModel"]) == ("2024 LoRR", "MAPF_T"), "else it is read as another year's"
    assert len(result["start"]) == len(result["actualSchedule"]) == robots
    assert {heading for _, _, heading in result["start"]} <= set("ESWN")
    for paths in (result["actualPaths"], result["plannerPaths"]):
        assert len(paths) == robots
        assert {action for path in paths for action in path.split(",")} <= set("FRCW"), "any other is taken for a wait"
        assert {len(path.split(",")) for path in paths} == {steps}
    errands = {task: len(cells) // 2 for task, _, cells in result["tasks"]}
    released = {task: step for task, step, _ in result["tasks"]}
    assert errands
    assert min(errands.values()) > 0
    for schedule in result["actualSchedule"]:
        for entry in schedule.split(","):
            step, task = map(int, entry.split(":"))
            assert task == -1 or released[task] <= step <= steps
    for step, robot, task, number in result["events"]:
        assert 0 <= step <= steps
        assert 0 <= robot < robots
        assert 1 <= number <= errands[task]


def check_map(path: Path, result: dict[str, Any]) -> None:
    """Four head lines in one order, signs that it knows, rows of one length; and all of the result's cells are on it."""
    _, height, width, _, *rows = path.read_text(encoding="utf-8").splitlines()
    assert height.split(" ") == ["height", str(len(rows))]
    assert width.split(" ") == ["width", str(len(rows[0]))]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert set("".join(rows)) <= set("@T.SE")
    cells = [(row, col) for row, col, _ in result["start"]]
    cells += [pair for _, _, task in result["tasks"] for pair in zip(task[::2], task[1::2], strict=True)]
    assert not any(rows[row][col] in "@T" for row, col in cells)
