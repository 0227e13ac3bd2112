"""A record as a League of Robot Runners result, so that the league's own validators and viewers can read our runs.

The league knows moves, turns and waits; lifting, station work and charging are waits. Tasks and errands:
record_tasks.py.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from controller.lorr.results.record_tasks import RecordedTasks
from controller.lorr.results.result_format import Result, write_result
from layout.errors import InputError
from robots.recording.record import Record

_MADE_WITH = ("environment", "scenario_hash")


def write_league_json(record: Record, width: int, path: Path) -> None:
    """Write the record in the league's result format (2024).

    width: of the grid. InputError if the file cannot be written.
    """
    write_result(league_result(record, width), path)


def league_result(record: Record, width: int) -> dict[str, object]:
    """Return the result: the record's first frame is the league's start; step t leads to the record's tick first + t.

    The run's provenance is included if the record has its end.
    """
    cell, heading, goal = _tracks(record)
    first = record.first_tick
    actions = _actions(cell, heading)
    tasks = RecordedTasks(cell, goal, record.header.stations, first)
    for chunk in record.chunks():
        for event in chunk.events:
            tasks.follow(event)
    tasks.close()
    if not tasks.listed():
        raise InputError.single(
            "record", "", "has no task of a robot", "the league's viewers need one: record for longer"
        )
    result = Result(
        width=width,
        start=list(zip(cell[0].tolist(), heading[0].tolist(), strict=True)),
        finished=tasks.finished,
        steps=len(cell) - 1,
        actual=actions,
        planned=actions,
        planner_s=[record.frame(first + t + 1).planner_ms / 1000 for t in range(len(cell) - 1)],
        schedule=tasks.schedules(cell.shape[1]),
        events=tasks.events,
        tasks=tasks.listed(),
    )
    made_with = {key: value for key, value in (record.summary or {}).items() if key in _MADE_WITH}
    return result.document() | made_with


def _tracks(record: Record) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int32]]:
    """Return cells, headings and goals, [ticks, robots]."""
    frames = [frame.robots for chunk in record.chunks() for frame in chunk.frames()]
    if not frames:
        raise InputError.single("record", "", "has no tick")
    cell, heading, goal = (np.stack([table[column] for table in frames]) for column in ("cell", "heading", "goal"))
    return cell, heading, goal


def _actions(cell: NDArray[np.int32], heading: NDArray[np.uint8]) -> NDArray[np.integer]:
    """Return actions by number, int[robots, steps], derived from each robot's motion from tick to tick."""
    turn = (heading[1:].astype(int) - heading[:-1]) % 4
    return np.select([cell[1:] != cell[:-1], turn == 1, turn == 3], [1, 2, 3], 0).T
