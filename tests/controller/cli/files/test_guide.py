"""`podfleet layout guide` from the command line."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from controller.cli.files.guide import _verdict
from controller.cli.files.layout import layout_app
from controller.experiments.statistics import estimate
from controller.lorr.planner import PlannerParams
from controller.lorr.tuning.guide_file import read_guide
from controller.lorr.tuning.tuning import Tuned
from layout.errors import InputError
from tests.support.planning.tiny_league import written

MAP = "type octile\nheight 4\nwidth 6\nmap\n......\n.@@.@.\n......\n......\n"


@pytest.fixture
def thread_for_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulations in a thread: that processes can do them is shown by one test."""
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", lambda *_: ThreadPoolExecutor(1))


def run(*words: str | Path, code: int = 0) -> str:
    """Return the output of a command; its InputError is raised."""
    done = CliRunner().invoke(layout_app, ["guide", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.usefixtures("thread_for_process")
def test_a_map_is_tuned_and_its_guide_written(tmp_path: Path) -> None:
    """The guide is beside the map, readable, equal for equal seeds, and not overwritten unless forced."""
    path = tmp_path / "a.map"
    path.write_text(MAP)
    words = [path, "--trials", "12", "--steps", "20", "--robots", "3"]
    assert "a.guide.toml: written" in run(*words)
    guide = tmp_path / "a.guide.toml"
    text = guide.read_text()
    assert text.startswith("# Tuned by `podfleet layout guide` for 3 robots on a.map:\n# ")
    assert read_guide(guide, PlannerParams()).guidance is not None
    with pytest.raises(InputError, match="exists already"):
        run(*words)
    run(*words, "--force")
    assert guide.read_text() == text


def test_a_problem_stands_for_its_map(tmp_path: Path) -> None:
    """The guide is tuned for its team, and written beside the map it names."""
    path = written(tmp_path, ["....", "...."], [(0, 0), (1, 0)], [[(0, 3), (1, 3)], [(1, 1)]])
    assert "tiny.map: 2 robots, simulations of 10 steps" in run(path, "--trials", "4", "--steps", "10")
    assert (tmp_path / "tiny.guide.toml").exists()


def test_what_cannot_be_tuned_is_told(tmp_path: Path) -> None:
    """Other files, too many robots, and a folder that isn't there; no empty guide is left behind."""
    path = tmp_path / "a.map"
    path.write_text(MAP)
    with pytest.raises(InputError, match=r"is no map \(name a \.map or a League \.json\)"):
        run(tmp_path / "a.toml")
    with pytest.raises(InputError, match=r"99 do not fit \(at most 21\)"):
        run(path, "--robots", "99")
    with pytest.raises(InputError, match="can't be written"):
        run(path, "--out", tmp_path / "none" / "a.toml")
    assert not (tmp_path / "a.guide.toml").exists()


@pytest.mark.usefixtures("thread_for_process")
def test_ctrl_c_keeps_the_best_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, and writes a guide that can be read."""
    path = tmp_path / "a.map"
    path.write_text(MAP)
    updates = iter(range(1000))

    def update(*_: object, **__: object) -> None:
        if next(updates) == 30:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", update)
    assert "interrupted: the best so far is kept" in run(path, "--steps", "20", "--robots", "3", code=130)
    assert next(updates) == 31
    assert read_guide(tmp_path / "a.guide.toml", PlannerParams()).guidance is not None


def test_a_gain_is_told_with_its_interval() -> None:
    """The interval is over the last problems; one that includes 0 is not significant, and one problem has none."""

    def told(values: list[float]) -> str:
        return _verdict(Tuned(PlannerParams(), estimate(values), len(values), 30, cut=False))

    assert told([0.10, 0.11, 0.12, 0.11]) == (
        "+11.0% ± 1.3% tasks against the planner's own choice on 4 random problems (95% interval, Student's t over seeds)"
    )
    assert told([-0.1, 0.2, 0.3]).endswith("over seeds; not significant, because it includes 0)")
    assert told([0.1]) == "+10.0% tasks against the planner's own choice on 1 random problem: no interval"
    nothing = Tuned(PlannerParams(), None, 4, 30, cut=False)
    assert _verdict(nothing) == "nothing better than the planner's own choice in 30 simulations"


def test_no_search_is_loaded_before_the_command_runs() -> None:
    """Help has to be there at once."""
    code = "import sys, json, controller.cli.files.guide; print(json.dumps('controller.lorr.tuning.tuning' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False
