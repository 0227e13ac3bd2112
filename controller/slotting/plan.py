"""Implementation of `podfleet slot plan`: a policy's slotting as a plan, from the current one or from nothing, and its
gain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from controller.scenario.scenario import Scenario
from controller.site.distances import station_distances
from controller.slotting.input import MOST_LINES, days_of, does_not_fit, no_room, read_history, space_of, split_history
from controller.slotting.items import Item, read_items
from controller.slotting.judged import changes
from layout.errors import InputError, Problem
from layout.files.tables import suggestion
from layout.roads import build_roads
from layout.slotting.gain import Gain, Part, Placed, gain
from layout.slotting.history import History
from layout.slotting.judge import Verdict
from layout.slotting.moves.moves import MoveList, ordered_moves, whole_lengths
from layout.slotting.moves.stowage import Spot, Stowage, after
from layout.slotting.moves.worth import Worth
from layout.slotting.plan import Plan, held_part, most_of, space_of_plan
from layout.slotting.plan_file import Limits, read_plan
from layout.slotting.policies.adopt import binned_like, named_like
from layout.slotting.policies.by_name import POLICIES
from layout.slotting.policies.quantities import COVER_DAYS, stocked, wanted_units
from layout.slotting.space import Impossible, Space

TRAINED_ON = 0.8
"""Older share of the orders; the plan is judged on the newer rest."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Options of the command. pods, bins: None for the scenario's. cover_days: of stock if there is no current plan."""

    policy: str = "integrated"
    max_moves: int | None = None
    max_lines: int = MOST_LINES
    pods: int | None = None
    bins: int | None = None
    cover_days: float = COVER_DAYS
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class PlanInputs:
    """Inputs of a plan. older, newer: parts of the history. left_out: order lines of SKUs that the current plan does
    not hold. trip: float64[cells], round trip from a place.
    """

    scenario: Scenario
    history: History
    older: History
    newer: History
    skipped: dict[str, int]
    left_out: int
    space: Space
    trip: NDArray[np.float64]
    current: Plan | None = None
    items: Mapping[str, Item] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return self.scenario.floor.grid.width

    def left_out_by_kind(self) -> dict[str, int]:
        unplanned = {"lines of SKUs that the current plan lacks": self.left_out} if self.left_out else {}
        return self.skipped | unplanned

    def placed(self, plan: Plan) -> Placed:
        """Return a plan as a slotting to be judged."""
        return most_of(plan, self.history.names), space_of_plan(plan, self.trip, self.width, self.space)

    def worth(self, stowage: Stowage, history: History) -> Worth:
        return Worth(stowage, history, self.space, self.trips())

    def trips(self) -> dict[Spot, float]:
        """Return {place: round trip} of every storage place."""
        cells = self.scenario.floor.storage.tolist()
        return {Spot("place", *divmod(cell, self.width)): float(self.trip[cell]) for cell in cells}

    def reachable(self) -> list[Spot]:
        """Return the places where a pod can be set down and fetched again."""
        unreachable = np.iinfo(np.uint16).max
        return [place for place, trip in self.trips().items() if trip < unreachable]


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan and its gain. moves_needed, moves: to the policy's whole plan, and in this one; None without a current
    plan.
    """

    plan: Plan
    gain: Gain
    turnover: Gain
    moves_needed: int | None
    moves: int | None
    changes: Mapping[str, object]
    """Intervals of the changes (controller/slotting/judged.py)."""


def check_policy(name: str) -> None:
    if name not in POLICIES:
        raise InputError.single(f"--policy {name}", "", "is not a known policy", suggestion(name, POLICIES))


def read_inputs(
    scenario: Scenario, orders: Path, items: Path | None, current: Path | None, options: PlanOptions
) -> PlanInputs:
    """Read orders, items and current plan, and check them against each other and the floor. Raises InputError."""
    known = read_items(items, scenario.orders.items_form) if items is not None else {}
    history, skipped = read_history(scenario, orders, options.max_lines, known)
    current_plan, left_out = None, 0
    bins = options.bins or scenario.pods.bins
    if current is not None:
        names = frozenset(history.names) if items is not None else None
        limits = Limits(scenario.floor, bins, scenario.pods.bin_units, names)
        current_plan = read_plan(current, limits)
        history, left_out = held_part(history, current_plan.names)
        if not history.orders:
            raise InputError.single(str(current), "", f"holds no SKU of {orders}", "is it of the same warehouse?")
    older, newer = split_history(history, TRAINED_ON, orders)
    pods = current_plan.pods if current_plan is not None else options.pods
    space = space_of(scenario, history, known, pods=pods, bins=bins)
    trip = station_distances(scenario.floor, build_roads(scenario.floor)).rank
    inputs = PlanInputs(scenario, history, older, newer, skipped, left_out, space, trip, current_plan, known)
    if current_plan is not None and current is not None:
        check_reach(inputs, current_plan, current)
    return inputs


def check_reach(inputs: PlanInputs, plan: Plan, path: Path) -> None:
    """Raise InputError if pods stand where no robot can fetch them."""
    reach = set(inputs.reachable())
    lost = [pod for pod, place in enumerate(plan.place.tolist()) if Spot("place", *place) not in reach]
    if lost:
        places = [",".join(map(str, plan.place[pod].tolist())) for pod in lost]
        problems = zip(lost[:20], places, strict=False)
        raise InputError(
            [Problem(str(path), f"pod {pod}", f"no robot can reach its place {place}") for pod, place in problems]
        )


def planned(inputs: PlanInputs, options: PlanOptions) -> Planned:
    """Return a policy's plan, made from the older orders and judged on the newer ones."""
    before = _before(inputs, options)
    plan = plan_by(inputs, slotting_by(inputs, options.policy, options.seed), options)
    needed = move_count = None
    if inputs.current is not None:
        listed = moves_to(inputs, inputs.current, plan, inputs.older)
        needed = move_count = len(listed.moves)
        if options.max_moves is not None:
            kept = listed.moves[: best_length(listed, inputs.space.visit, options.max_moves)]
            plan, move_count = after(inputs.current, kept), len(kept)
    turnover = slotting_by(inputs, "turnover", options.seed)
    rng = np.random.default_rng(options.seed)
    plan_gain = gain(inputs.newer, before, inputs.placed(plan), rng)
    spread = changes(inputs.newer, before, inputs.placed(plan), inputs.scenario.floor.cell_m)
    plan = replace(plan, made_from=days_of(inputs.older))
    return Planned(plan, plan_gain, gain(inputs.newer, before, turnover, rng), needed, move_count, spread)


def slotting_by(inputs: PlanInputs, policy: str, seed: int) -> Placed:
    """Return a policy's slotting of the older orders, and its space."""
    space = inputs.space
    try:
        return POLICIES[policy](inputs.older, space, np.random.default_rng(seed)), space
    except Impossible as fault:
        raise no_room(fault, space, inputs.history) from fault


def plan_by(inputs: PlanInputs, placed: Placed, options: PlanOptions) -> Plan:
    """Return the plan with the current plan's stock and pod numbers, or with `cover_days` of stock."""
    names, width, bin_units = inputs.history.names, inputs.width, inputs.scenario.pods.bin_units
    current, (slotting, space) = inputs.current, placed
    if current is None:
        units = wanted_units(inputs.history, options.cover_days)
    else:
        units = current.units_of()
        slotting = named_like(slotting, current, names, space.place, width)
    try:
        plan = stocked(slotting, names, units, space, bin_units, width, all_of_it=current is not None)
    except Impossible as fault:
        raise does_not_fit(fault, names) from fault
    return plan if current is None else binned_like(plan, current)


def _before(inputs: PlanInputs, options: PlanOptions) -> Placed:
    if inputs.current is not None:
        return inputs.placed(inputs.current)
    return slotting_by(inputs, "random", options.seed)


def moves_to(inputs: PlanInputs, old: Plan, new: Plan, history: History, limit: int | None = None) -> MoveList:
    """Return the moves between two plans, ordered by their saving on the orders of a history."""
    stowage = Stowage(old)
    worth = inputs.worth(stowage, history)
    bins = max(inputs.space.bins, int(old.bin.max(initial=0)) + 1, int(new.bin.max(initial=0)) + 1)
    return ordered_moves(old, new, worth=worth, stowage=stowage, bins=bins, places=inputs.reachable(), most=limit)


def best_length(listed: MoveList, visit: float, limit: int | None = None) -> int:
    """Return the number of first moves with the largest total saving, a visit counted as `visit` cells, with nothing
    left in a tote.
    """
    moves = listed.moves[:limit]
    saved = np.cumsum([0.0, *((move.travel or 0) + visit * (move.visits or 0) for move in moves)])
    lengths = whole_lengths(moves)
    return lengths[int(np.argmax(saved[lengths] > saved[lengths].max() - 1e-9))]


def summary(inputs: PlanInputs, options: PlanOptions, result: Planned, out: Path) -> dict[str, object]:
    """Return the --json document. Changes are shares of before; `from` is in pod visits and metres an order."""
    plan_gain, plan, metres = result.gain, result.plan, inputs.scenario.floor.cell_m
    return {
        "plan": str(out),
        "policy": options.policy,
        "seed": options.seed,
        "against": "current" if inputs.current is not None else "random",
        "skus": len(plan.names),
        "pods": plan.pods,
        "bins_used": len(plan.sku),
        "units": int(plan.quantity.sum()),
        "orders_trained_on": inputs.older.orders,
        "orders_judged_on": inputs.newer.orders,
        "left_out": inputs.left_out_by_kind(),
        "pods_of_floor": inputs.current is None and options.pods is None,
        "before": _figures(plan_gain.before, metres),
        "after": _figures(plan_gain.after, metres),
        "visits_change": change(plan_gain.after.visits, plan_gain.before.visits),
        "travel_change": change(plan_gain.after.travel, plan_gain.before.travel),
        **result.changes,
        "from": {
            "fewer_visits": {"travel": metres * plan_gain.fewer_visits},
            "nearer_places": {"travel": metres * plan_gain.nearer_places},
            "velocity": _part(plan_gain.velocity, metres),
            "affinity": _part(plan_gain.affinity, metres),
        },
        "turnover": {
            "visits_change": change(result.turnover.after.visits, plan_gain.before.visits),
            "travel_change": change(result.turnover.after.travel, plan_gain.before.travel),
        },
        "moves_needed": result.moves_needed,
        "moves": result.moves,
    }


def _part(part: Part, metres: float) -> dict[str, float]:
    return {"visits": part.visits, "travel": metres * part.travel}


def _figures(verdict: Verdict, metres: float) -> dict[str, float]:
    return {"visits": verdict.visits, "travel": metres * verdict.travel, "units_per_visit": verdict.units_per_visit}


def change(new: float, old: float) -> float | None:
    return (new - old) / old if old else None
