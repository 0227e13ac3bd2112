"""After a signal, no process is left, and everything recorded so far is kept."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from robots.recording.live_stream import FramePublisher, FrameSubscriber
from robots.recording.record import Record
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.window.eye_floor import eye_header

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows ends a process at once")

ROOT = Path(__file__).parents[2]
TINY = ROOT / "maps" / "tiny.toml"
PODFLEET = "from controller.cli.app import main; main()"
WITH_WINDOW = f"from controller.serving import window_run as live; live.has_display = lambda: True; {PODFLEET}"


@contextmanager
def started(folder: Path, program: str, *words: object, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own, with its windows drawn into memory."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        env={**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def group_is_gone(process: subprocess.Popen[str]) -> bool:
    """Return whether the process and all its children are gone."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_a_run_takes_its_window_along_and_leaves_a_record(tmp_path: Path, number: int) -> None:
    """The signal goes to the run alone; its window closes, and the record so far can be viewed until the next run."""
    with started(tmp_path, WITH_WINDOW, "run", TINY) as run:
        assert run.stderr is not None
        line = next(line for line in run.stderr if "podfleet view" in line)
        with FrameSubscriber(line.split()[-1]) as viewer:
            wait_until(lambda: viewer.receive(100)[0])  # the run has started, so its window is open
        run.send_signal(number)
        assert run.wait(PATIENCE_S) == 128 + number
        wait_until(lambda: group_is_gone(run))
        told = run.stderr.read()
    record = Path("podfleet-out") / "tiny.pfr"
    assert f"record   {record} is kept until the next run: podfleet view {record}" in told
    with Record(tmp_path / record) as kept:
        assert kept.last_tick >= 0
        assert kept.summary is not None


def test_a_window_on_a_floor_ends_with_its_command(tmp_path: Path) -> None:
    """`podfleet view` is the window itself; it ends by SIGTERM as by Ctrl-C, without a question."""
    token = secrets.token_hex(8)
    with FramePublisher(eye_header(), token) as publisher:
        words = ["view", publisher.address, "--control", publisher.control, "--token-env", "TOKEN"]
        with started(tmp_path, PODFLEET, *words, TOKEN=token) as view:
            wait_until(publisher.commands)  # it reports that it is open
            _end(view, signal.SIGTERM)
        assert view.returncode == 0


def test_the_editor_ends_with_its_command(tmp_path: Path) -> None:
    """`podfleet layout edit` is the window itself, too."""
    with started(tmp_path, PODFLEET, "layout", "edit", tmp_path / "new.toml", "--rows", 20, "--columns", 30) as edit:
        command = Path(f"/proc/{edit.pid}/cmdline")
        if not command.exists():
            pytest.skip("there is no /proc to see from outside that the window is opened")
        wait_until(lambda: b"visualizer.editor" in command.read_bytes())
        _end(edit, signal.SIGHUP)


def _end(process: subprocess.Popen[str], number: int) -> None:
    process.send_signal(number)
    process.wait(PATIENCE_S)
    wait_until(lambda: group_is_gone(process))
