"""Compare slotting policies on one order history: trained on the older orders, judged on the newer ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from controller.scenario.scenario import Scenario
from controller.slotting.input import MOST_LINES, no_room, read_history, space_of, split_history
from controller.slotting.items import Item, read_items
from controller.slotting.judged import changes, half_words, warning
from layout.errors import InputError, Problem
from layout.files.tables import suggestion
from layout.slotting.history import History
from layout.slotting.judge import Slotting, Verdict, judge, moves_between
from layout.slotting.policies.by_name import POLICIES
from layout.slotting.policies.integrated import choose
from layout.slotting.space import Impossible, Space

if TYPE_CHECKING:
    from rich.table import Table

ALWAYS = ("random", "turnover", "null")
"""Policies always in the table: the baseline, the simple rule, and the null model."""
PolicyRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """Parameters of a comparison. train: share of the orders, the older ones, to learn from. batch: orders picked at
    once.

    most_lines: longer orders are left out. pods, bins: None for the floor's number and the scenario's.
    """

    policies: tuple[str, ...] = tuple(POLICIES)
    train: float = 0.8
    batch: int = 1
    most_lines: int | None = MOST_LINES
    pods: int | None = None
    bins: int | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Inputs of a comparison. old, new: orders to train on and to judge on. skipped: orders and rows left out."""

    scenario: Scenario
    terms: Terms
    history: History
    old: History
    new: History
    skipped: Mapping[str, int]
    space: Space
    items: Mapping[str, Item] = field(default_factory=dict)


def policies_of(text: str) -> tuple[str, ...]:
    """Return the policies of a list like "abc,affinity", including those always compared. Raises InputError for an
    unknown name.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in POLICIES]
    if unknown:
        raise InputError([Problem("--policies", name, "is no policy", suggestion(name, POLICIES)) for name in unknown])
    return tuple(name for name in POLICIES if name in names or name in ALWAYS)


def contest(scenario: Scenario, orders: Path, items: Path | None, terms: Terms) -> Contest:
    """Read orders and floor. Raises InputError."""
    known = read_items(items, scenario.orders.items_form) if items else {}
    history, skipped = read_history(scenario, orders, terms.most_lines, known)
    old, new = split_history(history, terms.train, orders)
    space = space_of(scenario, history, known, pods=terms.pods, bins=terms.bins)
    return Contest(scenario, terms, history, old, new, skipped, space, known)


def rows_of(
    tried: Contest, begin: Callable[[str], object] = str, into: list[PolicyRow] | None = None
) -> list[PolicyRow]:
    """Return one row for each policy. begin: called with each name before it is evaluated. into: list to fill, so that
    finished rows are available after an interrupt. Raises InputError if the SKUs do not fit.
    """
    rows = [] if into is None else into
    judged = tried.new.batched(tried.terms.batch)
    present: tuple[Slotting, Verdict] | None = None
    for name in tried.terms.policies:
        begin(name)
        space = tried.space
        try:
            slotting, choice = _slotting(name, tried, space)
        except Impossible as fault:
            raise no_room(fault, space, tried.history) from fault
        verdict = judge(judged, slotting, space)
        present = present or (slotting, verdict)  # random, the first of the policies
        rows.append(_row(name, tried, space, slotting, verdict, present) | choice)
    return rows


def table(rows: list[PolicyRow]) -> "Table":
    """Return the rows as a table for the terminal."""
    from rich.table import Table

    shown = Table(box=None, padding=(0, 1, 0, 0))
    shown.add_column("policy", no_wrap=True)
    heads = (
        "visits",
        "visits\nchange",
        "travel",
        "travel\nchange",
        "m/line",
        "units/v.",
        "pods¹",
        "stations²",
        "moves³",
    )
    for head in heads:
        shown.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        shown.add_row(
            row["policy"],
            f"{row['visits_per_order']:,.2f}",
            f"{row['visits_change']:+.1%}{half_words(row['visits_low'], row['visits_high'])}",
            f"{row['travel_per_order']:,.0f} m",
            f"{row['travel_change']:+.1%}{half_words(row['travel_low'], row['travel_high'])}",
            f"{row['travel_per_line']:,.1f}",
            f"{row['units_per_visit']:,.2f}",
            f"{row['pod_balance']:.0%}",
            f"{row['station_balance']:.2f}",
            f"{row['moves']:,}",
        )
    return shown


def notes(rows: list[PolicyRow]) -> list[str]:
    """Return notes that explain the table."""
    lines = [
        f"pod visits and travel of an order; changes against random SKUs in randomly placed pods, {_interval(rows[0])}",
        "¹ share of visits to the busiest tenth of the pods  ² visits of the busiest station over the mean",
        "³ SKUs moved to other pods and copies added, starting from random",
        "null: affinity of shuffled baskets; the gain of affinity beyond it is due to SKUs bought together",
    ]
    if too_few := warning(rows[0]["judged_on"]):
        lines.insert(0, too_few)
    for row in rows:
        if row.get("choice") and row["choice"] != row["policy"]:
            lines.append(
                f"{row['policy']} chose {row['choice']}: no other policy did better on the newer training orders"
            )
        if row["copies"]:
            lines.append(f"{row['policy']} adds {row['copies']:,} copies")
    return lines


def _interval(row: PolicyRow) -> str:
    """Return how the ± of the table are computed."""
    if row["blocks"] < 2:
        return "too few orders for an interval"
    return f"± 95 % interval over {row['blocks']} blocks of consecutive orders"


def _slotting(name: str, tried: Contest, space: Space) -> tuple[Slotting, PolicyRow]:
    """Return (a policy's slotting, the policy that it chose by later orders, if any)."""
    rng = np.random.default_rng(tried.terms.seed)
    if name != "integrated":
        return POLICIES[name](tried.old, space, rng), {}
    chosen = choose(tried.old, space, rng, tried.terms.batch)
    return chosen.slotting, {"choice": chosen.name}


def _row(
    name: str, tried: Contest, space: Space, slotting: Slotting, verdict: Verdict, present: tuple[Slotting, Verdict]
) -> PolicyRow:
    before, first = present
    metres = tried.scenario.floor.cell_m
    orders, lines = tried.new.orders, len(tried.new.sku)
    batches = -(-orders // tried.terms.batch)
    travel = verdict.travel * metres * batches
    changed = changes(tried.new.batched(tried.terms.batch), (before, space), (slotting, space), metres)
    return {
        "policy": name,
        "seed": tried.terms.seed,
        "judged_on": orders,
        "visits_per_order": round(verdict.visits * batches / orders, 4),
        "travel_per_order": round(travel / orders, 3),
        "travel_per_line": round(travel / max(1, lines), 3),
        "visits_change": _change(verdict.visits, first.visits),
        "travel_change": _change(verdict.travel, first.travel),
        **changed,
        "units_per_visit": round(verdict.units_per_visit, 3),
        "pod_balance": round(verdict.balance, 4),
        "station_balance": round(verdict.station_balance, 4),
        "moves": moves_between(before, slotting, space),
        "pods": space.pods,
        "copies": len(slotting.more),
    }


def _change(value: float, first: float) -> float:
    """Return the relative change: −0.41 for 41 % less."""
    return round(value / first - 1, 4) if first else 0.0
