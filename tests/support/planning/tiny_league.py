"""Problems of a few cells, drawn: a problem from the rows of a map, starts and tasks by (row, col)."""

import json
from collections.abc import Sequence
from pathlib import Path

from layout.formats.lorr import LorrProblem, read_problem

At = tuple[int, int]


def written(
    folder: Path, rows: Sequence[str], starts: Sequence[At], tasks: Sequence[Sequence[At]], reveal: float = 1.5
) -> Path:
    """Write a problem's files; the path of its JSON."""
    width = len(rows[0])
    head = f"type octile\nheight {len(rows)}\nwidth {width}\nmap\n"
    (folder / "tiny.map").write_text(head + "\n".join(rows) + "\n")
    cells = [row * width + col for row, col in starts]
    (folder / "tiny.agents").write_text("\n".join(map(str, [len(cells), *cells])) + "\n")
    lines = [",".join(str(row * width + col) for row, col in task) for task in tasks]
    (folder / "tiny.tasks").write_text("\n".join([str(len(lines)), *lines]) + "\n")
    table = {
        "mapFile": "tiny.map",
        "agentFile": "tiny.agents",
        "teamSize": len(cells),
        "taskFile": "tiny.tasks",
        "numTasksReveal": reveal,
        "version": "2024 LoRR",
    }
    path = folder / "tiny.json"
    path.write_text(json.dumps(table))
    return path


def problem(
    folder: Path, rows: Sequence[str], starts: Sequence[At], tasks: Sequence[Sequence[At]], reveal: float = 1.5
) -> LorrProblem:
    """Return the problem, read."""
    return read_problem(written(folder, rows, starts, tasks, reveal))
