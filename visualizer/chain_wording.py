"""Events of the supply chain in words for people, as far as they are about an order, its parcel or the floor."""

from collections.abc import Callable

from layout.wording import count
from robots import chain_events as ce
from robots.events import AnyEvent

Called = Callable[[int], str]
"""An order in words, by its number in the run: "order A-17"."""
_PLACES = {
    "pack": "at the pack station",
    "slam": "being labelled",
    "customer": "with its customer",
    "seller": "with its seller",
    "station": "at its delivery station",
}


def place_words(place: str) -> str:
    """Where a parcel is: "being labelled", "in chute 3", "in trailer 12", "on van 2", "with its customer"."""
    if place in _PLACES:
        return _PLACES[place]
    kind = place.partition(" ")[0]
    if kind == "return":
        return f"on its way back ({place})"
    return f"{'in' if kind in ('chute', 'trailer') else 'on'} {place}"


def chain_headline(event: AnyEvent, called: Called) -> str:
    """What happened, in a few words, "" for what happens on the floor itself."""
    return (
        _parcel_headline(event, called)
        or _return_headline(event)
        or _goods_headline(event, called)
        or _book_headline(event)
    )


def _parcel_headline(event: AnyEvent, called: Called) -> str:
    match event:
        case ce.OrderPromised():
            return f"{called(event.order)} promised {event.promise}"
        case ce.ParcelPacked():
            return f"parcel of {called(event.parcel)} in box {event.box}, {event.weight_g / 1000:.1f} kg"
        case ce.ParcelMoved():
            return f"parcel of {called(event.parcel)} {place_words(event.target)}"
        case ce.ParcelLate():
            return f"parcel of {called(event.parcel)} late: {event.cause}"
        case ce.EtaChanged():
            return f"parcel of {called(event.parcel)} is expected at another time"
        case ce.RoutePlanned():
            return f"route of {event.vehicle}: {count(len(event.parcels), 'parcel')}"
        case ce.DeliveryFailed():
            return f"attempt {event.attempt} to deliver the parcel of {called(event.parcel)} failed"
    return ""


def _return_headline(event: AnyEvent) -> str:
    match event:
        case ce.ReturnMoved():
            return f"return {event.rma} {_state(event.state)}"
        case ce.ReturnGraded():
            return f"return {event.rma} graded {event.grade}: {event.disposition}"
        case ce.ReturnUnmatched():
            return f"return {event.name} belongs to no order"
    return ""


def _goods_headline(event: AnyEvent, called: Called) -> str:
    match event:
        case ce.PurchaseOrdered():
            return f"purchase order {event.po} at {event.supplier}"
        case ce.PurchaseOrderMoved():
            return f"purchase order {event.po} {_state(event.state)}"
        case ce.TrailerMoved():
            return f"{event.kind} trailer {event.trailer} {_state(event.state)}"
        case ce.Received():
            return f"{count(event.good, 'unit')} received of {event.source}"
        case ce.DockToStock():
            return f"{count(event.units, 'unit')} on stock, in {'reserve' if event.place == 'reserve' else 'a pod'}"
        case ce.StockRanOut():
            return f"{called(event.order)} is {event.units:,} short: {event.rule}"
        case ce.SellerInbound():
            return f"shipment {event.shipment} of {event.seller} {_state(event.state)}"
        case ce.SellerOutbound():
            return f"removal {event.order} of {event.seller} {_state(event.state)}"
    return ""


def _book_headline(event: AnyEvent) -> str:
    match event:
        case ce.LevelsSet():
            return f"levels of SKU {event.sku}: {event.reorder_point:,} to {event.order_up_to:,}"
        case ce.ForecastChosen():
            return f"class {event.velocity} is forecast by {event.model}"
        case ce.MoneyMoved():
            return f"{event.cause}: {event.cents / 100:,.2f}"
        case ce.EnergyUsed():
            return f"{event.wh / 1000:,.1f} kWh for {event.cause}"
        case ce.Disrupted():
            return f"disruption {event.state}: {event.kind}"
    return ""


def _state(state: str) -> str:
    return state.replace("_", " ")
