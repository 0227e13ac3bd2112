"""Events of the supply chain in words, as far as they are about an order, its parcel or its return."""

from collections.abc import Callable
from typing import Any

from controller.wording import clock, count, share
from robots import chain_events as ce
from robots.events import Event
from robots.frames import Header

_PLACES = {
    "pack": "at the pack station",
    "slam": "at SLAM",
    "customer": "with its customer",
    "seller": "with its seller",
}


def place_words(place: str) -> str:
    """Where a parcel is: "at SLAM", "in chute 3", "in trailer 12", "on diesel van 2"."""
    kind = place.partition(" ")[0]
    if place in _PLACES:
        return _PLACES[place]
    if kind in ("chute", "trailer"):
        return f"in {place}"
    if kind == "return":
        return f"on its way back ({place})"
    return f"on {place}" if any(word in place for word in ("van", "flex", "driver")) else f"at {place}"


def money(cents: int) -> str:
    """ "12.50"."""
    return f"{cents / 100:,.2f}".replace(",", "\u202f")


def chain_sentences(header: Header) -> dict[type[Event], Callable[[Any], str]]:
    """{kind of event: what happened, in a sentence without its end}."""

    def when(tick: int) -> str:
        return clock(header, tick, seconds=False)

    def units(sku: int, amount: int) -> str:
        return f"{amount} × " + (header.skus[sku] if sku < len(header.skus) else f"SKU {sku}")

    return {
        ce.OrderPromised: lambda e: (
            f"promised {e.promise} by {when(e.by)}, with the {when(e.cpt)} trailer of lane {e.lane}{_wanted(e)}: {e.reason}"
        ),
        ce.StockRanOut: lambda e: f"waits for {units(e.sku, e.units)}: out of stock ({e.rule})",
        ce.ParcelPacked: lambda e: (
            f"packed into {_boxes(e)}, {e.weight_g / 1000:.2f} kg, {share(e.void)} of the box is air"
        ),
        ce.ParcelMoved: _moved,
        ce.ParcelLate: lambda e: f"late, {e.cause}: {e.reason}",
        ce.EtaChanged: lambda e: f"expected {when(e.eta)} now: {e.reason}",
        ce.RoutePlanned: lambda e: (
            f"on the route of {e.vehicle}: {count(len(e.parcels), 'stop')}, {e.metres / 1000:.1f} km{_reason(e.reason)}"
        ),
        ce.DeliveryFailed: lambda e: f"attempt {e.attempt} by {e.vehicle} failed: {e.reason}",
        ce.TrailerMoved: lambda e: f"trailer {e.trailer} {e.state.replace('_', ' ')}, {e.where}{_reason(e.reason)}",
        ce.ReturnMoved: lambda e: f"return {e.rma} {e.state.replace('_', ' ')}{_reason(e.reason)}",
        ce.ReturnGraded: lambda e: (
            f"{units(e.sku, e.units)} of return {e.rma} graded {e.grade}, goes to {e.disposition}: {e.reason}"
        ),
        ce.SellerOutbound: lambda e: f"removal of {e.seller} {e.state.replace('_', ' ')}{_reason(e.reason)}",
        ce.MoneyMoved: lambda e: f"{e.cause} of {money(e.cents)}",
    }


def _wanted(event: ce.OrderPromised) -> str:
    return "" if event.promise == event.wanted else f" ({event.wanted} was wanted)"


def _boxes(event: ce.ParcelPacked) -> str:
    return f"box {event.box}" if event.boxes == 1 else f"{event.boxes} boxes {event.box}"


def _moved(event: ce.ParcelMoved) -> str:
    """From the one place to the other, in the words of the sorter and the road."""
    if event.target == "customer":
        words = "delivered"
    elif event.source == "pack" and event.target == "slam":
        words = "to SLAM: weighed, labelled, on a manifest"
    else:
        words = f"{place_words(event.target)}, from {event.source}"
    return words + _reason(event.reason)


def _reason(reason: str) -> str:
    return f": {reason}" if reason else ""
