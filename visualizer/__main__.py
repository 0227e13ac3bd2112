"""python -m visualizer RECORD|ADDRESS – watch a run, or write a picture of it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from layout.errors import InputError
from robots.keys import find_key
from robots.viewlink import FrameSubscriber, Quit
from visualizer.sources import LiveSource, RecordSource, Source, floor_of

_BAD_INPUT = 2
_WAIT_S = 10.0
"""How long a floor may take to answer, and to send its first frame."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 2 for input that can't be used, told in one line a fault."""
    given = _parser().parse_args(arguments)
    try:
        _watch(given)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return _BAD_INPUT
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="podfleet view", description="Watch a run, live or from its record.")
    parser.add_argument("source", help="a record (*.pfr), or the address of a running floor (tcp://host:port)")
    parser.add_argument("--headless", action="store_true", help="write a picture, without a display")
    parser.add_argument("--at", type=int, metavar="TICK", help="tick to show; default: first, headless the last")
    parser.add_argument("--out", type=Path, default=Path("floor.png"), metavar="PNG", help="picture to write")
    parser.add_argument("--size", type=_size, default=(1280, 720), metavar="WxH", help="pixels, default 1280x720")
    parser.add_argument("--control", default="", metavar="ADDRESS", help="where a running floor takes commands")
    parser.add_argument("--token-env", default="", metavar="NAME", help="environment variable with its token")
    parser.add_argument("--keys", type=Path, metavar="PATH", help="viewer's key file, or the folder with viewer.key")
    parser.add_argument("--heat", action="store_true", help="pods by the velocity of what is in them (key H)")
    parser.add_argument("--frames", type=int, metavar="N", help="close the window after N pictures")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is not a size like 1280x720")
    if not (160 <= int(width) <= 16384 and 120 <= int(height) <= 16384):
        raise argparse.ArgumentTypeError(f"{text} is not between 160x120 and 16384x16384")
    return int(width), int(height)


def _watch(given: argparse.Namespace) -> None:
    source = _open(given)
    try:
        if given.headless:
            _write_picture(source, given)
        else:
            _show(source, given)
    finally:
        source.close()


def _open(given: argparse.Namespace) -> Source:
    if "://" not in given.source:
        return RecordSource(Path(given.source))
    if given.token_env and given.token_env not in os.environ:
        raise InputError.single("--token-env", "", f"{given.token_env} is not set in the environment")
    token = os.environ.get(given.token_env, "") if given.token_env else ""
    key = find_key(given.keys, "viewer") if given.keys else None
    return LiveSource(FrameSubscriber(given.source, given.control, token, key=key), given.source, _WAIT_S)


def _write_picture(source: Source, given: argparse.Namespace) -> None:
    from visualizer.snapshot import snapshot

    floor = floor_of(source.header, source.name)
    if isinstance(source, LiveSource) and source.last_tick < source.first_tick:
        source.wait(round(_WAIT_S * 1000))
    snapshot(source, floor, source.last_tick if given.at is None else given.at, given.out, given.size, heat=given.heat)
    sys.stdout.write(f"{given.out}\n")


def _show(source: Source, given: argparse.Namespace) -> None:
    from visualizer.window import Window

    window = Window(source, floor_of(source.header, source.name), given.size)
    window.heat = given.heat
    try:
        if given.at is not None:
            window.player.seek(given.at)
        window.run(given.frames)
    finally:
        window.close()
    if isinstance(source, LiveSource) and not window.running:
        source.subscriber.send(Quit())


if __name__ == "__main__":
    sys.exit(main())
