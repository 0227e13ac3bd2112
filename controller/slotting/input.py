"""Inputs of slotting: an order export as a History, and a scenario's floor as a Space."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from controller.demand.order_rows import read_order_rows
from controller.scenario.scenario import Scenario, pod_count
from controller.site.distances import Distances, station_distances
from controller.slotting.items import Item, apart_pairs, largest_apart
from layout.errors import InputError
from layout.roads import build_roads
from layout.slotting.history import History, history_of
from layout.slotting.policies.fill import pods_needed
from layout.slotting.space import Impossible, Space
from robots.wording.formatting import count

MOST_LINES = 30
"""Most lines of an order; longer ones are wholesale, which other floors handle [UCI Online Retail: 30 lines look like
e-commerce].
"""
PAYLOAD_KG = 450.0
"""Weight that a drive unit lifts, including the pod; pods are assumed to weigh nothing."""
_EPOCH = datetime(1970, 1, 1)


def read_history(
    scenario: Scenario, path: Path, most_lines: int | None = MOST_LINES, items: Mapping[str, Item] | None = None
) -> tuple[History, dict[str, int]]:
    """Return (the orders of a CSV by time, {reason: rows and orders left out}).

    The scenario's [orders] gives columns, fee_pattern and max_quantity. most_lines: longer orders are left out. items:
    SKUs to place even if nobody has ordered them. Raises InputError if nothing is left.
    """
    settings = msgspec.structs.replace(scenario.orders, max_lines=most_lines or 0)
    read = read_order_rows(path, settings)
    fee = re.compile(settings.fee_pattern or "(?!)")  # matches nothing
    stocked = [name for name in items or () if not fee.search(name)]
    history = history_of(
        ((order, sku, units, (moment - _EPOCH).total_seconds()) for order, sku, units, moment in read.rows),
        names=stocked,
    )
    if not history.orders:
        raise read.none_left(path, "order")
    longer = {kind: count for kind, count in read.left_out.items() if kind not in read.skipped}
    return history, dict(sorted({**read.skipped, **longer}.items()))


def split_history(history: History, share: float, path: Path) -> tuple[History, History]:
    """Return (the older `share` of the orders, the newer rest). Raises InputError for `path` if one of them is empty."""
    old, new = history.split(share)
    if not old.orders or not new.orders:
        fault = f"has {history.orders} order{'s' * (history.orders != 1)}"
        way_out = f"training on {share:.0%} and judging on the rest needs more"
        raise InputError.single(str(path), "", fault, way_out)
    return old, new


def days_of(history: History) -> tuple[date, date]:
    """Return the first and last day of a history's orders."""
    first, last = (
        (_EPOCH + timedelta(seconds=float(moment))).date() for moment in (history.moment.min(), history.moment.max())
    )
    return first, last


def space_of(
    scenario: Scenario,
    history: History,
    items: Mapping[str, Item] | None = None,
    *,
    pods: int | None = None,
    bins: int | None = None,
    most_weight: float = PAYLOAD_KG,
) -> Space:
    """Return the best storage places of a floor with pods for the history's SKUs.

    pods: by default as many as the floor holds. bins: of a pod, by default the scenario's. most_weight: kg of a pod's
    stock. Raises InputError if the SKUs do not fit.
    """
    items, bins = items or {}, bins or scenario.pods.bins
    distances = station_distances(scenario.floor, build_roads(scenario.floor))
    places, station = _places(scenario, distances)
    pod_limit = min(pods or pod_count(scenario), len(places))
    if pods is not None and pods > len(places):
        raise InputError.single("--pods", "", f"{pods} exceeds the {count(len(places), 'place')} that robots can reach")
    _check_apart(items, pod_limit)
    number = {name: sku for sku, name in enumerate(history.names)}
    default_item = Item()
    known = [items.get(name, default_item) for name in history.names]
    size = np.array([item.bins for item in known], np.int64)
    weight = np.array([item.weight for item in known], np.float64) * size * scenario.pods.bin_units
    bound = most_weight if bool(weight.any()) else np.inf
    space = Space(
        pod_limit,
        bins,
        distances.rank[places[:pod_limit]],
        places[:pod_limit],
        size,
        weight,
        bound,
        apart_pairs(items, number),
        station=station[:pod_limit],
    )
    try:
        pods_needed(space)
    except Impossible as fault:
        raise no_room(fault, space, history) from fault
    return space


def no_room(fault: Impossible, space: Space, history: History) -> InputError:
    """Return the error for SKUs that do not fit into the bins."""
    total = int(space.size.sum())
    if total > space.pods * space.bins and space.size[fault.sku] <= space.bins:
        need = f"{count(len(history.names), 'SKU needs', 'SKUs need')} {count(total, 'bin')}, "
        need += f"{count(space.pods, 'pod')} of {space.bins} {'has' if space.pods == 1 else 'have'} {space.pods * space.bins:,}"
        way_out = f"--pods {-(-total // space.bins)}, --bins {-(-total // max(1, space.pods))}, or a larger floor"
        return InputError.single("slotting", "", need, way_out)
    return does_not_fit(fault, history.names)


def does_not_fit(fault: Impossible, names: Sequence[str]) -> InputError:
    """Return the error for a SKU that is too large or too heavy, or must not share a pod with the others."""
    way_out = "a smaller size or weight, or more bins or pods"
    return InputError.single("slotting", f"SKU {names[fault.sku]}", str(fault), way_out)


def _places(scenario: Scenario, distances: Distances) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return (reachable storage places, best first; pick station nearest to each): int32[places].

    Of equally distant places, one of each station comes first, then a second of each, so that no station gets all fast
    pods.
    """
    picks = [index for index, station in enumerate(scenario.floor.stations) if station.kind == "pick"]
    if not picks:
        raise InputError.single(scenario.file, "", "has no pick station", "slotting needs to know where pods go")
    reached = np.intersect1d(scenario.floor.storage, distances.usable)
    reached = reached[distances.rank[reached] < np.iinfo(np.uint16).max]
    if not len(reached):
        way_out = "podfleet layout check tells why"
        raise InputError.single(scenario.file, "", "has no storage place that robots can reach", way_out)
    trip = distances.to_station[picks][:, reached].astype(np.int64) + distances.from_station[picks][:, reached]
    station, rank = trip.argmin(axis=0), distances.rank[reached]
    order = np.lexsort((reached, station, rank))
    alike = np.ones(len(order), bool)
    alike[1:] = (np.diff(rank[order]) != 0) | (np.diff(station[order]) != 0)
    turn = np.arange(len(order)) - np.maximum.accumulate(np.where(alike, np.arange(len(order)), 0))
    order = order[np.lexsort((station[order], turn, rank[order]))]
    return reached[order].astype(np.int32), station[order].astype(np.int32)


def _check_apart(items: Mapping[str, Item], pods: int) -> None:
    word, members = largest_apart(items)
    if members > pods:
        fault = f"has {count(members, 'SKU')} that must not share a pod, there are {count(pods, 'pod')}"
        raise InputError.single("items", f"apart {word!r}", fault, "more pods, or smaller groups")
