"""`podfleet layout`: draw, check, show, generate and convert floors."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.files.guide import guide
from controller.cli.shared.output import AsJson, note, print_document, say
from controller.cli.shared.viewer import PASSED_ON
from controller.cli.simulation.variants import variants
from robots.wording.formatting import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layout.floor import Floor, Station

layout_app = typer.Typer(
    no_args_is_help=True, help="Draw, check, show, generate, convert and compare floors, and tune planning on them."
)
layout_app.command()(guide)
layout_app.command()(variants)

Source = Annotated[Path, typer.Argument(metavar="FILE", help="Layout TOML, MovingAI .map or League .json.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")]


class Side(StrEnum):
    NORTH = "north"
    WEST = "west"
    SOUTH = "south"
    EAST = "east"


class Aisles(StrEnum):
    ONE_WAY = "one-way"
    MIRRORED = "mirrored"
    TWO_WAY = "two-way"


@layout_app.command()
def check(file: Source, as_json: AsJson = False) -> None:
    """List every reason why robots cannot work on a floor, or report that there is none."""
    from layout.checks import check_floor
    from layout.errors import InputError

    floor = read_any(file)
    problems = check_floor(floor, str(file))
    if problems:
        raise InputError(problems)
    say(f"{file}: ok ({_size(floor)})")
    shortage = _charge_shortage(file)
    if shortage:
        note(shortage)
    if as_json:
        print_document({"file": str(file), "ok": True, "text": _size(floor), "charge_shortage": shortage or None})


@layout_app.command()
def show(
    file: Source,
    grid: Annotated[
        bool | None,
        typer.Option("--grid/--no-grid", help="Draw the floor. Default: if it fits the terminal."),
    ] = None,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Print only the drawing, for pipes.")] = False,
    robots: Annotated[bool, typer.Option("--robots", help="List only where the robots of a scenario start.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="With --robots: override a setting of the scenario, e.g. run.seed=2."
        ),
    ] = None,
) -> None:
    """Show a floor: cells, stations, sizing, and its drawing; or where its robots start."""
    from shutil import get_terminal_size

    from layout.drawing.glyphs import LEGEND, render

    if robots:
        for line in _starts(file, set_ or []):
            say(line)
        return
    floor = read_any(file)
    if not ascii_only:
        for line in summary(floor):
            say(line)
        if shortage := _charge_shortage(file):
            say(f"charging  {shortage}")
    fits = floor.grid.width <= get_terminal_size().columns
    if ascii_only or (fits if grid is None else grid):
        drawing = render(floor).splitlines()
        say(*(drawing if ascii_only else ("", *drawing, "", *LEGEND.split("\n"))))


def _charge_shortage(file: Path) -> str:
    """Return why the robots of a scenario run flat, as `run` and `serve` report it; "" if the file is no scenario."""
    from controller.scenario.read import load_scenario
    from controller.site.energy_levels import shortage_of
    from layout.errors import InputError

    if file.suffix != ".toml":
        return ""
    try:
        return shortage_of(load_scenario(file))
    except InputError:  # only the floor matters here; a run reports the faults of the rest
        return ""


def _starts(file: Path, words: list[str]) -> "Iterator[str]":
    """Yield a line for each robot of a scenario: its number, its place, its cell, and how cells are counted."""
    from controller.build_site import start_cells
    from controller.cli.shared.scenario_options import load, settings_of
    from robots.wording.formatting import cell_at

    scenario = load(file, settings_of(words, ticks=None, seed=None, orders=None, robots=None))
    width = scenario.floor.grid.width
    yield f"cell = row × {width} + column; all robots start heading east (0), with nothing on them"
    for robot, cell in enumerate(start_cells(scenario).tolist()):
        yield f"robot {robot}: {cell_at(cell, width)}, cell {cell}"


@layout_app.command()
def generate(
    *,
    out: Annotated[Path, typer.Option(help="Layout file to write.")],
    name: Annotated[str, typer.Option(help="Name of the floor. Default: the file's.")] = "",
    cell_m: Annotated[float, typer.Option(min=0.1, help="Edge of a cell in metres.")] = 1.0,
    block_rows: Annotated[int, typer.Option(min=0, help="Pairs of pod rows. 0: as many as fit the height, or 7.")] = 0,
    blocks: Annotated[int, typer.Option(min=0, help="Blocks side by side. 0: as many as fit the width, or 4.")] = 0,
    block_length: Annotated[int, typer.Option(min=1, help="Columns of a block.")] = 8,
    aisles: Annotated[Aisles, typer.Option(help="Directions of the aisles between blocks.")] = Aisles.ONE_WAY,
    queue: Annotated[int, typer.Option(min=2, max=8, help="Cells of a queue lane.")] = 5,
    side: Annotated[
        list[Side] | None, typer.Option(help="Side with stations; may be repeated. Default: south.")
    ] = None,
    pick: Annotated[int, typer.Option(min=0, help="Pick stations.")] = 3,
    stow: Annotated[int, typer.Option(min=0, help="Stow stations.")] = 1,
    pack: Annotated[int, typer.Option(min=0, help="Pack stations.")] = 1,
    chargers: Annotated[int, typer.Option(min=0, help="Chargers.")] = 6,
    height: Annotated[int, typer.Option(min=0, help="Rows of the grid. 0: as many as needed.")] = 0,
    width: Annotated[int, typer.Option(min=0, help="Columns of the grid. 0: as many as needed.")] = 0,
    force: Force = False,
) -> None:
    """Write the layout of a floor generated from a few numbers."""
    from layout.drawing.generate import GeneratorParams
    from layout.drawing.generate import generate as made

    params = GeneratorParams(
        block_rows=block_rows,
        blocks=blocks,
        block_length=block_length,
        aisles=aisles.value,
        queue=queue,
        sides=tuple(entry.value for entry in side or [Side.SOUTH]),
        pick=pick,
        stow=stow,
        pack=pack,
        chargers=chargers,
        height=height,
        width=width,
    )
    _write(out, made(params, name or out.stem, cell_m, "generate"), force)


@layout_app.command()
def convert(
    file: Source,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write: .toml, .map or .json.")],
    force: Force = False,
) -> None:
    """Write a floor in another format. A .map keeps walls and free cells only.

    A .json is a problem of the League of Robot Runners, with its map, starts and tasks in files beside it.
    """
    from layout.files.outputs import check_ending

    check_ending(out, (".toml", ".map", ".json"))
    floor = read_any(file)
    if out.suffix == ".json":
        _write_problem(out, floor, file, force)
    else:
        _write(out, floor, force)


@layout_app.command(context_settings=PASSED_ON)
def edit(context: typer.Context) -> None:
    """Draw a new or an existing floor in a window."""
    from controller.cli.shared.viewer import become

    become("visualizer.editor", context.args)


def read_any(file: Path) -> "Floor":
    """Return the floor of a file of any format, by its ending."""
    from layout.formats.read_floor import read_floor

    return read_floor(file)


def summary(floor: "Floor") -> "Iterator[str]":
    """Yield the lines of `show` above the drawing."""
    from layout.sizing import cell_counts

    grid = floor.grid
    yield f"{floor.name}: {_size(floor)}"
    metres = f"{grid.height * floor.cell_m:g} m by {grid.width * floor.cell_m:g} m"
    yield f"cells     {count(grid.height, 'row')} of {grid.width}, {metres}"
    yield "          " + ", ".join(f"{name} {number:,}" for name, number in cell_counts(grid).items())
    yield from _station_lines(floor)
    yield from _sizing_lines(floor)


def _station_lines(floor: "Floor") -> "Iterator[str]":
    from layout.floor import StationKind

    for kind in StationKind:
        stations = floor.of_kind(kind)
        if stations:
            lanes = sorted({len(station.queue) for station in stations})
            span = f"{lanes[0]}–{lanes[-1]}" if len(lanes) > 1 else f"{lanes[0]}"
            yield f"{kind:<9} {count(len(stations), 'station')}, queue lanes of {span} cells"
            named = ", ".join(map(_named, stations[:8]))
            yield f"          {named}{' …' * (len(stations) > 8)}"


def _named(station: "Station") -> str:
    return f"{station.id} ({station.people} people)" if station.people else station.id


def _sizing_lines(floor: "Floor") -> "Iterator[str]":
    from layout import sizing

    fleet = sizing.robots(floor)
    if fleet:
        rule = f"{sizing.robots_a_station():.1f} a pick station"
        yield f"sizing    {count(fleet, 'robot')} by rule of thumb ({rule}), {count(sizing.pods(floor), 'pod')} at 85 % fill"
    for ratio in sizing.ratios(floor):
        verdict = "usual" if ratio.usual else "unusual"
        yield f"          {ratio.value:.2g} {ratio.name}: {verdict} ({ratio.low:g}–{ratio.high:g})"


def _size(floor: "Floor") -> str:
    counts = {"station": len(floor.stations), "place": len(floor.storage), "charger": len(floor.chargers)}
    parts = [count(number, name) for name, number in counts.items()]
    return ", ".join([f"{floor.grid.height}×{floor.grid.width}", *parts])


def _write(out: Path, floor: "Floor", force: bool) -> None:
    """Write a layout or a map, by the ending of `out`. InputError if it cannot be written."""
    from layout.files.outputs import check_ending
    from layout.files.writing import write_whole
    from layout.formats.movingai import dump_map
    from layout.formats.toml_format import dump_floor

    check_ending(out, (".toml", ".map"))
    _check_new(out, force)
    text = dump_map(floor) if out.suffix == ".map" else dump_floor(floor)
    write_whole(out, text)
    say(f"{out}: written ({_size(floor)})")


def _write_problem(out: Path, floor: "Floor", file: Path, force: bool) -> None:
    """Write a league problem and the files that it names. InputError if one exists or cannot be written."""
    from layout.formats.lorr import write_problem
    from layout.formats.lorr_floor import problem_of

    for path in (out, *(out.with_suffix(ending) for ending in (".map", ".agents", ".tasks"))):
        _check_new(path, force)
    problem = problem_of(floor, str(file))
    write_problem(problem, out.parent, out.stem)
    counts = f"{count(len(problem.starts), 'robot')}, {count(len(problem.tasks), 'task')}"
    say(f"{out}: written with {out.stem}.map, .agents and .tasks ({counts})")


def _check_new(path: Path, force: bool) -> None:
    from layout.errors import InputError

    if path.exists() and not force:
        raise InputError.single(str(path), "", "exists already", "name another file or add --force")
