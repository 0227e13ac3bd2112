"""Laws of parcels, each broken on purpose by streams of events that a sound supply chain never reports."""

import pytest

from controller.checking.parcels import ParcelLaws
from robots.recording.events import Event, OrderShipped, StockMoved
from robots.recording.supply_chain_events import EtaChanged, ParcelMoved, ParcelPacked, RoutePlanned, TrailerMoved


class Parcels:
    """Laws and the supply chain's state, which by default equals the events. Parcel 7 is packed with two units."""

    def __init__(self) -> None:
        self.book: dict[int, str] = {}
        self.laws = ParcelLaws(lambda: self.book)
        assert self.look(*packed(7)) == []

    def look(self, *events: Event) -> list[str]:
        for event in events:
            if isinstance(event, OrderShipped):
                self.book[event.order] = "pack"
            elif isinstance(event, ParcelMoved):
                self.book[event.parcel] = event.target
                if event.target in ("customer", "return 3"):
                    del self.book[event.parcel]
        return list(self.laws.look(events))


def packed(parcel: int) -> list[Event]:
    return [
        OrderShipped(0, parcel, 1, 0),
        ParcelPacked(0, parcel, "small", 1, 0.4, 300),
        StockMoved(0, 0, "house", 2, f"tote {parcel}", f"parcel {parcel}"),
    ]


def moved(source: str, target: str, parcel: int = 7) -> ParcelMoved:
    return ParcelMoved(1, parcel, source, target)


def units(target: str, parcel: int = 7) -> StockMoved:
    return StockMoved(1, 0, "house", 2, f"parcel {parcel}", target)


def trailer(state: str) -> TrailerMoved:
    return TrailerMoved(1, 2, "outbound", state, "near")


def route(*parcels: int, vehicle: str = "van 1", t: int = 1, back: int = 50) -> RoutePlanned:
    return RoutePlanned(t, vehicle, "diesel", "near", list(parcels), 9000, back)


@pytest.fixture
def parcels() -> Parcels:
    return Parcels()


def test_a_parcel_from_the_packer_to_its_customer_breaks_no_law(parcels: Parcels) -> None:
    """Pack, SLAM, chute, trailer, van, door: nothing to say, nor in the end."""
    assert parcels.look(moved("pack", "slam"), moved("slam", "chute 1")) == []
    assert parcels.look(trailer("loading"), moved("chute 1", "trailer 2"), trailer("departed")) == []
    assert parcels.look(moved("trailer 2", "van 1"), route(7)) == []
    assert parcels.look(moved("van 1", "customer"), units("customer")) == []
    assert list(parcels.laws.compare_all()) == []


def test_a_parcel_comes_from_where_it_is(parcels: Parcels) -> None:
    """It lies at the packer's and is said to leave a chute."""
    assert parcels.look(moved("chute 1", "slam")) == ["parcel 7 went from chute 1 to slam, but it is at pack"]


def test_a_parcel_that_was_never_packed_goes_nowhere(parcels: Parcels) -> None:
    """Parcel 8 is unknown."""
    texts = parcels.look(moved("pack", "slam", parcel=8))
    assert texts[0] == "parcel 8 went from pack to slam, but it was never packed"


def test_a_parcel_is_delivered_once(parcels: Parcels) -> None:
    """The second delivery is named, and where it went before."""
    parcels.look(moved("pack", "customer"), units("customer"))
    assert parcels.look(moved("pack", "customer"))[0] == (
        "parcel 7 went from pack to customer, but it went to customer"
    )


def test_a_parcel_is_packed_once(parcels: Parcels) -> None:
    """Its order left the pack station twice."""
    assert parcels.look(OrderShipped(2, 7, 1, 0)) == ["parcel 7 was packed twice"]


def test_a_move_to_the_same_place_is_none(parcels: Parcels) -> None:
    """The parcel moves from the packer to the packer."""
    assert parcels.look(moved("pack", "pack")) == ["parcel 7 went from pack to pack, which is no move"]


def test_a_box_is_chosen_at_the_packers_and_makes_sense(parcels: Parcels) -> None:
    """A parcel on the road gets no box, and no parcel weighs nothing."""
    assert parcels.look(ParcelPacked(1, 7, "small", 1, 0.4, 0)) == ["parcel 7 is 1 box of 0 g with a void of 0.4"]
    parcels.look(moved("pack", "slam"))
    assert parcels.look(ParcelPacked(1, 7, "small", 1, 0.4, 300)) == ["parcel 7 was put into a box, but it is at slam"]


def test_units_leave_with_their_parcel(parcels: Parcels) -> None:
    """Delivered, but the ledger still has them; then gone from the ledger, but the parcel is still with us."""
    assert parcels.look(moved("pack", "customer")) == [
        "parcel 7 went to customer, but 2 units are still in it",
        "parcel 7 went to customer, but its units went to nowhere",
    ]
    assert parcels.look(*packed(8)) == []
    assert parcels.look(units("customer", parcel=8)) == ["parcel 8 is at pack, with nothing in it"]


def test_units_go_where_their_parcel_goes(parcels: Parcels) -> None:
    """The parcel is on its way back, its units are said to be the customer's."""
    assert parcels.look(moved("pack", "return 3"), units("customer")) == [
        "parcel 7 went to return 3, but its units went to customer"
    ]


def test_units_come_into_a_parcel_from_its_tote(parcels: Parcels) -> None:
    """Nothing is put into it from the dock."""
    assert parcels.look(StockMoved(1, 0, "house", 1, "dock", "parcel 7")) == ["1 of SKU 0 came into parcel 7 from dock"]


def test_the_houses_book_says_the_same(parcels: Parcels) -> None:
    """A parcel in another place by the book, a parcel that the book has lost, and one that only the book has."""
    parcels.look(moved("pack", "slam"))
    parcels.book[7] = "chute 1"
    assert list(parcels.laws.compare_all()) == [
        "parcel 7 is at slam by its events, the supply chain's state says chute 1"
    ]
    del parcels.book[7]
    parcels.book[9] = "slam"
    assert list(parcels.laws.compare_all()) == [
        "parcel 7 is at slam by its events, the supply chain's state has none",
        "parcel 9 was never packed by its events, the supply chain's state says slam",
    ]


def test_a_vehicle_is_on_one_route_at_a_time(parcels: Parcels) -> None:
    """It set out twice, with a parcel that nobody has and with one of which there is one."""
    parcels.look(moved("pack", "van 1"))
    assert parcels.look(route(7)) == []
    assert parcels.look(route(7, 7, 8, t=20, back=10)) == [
        "van 1 set out at tick 20, but it is on a route until 50",
        "van 1 set out at tick 20 and was to be back at 10",
        "van 1 was to deliver parcel 7 2 times",
        "van 1 was to deliver parcel 8, which was never packed",
    ]


def test_a_parcel_that_is_delivered_is_expected_no_more(parcels: Parcels) -> None:
    """A later ETA after the end."""
    parcels.look(moved("pack", "customer"), units("customer"))
    assert parcels.look(EtaChanged(5, 7, 900, "traffic")) == [
        "parcel 7 is expected at tick 900, but it went to customer"
    ]


def test_a_trailer_is_loaded_before_it_leaves_and_unloaded_afterwards(parcels: Parcels) -> None:
    """Into one that isn't there, out of one that stands at the door, and into one that has left."""
    assert parcels.look(moved("pack", "trailer 2")) == ["parcel 7 went from pack to trailer 2, which is nowhere"]
    parcels.look(trailer("loading"))
    assert parcels.look(moved("trailer 2", "van 1")) == [
        "parcel 7 went from trailer 2 to van 1, but its trailer hasn't left yet"
    ]
    parcels.look(trailer("departed"))
    assert parcels.look(moved("van 1", "trailer 2")) == ["parcel 7 went from van 1 to trailer 2, which is departed"]


def test_a_parcel_is_in_one_list(parcels: Parcels) -> None:
    """It lies at the packer's, and a chute and a trailer have it in their lists."""
    assert list(parcels.laws.compare_all([("pack", [7]), ("chute 1", [7])])) == [
        "parcel 7 is listed in pack and in chute 1",
        "parcel 7 is listed in chute 1, but it is at pack",
    ]
