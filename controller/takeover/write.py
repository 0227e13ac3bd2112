"""Write a site's book: its state without anything that only this version's tick understands."""

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from controller.site.out_of_service import Kind
from controller.site.site import Site
from controller.takeover.book import (
    COUNTS,
    Book,
    BookHolding,
    BookLine,
    BookOperatorState,
    BookOrder,
    BookOut,
    BookRobot,
    BookStation,
)
from controller.warehouse.orders import Order
from controller.warehouse.pods import PodState
from controller.warehouse.replenishment import Replenishment
from controller.warehouse.stations import PackStation, PickStation, StowStation, WorkStation
from controller.warehouse.tasks import Job
from robots.recording.kinds import TaskKind
from robots.units.lifecycle import RobotState


def book_of(site: Site) -> Book:
    """Return the book of a site between two ticks."""
    pods, book = site.pods, site.book
    full = np.nonzero(site.ledger.bin_units > 0)
    sku, units = site.ledger.bin_sku[full], site.ledger.bin_units[full]
    levels, arrivals = site.supply.levels_and_arrivals() if isinstance(site.supply, Replenishment) else ([], [])
    return Book(
        tick=site.tick,
        skus=list(site.demand.catalogue.names),
        orders=[_order(order) for order in book.open.values()],
        backlog=[*book.backlog, *(order.id for waiting in book.backordered.values() for order in waiting)],
        prioritised=list(book.prioritised),
        pods=pods.cell.tolist(),
        quarantined=np.flatnonzero(pods.state == PodState.QUARANTINED).tolist(),
        bins=(full[0].tolist(), full[1].tolist(), sku.tolist(), units.tolist()),
        holdings=[
            BookHolding(place.kind, place.id, sku, units)
            for place, held in site.ledger.places().items()
            for sku, units in held.items()
        ],
        robots=[_robot(site, robot) for robot in range(len(site.robots))],
        stations=[_station(site, station) for station in site.stations],
        levels=levels,
        arrivals=arrivals,
        next_order=site.demand.next_order,
        next_task=site.next_task,
        counts={name: getattr(book, name) for name in COUNTS},
        closed=_cells_closed_by_dead_robots(site),
        out_of_service=[
            BookOut(str(thing.kind), thing.number, reason, _action(site, thing.kind, thing.number))
            for thing, reason in site.out_of_service.reasons.items()
        ],
        operator_state=_operator_state(site),
        beyond=list(_beyond(site)),
    )


def _cells_closed_by_dead_robots(site: Site) -> list[int]:
    """Return the closed cells that neither an operator nor a robot standing still keeps closed."""
    standstills = {cell for cells in site.standstills.values() for cell in cells}
    return sorted(site.closed - site.operator_state.closed - standstills)


def _beyond(site: Site) -> Iterator[str]:
    """Yield the parts of the floor that its book doesn't hold, which a takeover would lose."""
    yield from site.surroundings.beyond()
    if site.slots is not None:
        yield "a slotting that it keeps to, and moves for it under way"


def _order(order: Order) -> BookOrder:
    lines = [BookLine(line.sku, line.units, line.picked) for line in order.lines]
    return BookOrder(
        number=order.id,
        name=order.name,
        created=order.created,
        due=order.due,
        state=str(order.state),
        lines=lines,
        station=order.station,
        fell_due=order.fell_due,
    )


def _robot(site: Site, robot: int) -> BookRobot:
    robots = site.robots
    task, state = robots.task[robot], robots.state[robot]
    doing = {RobotState.LIFTING: "lift", RobotState.SETTING_DOWN: "set_down"}.get(RobotState(int(state)), "")
    idle = BookRobot(
        cell=int(robots.cell[robot]),
        heading=int(robots.heading[robot]),
        load=int(robots.load[robot]),
        battery_wh=max(0.0, float(robots.battery_wh[robot])),
        dead=bool(state == RobotState.DEAD),
        pod=int(robots.load[robot]) if robots.load[robot] >= 0 else -1,
    )
    if task is None:
        return idle
    has_pod = task.pod >= 0 and (doing != "" or site.pods.cell[task.pod] < 0)
    station = task.station if task.kind == TaskKind.PACK else -1
    if task.kind == TaskKind.PACK and doing == "lift":
        station = next(source.index for source in site.pick_stations if source.collector is task)
    return msgspec.structs.replace(
        idle,
        doing=doing,
        pod=task.pod if has_pod else -1,
        station=station,
        totes=[order.id for order in task.totes],
    )


def _station(site: Site, station: WorkStation) -> BookStation:
    """Return a station; work in people's hands is where they took it from."""
    hands = [job for _, _, index, _, job in site.busy_until if index == station.index]
    waiting: list[tuple[int, int]] = []
    receipts: list[tuple[int, int, int]] = []
    if isinstance(station, PickStation):
        waiting = [(order.id, tick) for order, tick in station.outfeed]
    elif isinstance(station, PackStation):
        packing = [job.order for job in hands if job.order is not None]
        waiting = [(order.id, 0) for order in (*packing, *station.totes)]
    elif isinstance(station, StowStation):
        receipts = _put_away(site, station, hands)
    return BookStation(station.info.id, station.done, waiting, receipts)


def _put_away(site: Site, station: StowStation, hands: list[Job]) -> list[tuple[int, int, int]]:
    """Return the units on the station's dock, including those with a pod already chosen."""
    jobs = [job for task in site.tasks.values() if task.station == station.index for job in task.jobs]
    units, since = Counter(station.put_away), dict(station.since)
    for job in (job for job in (*jobs, *hands) if job.line is None and job.order is None and not job.out):
        units[job.sku] += job.units
        since[job.sku] = min(since.get(job.sku, job.since), job.since)
    return [(sku, count, since[sku]) for sku, count in units.items()]


def _action(site: Site, kind: Kind, number: int) -> int:
    return int(site.out_of_service.actions.get(number, -1)) if kind == Kind.ROBOT else -1


def _operator_state(site: Site) -> BookOperatorState:
    operator_state = site.operator_state
    return BookOperatorState(
        submitted=[_order(order) for order in operator_state.submitted.values()],
        cancelled=sorted(operator_state.cancelled),
        advised=[(owner, asn, dict(lines)) for (owner, asn), lines in operator_state.advised.items()],
        draining=operator_state.draining,
        drained=sorted(operator_state.drained),
        floor_paused=operator_state.floor_paused,
        paused=sorted(operator_state.paused),
        closed=sorted(operator_state.closed),
        removed=sorted(operator_state.removed),
    )
