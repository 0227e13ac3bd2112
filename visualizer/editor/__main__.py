"""python -m visualizer.editor FILE – draw a layout, or write a picture of one."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from layout.errors import InputError
from layout.files.standard_output import guarded_errors, guarded_output
from layout.formats.floor_file import FloorFile
from layout.formats.read_floor import read_floor
from layout.formats.toml_format import dump_floor
from layout.signals import end_as_on_ctrl_c
from visualizer.editor.arrangement import SMALLEST

_BAD_INPUT = 2
_MOST = 2000
"""Largest number of rows and columns of a new floor: more than any building has at 1 m per cell."""
_WIDEST = 16384
"""Largest width and height of a window or picture, in pixels."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the editor; return the exit status: 0, or 2 for invalid input, which is reported in one line per fault."""
    end_as_on_ctrl_c()
    with guarded_errors():
        try:
            with guarded_output():
                given = _parser().parse_args(arguments)
                _edit(_file(given), given)
        except InputError as error:
            sys.stderr.write(f"{error}\n")
            return _BAD_INPUT
        except KeyboardInterrupt:
            pass
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="podfleet layout edit", description="Draw a layout.")
    parser.add_argument("file", type=Path, help="layout TOML with a drawing; a new one with --rows or --like")
    parser.add_argument("--rows", type=_count, metavar="N", help="rows of a new floor, with its walls")
    parser.add_argument("--columns", type=_count, metavar="N", help="columns of a new floor")
    parser.add_argument("--like", type=Path, metavar="LAYOUT", help="layout, map or problem to start a new floor from")
    parser.add_argument("--size", type=_size, default=(1280, 720), metavar="WxH", help="pixels, default 1280x720")
    parser.add_argument("--picture", type=Path, metavar="PNG", help="write a picture of it, without a display")
    parser.add_argument("--frames", type=int, metavar="N", help="close the window after N pictures")
    return parser


def _count(text: str) -> int:
    if not (text.isdigit() and 3 <= int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 3 to {_MOST}")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is not a size like 1280x720")
    if not (SMALLEST[0] <= int(width) <= _WIDEST and SMALLEST[1] <= int(height) <= _WIDEST):
        least, most = "x".join(map(str, SMALLEST)), f"{_WIDEST}x{_WIDEST}"
        raise argparse.ArgumentTypeError(f"{text} is not between {least}, which has room for the tools, and {most}")
    return int(width), int(height)


def _file(given: argparse.Namespace) -> FloorFile:
    """Return the file to edit, or a new one. An existing file is never replaced by a new one."""
    path, begun = given.file, given.like or given.rows or given.columns
    if path.exists():
        if begun:
            raise InputError.single(
                str(path), "", "exists already", "name another file, or leave out --rows and --like"
            )
        return FloorFile.open(path)
    if given.like is not None:
        if given.rows or given.columns:
            raise InputError.single("--like", "", "can't be given together with --rows", "leave out one of them")
        return FloorFile(path, _like(given.like))
    if not (given.rows and given.columns):
        raise InputError.single(
            str(path), "", "doesn't exist", "--rows 20 --columns 30, or --like LAYOUT, creates a new one"
        )
    return FloorFile.new(path, given.rows, given.columns)


def _like(template: Path) -> str:
    """Return a layout file with the floor of another file of any format."""
    try:
        return dump_floor(read_floor(template))
    except ValueError as error:
        raise InputError.single(str(template), "", f"can't be drawn: {error}") from error


def _edit(file: FloorFile, given: argparse.Namespace) -> None:
    if given.picture is not None:
        from visualizer.editor.paint.renderer import write_picture

        write_picture(file, given.picture, given.size)
        sys.stdout.write(f"{given.picture}\n")
        return
    from visualizer.editor.window import EditorWindow

    window = EditorWindow(file, given.size)
    try:
        window.run(given.frames)
    finally:
        window.close()


if __name__ == "__main__":
    sys.exit(main())
