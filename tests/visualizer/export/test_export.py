"""Pictures and films from the command line: the robot is where the record says, in the colour of its state."""

import io
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pygame
import pytest

from layout.errors import InputError
from robots.units.lifecycle import RobotState
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.window.eye_floor import TICKS, write_eye_record
from tests.support.window.pixels import box_of_cell, colours_in
from visualizer.__main__ import main
from visualizer.export.export import Reel, is_film, save_film
from visualizer.export.options import Shot
from visualizer.export.progress import Counter
from visualizer.export.studio import Studio
from visualizer.scene.sources import RecordSource, floor_of
from visualizer.style.palette import DAY, STATE_COLOURS
from visualizer.view.arrangement import arrange
from visualizer.view.camera import Camera, fit
from visualizer.view.place_history import in_middle

ROOT = Path(__file__).parents[3]
SIZE = 640, 480
FETCHING = tuple(int(part) for part in STATE_COLOURS[RobotState.FETCHING])
EVERY_TICK = ["--fps", "10", "--speed", "10", "--size", "640x480"]


def whole() -> Camera:
    part = arrange(*SIZE).floor
    return fit((7, 10), (part.w, part.h))


def fetcher(picture: pygame.Surface, camera: Camera | None = None) -> list[int]:
    """Columns of row 1 in which a fetching robot is."""
    camera = camera or whole()
    return [col for col in range(10) if FETCHING in colours_in(picture, box_of_cell(picture, camera, 1, col))]


def run(record: Path, out: Path, *options: str) -> int:
    return main([str(record), "--headless", "--out", str(out), *options])


def test_numbered_pictures_show_the_run_tick_by_tick(record: Path, tmp_path: Path) -> None:
    """frames-%05d.png is a file a picture, counted from 1; the robot is a cell further in each."""
    assert run(record, tmp_path / "frames-%05d.png", "--from", "0", "--to", "4", *EVERY_TICK) == 0
    files = sorted(tmp_path.glob("frames*"))
    assert [file.name for file in files] == [f"frames-0000{number}.png" for number in range(1, 6)]
    assert [fetcher(pygame.image.load(str(file))) for file in files] == [[1], [2], [3], [4], [5]]


def test_a_gif_shows_the_run_tick_by_tick(record: Path, tmp_path: Path) -> None:
    """Read again by another program, in the very colours of the window."""
    pytest.importorskip("PIL", reason="Pillow isn't installed")
    from tests.support.window.films import gif_pictures, surface_of

    assert run(record, tmp_path / "run.gif", "--from", "0", "--to", "4", *EVERY_TICK) == 0
    seen = gif_pictures(tmp_path / "run.gif")
    assert [fetcher(surface_of(picture)) for picture, _ in seen] == [[1], [2], [3], [4], [5]]
    assert [stands for _, stands in seen] == pytest.approx([0.1] * 5)


def test_an_mp4_shows_the_run_tick_by_tick(record: Path, tmp_path: Path) -> None:
    """Decoded again: the robot's cell has many pixels of about its colour, the other cells of its row have none."""
    pytest.importorskip("av", reason="PyAV isn't installed")
    from tests.support.window.films import mp4_pictures

    assert run(record, tmp_path / "run.mp4", "--from", "0", "--to", "4", *EVERY_TICK) == 0
    seen = mp4_pictures(tmp_path / "run.mp4")
    assert len(seen) == 5
    box = box_of_cell(pygame.Surface(SIZE), whole(), 1, 0)
    for tick, picture in enumerate(seen):
        like = np.abs(picture[box.top : box.bottom].astype(int) - FETCHING).max(axis=2) < 25
        columns = [int(like[:, box.left + col * box.w :][:, : box.w].sum()) for col in range(10)]
        assert columns[tick + 1] > 100
        assert sum(columns) == columns[tick + 1]


def test_robots_glide_between_ticks(record: Path, tmp_path: Path) -> None:
    """With four pictures a tick the robot is seen between its cells."""
    options = ["--from", "0", "--to", "1", "--fps", "4", "--speed", "1", "--size", "640x480"]
    assert run(record, tmp_path / "%d.png", *options) == 0
    pictures = [pygame.image.load(str(tmp_path / f"{number}.png")) for number in range(1, 6)]
    assert [fetcher(picture) for picture in pictures] == [[1], [1, 2], [1, 2], [1, 2], [2]]


def test_clock_times_name_the_same_moments(record: Path, tmp_path: Path) -> None:
    """The run begins at 09:00, so 09:00:03 is tick 3."""
    run(record, tmp_path / "tick.png", "--at", "3")
    run(record, tmp_path / "clock.png", "--at", "09:00:03")
    assert (tmp_path / "tick.png").read_bytes() == (tmp_path / "clock.png").read_bytes()


def test_the_camera_follows_a_robot(record: Path, tmp_path: Path) -> None:
    """It is in the middle of each picture, wherever it is."""
    shot = ["--follow", "robot 0", "--zoom", "30", "--from", "1", "--to", "4", *EVERY_TICK]
    assert run(record, tmp_path / "%d.png", *shot) == 0
    part = arrange(*SIZE).floor
    for tick in range(1, 5):
        camera = in_middle(Camera(30.0, 0.0, 0.0), (1.5, 1.5 + tick), (part.w, part.h))
        assert fetcher(pygame.image.load(str(tmp_path / f"{tick}.png")), camera) == [1 + tick]


def test_a_selection_is_in_the_picture(record: Path, tmp_path: Path) -> None:
    """Its ring, and with --zoom it is in the middle."""
    assert run(record, tmp_path / "a.png", "--at", "3", "--select", "robot 0", "--size", "1000x480") == 0
    assert run(record, tmp_path / "b.png", "--at", "3", "--size", "1000x480") == 0
    picture, without = (pygame.image.load(str(tmp_path / name)) for name in ("a.png", "b.png"))
    part = arrange(1000, 480).floor
    camera = fit((7, 10), (part.w, part.h))
    around = box_of_cell(picture, camera, 1, 4).inflate(10, 10)
    assert DAY.accent in colours_in(picture, around)
    assert DAY.accent not in colours_in(without, around)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--out", "run.gif", "--at", "3"], "--at: is for one picture (a film has --from and --to)\n"),
        (["--out", "a.png", "--from", "3"], "a.png: is one picture (a film's name, like run.mp4 or frames-%05d.png)\n"),
        (["--out", "a%05d-%d.png"], "a%05d-%d.png: has no place for a number (a name like frames-%05d.png)\n"),
        (["--out", "a%s.png"], "a%s.png: has no place for a number (a name like frames-%05d.png)\n"),
        (["--out", "run.webm"], "run.webm: is not the name of a picture (a path ending in .png, .gif or .mp4)\n"),
        (["--out", "run.gif", "--fps", "60"], "run.gif: 60 pictures per second are too many (a GIF has at most 50)\n"),
        (["--out", "run.gif", "--from", "9", "--to", "3"], "--to: 3: is before --from (a moment from 9 on)\n"),
        (["--out", "run.gif", "--to", "250"], "eye.pfr: no tick 250: ticks are 0 to 249, "),
        (["--at", "07:00"], "eye.pfr: no tick 79,200: ticks are 0 to 249, 09:00:00 to 09:04:09\n"),
        (["--at", "noon"], "eye.pfr: nothing is called noon\n"),
        (["--at", "12,4"], "eye.pfr: no cell (12, 4): rows are 0 to 6, columns 0 to 9\n"),
        (["--at", "2,4"], 'eye.pfr: "2,4": is not a moment (a tick, or a clock time like 09:10:30)\n'),
        (["--select", "robot 9"], "eye.pfr: no robot 9: robots are 0 to 3\n"),
        (
            ["--follow", "tick 9"],
            'eye.pfr: "tick 9": has no place to look at (a thing such as "robot 17" or "12,40")\n',
        ),
        (["--out", "none/run.gif"], "none/run.gif: can't be written to: No such file or directory\n"),
    ],
)
def test_what_cannot_be_shown_is_one_line(
    record: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    told: str,
) -> None:
    """Exit status 2, and no file is left."""
    monkeypatch.chdir(record.parent)
    assert main([record.name, "--headless", *options]) == 2
    err = capsys.readouterr().err
    assert err.startswith(told)
    assert err.count("\n") == 1
    assert list(record.parent.iterdir()) == [record]


@pytest.mark.parametrize(
    ("name", "module", "told"),
    [("run.gif", "PIL", "a GIF needs Pillow"), ("run.mp4", "av", "an MP4 needs PyAV")],
)
def test_without_the_extra_one_line_says_what_to_install(
    record: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    module: str,
    told: str,
) -> None:
    """The import fails as on a machine without it."""
    ours = ("visualizer.export.", f"{module}.")
    for loaded in [loaded for loaded in sys.modules if f"{loaded}.".startswith(ours)]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    assert run(record, tmp_path / name) == 2
    assert capsys.readouterr().err == f"{tmp_path / name}: {told} (pip install 'podfleet[video]')\n"
    assert list(tmp_path.iterdir()) == [record]


def test_pictures_need_no_extra(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Pillow nor PyAV is asked for by PNG."""
    for module in ("PIL", "av"):
        monkeypatch.setitem(sys.modules, module, None)
    assert run(record, tmp_path / "floor.png") == 0
    assert run(record, tmp_path / "%d.png", "--to", "1", *EVERY_TICK) == 0


def test_an_odd_size_is_made_even_for_mp4(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And it is told."""
    pytest.importorskip("av", reason="PyAV isn't installed")
    from tests.support.window.films import mp4_pictures

    out = tmp_path / "run.mp4"
    assert run(record, out, "--from", "0", "--to", "1", "--size", "321x241") == 0
    assert mp4_pictures(out)[0].shape == (242, 322, 3)
    assert capsys.readouterr().err == f"{out}: size 322x242, as the format needs even sizes\n"


def test_ctrl_c_leaves_no_broken_file(tmp_path: Path) -> None:
    """A long film that is interrupted ends with status 130, without a word or a file, and so does `podfleet` around it."""
    pytest.importorskip("av", reason="PyAV isn't installed")
    record = write_eye_record(tmp_path / "eye.pfr")
    words = [str(record), "--headless", "--speed", "0.01", "--out", str(tmp_path / "run.mp4")]
    program = "signal.signal(signal.SIGINT, signal.default_int_handler); main()"  # jobs in the background may ignore it
    podfleet = [sys.executable, "-c", f"import signal; from controller.cli.app import main; {program}", "view"]
    filming = subprocess.Popen([*podfleet, *words], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    part = tmp_path / ".run.mp4.part"
    try:
        wait_until(lambda: part.exists() and part.stat().st_size)
        os.killpg(filming.pid, signal.SIGINT)
        _, err = filming.communicate(timeout=PATIENCE_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(filming.pid, signal.SIGKILL)
        filming.wait()
    assert filming.returncode == 130
    assert err == b""
    assert list(tmp_path.iterdir()) == [record]


def test_a_film_of_a_running_floor_is_refused() -> None:
    """Frames of a running floor aren't kept; the name of the film is checked first."""
    assert [is_film(Path(name)) for name in ("a.png", "a.PNG", "a-%d.png", "a.gif", "a.Mp4")] == [0, 0, 1, 1, 1]
    with pytest.raises(InputError, match="is not the name of a picture"):
        is_film(Path("floor"))


def test_a_reel_has_a_picture_every_so_many_ticks() -> None:
    """There are pictures from its first tick on and none after its last; slow films have several per tick, fast ones
    leave ticks out.
    """
    assert Reel(10, 12, 1.0, 2.0).positions(1.0) == [10.0, 10.5, 11.0, 11.5, 12.0]
    assert Reel(10, 20, 40.0, 10.0).positions(1.0) == [10.0, 14.0, 18.0]
    assert Reel(0, 1, 1.0, 2.0).positions(2.0) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert Reel(7, 7, 4.0, 30.0).positions(1.0) == [7.0]
    assert len(Reel(0, TICKS, 1.0, 30.0).positions(1.0)) == 30 * TICKS + 1


def test_progress_is_told_picture_by_picture(record: Path, tmp_path: Path) -> None:
    """Up to all of them."""
    source = RecordSource(record)
    told: list[tuple[int, int]] = []
    studio = Studio(source, floor_of(source.header, source.name), Shot((160, 120)))
    save_film(studio, Reel(0, 3, 1.0, 1.0), tmp_path / "%d.png", lambda done, of: told.append((done, of)))
    source.close()
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_counter_is_seen_on_terminals_only() -> None:
    """Its line is written over itself and gone at the end; a log file gets none."""
    terminal, log = Terminal(), io.StringIO()
    for out in (terminal, log):
        seconds = iter([0.0, 0.5, 2.0, 2.1, 4.0])
        counter = Counter(out, lambda seconds=seconds: next(seconds))  # type: ignore[misc]
        for done in (10, 40, 41, 80):
            counter(done, 80)
    assert log.getvalue() == ""
    line, gone, end = terminal.getvalue().split("\r")[1:]
    assert line == "40 of 80 pictures, 20 a second, 2 s left"
    assert gone == " " * len(line)
    assert end == ""


def test_a_short_film_needs_no_progress() -> None:
    """Nothing flickers where all is done in a second."""
    terminal = Terminal()
    seconds = iter([0.0, 0.2, 0.4])
    counter = Counter(terminal, lambda: next(seconds))
    counter(1, 2)
    counter(2, 2)
    assert terminal.getvalue() == ""


def test_the_window_begins_with_the_shot(record: Path) -> None:
    """The options of a picture also set the window's first picture."""
    words = ["--select", "robot 0", "--zoom", "30", "--night", "--at", "09:00:03", "--page", "events"]
    assert main([str(record), "--frames", "2", *words]) == 0
    assert main([str(record), "--frames", "2", "--select", "robot 9"]) == 2
    assert main([str(record), "--frames", "2", "--from", "3"]) == 2
