"""The supply chain's figures, on a day that one can check by eye."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from controller.cli.shared.scenario_options import of_chain
from controller.kpis import recompute
from controller.kpis.chain_delivery import DeliveryFigures
from controller.kpis.chain_inbound import InboundFigures
from controller.kpis.chain_promises import PromiseFigures
from robots.recording import supply_chain_events
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event
from robots.recording.events import AnyEvent
from tests.support.floor.small_run import small_floor, small_kpis
from tests.support.supply_chain.small_chain import chain_header, chain_kpis, write_chain_record


@pytest.fixture(scope="module")
def chain() -> dict[str, Any]:
    return dict(chain_kpis().summary().as_dict()["chain"])


def test_on_time_is_of_orders_delivered_or_due(chain: dict[str, Any]) -> None:
    """One in time, one late, one overdue: a third; the one that isn't due yet doesn't count."""
    assert chain["on_time_promise"] == pytest.approx(1 / 3)
    assert chain["promises"]["same-day"] == {
        "promised": 2,
        "wanted": 3,
        "delivered": 2,
        "late": 1,
        "undeliverable": 0,
        "overdue": 0,
        "on_time": 0.5,
    }
    assert chain["promises"]["next-day"]["on_time"] == 0.0
    assert chain["promises"]["two-day"]["on_time"] is None
    assert chain["tried_in_time"] == pytest.approx(2 / 3), "nobody was in at minute 80, the promise was for 90"
    assert list(chain["promises"]) == ["same-day", "next-day", "two-day"]


def test_missed_trailers_are_counted_by_cause(chain: dict[str, Any]) -> None:
    """One parcel made its trailer, the other was packed again and missed it."""
    assert chain["made_cpt"] == 0.5
    assert chain["late_causes"] == {"packed again": 1}  # the second word on the same parcel counts no more
    assert chain["late_reasons"]["packed again"] == "it was packed again for its weight"


def test_boxes_and_their_air(chain: dict[str, Any]) -> None:
    """Half and seven tenths of air; one parcel came back from SLAM."""
    assert chain["void_share"] == pytest.approx(0.6)
    assert chain["boxes"] == {"small": 1, "medium": 1}
    assert chain["slam_faults"] == 1


def test_a_supplier_is_judged_by_what_has_arrived(chain: dict[str, Any]) -> None:
    """14 of 16 units came, 2 of them damaged, on the day agreed; the other supplier's order is on its way."""
    alder = chain["scorecard"]["Alder"]
    assert (alder["fill"], alder["in_time"]) == (14 / 16, 1.0)
    assert alder["defects"] == pytest.approx(2 / 14)
    assert chain["scorecard"]["Birch"]["fill"] is None
    assert chain["purchase_orders"] == {"draft": 1, "short": 1}


def test_dock_to_stock_is_by_units(chain: dict[str, Any]) -> None:
    """Eight units took half an hour, two took 70 minutes."""
    assert (chain["dock_to_stock_s_p50"], chain["dock_to_stock_s_p95"]) == (1800.0, 4200.0)


def test_what_orders_found_too_little_of(chain: dict[str, Any]) -> None:
    """Two of nine units of the A class were missing."""
    assert chain["stockout_lines"] == 1
    assert chain["found_share"]["A"] == pytest.approx(7 / 9)


def test_the_forecast_stands_beside_the_naive_one(chain: dict[str, Any]) -> None:
    """Both are given by class."""
    assert chain["forecasts"]["A"] == {
        "model": "sba",
        "mase": 0.8,
        "naive_mase": 1.1,
        "bias": -0.02,
        "better_than_naive": True,
    }


def test_routes_and_attempts(chain: dict[str, Any]) -> None:
    """Two routes of a stop each, 12 km, 14 euros; two deliveries in three attempts."""
    assert chain["routes"]["diesel van"] == {
        "routes": 2,
        "stops": 2,
        "stops_a_route": 1.0,
        "km": 12.0,
        "cents": 1400,
        "cents_a_parcel": 700.0,
    }
    assert (chain["deliveries_on_routes"], chain["failed_attempts"]) == (2, 1)
    assert chain["first_time_share"] == pytest.approx(2 / 3)


def test_returns_and_what_became_of_them(chain: dict[str, Any]) -> None:
    """One closed after half an hour, one on its way."""
    assert (chain["returns"], chain["returns_closed"], chain["returns_open"]) == (2, 1, {"authorised": 1})
    assert chain["dispositions"] == {"recycle": 1, "restock": 3}
    assert chain["days_to_refund"] == pytest.approx(30 / 1440)


def test_money_and_energy_by_cause(chain: dict[str, Any]) -> None:
    """Costs largest first; all accounts together are nothing; nobody has shipped, so there is no cost an order."""
    assert chain["costs_cents"] == {"last mile": 1400, "packaging": 600}
    assert (chain["sales_cents"], chain["fees_cents"]) == (2000, 200)
    assert chain["owed_to_sellers_cents"] == {"seller-1": 0, "seller-2": 300}
    assert chain["energy_wh_by_cause"] == {"diesel vans": 6000, "robots": 200}
    assert chain["books_balance_cents"] == 0
    assert chain["cost_per_order_cents"] is None


def test_a_record_gives_the_same_figures(tmp_path: Path) -> None:
    """They are equal to the last digit."""
    with write_chain_record(tmp_path / "day.pfr") as record:
        assert recompute(record, small_floor()).summary() == chain_kpis().summary()


def test_a_run_without_a_chain_has_no_such_figures() -> None:
    """They are missing in the summary and on the terminal."""
    summary = small_kpis().summary()
    assert "chain" not in summary.as_dict()
    assert of_chain(summary.chain) == {}


def test_the_terminal_shows_a_handful() -> None:
    """A few figures are shown in words."""
    told = of_chain(chain_kpis().summary().chain)
    assert told["on time by promise"] == "33.3 % (same-day 50.0 %, next-day 0.0 %, two-day –)"
    assert told["missed trailers or promises"] == "packed again 1"


def test_a_record_can_keep_every_event_of_a_chain() -> None:
    """Each kind is one of `AnyEvent`."""
    kinds = {kind for kind in vars(supply_chain_events).values() if isinstance(kind, type) and issubclass(kind, Event)}
    known = {kind.cls for kind in msgspec.inspect.type_info(AnyEvent).types}  # type: ignore[attr-defined]
    assert kinds - {Event} <= known
    assert chain_header().skus


def told(figures: PromiseFigures | InboundFigures | DeliveryFigures, *events: Event) -> None:
    for event in events:
        if (handler := figures.handlers().get(type(event))) is not None:
            handler(event)


def test_what_nobody_took_is_not_on_time() -> None:
    """An undeliverable parcel counts as late once, before or after its promise ends, and is no longer on its way."""
    figures = PromiseFigures(60.0)
    told(
        figures,
        *(ce.OrderPromised(1, n, "same-day", "same-day", "city", 40, 90, 1.0, 2.0, "") for n in (1, 2, 3)),
        ce.ParcelMoved(50, 1, "van 1", "customer"),
        ce.DeliveryFailed(60, 2, "van 1", 1, "nobody was in"),
        ce.ParcelMoved(80, 2, "delivery station", "return 1"),
        ce.ParcelLate(80, 2, "undeliverable", "undeliverable after 1 attempt"),
        ce.ParcelLate(91, 3, "nobody in", "not delivered by 09:30: nobody was in"),
        ce.ParcelMoved(95, 3, "delivery station", "return 2"),
        ce.ParcelLate(95, 3, "undeliverable", "undeliverable after 2 attempts"),
    )
    found = figures.summary(200).as_dict()
    assert found["on_time_promise"] == pytest.approx(1 / 3)
    assert found["tried_in_time"] == pytest.approx(2 / 3)
    same_day = found["promises"]["same-day"]
    assert (same_day["late"], same_day["undeliverable"], same_day["overdue"]) == (2, 2, 0)
    assert found["late_causes"] == {"undeliverable": 2}
    assert not figures.open


def test_what_has_ended_is_counted_and_forgotten() -> None:
    """Purchase orders by how they ended; parcels that came back from their route."""
    inbound = InboundFigures(2, 60.0, 0.0)
    told(
        inbound,
        *(ce.PurchaseOrdered(0, po, "Alder", [(0, 10, 250)], 30, "") for po in (1, 2, 3)),
        *(ce.PurchaseOrderMoved(9, po, state) for po, state in ((1, "closed"), (2, "cancelled"), (3, "sent"))),
    )
    assert inbound.summary().purchase_orders == {"cancelled": 1, "closed": 1, "sent": 1}
    assert set(inbound.ordered) == {3}
    delivery = DeliveryFigures()
    told(
        delivery,
        ce.RoutePlanned(0, "van 1", "diesel van", "city", [7], 1_000, 60, ""),
        ce.ParcelMoved(80, 7, "delivery station", "return 1"),
    )
    assert (delivery.vans, delivery._out) == (0, set())
