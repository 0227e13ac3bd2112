"""`podfleet forecast`: the best forecast model of demand by class, and the service it would give."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, note, print_document, print_table, say
from controller.cli.shared.scenario_options import load
from controller.cli.shared.terminal import status
from layout.errors import InputError
from robots.wording.formatting import NOTHING, count, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from controller.forecasting.backtest import ModelChoice
    from controller.forecasting.history import DailyDemand
    from controller.forecasting.models import Model
    from controller.forecasting.service_simulation import ClassService
    from controller.scenario.scenario import Scenario

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@takes_order_file
def forecast(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (TOML).")],
    orders: Annotated[Path, typer.Option(metavar="CSV", help="Order lines; .gz and .xz are read too.")],
    weeks: Annotated[int, typer.Option(min=4, max=520, help="Weeks of history, the newest.")] = 8,
    horizon: Annotated[int, typer.Option(min=1, max=60, help="Days to forecast.")] = 7,
    models: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Models, comma-separated; default: all built-in ones. sf_…: of statsforecast."
        ),
    ] = "",
    rehearse: Annotated[
        int,
        typer.Option(metavar="DAYS", min=0, max=1_000, help="Days of synthetic demand in which to measure service."),
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 1,
    as_json: AsJson = False,
    *,
    form: OrderForm,
) -> None:
    """Forecast demand by SKU: errors of the models by class, the one chosen, and with --rehearse the service it gives."""
    from controller.forecasting.backtest import choose, classes_before

    tried = _models_of(models)
    with status(f"Reading {orders.name}…") as show:
        demand = _read(load(scenario, form.settings()), orders, weeks, horizon)
        show("Trying models…")
        choice = choose(demand.units, classes_before(demand.units, horizon), horizon, tried)
        show("Rehearsing…")
        service = _rehearsed(demand, choice, rehearse, seed) if rehearse else ()
    note(_told(demand, choice))
    print_table(_error_table(choice))
    for line in _notes(choice):
        say(line)
    if service:
        print_table(_service_table(service, rehearse))
    if as_json:
        print_document(_figures(demand, choice, service))


def _models_of(names: str) -> "Mapping[str, Model]":
    """Return the named models, by default all built-in ones. InputError with every unknown name."""
    from controller.forecasting.models import MODELS

    if not names.strip():
        return MODELS
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    known = dict(MODELS)
    if any(name.startswith("sf_") for name in wanted):
        from controller.forecasting.external import external_models

        known |= external_models()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError.single("--models", "", f"{', '.join(unknown)} isn't known", f"known are {', '.join(known)}")
    return {name: known[name] for name in wanted}


def _read(scenario: "Scenario", orders: Path, weeks: int, horizon: int) -> "DailyDemand":
    """Return the demand of the weeks, of SKUs sold in them. InputError if there are too few days."""
    from controller.forecasting.backtest import least_days
    from controller.forecasting.history import DailyDemand, daily_demand
    from controller.slotting.input import read_history

    history, _ = read_history(scenario, orders, None)
    demand = daily_demand(history, weeks)
    if demand.days < (least := least_days(horizon)):
        fault = (
            f"has {count(demand.days, 'whole day')} of orders"
            if demand.days < 7 * weeks
            else f"{count(demand.days, 'day is', 'days are')} too few"
        )
        way_out = (
            f"forecasts of {count(horizon, 'day')} take {least}, to choose a model on some and to judge it on others"
        )
        raise InputError.single(str(orders), "", fault, way_out)
    return DailyDemand(demand.units[demand.units.sum(axis=1) > 0], demand.first_weekday)


def _rehearsed(demand: "DailyDemand", choice: "ModelChoice", days: int, seed: int) -> "tuple[ClassService, ...]":
    import numpy as np

    from controller.forecasting.service_simulation import ServiceTerms, simulate_service
    from controller.forecasting.synthetic_demand import demand_like

    terms = ServiceTerms(days=days, past=demand.days)
    names = [chosen.model for chosen in choice.by_class]
    return simulate_service(demand_like(demand.units), np.random.default_rng(seed), terms, names, choice.models)


def _told(demand: "DailyDemand", choice: "ModelChoice") -> str:
    return (
        f"{count(len(demand.units), 'SKU')}, {demand.units.sum():,.0f} units in {count(demand.days, 'day')} from a "
        f"{_DAYS[demand.first_weekday]}; models chosen on {len(choice.earlier)} × "
        f"{count(choice.horizon, 'day')}, judged on the "
        f"{len(choice.later)} × {choice.horizon} after; the file's last day may have only begun and is left out"
    )


def _error_table(choice: "ModelChoice") -> "Table":
    from rich.table import Table

    from controller.forecasting.classes import CLASSES

    table = Table(box=None, pad_edge=False)
    for name in ("class", "model", "", "MASE", "bias", "pinball"):
        table.add_column(name, justify="left" if name in {"class", "model", ""} else "right", no_wrap=True)
    for name, chosen in zip(CLASSES, choice.by_class, strict=True):
        for model, errors in chosen.errors.items():
            mark = "chosen" if model == chosen.model else ""
            table.add_row(name, model, mark, f"{errors.mase:.3f}", f"{errors.bias:+.3f}", f"{errors.loss:.3f}")
    return table


def _notes(choice: "ModelChoice") -> list[str]:
    from controller.forecasting.classes import CLASSES

    lines = []
    for name, chosen in zip(CLASSES, choice.by_class, strict=True):
        if not chosen.errors:
            lines.append(f"{name}: nothing was sold, so no model could be judged")
        elif not chosen.better_than_naive:
            lines.append(f"{name}: {_no_better(chosen.model)} seasonal naive on the days it was judged on")
    return lines or ["In each class the chosen model is better than seasonal naive, in MASE and in pinball loss."]


def _no_better(model: str) -> str:
    return "no model was found that is better than" if model == "seasonal_naive" else f"{model} is not better than"


def _service_table(service: "Sequence[ClassService]", days: int) -> "Table":
    from rich.table import Table

    from controller.forecasting.classes import CLASSES

    table = Table(box=None, pad_edge=False, title=f"Service in {days} synthetic days", title_justify="left")
    for name in ("class", "asked", "cycle service", "± 1 SE", "cycles", "fill rate", "on hand per SKU"):
        table.add_column(name, justify="left" if name == "class" else "right")
    for name, measured_service in zip(CLASSES, service, strict=True):
        measured = share(measured_service.cycle_service) if measured_service.cycles else NOTHING
        error = f"{measured_service.error:.1f}" if measured_service.cycles else NOTHING
        row = (
            share(measured_service.asked),
            measured,
            error,
            f"{measured_service.cycles:,}",
            share(measured_service.fill_rate),
            f"{measured_service.on_hand:,.1f}",
        )
        table.add_row(name, *row)
    return table


def _figures(demand: "DailyDemand", choice: "ModelChoice", service: "Sequence[ClassService]") -> dict[str, object]:
    """Return the figures of --json."""
    import numpy as np

    from controller.forecasting.classes import CLASSES, PATTERNS, pattern

    patterns = np.bincount(pattern(demand.units), minlength=len(PATTERNS)).tolist()
    classes = []
    for number, (name, chosen) in enumerate(zip(CLASSES, choice.by_class, strict=True)):
        errors = {model: asdict(measures) | {"loss": measures.loss} for model, measures in chosen.errors.items()}
        classes.append(
            {
                "class": name,
                "skus": int((choice.classes == number).sum()),
                "model": chosen.model,
                "better_than_naive": chosen.better_than_naive,
                "inflation": chosen.inflation,
                "errors": errors,
                **({"service": asdict(service[number])} if service else {}),
            }
        )
    return {
        "skus": len(demand.units),
        "days": demand.days,
        "horizon": choice.horizon,
        "patterns": dict(zip(PATTERNS, patterns, strict=True)),
        "classes": classes,
    }
