"""Events that can be checked by eye: order 5 ("A-5", 2 bolts, 1 nut) is picked from two pods, packed, shipped late.

Pod 0 holds 4 bolts in bin 0 and 2 nuts in bin 3, pod 1 holds 3 nuts in bin 1. Task 11 brings pod 0 for 2 bolts at tick
20, task 12 brings pod 1 for a nut at tick 40; task 13 brings the tote to pack-1. Two bolts are stowed into pod 0 at
tick 3700.
"""

from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.events import AnyEvent

ORDER, NAME, DUE = 5, "A-5", 60
PICK_1, PACK_1 = 0, 1
SKUS = ["bolt", "nut"]
BOLT, NUT = 0, 1

ORDER_EVENTS: list[AnyEvent] = [
    ev.StockMoved(0, BOLT, "house", 4, "supplier", "bin 0.0"),
    ev.StockMoved(0, NUT, "house", 2, "supplier", "bin 0.3"),
    ev.StockMoved(0, NUT, "house", 3, "supplier", "bin 1.1"),
    ev.OrderReceived(2, ORDER, NAME, [(BOLT, 2), (NUT, 1)], DUE),
    ev.OrderReleased(3, ORDER, PICK_1, "late first"),
    ev.TaskCreated(3, 11, "pick", 0, PICK_1, "2 open lines, 4 cells away"),
    ev.TaskAssigned(4, 11, 1, "nearest"),
    ev.TaskCreated(4, 12, "pick", 1, PACK_1, "for another station"),
    ev.VisitStarted(15, 11, PICK_1, 1),
    ev.StockMoved(20, BOLT, "house", 2, "bin 0.0", "tote 5"),
    ev.Picked(20, ORDER, 0, BOLT, 2, 0, PICK_1),
    ev.VisitEnded(21, 11, PICK_1, 1, 2),
    ev.PlaceChosen(21, 11, 0, 23, "nearest free place"),
    ev.NextStop(22, 12, PICK_1, "1 line here, too"),
    ev.RobotFault(25, 3, 36, "stop"),
    ev.Alarm(28, "stuck", "robot 3 waits", 36, 3),
    ev.TaskDone(30, 11),
    ev.VisitStarted(35, 12, PICK_1, 2),
    ev.StockMoved(40, NUT, "house", 1, "bin 1.1", "tote 5"),
    ev.Picked(40, ORDER, 1, NUT, 1, 1, PICK_1),
    ev.OrderPicked(40, ORDER, PICK_1),
    ev.TaskCreated(41, 13, "pack", -1, PACK_1, "a full tote"),
    ev.TaskAssigned(41, 13, 0, "nearest"),
    ev.VisitStarted(70, 13, PACK_1, 0),
    ev.OrderPacking(70, ORDER, PACK_1),
    ev.OrderShipped(75, ORDER, PACK_1, 15),
    ev.StockMoved(3700, BOLT, "house", 2, "dock", "bin 0.0"),
]
"""Events on the floor, in the order of their ticks."""

PARCEL_EVENTS: list[AnyEvent] = [
    ce.OrderPromised(2, ORDER, "next-day", "same-day", "lane A", 500, 900, 1.0, 2.0, "the same-day trailer is full"),
    ce.ParcelPacked(74, ORDER, "M", 1, 0.4, 300),
    ce.ParcelMoved(75, ORDER, "pack", "slam"),
    ce.ParcelMoved(80, ORDER, "slam", "chute 2"),
    ce.ParcelMoved(90, ORDER, "chute 2", "trailer 12"),
    ce.RoutePlanned(500, "van 2", "diesel", "lane A", [4, ORDER], 9000, 990, "", 600, [700, 800], 1200),
    ce.ParcelMoved(600, ORDER, "station", "van 2", "stop 2 of 2"),
    ce.EtaChanged(650, ORDER, 950, "a jam"),
    ce.ParcelLate(940, ORDER, "traffic", "the van stood in a jam"),
    ce.ParcelMoved(950, ORDER, "van 2", "customer"),
]
"""Events of the parcel after the floor, in a run with a supply chain."""
