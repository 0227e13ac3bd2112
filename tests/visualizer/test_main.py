"""The command line of the viewer."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
import zmq

from controller.link.authentication import Authenticator
from robots.link.keys import Registry
from robots.recording.live_stream import FramePublisher
from robots.units.lifecycle import RobotState
from tests.support.link.key_ring import KeyRing
from tests.support.processes.patience import PATIENCE_S, wait_until
from tests.support.window.eye_floor import TICKS, eye_events, eye_frame, eye_header, write_eye_record
from tests.support.window.pixels import colour_at
from visualizer.__main__ import _begin, main
from visualizer.export.options import Shot
from visualizer.scene.sources import LiveSource, RecordSource, floor_of
from visualizer.style.palette import STATE_COLOURS
from visualizer.view.arrangement import arrange
from visualizer.view.camera import fit
from visualizer.window.window import Window

ROOT = Path(__file__).parents[2]


def whole(size: tuple[int, int]) -> object:
    part = arrange(*size).floor
    return fit((7, 10), (part.w, part.h))


def test_a_picture_without_a_display(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--headless writes the tick's picture in the size asked for, and names the file."""
    out = tmp_path / "floor.png"
    assert main([str(record), "--headless", "--at", "3", "--out", str(out), "--size", "640x480"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    picture = pygame.image.load(str(out))
    assert picture.get_size() == (640, 480)
    assert colour_at(picture, whole((640, 480)), 1.25, 4.4) == tuple(STATE_COLOURS[RobotState.FETCHING])  # type: ignore[arg-type]


def test_the_last_tick_is_the_default(record: Path, tmp_path: Path) -> None:
    """Without --at the picture is that of the end."""
    last, default = tmp_path / "last.png", tmp_path / "default.png"
    main([str(record), "--headless", "--at", str(TICKS - 1), "--out", str(last)])
    main([str(record), "--headless", "--out", str(default)])
    assert last.read_bytes() == default.read_bytes()


def test_the_viewer_needs_neither_display_nor_kernels(record: Path, tmp_path: Path) -> None:
    """In a process of its own, with no video driver to be had: a picture, and numba is not even imported."""
    out = tmp_path / "floor.png"
    code = (
        "import json, sys; from visualizer.__main__ import main; "
        f"status = main([{str(record)!r}, '--headless', '--out', {str(out)!r}]); "
        "print(json.dumps([status, sorted({'numba', 'controller', 'scipy', 'matplotlib'} & set(sys.modules))]))"
    )
    without = {name: value for name, value in os.environ.items() if name not in ("SDL_VIDEODRIVER", "DISPLAY")}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=without,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert json.loads(ran.stdout.splitlines()[-1]) == [0, []]
    assert ran.stderr == ""
    assert out.stat().st_size > 1000


def test_the_window_opens_and_closes_by_itself(record: Path) -> None:
    """--frames shows so many pictures and ends well."""
    assert main([str(record), "--frames", "3", "--at", "10", "--size", "400x300"]) == 0


def test_a_moment_that_was_asked_for_stands_still(record: Path) -> None:
    """--at shows its tick until somebody plays on."""
    source = RecordSource(record)
    window = Window(source, floor_of(source.header, source.name), (640, 480))
    _begin(window, source, "10", Shot())
    window.turn(5.0)
    assert (window.player.position, window.player.paused) == (10.0, True)
    window.toggle()
    window.turn(0.5)
    assert window.player.position == 12.0
    window.close()
    source.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{tmp}/none.pfr"], "{tmp}/none.pfr: can't be read: No such file or directory\n"),
        (["{tmp}"], "{tmp}: is a folder (name a file)\n"),
        (
            ["{tmp}/text.pfr"],
            "{tmp}/text.pfr: is not a podfleet record (a .pfr file written by podfleet run --record)\n",
        ),
        (
            ["{tmp}/eye.pfr", "--headless", "--at", "600"],
            "eye.pfr: no tick 600: ticks are 0 to 249, 09:00:00 to 09:04:09\n",
        ),
        (
            ["{tmp}/empty.pfr", "--headless"],
            "empty.pfr: has no ticks yet\n",
        ),
        (
            ["{tmp}/eye.pfr", "--headless", "--out", "{tmp}/floor.bmp"],
            "{tmp}/floor.bmp: is not the name of a picture (a path ending in .png, .gif or .mp4)\n",
        ),
        (["tcp://nowhere"], "tcp://nowhere: is no address"),
        (["tcp://127.0.0.1:9", "--keys", "{tmp}/none"], "{tmp}/none: can't be read: No such file or directory\n"),
        (["tcp://127.0.0.1:9", "--token-env", "NO_SUCH"], "--token-env: NO_SUCH is not set in the environment\n"),
    ],
)
def test_input_that_cannot_be_used_is_one_line(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Exit status 2 and a line that says what is wrong, without a traceback."""
    (tmp_path / "text.pfr").write_text("hello\n")
    write_eye_record(tmp_path / "empty.pfr", ticks=0, finish=False)
    assert main([argument.replace("{tmp}", str(tmp_path)) for argument in arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith(told.replace("{tmp}", str(tmp_path)))
    assert err.count("\n") == 1


@pytest.mark.parametrize("size", ["640", "axb", "10x10", "99999x99999"])
def test_a_size_that_makes_no_sense_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The parser says what a size looks like, with exit status 2."""
    with pytest.raises(SystemExit) as exit_info:
        main(["run.pfr", "--size", size])
    assert exit_info.value.code == 2
    assert f"{size} is not" in capsys.readouterr().err


def test_a_damaged_record_is_told(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bit that has fallen over inside a chunk is a line too."""
    data = bytearray(record.read_bytes())
    at = data.index(b"robots", data.index(b"chunk")) + 40
    data[at : at + 8] = b"\xff" * 8
    record.write_bytes(data)
    assert main([str(record), "--headless", "--at", "3", "--out", str(tmp_path / "floor.png")]) == 2
    assert capsys.readouterr().err == f"{record}: ticks from 0 on: are damaged\n"


def test_a_running_floor_gives_a_picture(tmp_path: Path) -> None:
    """--headless on an address draws the newest frame of the floor there."""
    out = tmp_path / "floor.png"
    with FramePublisher(eye_header(), "secret") as publisher:
        viewer = subprocess.Popen(
            [sys.executable, "-m", "visualizer", publisher.address, "--headless", "--out", str(out)], cwd=ROOT
        )
        try:
            ticks = itertools.cycle(range(TICKS))

            def publish() -> None:
                tick = next(ticks)
                publisher.publish(eye_frame(tick), eye_events(tick))
                time.sleep(0.02)

            wait_until(lambda: viewer.poll() is not None, publish)
        finally:
            viewer.kill()
            viewer.wait()
    assert viewer.returncode == 0
    assert pygame.image.load(str(out)).get_size() == (1280, 720)


def test_a_picture_of_a_floor_that_waits_for_its_robots_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has sent its floor and no frame yet."""
    monkeypatch.setattr(LiveSource, "wait", lambda source, wait_ms: None)
    done = threading.Event()
    with FramePublisher(eye_header()) as publisher:

        def greet() -> None:
            while not done.wait(0.01):
                publisher.greet()

        loop = threading.Thread(target=greet)
        loop.start()
        try:
            assert main([publisher.address, "--headless", "--out", str(tmp_path / "floor.png")]) == 2
        finally:
            done.set()
            loop.join()
    assert "the floor is waiting for its robots (a picture after its first tick)" in capsys.readouterr().err


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def floor_with_keys(ring: KeyRing) -> Iterator[str]:
    """The address of a floor that shows itself to viewers with a key."""
    done = threading.Event()
    with (
        zmq.Context() as context,
        Authenticator(context, Registry(ring.registry)) as authenticator,
        FramePublisher(eye_header(), key=ring["server"], context=context) as publisher,
    ):

        def serve() -> None:
            while not done.wait(0.01):
                authenticator.answer()
                publisher.publish(eye_frame(5), [])

        loop = threading.Thread(target=serve)
        loop.start()
        yield publisher.address
        done.set()
        loop.join()


def test_a_floor_with_keys_shows_itself_to_its_viewers(floor_with_keys: str, ring: KeyRing, tmp_path: Path) -> None:
    """--keys takes the folder or the viewer's file."""
    for keys in (ring.folder, ring.folder / "viewer.key"):
        out = tmp_path / f"{keys.name}.png"
        assert main([floor_with_keys, "--keys", str(keys), "--headless", "--out", str(out)]) == 0
        assert out.exists()


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("keys/robot-0.key", "robot-0.key: [key] role: is robot (a key of role viewer is needed here)\n"),
        ("other", "no floor answers within 0.3 s (is it running, and does --keys name a key that it knows?)\n"),
        ("", "no floor answers within 0.3 s (is it running, and does --keys name a key that it knows?)\n"),
    ],
)
def test_a_floor_with_keys_shows_itself_to_nobody_else(
    floor_with_keys: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    keys: str,
    told: str,
) -> None:
    """The floor doesn't say why, so the line says what to look at."""
    KeyRing(tmp_path / "other")
    monkeypatch.setattr("visualizer.__main__._WAIT_S", 0.3)
    assert main([floor_with_keys, *(["--keys", str(tmp_path / keys)] if keys else [])]) == 2
    assert capsys.readouterr().err.endswith(told)
