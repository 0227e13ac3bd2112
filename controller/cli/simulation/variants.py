"""`podfleet layout variants`: the best layout, and number of robots, by simulation."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.output import INTERRUPTED, AsJson, fail, json_text, note, print_document, print_table, say
from controller.cli.shared.scenario_options import load, settings_of, warn_of_deprecated
from controller.cli.shared.terminal import check_writable, cores, progress_bar
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from rich.table import Table

    from controller.experiments.ranking import Knee, Ranking, VariantRow
    from controller.experiments.statistics import Estimate
    from controller.experiments.variants import Sample, Variant

_FILES = ("variants.json", "variants.png", "best.toml")


class By(StrEnum):
    STATION = "station"
    ROBOT = "robot"
    FLOOR = "floor"
    PARCELS = "parcels"


class Demand(StrEnum):
    FULL = "full"
    SCENARIO = "scenario"


def variants(
    layout: Annotated[Path, typer.Argument(metavar="LAYOUT", help="Scenario or layout file (TOML).")],
    *,
    sweep: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=V,V", help="Values of a parameter of [floor.generate]; repeat the option for more."),
    ] = None,
    robots: Annotated[str, typer.Option(metavar="N,N", help="Fleets to try. Default: the scenario's.")] = "",
    people: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=N,N", help="People to try at each station of a kind, e.g. pack=2,4; repeat it for more."
        ),
    ] = None,
    ticks: Annotated[int, typer.Option(min=60, help="Length of each run; the first fifth is not counted.")] = 3600,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="Each runs with seeds 1 … N.")] = 5,
    by: Annotated[
        By, typer.Option(help="Rank by units per hour of a station, a robot or the floor, or by parcels.")
    ] = By.STATION,
    demand: Annotated[
        Demand, typer.Option(help="full: no station ever waits for orders. scenario: orders as in the scenario.")
    ] = Demand.FULL,
    workers: Annotated[int, typer.Option(min=0, max=512, help="Processes. 0: one for each core.")] = 0,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override, e.g. robots.per_station=12."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for variants.json, variants.png, best.toml, or one by its ending.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate layouts and fleets on the same seeds and rank them by throughput. Ctrl-C ranks by the finished seeds."""
    from controller.experiments.ranking import as_json as in_json
    from controller.experiments.ranking import ranking
    from controller.experiments.staff_sweep import read_people
    from controller.experiments.variants import least_ticks, variants_of
    from layout.drawing.sweep import read_sweep

    wanted, fleets = read_sweep(sweep or []), _fleets(robots)
    base = load(layout, settings_of(set_ or [], ticks=ticks, seed=None, orders=None, robots=None))
    warn_of_deprecated(base)
    tried, left_out = variants_of(base, wanted, fleets, full=demand is Demand.FULL, people=read_people(people or []))
    if not tried:
        raise InputError.single(str(layout), "", "no variant can be built", f"{left_out[0].name}: {left_out[0].why}")
    files = [] if out is None else _files(out)
    samples, interrupted = _watched(tried, seeds, workers or cores())
    least = least_ticks(tried)
    result = ranking(tried, samples, left_out, by.value, least if base.run.ticks < least else None)
    _write(files, result, ticks)
    _show(result, by)
    if as_json:
        print_document(in_json(result, ticks))
    if interrupted:
        fail("interrupted", [f"stopped after {count(result.seeds, 'seed')} of {seeds}"], INTERRUPTED)
    if not result.rows or any(entry.broken for entry in result.left_out):
        raise typer.Exit(1)


def _fleets(text: str) -> list[int]:
    """Return the numbers of --robots, growing. InputError if they are none."""
    if not text:
        return []
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 0 < int(part) <= 100_000 for part in parts):
        raise InputError.single(f"--robots {text}", "", "is not a list of numbers", "write like 20,40,60")
    if len(set(map(int, parts))) < len(parts):
        raise InputError.single(f"--robots {text}", "", "names a number twice")
    return sorted(map(int, parts))


def _files(out: Path) -> list[Path]:
    """Return the files to write, in a folder created if needed.

    InputError before the runs if they cannot be written.
    """
    from layout.files.outputs import outputs
    from layout.files.writing import make_folder

    files = outputs(out, _FILES)
    make_folder(files[0].parent)
    check_writable(files[0])
    return files


def _watched(tried: "list[Variant]", seeds: int, processes: int) -> "tuple[list[list[Sample]], bool]":
    """Return ([variant][seed] of the seeds finished for all, whether the user interrupted)."""

    from controller.experiments.processes import workers
    from controller.experiments.variants import measure

    runs: list[list[Sample | None]] = []
    interrupted = False
    jobs = len(tried) * seeds
    try:
        with (
            progress_bar() as progress,
            workers(min(processes, jobs)) as pool,
        ):
            bar = progress.add_task(f"{count(len(tried), 'variant')}, {count(seeds, 'seed')}", total=jobs)
            measure(tried, range(1, seeds + 1), pool, lambda done, _: progress.update(bar, completed=done), runs)
    except KeyboardInterrupt:
        interrupted = True
    whole = [column for column in zip(*runs, strict=True) if None not in column]
    if interrupted and not whole:
        fail("interrupted", ["stopped before a seed was done for all variants"], INTERRUPTED)
    return [[sample for sample in row if sample is not None] for row in zip(*whole, strict=True)], interrupted


def _show(found: "Ranking", by: By) -> None:
    from controller.experiments.ranking import KNEE, alike
    from controller.experiments.statistics import CONFIDENCE, OVER_SEEDS

    if found.too_short:
        say(f"too short: at least {found.too_short:,} ticks; these runs only fill the floor, and prove nothing")
    elif alike(found.rows):
        say("too short, or too little work: all variants have equal results in every run, so none is better")
    if found.rows:
        print_table(_table(found, by))
        interval = f"± {CONFIDENCE:.0%} interval, {OVER_SEEDS} 1 to {found.seeds}"
        say(f"{interval if found.seeds > 1 else 'one seed: no ±'}; ≈ not distinguishable from the first")
    if found.knees:
        say(f"knee: the fleet after which a further robot adds less than {KNEE:.0%} of what each of the first does")
    for knee in found.knees:
        say(f"knee      {knee.name}: {_knee_words(knee)}")
    for out in found.left_out:
        fleet = "" if out.robots is None else f", {count(out.robots, 'robot')}"
        say(f"left out  {out.name}{fleet}: {out.why}")


def _table(found: "Ranking", by: By) -> "Table":
    """Return a table with a row per variant; each swept parameter has its column."""
    from rich.table import Table

    from layout.drawing.sweep import in_words

    heads = {By.STATION: "units/\nstation h", By.ROBOT: "units/\nrobot h", By.FLOOR: "units/h", By.PARCELS: "parcels/h"}
    ranked = (by, By.ROBOT if by is By.STATION else By.STATION)
    swept = list(found.rows[0].variant.values)
    table = Table(box=None)
    for head in ("", *(key.replace("_", "\n") for key in swept)):
        table.add_column(head)
    for head in (
        "robots",
        heads[by],
        "to first",
        heads[ranked[1]],
        "parcels/h",
        "m/line",
        "busy",
        "pack\nbusy",
        "places",
    ):
        table.add_column(head, justify="right")
    for row in found.rows:
        values = [in_words({key: row.variant.values[key]}).partition("=")[2] for key in swept]
        table.add_row(f"{row.rank}.", *values, *_cells(row, ranked))
    return table


def _cells(row: "VariantRow", ranked: tuple[By, By]) -> list[str]:
    from controller.experiments.ranking import RANKED_BY

    first, other = (row.figures[RANKED_BY[figure.value]] for figure in ranked)
    return [
        f"{row.variant.robots:,}",
        _shown(first),
        _behind(row),
        f"{other.mean:,.1f}",
        _shown(row.figures["parcels"]),
        f"{row.figures['distance_m'].mean:.1f}",
        f"{row.figures['station_utilisation'].mean:.0%}",
        f"{row.figures['pack_utilisation'].mean:.0%}",
        f"{len(row.variant.scenario.floor.storage):,}",
    ]


def _behind(row: "VariantRow") -> str:
    if row.behind is None:
        return ""
    half = "" if row.behind.half is None else f" ± {100 * row.behind.half:.1f}"
    return f"{100 * row.behind.mean:+.1f}{half} %{' ≈' * (row.apart is False)}"


def _shown(one: "Estimate") -> str:
    return f"{one.mean:,.1f}" + ("" if one.half is None else f" ± {one.half:,.1f}")


def _knee_words(one: "Knee") -> str:
    first = f"each of the first robots does {one.first:.1f} units/h, each of those added last {one.last:.1f} more"
    if not one.steady:
        fleets = ", ".join("beyond the largest" if robots is None else f"{robots:,}" for robots in one.by_seed)
        return f"not determined by these runs (by seed {fleets}); more seeds or longer runs"
    if one.robots is None:
        return f"beyond the largest fleet; {first}"
    return f"{count(one.robots, 'robot')}{' or fewer' * one.smallest}; {first}"


def _write(files: list[Path], found: "Ranking", ticks: int) -> None:
    """Write the ranking; plot and best layout only if a variant was run to its end."""
    from controller.experiments.ranking import as_json
    from controller.experiments.ranking_plot import write_plot
    from layout.files.writing import write_whole
    from layout.formats.toml_format import dump_floor

    for path in files:
        if path.suffix == ".json":
            write_whole(path, json_text(as_json(found, ticks), indent=1) + "\n")
        elif not found.rows:
            continue
        elif path.suffix == ".toml":
            write_whole(path, dump_floor(found.rows[0].variant.scenario.floor))
        else:
            write_plot(path, found)
        note(f"written  {path}")
