"""Command line `podfleet`. Commands import heavy modules themselves, so that help appears at once."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.files import records
from controller.cli.files.export import books
from controller.cli.files.layout import layout_app
from controller.cli.files.track import track
from controller.cli.live.keys import keys_app
from controller.cli.live.operator import operator_app, orders_app
from controller.cli.live.robots import robots_app
from controller.cli.live.seller import seller_app
from controller.cli.live.serve import serve
from controller.cli.live.store import store_app
from controller.cli.shared.endings import RootCommand
from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, forget_json, json_is_asked, note, print_error, say
from controller.cli.shared.scenario_options import (
    end,
    load,
    settings_of,
    show,
    warn_of_charge,
    warn_of_deprecated,
)
from controller.cli.shared.terminal import progress_bar, status
from controller.cli.shared.viewer import PASSED_ON
from controller.cli.simulation.bench import bench_app
from controller.cli.simulation.compare import compare
from controller.cli.simulation.experiment import experiment
from controller.cli.simulation.forecast import forecast
from controller.cli.simulation.without_display import OUT, first_picture, forget_earlier, picture, without_display
from controller.cli.slot.group import slot_app
from layout.errors import InputError
from layout.files.standard_output import guarded_errors, guarded_output
from layout.files.writing import writing
from layout.signals import INTERRUPTED, end_as_on_ctrl_c, interrupted_status

if TYPE_CHECKING:
    from controller.kpis.summary import Summary
    from controller.run import SimulatedRun
    from controller.scenario.scenario import Scenario


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"podfleet {version('podfleet')}")
        raise typer.Exit


app = typer.Typer(
    cls=RootCommand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def podfleet(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Run, watch and tune a goods-to-person fulfilment floor."""


app.add_typer(layout_app, name="layout")
app.add_typer(bench_app, name="bench")
app.add_typer(keys_app, name="keys")
app.add_typer(orders_app, name="orders")
app.add_typer(operator_app, name="operator")
app.add_typer(robots_app, name="robots")
app.add_typer(seller_app, name="seller")
app.add_typer(slot_app, name="slot")
app.add_typer(store_app, name="store")
app.command()(serve)
app.command()(compare)
app.command()(experiment)
app.command()(forecast)
app.command()(track)
app.command()(records.explain)
app.command()(records.report)
app.command()(books)

_BAD_INPUT = 2


def main() -> None:
    """Entry point of the console script."""
    end_as_on_ctrl_c()
    forget_json()
    with guarded_errors():
        try:
            with guarded_output():
                app()
        except InputError as error:
            print_error("input", list(map(str, error.problems)), _BAD_INPUT, as_json=json_is_asked())
            sys.exit(_BAD_INPUT)
        except SystemExit as ending:
            sys.exit(interrupted_status() if ending.code == INTERRUPTED else ending.code)


@app.command()
@takes_order_file
def run(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    headless: Annotated[bool, typer.Option("--headless", help="Don't open the window.")] = False,
    ticks: Annotated[int | None, typer.Option(min=1, help="Length in ticks; default: as in the scenario.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed.")] = None,
    orders: Annotated[Path | None, typer.Option(help="CSV of order lines to run instead of generated orders.")] = None,
    robots: Annotated[int | None, typer.Option(min=1, help="Number of drive units.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write a record (.pfr) to replay.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.html and report.json, or one of them by its ending.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="report.json of another run to compare with.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Verify every tick independently.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override, e.g. policies.pods=random."),
    ] = None,
    as_json: AsJson = False,
    *,
    form: OrderForm,
) -> None:
    """Run a floor: orders in, parcels out. Exit 0: finished; 1: an invariant broke; 2: bad input."""
    from controller.report import check_report, read_baseline
    from controller.serving.window_run import has_display

    if report is not None:
        check_report(report)
    loaded = load(
        scenario, form.settings() | settings_of(set_ or [], ticks=ticks, seed=seed, orders=orders, robots=robots)
    )
    other = read_baseline(baseline) if baseline else None
    blind, named = not headless and not has_display(), record is not None
    if blind:
        record, report = without_display(loaded.name, record, report)
    _make_folder_of(record)
    kept = None if headless or record else _kept(loaded.name)
    if not named and (written := kept or record) is not None:
        forget_earlier(written)
    with _prepared(loaded, record or kept, check) as running:
        warn_of_charge(running.site)
        warn_of_deprecated(loaded)
        interrupted = _drive(running, window=not headless and not blind, pictured=record if blind else None)
        summary = running.finish()
    if report is not None:
        _report(report, running, summary, other)
    if record is not None:
        note(f"record   {record}")
        if blind:
            picture(record, running.site.tick - 1)
    if kept is not None:
        note(f"record   {kept} is kept until the next run: podfleet view {kept}")
    show(summary.as_dict(), as_json)
    end(summary, interrupted, record_lost=record is not None and running.record_lost)


@app.command()
def demo(
    name: Annotated[str, typer.Argument(help="Scenario that comes with podfleet; --list names them.")] = "demo",
    list_: Annotated[bool, typer.Option("--list", help="List the scenarios that come with podfleet.")] = False,
    copy: Annotated[Path | None, typer.Option(help="Write the scenario to this file, for editing.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Don't open the window.")] = False,
    ticks: Annotated[int | None, typer.Option(min=1, help="Length in ticks; default: as in the scenario.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write a record (.pfr) to replay.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for report.html and report.json, or one of them by its ending.")
    ] = None,
) -> None:
    """Run a scenario that comes with podfleet: no file is needed."""
    from layout.files.shipped import copy_scenario, purpose_of, shipped_names, shipped_scenario

    if list_:
        for known in shipped_names():
            say(f"{known:14} {purpose_of(known)}")
    elif copy is not None:
        copy_scenario(name, copy)
        say(f"{copy} is yours: podfleet run {copy}")
    else:
        run(shipped_scenario(name), headless, ticks, seed, record=record, report=report)


@app.command(context_settings=PASSED_ON)
def view(context: typer.Context) -> None:
    """Watch a record or a running floor, or write pictures and films of it."""
    from controller.cli.shared.viewer import become

    become("visualizer", context.args)


def _kept(name: str) -> Path | None:
    """Return the default record of a run with a window, so that its user can look back after closing it; None if
    nothing can be written.
    """
    record = OUT / f"{name}.pfr"
    try:
        _make_folder_of(record)
    except InputError as error:
        note(f"no record is written: {error}")
        return None
    return record


def _prepared(scenario: "Scenario", record: Path | None, check: bool) -> "SimulatedRun":
    from controller.run import RunOptions, SimulatedRun

    with status(f"Preparing {scenario.name} (the first run on a machine compiles its kernels)…"):
        return SimulatedRun(scenario, RunOptions(record, check))


def _drive(running: "SimulatedRun", *, window: bool, pictured: Path | None) -> bool:
    """Run to the end; return True if the user interrupted it.

    pictured: record of which a picture is made after an hour.
    """
    from controller.serving.window_run import run_with_window

    try:
        if window:
            run_with_window(running, note)
        elif pictured is not None:
            with first_picture(pictured, running.scenario.run.tick_s) as look:
                _run_headless(running, look)
        else:
            _run_headless(running)
    except KeyboardInterrupt:
        return True
    return False


def _report(folder: Path, running: "SimulatedRun", summary: "Summary", baseline: dict[str, object] | None) -> None:
    from controller.report import write_report

    with status("Writing the report…"):
        written = write_report(folder, running.kpis, summary.as_dict(), running.header, baseline)
    for path in written:
        note(f"report   {path}")


def _make_folder_of(record: Path | None) -> None:
    if record is None:
        return
    with writing(record):
        record.parent.mkdir(parents=True, exist_ok=True)
        record.open("wb").close()


def _run_headless(running: "SimulatedRun", look: Callable[[int], None] = lambda _: None) -> None:
    """Run without a window. look: called with each finished tick."""
    with progress_bar() as progress:
        bar = progress.add_task(running.scenario.name, total=running.scenario.run.ticks)
        while not running.done:
            frame, _ = running.step()
            look(frame.tick)
            if frame.tick % 20 == 0:
                progress.update(bar, completed=frame.tick)
        progress.update(bar, completed=running.site.tick)
