"""`podfleet layout variants` from the command line."""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.progress import Progress
from typer.testing import CliRunner, Result

from controller.cli.files.layout import layout_app
from controller.cli.slot.group import slot_app
from controller.run import SimulatedRun
from layout.errors import InputError
from layout.formats.toml_format import load_floor
from robots.recording.events import Event
from robots.recording.frames import Frame
from tests.support.floor.tiny_site import TINY

FLOOR = "[floor.generate]\nblock_rows = 2\nblocks = 2\nblock_length = 5\npick = 1\nstow = 1\npack = 1\nchargers = 1\n"


@pytest.fixture(autouse=True)
def thread_for_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in a thread: processes are begun by the tests of controller.experiments.processes and of the pages."""
    monkeypatch.setattr("controller.experiments.processes.workers", lambda _: ThreadPoolExecutor(1))


def run(*words: object, code: int = 0) -> str:
    """Return a command's standard output; its InputError is raised."""
    return outcome(*words, code=code).stdout


def outcome(*words: object, code: int = 0) -> Result:
    done = CliRunner().invoke(layout_app, ["variants", *map(str, words), "--workers", "1"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(FLOOR, encoding="utf-8")
    return path


def test_layouts_and_fleets_are_ranked(small: Path, tmp_path: Path) -> None:
    """A table, the knees, what was left out, JSON alone on standard output, and a folder with picture and best layout."""
    out = tmp_path / "out"
    words = ("--sweep", "pick=1,40", "--sweep", "queue=3", "--robots", "6,2", "--ticks", 120, "--seeds", 2)
    done = outcome(small, *words, "--out", out, "--json")
    found, told = json.loads(done.stdout), done.stderr.splitlines()
    assert json.loads((out / "variants.json").read_text()) == found
    assert sorted(row["robots"] for row in found["variants"]) == [2, 6]
    assert [row["rank"] for row in found["variants"]] == [1, 2]
    assert found["variants"][0]["parameters"] == {"pick": 1, "queue": 3}
    assert [one["floor"] for one in found["left_out"]] == ["pick=40 queue=3"]
    assert (found["seeds"], found["ticks"]) == (2, 120)
    assert found["differs"] == {"robots": [2, 6]}
    assert sorted((run["robots"], run["seed"], run["fault"]) for run in found["runs"]) == [
        *((2, 1, ""), (2, 2, "")),
        *((6, 1, ""), (6, 2, "")),
    ]
    first = [run["units"] for run in found["runs"] if run["robots"] == found["variants"][0]["robots"]]
    assert sum(first) / 2 == pytest.approx(found["variants"][0]["units"])
    assert any(line.startswith("too short: at least ") for line in told)
    assert found["too_short"] > found["ticks"]
    assert found["knees"] == []
    assert any(line.startswith("left out  pick=40 queue=3: [floor.generate] pick, stow, pack: 42") for line in told)
    assert (out / "variants.png").read_bytes().startswith(b"\x89PNG")
    assert len(load_floor(out / "best.toml").stations[0].queue) == 3


def test_a_drawn_floor_is_tried_with_its_own_fleet() -> None:
    """Without sweep and robots the scenario is the only variant."""
    (row,) = json.loads(run(TINY, "--ticks", 60, "--seeds", 1, "--json"))["variants"]
    assert (row["floor"], row["robots"], row["units_ci"]) == ("as it is", 9, None)


def test_it_is_a_slotting_command_too() -> None:
    """`podfleet slot layout` is its old name, and does the same."""
    names = {command.name: command.callback for command in slot_app.registered_commands}
    assert names["layout"] in [command.callback for command in layout_app.registered_commands]


def test_what_cannot_be_compared_is_told(small: Path, tmp_path: Path) -> None:
    """Faults are reported before anything is run."""
    for words, message in (
        (("--robots", "2,x"), "is not a list of numbers"),
        (("--robots", "0"), "is not a list of numbers"),
        (("--robots", "2,2"), "names a number twice"),
        (("--sweep", "queue"), "has no values"),
        (("--sweep", "pick=40"), r"no variant can be built \(pick=40: "),
        (("--set", "orders=3"), "is not section.key"),
        (("--out", small / "out"), "can't be written to"),
    ):
        with pytest.raises(InputError, match=message):
            run(small, *words)
    with pytest.raises(InputError, match="is drawn by hand"):
        run(TINY, "--sweep", "queue=3,4")


def test_ctrl_c_ranks_what_is_done(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both variants have ended their first seed when the third run is interrupted."""
    updates = iter(range(100))

    def update(*_: object, **__: object) -> None:
        if next(updates) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "update", update)
    words = ("--robots", "2,4", "--ticks", 60, "--seeds", 3, "--json")
    found = json.loads(run(small, *words, code=130))
    assert (found["seeds"], len(found["variants"])) == (1, 2)


def test_no_simulation_is_loaded_before_the_command_runs() -> None:
    """Help has to be there at once."""
    code = "import sys, json, controller.cli.simulation.variants; print(json.dumps('numpy' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False


def test_a_run_that_fails_is_named_and_its_variant_left_out(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that raises with six robots on the second seed breaks that run alone: the others are ranked, and the exit
    status is 1.
    """
    step = SimulatedRun.step

    def failing(run: SimulatedRun, alarms: Sequence[Event] = ()) -> tuple[Frame, list[Event]]:
        if len(run.site.robots) == 6 and run.scenario.run.seed == 2:
            raise ZeroDivisionError("no way out")
        return step(run, alarms)

    monkeypatch.setattr(SimulatedRun, "step", failing)
    done = outcome(small, "--robots", "2,6", "--ticks", 60, "--seeds", 2, "--json", code=1)
    found = json.loads(done.stdout)
    why = "seed 2: it failed with ZeroDivisionError: no way out"
    assert [(one["robots"], one["why"]) for one in found["left_out"]] == [(6, why)]
    assert f"left out  as it is, 6 robots: {why}" in done.stderr
    assert [row["robots"] for row in found["variants"]] == [2]
    assert [run["seed"] for run in found["runs"] if run["fault"]] == [2]


def test_one_file_is_written_by_its_ending(tmp_path: Path) -> None:
    """The best layout alone; an ending that nothing is written as is refused before any run."""
    best = tmp_path / "best of all.toml"
    run(TINY, "--ticks", 60, "--seeds", 1, "--out", best)
    assert load_floor(best).stations
    assert [path.name for path in tmp_path.iterdir()] == [best.name]
    with pytest.raises(InputError, match=r"end it in \.json, \.png or \.toml, or name a folder"):
        run(TINY, "--out", tmp_path / "best.pdf")


def test_numbers_of_people_are_variants(small: Path) -> None:
    """Each number of packers is a row with its own column, and its utilisation is shown."""
    printed = run(
        small, "--people", "pack=1,3", "--robots", 3, "--ticks", 300, "--seeds", 1, "--by", "parcels", "--json"
    )
    rows = json.loads(printed)["variants"]
    assert sorted(row["parameters"]["pack_people"] for row in rows) == [1, 3]
    assert all(0 <= row["pack_utilisation"] <= 1 and row["parcels"] >= 0 for row in rows)


@pytest.mark.parametrize("words", ["cook=2", "pack=0", "pack=two", "pack=2,2", "pack"])
def test_wrong_numbers_of_people_are_refused(small: Path, words: str) -> None:
    """One message names the option and what would be right."""
    with pytest.raises(InputError, match=f"--people {words}"):
        run(small, "--people", words)
