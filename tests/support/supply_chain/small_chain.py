"""A supply chain's day small enough to check by eye: two hours of events on the small floor, a tick a minute."""

from pathlib import Path

from controller.kpis import Kpis
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import Event
from robots.recording.frames import Header
from robots.recording.record import Record, RecordWriter
from tests.support.floor.small_run import TICKS, small_floor, small_frame, small_header

IN_TIME, LATE, OVERDUE, LATER = range(4)
"""Orders: delivered in time, delivered late, not delivered and due, not due yet."""


def chain_header() -> Header:
    """A header from 08:00 on day 1, a minute a tick."""
    return small_header(robots=3)


def _orders() -> list[Event]:
    """SKU 0 is ordered three times, SKU 1 once; ten units in all."""
    return [
        _promised(1, IN_TIME, "same-day", "same-day", cpt=40, by=90),
        ev.OrderReceived(1, IN_TIME, "B-1", [(0, 4)], 35),
        _promised(2, LATE, "same-day", "same-day", cpt=40, by=90),
        ev.OrderReceived(2, LATE, "B-2", [(0, 3), (1, 1)], 35),
        _promised(3, OVERDUE, "next-day", "same-day", cpt=80, by=110),
        ev.OrderReceived(3, OVERDUE, "B-3", [(0, 2)], 75),
        _promised(4, LATER, "two-day", "two-day", cpt=800, by=900),
        ev.OrderReceived(4, LATER, "B-4", [(0, 0)], 795),
        ce.StockRanOut(4, OVERDUE, 0, 2, "backorder"),
    ]


def _promised(t: int, order: int, promise: str, wanted: str, cpt: int, by: int) -> Event:
    return ce.OrderPromised(t, order, promise, wanted, "city", cpt, by, 1.0, 2.0, "latest that keeps the day")


def _parcels() -> list[Event]:
    return [
        ce.ParcelPacked(20, IN_TIME, "small", 1, 0.5, 400),
        ce.ParcelMoved(21, IN_TIME, "pack", "slam"),
        ce.ParcelMoved(22, IN_TIME, "slam", "chute 1"),
        ce.ParcelMoved(39, IN_TIME, "chute 1", "trailer 5"),
        ce.ParcelMoved(60, IN_TIME, "diesel van 1", "customer"),
        ce.ParcelPacked(30, LATE, "medium", 1, 0.7, 900),
        ce.ParcelMoved(31, LATE, "pack", "slam"),
        ce.ParcelMoved(32, LATE, "slam", "pack", "weighs 40 g too much"),
        ce.ParcelMoved(38, LATE, "pack", "slam"),
        ce.ParcelMoved(39, LATE, "slam", "chute 1"),
        ce.ParcelLate(40, LATE, "packed again", "it was packed again for its weight"),
        ce.ParcelMoved(70, LATE, "chute 1", "trailer 6"),
        ce.DeliveryFailed(80, LATE, "diesel van 1", 1, "nobody was in"),
        ce.ParcelMoved(100, LATE, "diesel van 1", "customer"),
        ce.ParcelLate(100, LATE, "nobody in", "delivered 10 min after it was promised: nobody was in"),
        ce.TrailerMoved(40, 5, "outbound", "departed", "city"),
        ce.RoutePlanned(41, "diesel van 1", "diesel van", "city", [IN_TIME], 8_000, 70, "", 41, [60], 900),
        ce.RoutePlanned(71, "diesel van 1", "diesel van", "city", [LATE], 4_000, 110, "", 71, [80], 500),
    ]


def _goods() -> list[Event]:
    return [
        ce.PurchaseOrdered(0, 1, "Alder", [(0, 10, 250), (1, 6, 100)], 30, "both under their reorder points"),
        *(ce.PurchaseOrderMoved(t, 1, state) for t, state in ((0, "sent"), (5, "confirmed"), (10, "shipped"))),
        ce.TrailerMoved(40, 1, "inbound", "unloaded", "door 1"),
        ce.PurchaseOrderMoved(40, 1, "arrived"),
        ce.Received(41, 1, "po 1", 0, 10, 8, damaged=2),
        ce.Received(41, 1, "po 1", 1, 4, 4),
        ce.PurchaseOrderMoved(42, 1, "received"),
        ce.PurchaseOrderMoved(43, 1, "short", "2 units of nut weren't sent"),
        ce.PurchaseOrdered(50, 2, "Birch", [(1, 5, 90)], 90, "nut is under its reorder point"),
        ce.DockToStock(70, 0, 8, 30),
        ce.DockToStock(110, 1, 2, 70),
        ce.LevelsSet(0, 0, 3.5, 6, 14, 2),
        ce.ForecastChosen(0, "A", "sba", 0.8, 1.1, -0.02, True),
    ]


def _money() -> list[Event]:
    return [
        ce.MoneyMoved(0, "stock", "capital", 10_000, "opening stock", ""),
        ce.MoneyMoved(22, "cash", "sales", 2_000, "sale", "order 0"),
        ce.MoneyMoved(39, "cash", "seller:seller-1", 900, "sale", "order 1"),
        ce.MoneyMoved(39, "seller:seller-1", "sellers' fees", 200, "pick fee", "order 1"),
        ce.MoneyMoved(60, "costs:last mile", "cash", 1_400, "last mile", ""),
        ce.MoneyMoved(60, "costs:packaging", "cash", 600, "packaging", ""),
        ce.MoneyMoved(90, "seller:seller-1", "cash", 700, "settlement", "seller-1"),
        ce.MoneyMoved(95, "cash", "seller:seller-2", 300, "sale", "order 1"),
        ce.EnergyUsed(60, "diesel vans", 5_000, 1_300),
        ce.EnergyUsed(61, "diesel vans", 1_000, 300),
        ce.EnergyUsed(61, "robots", 200, 70),
    ]


def _returns() -> list[Event]:
    return [
        *(ce.ReturnMoved(t, 1, IN_TIME, s) for t, s in ((61, "authorised"), (70, "handed_in"), (80, "arrived"))),
        ce.ReturnGraded(90, 1, 0, 3, "as new", "restock", "sealed"),
        ce.ReturnGraded(90, 1, 0, 1, "broken", "recycle", "a part is missing"),
        ce.ReturnMoved(90, 1, IN_TIME, "inspected"),
        ce.ReturnMoved(91, 1, IN_TIME, "closed"),
        ce.ReturnMoved(95, 2, LATE, "authorised"),
        ce.Disrupted(10, "fuel-price", "begins", "fuel costs 2 times the usual price"),
        ce.Disrupted(70, "fuel-price", "ends", "fuel costs 2 times the usual price"),
        ce.Disrupted(100, "power", "begins", "chargers give 50% of their power"),
    ]


def chain_events() -> list[list[Event]]:
    """Events by tick."""
    found: list[list[Event]] = [[] for _ in range(TICKS)]
    for event in [*_orders(), *_parcels(), *_goods(), *_money(), *_returns()]:
        found[event.t].append(event)
    return found


def chain_kpis() -> Kpis:
    """Key figures of the day."""
    kpis = Kpis(chain_header(), small_floor())
    for tick, events in enumerate(chain_events()):
        kpis.fold(small_frame(tick), events)
    return kpis


def write_chain_record(path: Path) -> Record:
    """Write the day as a record."""
    with RecordWriter(path, chain_header()) as writer:
        for tick, events in enumerate(chain_events()):
            writer.add(small_frame(tick), events)
        writer.finish({"orders_shipped": 0})
    return Record(path)
