"""Implementation of `podfleet slot moves`: the order of moves from one plan to another."""

from dataclasses import replace
from pathlib import Path

from controller.scenario.scenario import Scenario
from controller.site.distances import station_distances
from controller.slotting.input import read_history, space_of
from controller.slotting.items import Item
from controller.slotting.plan import PlanInputs, best_length, check_reach, moves_to
from layout.errors import InputError
from layout.roads import build_roads
from layout.slotting.moves.move_file import spot_text
from layout.slotting.moves.moves import MoveList, ordered_moves, whole_lengths
from layout.slotting.moves.stowage import Move
from layout.slotting.plan import Plan, held_part
from layout.slotting.plan_file import Limits, read_plan

VISIT = 20.0
"""Cells that a pod visit costs besides driving, as in layout.slotting.space.Space."""


def read_pair(first: Path, second: Path, scenario: Scenario | None) -> tuple[Plan, Plan]:
    """Read both plans, and check them against the scenario, if any, and against each other. Raises InputError."""
    limits = Limits()
    if scenario is not None:
        limits = Limits(scenario.floor, scenario.pods.bins, scenario.pods.bin_units)
    old, new = read_plan(first, limits), read_plan(second, limits)
    if old.pods != new.pods:
        fault = f"has {new.pods} pods, {first} has {old.pods}"
        raise InputError.single(str(second), "", fault, "moves cannot add pods: plan with --current to keep them")
    return old, new


def listed(
    scenario: Scenario | None, orders: Path | None, pair: tuple[Plan, Plan], paths: tuple[Path, Path], lines: int
) -> MoveList:
    """Return all moves in order; with orders, the saving of each. lines: longer orders are left out."""
    old, new = pair
    if scenario is None or orders is None:
        return ordered_moves(old, new)
    history, skipped = read_history(scenario, orders, lines)
    history, left_out = held_part(history, {*old.names, *new.names})
    if not history.orders:
        raise InputError.single(str(paths[0]), "", f"holds no SKU of {orders}", "is it of the same warehouse?")
    # SKUs' bins do not matter here: stock that fits the plans' bins fits
    space = replace(space_of(scenario, history, dict[str, Item](), pods=old.pods), visit=VISIT)
    trip = station_distances(scenario.floor, build_roads(scenario.floor)).rank
    inputs = PlanInputs(scenario, history, history, history, skipped, left_out, space, trip)
    for plan, path in zip(pair, paths, strict=True):
        check_reach(inputs, plan, path)
    return moves_to(inputs, old, new, history)


def within(move_list: MoveList, budget: int | None) -> tuple[Move, ...]:
    """Return the first moves, at most `budget`, with nothing left in a tote."""
    return move_list.moves[: whole_lengths(move_list.moves[:budget])[-1]]


def summary(move_list: MoveList, budget: int | None, cell_m: float = 1.0) -> dict[str, object]:
    """Return the --json document. Savings are a day's; travel is in metres, and so is gain, with VISIT cells for each
    pod visit.
    """
    known = any(move.travel is not None for move in move_list.moves)
    kept = within(move_list, budget)
    total = gain_of(move_list.moves)
    return {
        "moves_needed": len(move_list.moves),
        "moves": len(kept),
        "of_skus": sum(move.kind == "sku" for move in kept),
        "of_pods": sum(move.kind == "pod" for move in kept),
        "brought": sum(move.units for move in kept if move.kind == "bring"),
        "taken": sum(move.units for move in kept if move.kind == "take"),
        "parked": sum(move.parked for move in kept),
        "stuck": [_shown(move) for move in move_list.stuck],
        "best": best_length(move_list, VISIT) if known else None,
        "visits_saved": sum(move.visits or 0 for move in kept) if known else None,
        "travel_saved": cell_m * sum(move.travel or 0 for move in kept) if known else None,
        "gain": cell_m * gain_of(kept) if known else None,
        "share_of_gain": gain_of(kept) / total if known and total else None,
        "list": _steps(kept, known, cell_m),
    }


def gain_of(moves: tuple[Move, ...]) -> float:
    """Return the gain in cells a day, including pod visits."""
    return sum((move.travel or 0.0) + VISIT * (move.visits or 0.0) for move in moves)


def _steps(moves: tuple[Move, ...], known: bool, cell_m: float) -> list[dict[str, object]]:
    steps, total = [], 0.0
    for number, move in enumerate(moves, 1):
        gain = cell_m * gain_of((move,))
        total += gain
        saved = {"gain": gain, "cumulative": total} if known else {"gain": None, "cumulative": None}
        steps.append({"step": number, **_shown(move), **saved})
    return steps


def _shown(move: Move) -> dict[str, object]:
    item: dict[str, object] = {"pod": move.pod} if move.kind == "pod" else {"sku": move.sku, "units": move.units}
    spots = {"from": spot_text(move.source) or "dock", "to": spot_text(move.target) or "dock"}
    return {"group": move.group, "kind": move.kind, **item, **spots, "parked": move.parked}
