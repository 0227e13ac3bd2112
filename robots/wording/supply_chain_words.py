"""Events of the supply chain in words: what happened, without the subject and without the reason."""

from collections.abc import Mapping

from robots.recording import supply_chain_events as ce
from robots.recording.event import EventCall
from robots.recording.events import Event
from robots.recording.frames import Header
from robots.recording.places import PlaceKind, place_of
from robots.wording.formatting import clock, count, money, share

_PLACES = {
    "pack": "at the pack station",
    "slam": "being weighed and labelled",
    "sorter": "on the sorter",
    "delivery station": "at its delivery station",
    "customer": "delivered",
    "seller": "with its seller",
}


def sku_words(header: Header, sku: int) -> str:
    """Return the name of a SKU by its number in the run."""
    return header.skus[sku] if 0 <= sku < len(header.skus) else f"SKU {sku}"


def units_words(header: Header, sku: int, units: int) -> str:
    """Return units of a SKU: "3 × bolt"."""
    return f"{units} × {sku_words(header, sku)}"


def place_words(place: str) -> str:
    """Return where a parcel is: "being weighed and labelled", "in chute 3", "in trailer 12", "on van 2", "delivered"."""
    if place in _PLACES:
        return _PLACES[place]
    kind = place_of(place).kind
    if kind == PlaceKind.RETURN:
        return f"on its way back ({place})"
    return f"{'in' if kind in (PlaceKind.CHUTE, PlaceKind.TRAILER) else 'on'} {place}"


def state_words(state: str) -> str:
    """Return a state as text: "handed in"."""
    return state.replace("_", " ")


def chain_phrases(header: Header) -> Mapping[type[Event], EventCall[str]]:
    """Return {kind of event: function that says what happened}."""
    return _parcel_phrases(header) | _return_phrases(header) | _goods_phrases(header) | _plan_phrases(header)


_Phrases = dict[type[Event], EventCall[str]]


def _parcel_phrases(header: Header) -> _Phrases:
    def when(tick: int) -> str:
        return clock(header, tick, seconds=False)

    return {
        ce.OrderPromised: lambda e: (
            f"promised {e.promise} by {when(e.by)}, with the {when(e.cpt)} trailer of lane {e.lane}{_wanted(e)}"
        ),
        ce.StockRanOut: lambda e: f"waits for {units_words(header, e.sku, e.units)}, out of stock ({e.rule})",
        ce.ParcelPacked: lambda e: (
            f"packed into {_boxes(e)}, {e.weight_g / 1000:.2f} kg, {share(e.void)} of the box is air"
        ),
        ce.ParcelMoved: lambda e: place_words(e.target),
        ce.ParcelLate: lambda e: f"late, {e.cause}",
        ce.EtaChanged: lambda e: f"expected {when(e.eta)} now",
        ce.RoutePlanned: lambda e: (
            f"on the route of {e.vehicle}, {count(len(e.parcels), 'stop')}, {e.metres / 1000:.1f} km"
        ),
        ce.DeliveryFailed: lambda e: f"not delivered in attempt {e.attempt} by {e.vehicle}",
    }


def _return_phrases(header: Header) -> _Phrases:
    return {
        ce.ReturnMoved: lambda e: f"return {e.rma} {state_words(e.state)}",
        ce.ReturnGraded: lambda e: (
            f"{units_words(header, e.sku, e.units)} of return {e.rma} graded {e.grade}, goes to {e.disposition}"
        ),
        ce.ReturnUnmatched: lambda e: f"return {e.name} belongs to no order",
    }


def _goods_phrases(header: Header) -> _Phrases:
    return {
        ce.PurchaseOrdered: lambda e: f"purchase order {e.po} placed with {e.supplier}",
        ce.PurchaseOrderMoved: lambda e: f"purchase order {e.po} {state_words(e.state)}",
        ce.TrailerMoved: lambda e: f"{e.kind} trailer {e.trailer} {state_words(e.state)}, {e.where}",
        ce.Received: lambda e: f"{units_words(header, e.sku, e.good)} received from {e.source}",
        ce.DockToStock: lambda e: (
            f"{units_words(header, e.sku, e.units)} in stock, in {'reserve' if e.place == 'reserve' else 'a pod'}"
        ),
        ce.SellerInbound: lambda e: f"shipment {e.shipment} of {e.seller} {state_words(e.state)}",
        ce.SellerOutbound: lambda e: f"removal of {e.seller} {state_words(e.state)}",
    }


def _plan_phrases(header: Header) -> _Phrases:
    return {
        ce.LevelsSet: lambda e: (
            f"reorder point of {sku_words(header, e.sku)} set to {e.reorder_point:,}, order-up-to level to {e.order_up_to:,}"
        ),
        ce.ForecastChosen: lambda e: f"class {e.velocity} is forecast by {e.model}",
        ce.MoneyMoved: lambda e: f"{e.cause} of {money(e.cents)}",
        ce.EnergyUsed: lambda e: f"{e.wh / 1000:,.1f} kWh used for {e.cause}",
        ce.Disrupted: lambda e: f"disruption {e.state}: {e.kind}",
    }


def _wanted(event: ce.OrderPromised) -> str:
    return "" if event.promise == event.wanted else f" ({event.wanted} was wanted)"


def _boxes(event: ce.ParcelPacked) -> str:
    return f"box {event.box}" if event.boxes == 1 else f"{event.boxes} boxes {event.box}"
