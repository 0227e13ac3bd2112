"""The history of a parcel."""

from robots.histories.parcel_history import ParcelHistory, follow_parcel
from robots.recording import supply_chain_events as ce


def test_a_parcel_that_nobody_took_grows_no_later() -> None:
    """It came back 20 ticks before its promise ended, and that is the end of it; nothing is expected any more."""
    history = ParcelHistory()
    for event in (
        ce.OrderPromised(1, 7, "same-day", "same-day", "city", 40, 90, 1.0, 2.0, ""),
        ce.EtaChanged(40, 7, 60, "on the road"),
        ce.ParcelMoved(70, 7, "delivery station", "return 1", "undeliverable after 3 attempts"),
    ):
        assert follow_parcel(history, 7, event)
    assert history.late(500) == -20
    assert not history.on_its_way
