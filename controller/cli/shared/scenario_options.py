"""Shared parts of commands that take a scenario: options, overrides, display of the summary, and endings."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from controller.cli.shared.output import INTERRUPTED, fail, note, print_document, print_table
from layout.errors import InputError
from robots.wording.formatting import count

if TYPE_CHECKING:
    from controller.kpis.summary import ChainSummary, EnergyBalance, Summary
    from controller.report.document import RunFigures
    from controller.scenario.scenario import Scenario
    from controller.site.site import Site

_BROKEN, _BAD_INPUT = 1, 2


def settings_of(
    words: list[str], *, ticks: int | None, seed: int | None, orders: Path | None, robots: int | None
) -> dict[str, str]:
    """Return --set texts and the options that stand for some of them as {section.key: TOML value}."""
    settings = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise InputError.single(f"--set {word}", "", "has no value", "write section.key=value")
        settings[key] = value
    named: dict[str, object] = {"run.ticks": ticks, "run.seed": seed, "robots.count": robots}
    settings |= {key: str(value) for key, value in named.items() if value is not None}
    if orders is not None:
        from layout.formats.toml_format import quoted

        settings["orders.csv"] = quoted(str(orders.absolute()))
    return settings


def load(path: Path, settings: dict[str, str]) -> "Scenario":
    from controller.scenario.read import load_scenario

    return load_scenario(path, settings)


def show(summary: Mapping[str, object], as_json: bool) -> None:
    """Print a run's summary as a table, and with `as_json` as a document."""
    from rich.table import Table

    from controller.report.document import run_figures
    from robots.wording.formatting import figure_words

    figures = run_figures(summary)
    table = Table(show_header=False, box=None)
    rows: dict[str, object] = {
        **summary,
        "trouble": "; ".join(hindrances(figures)) or "none",
        "energy": _energy(figures.energy),
        **of_chain(figures.supply_chain),
    }
    rows |= {"seed": str(summary["seed"])} if "seed" in summary else {}
    rows |= _unchecked(summary)
    rows.pop("chain", None)
    rows |= {"environment": environment_words(figures.environment)} if figures.environment else {}
    for key, value in rows.items():
        table.add_row(figure_words(key), in_words(value))
    print_table(table)
    if as_json:
        print_document(summary)


def environment_words(environment: Mapping[str, str | int]) -> str:
    """Return the provenance of a run, in a line."""
    from controller.provenance import words

    return words(environment)


def in_words(value: object) -> str:
    """Return a figure of a summary as text: a dash for none, counts by kind in words, yes or no."""
    from robots.wording.formatting import NOTHING

    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{in_words(amount)} {kind.replace('_', ' ')}" for kind, amount in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value)) or "none"
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _unchecked(summary: Mapping[str, object]) -> dict[str, str]:
    """Return laws that were not checked in a run without --check. Shared cells and lost stock are always noticed."""
    if summary.get("checked", True):
        return {}
    return (
        {name: "not checked" for name in ("order_errors", "chain_errors") if name in summary}
        | {name: "0 noticed, not checked" for name in ("collisions", "stock_errors") if summary.get(name) == 0}
        | {"checked": "no; --check does it at every tick"}
    )


def _energy(balance: "EnergyBalance | None") -> str:
    """Return the energy balance in a line; all of it is in --json and in the report."""
    from controller.report.sections.energy import NO_BALANCE, kept_words
    from robots.wording.formatting import number

    if balance is None:
        return NO_BALANCE
    amounts = (
        f"{number(wh, 0, 'Wh')} {label}"
        for label, wh in (
            ("charged", balance.charged_wh),
            ("driven", balance.driven_wh),
            ("stood", balance.stood_wh),
        )
    )
    return " ".join([f"{', '.join(amounts)}.", *kept_words(balance)])


def warn_of_charge(site: "Site") -> None:
    """Report on standard error if a floor cannot keep its robots charged."""
    from controller.site.trip_energy import shortage

    if text := shortage(site):
        note(text)


def warn_of_deprecated(*scenarios: "Scenario") -> None:
    """Report on standard error the deprecated settings that the scenarios use."""
    from controller.scenario.deprecations import deprecations

    note(*deprecations(scenarios))


def left_out(figures: "Summary") -> Iterator[str]:
    """Yield what the run leaves out of the order file, one sentence each."""
    if orders := figures.orders_left_out:
        kinds = "; ".join(f"{number:,} × {kind}" for kind, number in orders.items())
        units = f" with {count(lost, 'unit')}" if (lost := figures.units_left_out) else ""
        yield f"{count(sum(orders.values()), 'order')} of the order file {_is(orders)} left out{units}: {kinds}"
    if after := figures.orders_after_end:
        verb = "comes" if after == 1 else "come"
        yield f"{count(after, 'order')} of the order file {verb} after the end of the run"


def _is(orders: Mapping[str, int]) -> str:
    return "is" if sum(orders.values()) == 1 else "are"


def hindrances(figures: "RunFigures") -> list[str]:
    """Return what hindered the floor's work, one clause each."""
    from controller.report import verdict

    return verdict.hindrances(figures)


def of_chain(chain: "ChainSummary | None") -> dict[str, object]:
    """Return a few figures of the supply chain; none without one. All of them are in --json and in the report."""
    if chain is None:
        return {}
    from robots.wording.formatting import number, share

    kept = (f"{name} {share(totals.on_time)}" for name, totals in chain.promises.promises.items())
    causes = (f"{cause} {count}" for cause, count in chain.promises.late_causes.items())
    costs = (number(cents, 1) for cents in (chain.money.cost_per_order_cents, chain.money.cost_per_unit_cents))
    bought = (f"{units} {state}" for state, units in chain.inbound.purchase_orders.items())
    return {
        "delivered": chain.promises.delivered,
        "on time by promise": f"{share(chain.promises.on_time_promise)} ({', '.join(kept)})",
        "missed trailers or promises": ", ".join(causes) or "none",
        "purchase orders": ", ".join(bought) or "none",
        "lines short of stock": chain.inbound.stockout_lines,
        "returns": f"{chain.returns.returns}, {chain.returns.returns_closed} closed",
        "cost per order, per unit": f"{' and '.join(costs)} cents",
        "CO2e per order": number(chain.money.co2e_g_per_order, 0, "g"),
    }


def end(summary: "Summary", interrupted: bool, *, record_lost: bool = False) -> None:
    """Set the exit status of a run: 1 if an invariant broke, 130 if the user ended it, 2 if the disk could not hold the
    record.
    """
    from controller.report.document import run_figures
    from controller.run import broken

    if clauses := hindrances(run_figures(summary.as_dict())):
        note(f"problems at the end: {'; '.join(clauses)}")
    for line in left_out(summary):
        note(line)
    if faults := broken(summary):
        fail("failed", [f"this run has failed: {', '.join(faults)}"], _BROKEN)
    if interrupted:
        fail("interrupted", [f"stopped at tick {summary.ticks}"], INTERRUPTED)
    if record_lost:
        fail("input", ["the record is incomplete: the disk is full"], _BAD_INPUT)
