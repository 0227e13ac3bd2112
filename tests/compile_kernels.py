"""Compile the planners' kernels before the tests begin: their processes would otherwise each compile the same at once.

Run by `make test`; where the kernels are compiled already it takes some seconds.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from typer.testing import CliRunner  # noqa: E402

from controller.cli.app import app  # noqa: E402
from tests.support.planning.tiny_league import written  # noqa: E402


def main() -> None:
    """Run a few ticks by each planner, of a floor and of a league problem."""
    with tempfile.TemporaryDirectory() as folder:
        problem = written(Path(folder), ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)]])
        floor = ["run", str(ROOT / "maps" / "tiny.toml"), "--headless", "--ticks", "5"]
        league = ["bench", "lorr", str(problem), "--steps", "10", "--rounds", "32", "--threads", "1", "--no-free-flow"]
        for words in (floor, [*floor, "--set", "policies.planner=pibt"], league, [*league, "--planner", "epibt"]):
            done = CliRunner().invoke(app, words)
            if done.exit_code != 0:
                sys.exit(f"podfleet {' '.join(words)}\n{done.output}")


if __name__ == "__main__":
    main()
