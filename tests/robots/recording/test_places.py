"""Places in events: kind and number, read from the text that records hold."""

import pytest

from robots.recording.events import StockMoved, decode_events, encode_events
from robots.recording.places import EventPlace, PlaceKind, place_of
from robots.recording.supply_chain_events import MoneyMoved, ParcelMoved


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("bin 3.4", EventPlace(PlaceKind.BIN, 3, 4)),
        ("trailer 12", EventPlace(PlaceKind.TRAILER, 12)),
        ("diesel van 2", EventPlace("diesel van", 2)),
        ("supplier", EventPlace(PlaceKind.SUPPLIER)),
        ("delivery station", EventPlace("delivery station")),
        ("parcel x", EventPlace("parcel x")),
        ("", EventPlace("")),
    ],
)
def test_a_text_names_a_kind_and_a_number(text: str, place: EventPlace) -> None:
    """A text that has no number is a kind of its own, so that nothing malformed counts as number 0."""
    assert place_of(text) == place


def test_places_of_a_record_are_fields() -> None:
    """An event that was recorded as text names both places of a movement, and the subject of an entry."""
    moved = StockMoved(20, 0, "house", 2, "bin 0.7", "tote 5")
    sorted_ = ParcelMoved(30, 5, "chute 3", "trailer 12", "")
    refund = MoneyMoved(40, "refunds", "bank", 100, "refund", "return 7")
    events = decode_events(encode_events([moved, sorted_, refund]))
    assert events == [moved, sorted_, refund]
    assert (moved.from_place, moved.to_place) == (EventPlace("bin", 0, 7), EventPlace("tote", 5))
    assert sorted_.to_place.number_if(PlaceKind.TRAILER) == 12
    assert sorted_.from_place.number_if(PlaceKind.TRAILER) == -1
    assert refund.subject == EventPlace(PlaceKind.RETURN, 7)
