"""On time is one figure: the window at a tick and the report of a run that ends there agree."""

from controller.floor.cancelling import cancel
from controller.kpis import Kpis
from controller.run import header_of
from controller.tick import tick
from tests.support.floor.tiny_site import quiet_site
from visualizer.scene.figures import on_time

DUES = [3, 250, 70, 130, 600]


def test_window_and_report_agree_at_every_tick() -> None:
    """Two of five orders ship late, one is overdue until it is cancelled, and one is not due; open past due is late."""
    site = quiet_site(
        stock={0: {0: 9}}, orders={0: [(due, {0: 2}) for due in DUES[:3]] + [(due, {1: 9}) for due in DUES[3:]]}
    )
    kpis = Kpis(header_of(site), site.floor)
    seen: set[tuple[int, int, int]] = set()
    while site.tick < 300:
        if site.tick == 200:
            cancel(site, site.book.open[3], "no stock")
        frame, events = tick(site)
        kpis.fold(frame, events)
        due, in_time = kpis.orders.due_by(frame.tick)
        assert (frame.counts["orders_due"], frame.counts["orders_late"]) == (due, due - in_time), frame.tick
        assert on_time(frame.counts) == kpis.orders.on_time(frame.tick)
        seen.add((due, in_time, frame.counts["orders_shipped"]))
    assert {(0, 0, 0), (1, 0, 0), (3, 0, 3), (2, 0, 3), (3, 1, 3)} <= seen
