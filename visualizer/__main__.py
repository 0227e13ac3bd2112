"""python -m visualizer RECORD|ADDRESS – watch a run, or write a picture of it."""

import argparse
import math
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from layout.errors import InputError
from layout.escaping import in_a_line
from layout.files.standard_output import guarded_errors, guarded_output
from layout.signals import end_as_on_ctrl_c, interrupted_status
from robots.link.keys import find_key
from robots.recording.live_stream import FrameSubscriber
from robots.recording.record import sensible
from robots.recording.view_commands import Quit, Ready
from visualizer.control.options import control_of
from visualizer.export.options import Shot, add_shot_options, fps_of, shot_of, speed_of
from visualizer.export.progress import Counter
from visualizer.scene.sources import LiveSource, RecordSource, Source, floor_of

if TYPE_CHECKING:
    from visualizer.export.export import Reel
    from visualizer.export.studio import Studio
    from visualizer.window.window import Window

_BAD_INPUT = 2
_WAIT_S = 10.0
"""Seconds that a floor may take to answer, and to send its first frame."""
_OUT = "*.png, *.gif, *.mp4 or frames-%%05d.png, default floor.png"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `podfleet view`; return the exit status: 0, 2 for invalid input, which is reported in one line per fault, or
    130 for a film that Ctrl-C has ended.
    """
    end_as_on_ctrl_c()
    headless = False
    with guarded_errors():
        try:
            with guarded_output():
                given = _parser().parse_args(arguments)
                headless = given.headless
                _watch(given)
        except InputError as error:
            sys.stderr.write(f"{error}\n")
            return _BAD_INPUT
        except KeyboardInterrupt:
            return interrupted_status() if headless else 0
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="podfleet view", description="Watch a run, live or from its record.")
    parser.add_argument("source", help="a record (*.pfr), or the address of a running floor (tcp://host:port)")
    parser.add_argument(
        "--at", default="", metavar="MOMENT", help="tick or clock time; default: first, headless the last"
    )
    parser.add_argument("--frames", type=int, metavar="N", help="close the window after N pictures")
    parser.add_argument("--control", default="", metavar="ADDRESS", help="where a running floor takes commands")
    parser.add_argument(
        "--desk", default="", metavar="ADDRESS", help="where it takes operator commands, see podfleet serve"
    )
    parser.add_argument("--token-env", default="", metavar="NAME", help="environment variable with its token")
    parser.add_argument(
        "--keys", type=Path, metavar="PATH", help="viewer's key file, or the folder with it and operator.key"
    )
    add_shot_options(parser)
    files = parser.add_argument_group("pictures and films without a display")
    files.add_argument("--headless", action="store_true", help="write a file and open no window")
    files.add_argument("--out", type=Path, default=Path("floor.png"), metavar="FILE", help=_OUT)
    files.add_argument("--from", dest="begin", default="", metavar="MOMENT", help="where a film begins: tick or clock")
    files.add_argument("--to", dest="end", default="", metavar="MOMENT", help="where it ends")
    files.add_argument("--speed", type=speed_of, default=4.0, metavar="N", help="times real time, default 4")
    files.add_argument("--fps", type=fps_of, metavar="N", help="pictures per second; default 30, for a GIF 10")
    return parser


def _watch(given: argparse.Namespace) -> None:
    show = _write if given.headless else _show
    if "://" in given.source:
        with closing(_live(given)) as source:
            show(source, given)
        return
    path = Path(given.source)
    with closing(RecordSource(path)) as source, sensible(path):
        if source.lost:
            sys.stderr.write(f"{in_a_line(source.name)}: {source.lost}\n")
        show(source, given)


def _live(given: argparse.Namespace) -> LiveSource:
    token = _token(given)
    key = find_key(given.keys, "viewer") if given.keys else None
    return LiveSource(FrameSubscriber(given.source, given.control, token, key=key), given.source, _WAIT_S)


def _token(given: argparse.Namespace) -> str:
    if given.token_env and given.token_env not in os.environ:
        raise InputError.single("--token-env", "", f"{given.token_env} is not set in the environment")
    return os.environ.get(given.token_env, "") if given.token_env else ""


def _write(source: Source, given: argparse.Namespace) -> None:
    """Write the picture or film, and its name to stdout."""
    from visualizer.export.export import film_size, is_film, save_film, save_picture
    from visualizer.export.studio import Studio

    film = is_film(given.out)
    _check_moments(source, given, film)
    floor = floor_of(source.header, source.name)
    if isinstance(source, LiveSource):
        _await_frame(source)
    asked = shot_of(given)
    shot = replace(asked, size=film_size(given.out, asked.size))
    if shot.size != asked.size:
        sys.stderr.write(f"{given.out}: size {shot.size[0]}x{shot.size[1]}, as the format needs even sizes\n")
    studio = Studio(source, floor, shot)
    if film:
        save_film(studio, _reel(studio, given), given.out, Counter(sys.stderr))
    else:
        save_picture(studio, studio.tick(given.at or str(max(source.last_tick, 0))), given.out)
    sys.stdout.write(f"{given.out}\n")


def _await_frame(source: LiveSource) -> None:
    """Wait for the first frame. InputError if the floor has sent none, as before its first tick."""
    source.wait(round(_WAIT_S * 1000))
    if source.last_tick < source.first_tick:
        problem, way_out = "the floor is waiting for its robots", "a picture after its first tick"
        raise InputError.single(source.name, "", problem, way_out)


def _check_moments(source: Source, given: argparse.Namespace, film: bool) -> None:
    """Check the moments: a picture has one, a film has two and a rate. InputError for anything else."""
    from visualizer.export.export import most_fps

    if given.at and (film or given.begin or given.end):
        raise InputError.single("--at", "", "is for one picture", "a film has --from and --to")
    if (given.begin or given.end) and not film:
        raise InputError.single(str(given.out), "", "is one picture", "a film's name, like run.mp4 or frames-%05d.png")
    if film and (given.fps or 0) > (most := most_fps(given.out)):
        problem = f"{given.fps:g} pictures per second are too many"
        raise InputError.single(str(given.out), "", problem, f"a GIF has at most {most:g}")
    if film and isinstance(source, LiveSource):
        raise InputError.single(source.name, "", "is not a record, and films can only be made of records")


def _reel(studio: "Studio", given: argparse.Namespace) -> "Reel":
    from visualizer.export.export import Reel, usual_fps

    first, last = str(max(studio.source.first_tick, 0)), str(max(studio.source.last_tick, 0))
    reel = Reel(
        studio.tick(given.begin or first),
        studio.tick(given.end or last),
        given.speed,
        given.fps or usual_fps(given.out),
    )
    if reel.last < reel.first:
        raise InputError.single("--to", given.end, "is before --from", f"a moment from {given.begin} on")
    return reel


def _show(source: Source, given: argparse.Namespace) -> None:
    from visualizer.window.window import Window

    shot = shot_of(given)
    if given.begin or given.end:
        raise InputError.single("--from", "", "is for films", "--headless writes one; --at begins there")
    control = control_of(given.source, given.desk, given.keys, _token(given))
    try:
        window = Window(source, floor_of(source.header, source.name), given.size, given.scale, control)
        window.layers = shot.layers
        try:
            _begin(window, source, given.at, shot)
            if isinstance(source, LiveSource):
                source.subscriber.send(Ready())
            window.run(given.frames)
        finally:
            window.close()
    finally:
        control.hang_up()
    if isinstance(source, LiveSource) and not window.running:
        source.subscriber.send(Quit())


def _begin(window: "Window", source: Source, moment: str, shot: Shot) -> None:
    """Prepare the window's first picture."""
    from visualizer.export.aim import Aim, tick_of

    window.panel_scroll.turn_to(shot.tab)
    if moment:
        window.player.stand(tick_of(window.renderer, source, moment))
    if shot.zoom is None and not (shot.select or shot.centre or shot.follow):
        return
    window.renderer.history.read(math.inf)
    part = window.parts.floor
    aim = Aim(window.renderer, source.name, shot, (part.w, part.h), int(window.player.position))
    window.selection, window.camera = aim.followed or aim.selection, aim.camera(window.player.position)
    if aim.followed:
        window.follow()


if __name__ == "__main__":
    sys.exit(main())
