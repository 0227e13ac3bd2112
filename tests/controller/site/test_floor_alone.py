"""A floor with nothing around it."""

from controller.site.floor_alone import FloorAlone
from controller.warehouse.stock import SUPPLIER, TRUCK, parcel
from tests.support.floor.tiny_site import quiet_site


def test_a_truck_takes_what_is_packed() -> None:
    """Nothing else is notified of the parcel, and no order is without slack."""
    site = quiet_site(orders={0: [(7200, {3: 2})]})
    (order,) = site.demand.arrivals(0)
    site.ledger.move(0, 3, 2, SUPPLIER, parcel(order.id))
    assert isinstance(site.surroundings, FloorAlone)
    site.surroundings.packed(order)
    assert site.ledger.held(parcel(order.id)) == {}
    assert site.ledger.held(TRUCK) == {3: 2}
    assert site.surroundings.no_slack_until() == -1
    assert site.surroundings.beyond() == ()
