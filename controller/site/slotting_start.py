"""Start of a site from a slotting plan: its stock, its pods, and the slotting that the floor keeps to from then on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from controller.scenario.scenario import Scenario
from controller.warehouse.pods import Pods
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stock import SUPPLIER, Catalogue, Ledger
from layout.errors import InputError, Problem
from layout.slotting.moves.move_file import read_moves
from layout.slotting.moves.stowage import IllegalMove, Move, after
from layout.slotting.plan import Plan
from layout.slotting.plan_file import Limits, read_plan
from robots.wording.formatting import count

_NAMED = 3
"""Number of missing SKUs that an error names."""


def plan_of_scenario(scenario: Scenario) -> Plan | None:
    """Return the plan named by a scenario, None if it names none. Raises InputError."""
    name = scenario.stock.slotting
    return plan_at(scenario, scenario.beside(name)) if name else None


def plan_at(scenario: Scenario, path: Path) -> Plan:
    """Return the plan of a file, checked against the scenario's floor and bins. Raises InputError."""
    plan = read_plan(path, Limits(scenario.floor, scenario.pods.bins, scenario.pods.bin_units))
    places = len(scenario.floor.storage)
    if plan.pods >= places:
        fault = f"has a pod on each of the floor's {places} storage places"
        raise InputError.single(str(path), "", fault, "leave one free, or pods cannot pass each other")
    return plan


def check_skus(plan: Plan, name: str, catalogue: Catalogue) -> None:
    """Check that the plan has each SKU that may be ordered. Raises InputError. name: of the plan's file."""
    held = set(plan.names)
    lacking = [
        sku for sku, share in zip(catalogue.names, catalogue.share.tolist(), strict=True) if share and sku not in held
    ]
    if lacking:
        named = ", ".join(lacking[:_NAMED]) + (" …" if len(lacking) > _NAMED else "")
        fault = f"lacks {len(lacking)} of {count(len(catalogue), 'SKU')} that may be ordered: {named}"
        raise InputError.single(
            name, "", fault, "create the plan from the same orders, with the same [orders] max_lines"
        )


def stow_plan(
    scenario: Scenario, plan: Plan, catalogue: Catalogue, moves: Sequence[Move] = ()
) -> tuple[Ledger, Pods, Slots]:
    """Return stock and pods as planned, and the slotting to keep to, which is the plan after `moves`.

    catalogue: has all SKUs of the plan. Raises InputError for a move that the plan does not allow.
    """
    grid, bins = scenario.floor.grid, scenario.pods.bins
    ledger = Ledger(catalogue, plan.pods, bins)
    pods = Pods(ledger, plan.cells(grid.width), grid.cells)
    number = {name: sku for sku, name in enumerate(catalogue.names)}
    rows = zip(*(column.tolist() for column in (plan.sku, plan.pod, plan.bin, plan.quantity)), strict=True)
    for sku, pod, bin_, units in rows:
        pods.put(0, pod, bin_, number[plan.names[sku]], units, SUPPLIER)
    target = _target(scenario, plan, moves) if moves else plan
    kept = np.full((plan.pods, bins), -1, np.int32)
    kept[target.pod, target.bin] = np.array([number[name] for name in target.names], np.int32)[target.sku]
    slots = Slots(target.cells(grid.width), kept, scenario.pods.bin_units)
    _put_off(slots, plan, target, moves, number)
    return ledger, pods, slots


def moves_of(scenario: Scenario) -> Sequence[Move]:
    """Return the scenario's list of moves, empty if it has none. Raises InputError."""
    return read_moves(_moves_path(scenario), scenario.floor.cell_m) if scenario.stock.moves else ()


def _moves_path(scenario: Scenario) -> Path:
    return scenario.beside(scenario.stock.moves)


def _target(scenario: Scenario, plan: Plan, moves: Sequence[Move]) -> Plan:
    """Return the plan after the moves, within the same limits as the original plan."""
    file = str(_moves_path(scenario))
    try:
        target = after(plan, moves)
    except (IllegalMove, IndexError) as error:
        fault = f"do not match {scenario.stock.slotting}: {error}"
        raise InputError.single(file, "", fault, "list them with slot moves --from that plan") from error
    problems = [
        Problem(
            file,
            f"SKU {target.names[sku]}",
            f"comes to {count(units, 'unit')} in bin {pod}.{bin_}, which the floor does not have",
        )
        for sku, pod, bin_, units in _rows(target)
        if pod >= plan.pods or bin_ >= scenario.pods.bins or units > scenario.pods.bin_units
    ]
    grid, storage = scenario.floor.grid, set(scenario.floor.storage.tolist())
    problems += [
        Problem(file, f"pod {pod}", f"comes to ({row}, {col}), which is no storage place")
        for pod, (row, col) in enumerate(target.place.tolist())
        if not (row < grid.height and col < grid.width and grid.cell(row, col) in storage)
    ]
    if problems:
        raise InputError(problems)
    return target


def _rows(plan: Plan) -> list[tuple[int, int, int, int]]:
    """Return (sku, pod, bin, units) of each bin."""
    columns = (plan.sku, plan.pod, plan.bin, plan.quantity)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _put_off(slots: Slots, plan: Plan, target: Plan, moves: Sequence[Move], number: dict[str, int]) -> None:
    """Schedule the units to take out and the order of the pods' moves, as listed."""
    contents, wanted, lasting = plan.contents(), target.contents(), set(target.names)
    for position, move in enumerate(moves):
        if move.kind == "pod":
            slots.turn[move.pod] = slots.turn[move.pod] or position - len(moves)
        elif move.source is not None:
            bin_ = (move.source.one, move.source.two)
            name, units = contents.get(bin_, ("", 0))
            kept, stay = wanted.get(bin_, ("", 0))
            if name != move.sku:
                continue  # it gets there only on the way
            if kept != name and (kept or name in lasting):
                slots.leaving.setdefault(bin_, (number[name], None))
            elif kept == name and stay < units and move.kind == "sku":
                slots.leaving.setdefault(bin_, (number[name], units - stay))
