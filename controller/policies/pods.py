"""Pod policies: which pod is fetched for the open lines of a pick station, or for put-away at a stow station.

"Demand" weighs the lines a pod completes against its distance, as the pile-on and demand policies of Merschformann et
al. 2019 do together; backlog lines count too, because PodMatch will place them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from controller.policies.eligible import candidates
from controller.policies.own import asking
from controller.policies.own.view import station_view
from controller.policies.waiting_age import is_overdue
from controller.site.site import Site
from controller.warehouse.pods import PodState
from controller.warehouse.slot_assignments import Slots
from controller.warehouse.stations import PickStation, StowStation
from robots.wording.formatting import count

PodChoice = tuple[int, str] | None
PodPolicy = Callable[[Site, PickStation], PodChoice]

_LINE_CELLS = 30.0
"""Distance in cells that a completed line is worth: about the trip that it saves."""
_BACKLOG_CELLS = 12.0
"""Distance in cells that a backlog line is worth; less, because it may go elsewhere."""
_BACKLOG_LINES = 8
_SHORTLIST = 12


def choose(site: Site, station: PickStation) -> PodChoice:
    """Return the choice of the scenario's policy."""
    ours = POLICIES.get(site.scenario.policies.pods)
    return ours(site, station) if ours else _own(site, station)


def _own(site: Site, station: PickStation) -> PodChoice:
    def check(answer: object) -> PodChoice:
        return asking.choice_of(answer, "pod", candidates(site, station))

    return asking.ask(site, "pods", [station_view(station)], check, lambda: demand(site, station))


def nearest(site: Site, station: PickStation) -> PodChoice:
    """Choose the pod with stock for an open line that is nearest to the station."""
    lines = candidates(site, station)
    if not lines:
        return None
    pod = min(lines, key=lambda pod: (_way(site, station, pod), pod))
    return pod, f"nearest with an open line, {count(_way(site, station, pod), 'cell')} away"


def random(site: Site, station: PickStation) -> PodChoice:
    """Choose any pod with stock for an open line."""
    lines = candidates(site, station)
    if not lines:
        return None
    pods = sorted(lines)
    picked = int(site.streams.sequence("pod policy").integers(len(pods)))
    return pods[picked], f"drawn at random from {count(len(pods), 'pod')} with an open line"


def demand(site: Site, station: PickStation) -> PodChoice:
    """Choose the pod worth most: open lines here and backlog lines, less its distance."""
    return _worth_most(site, station)


def foresight(site: Site, station: PickStation) -> PodChoice:
    """Choose as `demand` does, and count units expected soon as much as backlog lines."""
    if site.look_ahead is None:
        return demand(site, station)
    soon = site.look_ahead.of_pods(site.ledger, site.tick)
    choice = _worth_most(site, station, soon)
    return choice and (choice[0], f"{choice[1]}; {soon[choice[0]]:.1f} units expected of it soon")


def _worth_most(site: Site, station: PickStation, soon: NDArray[np.float64] | None = None) -> PodChoice:
    """Choose the pod worth most. soon: float64[pods], units expected soon of each."""
    lines = candidates(site, station)
    if not lines:
        return None
    distances = site.distances.to_station[station.index, site.pods.cell[list(lines)]].tolist()
    near = {
        pod: _LINE_CELLS * len(filled) - distance
        for (pod, filled), distance in zip(lines.items(), distances, strict=True)
    }
    shortlist = sorted(near, key=lambda pod: (-near[pod], pod))[:_SHORTLIST]
    worth = {pod: near[pod] + _BACKLOG_CELLS * _backlog_lines(site, pod) for pod in shortlist}
    if soon is not None:
        worth = {pod: value + _BACKLOG_CELLS * min(_BACKLOG_LINES, float(soon[pod])) for pod, value in worth.items()}
    pod, *others = sorted(worth, key=lambda pod: (-worth[pod], pod))
    reason = f"{count(len(lines[pod]), 'open line')} here, {_backlog_lines(site, pod)} in the backlog, "
    reason += f"{count(_way(site, station, pod), 'cell')} away"
    if others:
        lines_there = count(len(lines[others[0]]), "line")
        reason += f"; next best pod {others[0]} with {lines_there}, {count(_way(site, station, others[0]), 'cell')}"
    return pod, reason


def for_stow(site: Site, station: StowStation) -> PodChoice:
    """Choose the emptiest pod, near ones first among equals (replenishment pod: emptiest); with a slotting, the SKU's
    own.
    """
    if site.slots is not None:
        return _own_pod(site, site.slots, station)
    bins = site.pods.ledger.bin_sku
    stored = np.flatnonzero(site.pods.state == PodState.STORED)
    if not len(stored):
        return None
    empty = (bins[stored] < 0).sum(axis=1)
    distance = site.distances.to_station[station.index][site.pods.cell[stored]]
    best = int(np.lexsort((distance, -empty))[0])
    if empty[best] == 0:
        return None
    return int(stored[best]), f"emptiest: {int(empty[best])} of {count(bins.shape[1], 'bin')} free"


def _own_pod(site: Site, slots: Slots, station: StowStation) -> PodChoice:
    """Choose the pod with most room for overdue put-away, else for a SKU that orders wait for, else for the oldest."""
    overdue = {sku for sku, since in station.since.items() if is_overdue(site, since)}
    for sku in sorted(station.put_away, key=lambda sku: (sku not in overdue, not site.supply.demand[sku])):
        bins = slots.bins_for(site.pods, sku, wanted=site.supply.demand[sku] > 0)
        stored = [(fits, -pod, number) for (pod, number), fits in bins if site.pods.state[pod] == PodState.STORED]
        if stored:
            fits, pod, number = max(stored)
            return -pod, f"bin {number} is kept for the SKU, {count(fits, 'unit')} fit"
    return None


def _way(site: Site, station: PickStation, pod: int) -> int:
    return int(site.distances.to_station[station.index, site.pods.cell[pod]])


def _backlog_lines(site: Site, pod: int) -> int:
    """Return the number of backlog lines that the pod's free stock could fill, up to a limit."""
    wanted = site.book.wanted
    return min(_BACKLOG_LINES, sum(len(wanted[sku]) for sku in site.pods.free_in[pod] if sku in wanted))


POLICIES: dict[str, PodPolicy] = {
    "demand": demand,
    "nearest": nearest,
    "random": random,
    "foresight": foresight,
}
