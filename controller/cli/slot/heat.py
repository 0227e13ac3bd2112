"""`podfleet slot heat`: draw where the fast sellers stand, before and after."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import asdict

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, note, print_document, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import check_writable, status
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.slotting.documents import HeatRow
    from layout.arrays import Floats
    from layout.floor import Floor
    from layout.slotting.history import History
    from layout.slotting.plan import Plan

_MOST_LINES = 30


@takes_order_file
def heat(
    layout: Annotated[Path, typer.Argument(metavar="LAYOUT", help="Scenario or layout file (TOML).")],
    *,
    orders: Annotated[Path, typer.Option(metavar="CSV", help="Order lines: the velocity of each SKU.")],
    plan: Annotated[
        list[str], typer.Option(metavar="A.csv[,B.csv]", help="Slotting to draw, and optionally another beside it.")
    ],
    out: Annotated[Path, typer.Option(metavar="PNG", help="Picture to write.")] = Path("heat.png"),
    max_lines: Annotated[int, typer.Option(min=1, help="Longer orders are left out.")] = _MOST_LINES,
    as_json: AsJson = False,
    form: OrderForm,
) -> None:
    """Draw the velocity of stored SKUs by pod place: one slotting, or two side by side with one legend."""
    from controller.slotting.heat import write_heat
    from controller.slotting.input import read_history
    from layout.files.outputs import check_ending
    from layout.slotting.plan_file import Limits, read_plan

    paths = _paths(plan)
    check_ending(out, (".png",))
    check_writable(out)
    scenario = load(layout, form.settings())
    history, _ = read_history(scenario, orders, max_lines)
    plans = {path: read_plan(path, Limits(floor=scenario.floor)) for path in paths}
    drawn = {
        _title(number, path): _by_cell(slotting, history, scenario.floor)
        for number, (path, slotting) in _numbered(plans)
    }
    with status("Drawing…"):
        write_heat(out, scenario.floor, drawn)
    rows = _figures(plans, history, scenario.floor)
    for row in rows:
        say(_lines(row))
    note(f"picture  {out}")
    if as_json:
        print_document([asdict(row) for row in rows])


def _paths(words: list[str]) -> list[Path]:
    paths = [Path(part.strip()) for word in words for part in word.split(",") if part.strip()]
    if not 1 <= len(paths) <= 2:
        raise InputError.single(
            "--plan", "", f"names {count(len(paths), 'slotting')}", "one, or two as before.csv,after.csv"
        )
    if len(set(paths)) < len(paths):
        raise InputError.single("--plan", "", f"names {paths[0]} twice", "two slottings, or one")
    return paths


def _numbered(plans: "dict[Path, Plan]") -> "list[tuple[int, tuple[Path, Plan]]]":
    """Return the plans numbered 0 if there is only one, else 1 and 2."""
    return list(enumerate(plans.items(), len(plans) > 1))


def _title(number: int, path: Path) -> str:
    return f"{('', 'Before: ', 'After: ')[number]}{path.name}"


def _by_cell(plan: "Plan", history: "History", floor: "Floor") -> "Floats":
    """Return the order lines a day: float64[cells], NaN without a pod."""
    import numpy as np

    from layout.slotting.velocity import pod_velocity

    velocity = np.full(floor.grid.cells, np.nan)
    velocity[plan.cells(floor.grid.width)] = pod_velocity(plan, history)
    return velocity


def _figures(plans: "dict[Path, Plan]", history: "History", floor: "Floor") -> "list[HeatRow]":
    from controller.site.distances import station_distances
    from controller.slotting.documents import HeatRow
    from layout.roads import build_roads
    from layout.slotting.velocity import lines_a_day, mean_trip, nearest_share, pod_velocity

    rank = station_distances(floor, build_roads(floor)).rank
    total = float(lines_a_day(history).sum())
    rows = []
    for path, plan in plans.items():
        velocity, trip = pod_velocity(plan, history), rank[plan.cells(floor.grid.width)]
        rows.append(
            HeatRow(
                plan=str(path),
                pods=plan.pods,
                lines_a_day=float(velocity.sum()),
                not_held=round(max(0.0, 1.0 - float(velocity.sum()) / total), 9),
                nearest_fifth=nearest_share(velocity, trip),
                trip_m=_metres(mean_trip(velocity, trip), floor.cell_m),
            )
        )
    return rows


def _metres(cells: float | None, cell_m: float) -> float | None:
    return None if cells is None else cells * cell_m


def _lines(row: "HeatRow") -> str:
    if row.trip_m is None:
        return f"{row.plan}: holds no SKU that was ordered"
    words = f"{row.plan}: {row.lines_a_day:,.1f} order lines a day, {row.nearest_fifth:.1%} of them in the nearest "
    words += f"fifth of its places; {row.trip_m:.1f} m to fetch the pod of a line and bring it back"
    missing = row.not_held
    return words + (f"; {missing:.1%} of the lines are of SKUs not in the plan" if missing > 5e-4 else "")
