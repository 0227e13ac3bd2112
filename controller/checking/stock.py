"""Laws of stock: a second ledger, kept from the reported movements alone.

Units move from one place to another in one step, only the supplier's balance may be negative, a bin holds one SKU, a
SKU keeps its owner; what was picked, stowed, taken out and shipped is what was moved. If the two ledgers differ, the
first one's value is used from then on, so that each difference is reported once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from controller.warehouse.stock import Ledger, Place
from robots.recording.events import (
    Alarm,
    Event,
    OrderCancelled,
    OrderShipped,
    OrderWithdrawn,
    Picked,
    StockMoved,
    Stowed,
    TakenOut,
)
from robots.recording.places import PlaceKind, place_of

_SUPPLIER = "supplier"
Flow = Counter[tuple[str, str, int]]
"""Units by (from, to, sku); "pod 3" stands for all of its bins."""


class StockLaws:
    """Second ledger: bins as arrays like the first one's, other places by their text.

    chain: parcels stay in the ledger after packing; without a supply chain the truck takes them at once.
    """

    def __init__(self, ledger: Ledger, *, chain: bool = False) -> None:
        self._ledger, self._chain = ledger, chain
        self._bin_sku = np.full_like(ledger.bin_sku, -1)
        self._bin_units = np.zeros_like(ledger.bin_units)
        self._held: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._owners = ledger.catalogue.owners

    def look(self, tick: int, events: Sequence[Event], ordered: Callable[[int], Mapping[int, int]]) -> Iterator[Alarm]:
        """Yield the faults of the tick. ordered: returns {sku: units} of an order by its number."""
        moves = [event for event in events if isinstance(event, StockMoved)]
        changed = {(place, move.sku): None for move in moves for place in (move.source, move.target)}
        for move in moves:
            yield from (Alarm(tick, "stock", text) for text in self._book(move))
        faults = [*self._bins_differ(), *self._places_differ(changed)]
        if events:
            flow = _flow(moves)
            faults += [*_work_differs(events, flow), *self._orders_differ(events, flow, ordered)]
        for text in faults:
            yield Alarm(tick, "stock", text)

    def compare_all(self, tick: int) -> Iterator[Alarm]:
        """Compare every bin and place with the ledger, and check the ledger's sums by SKU."""
        places = {str(place): units for place, units in self._ledger.places().items()}
        books = (places, self._held)
        everything = {(place, sku): None for book in books for place in book for sku in book[place]}
        for text in (*self._bins_differ(), *self._places_differ(everything), *self._unbalanced(places)):
            yield Alarm(tick, "stock", text)

    def _book(self, move: StockMoved) -> Iterator[str]:
        """Enter a movement, and yield its faults."""
        text = f"{move.quantity} of SKU {move.sku} from {move.source} to {move.target}"
        if move.quantity <= 0:
            yield f"{text} is no movement"
        owner = self._owners[move.sku]
        if move.owner != owner:
            yield f"{text} belong to {move.owner}, SKU {move.sku} belongs to {owner}"
        for place, units in ((move.source, -move.quantity), (move.target, move.quantity)):
            yield from self._add(place, move.sku, units)

    def _add(self, place: str, sku: int, units: int) -> Iterator[str]:
        kind, number, inner = place_of(place)
        if inner >= 0:
            yield from self._add_to_bin(place, number, inner, sku, units)
            return
        left = self._held[place].get(sku, 0) + units
        if left < 0 and kind != _SUPPLIER:
            yield f"{place} has {left} of SKU {sku}"
        self._hold(place, sku, left)

    def _hold(self, place: str, sku: int, units: int) -> None:
        self._held[place][sku] = units
        if not units:
            del self._held[place][sku]
        if not self._held[place]:
            del self._held[place]

    def _add_to_bin(self, place: str, pod: int, number: int, sku: int, units: int) -> Iterator[str]:
        present = int(self._bin_sku[pod, number])
        if present not in (-1, sku):
            yield f"{place} holds SKU {present}, but {units} of SKU {sku} were moved"
            return
        left = int(self._bin_units[pod, number]) + units
        if left < 0:
            yield f"{place} has {left} of SKU {sku}"
        self._bin_units[pod, number] = left
        self._bin_sku[pod, number] = sku if left else -1

    def _bins_differ(self) -> Iterator[str]:
        ledger = self._ledger
        wrong = (self._bin_units != ledger.bin_units) | (self._bin_sku != ledger.bin_sku)
        for pod, number in np.argwhere(wrong).tolist():
            has = f"{ledger.bin_units[pod, number]} of SKU {ledger.bin_sku[pod, number]}"
            comes_to = f"{self._bin_units[pod, number]} of SKU {self._bin_sku[pod, number]}"
            yield f"bin {pod}.{number} has {has}, its movements come to {comes_to}"
        self._bin_units[wrong], self._bin_sku[wrong] = ledger.bin_units[wrong], ledger.bin_sku[wrong]

    def _places_differ(self, entries: Mapping[tuple[str, int], None]) -> Iterator[str]:
        """Compare places; bins among the entries hold nothing in either dictionary and are compared as arrays."""
        for place, sku in entries:
            kind, number, _ = place_of(place)
            has = self._ledger.held(Place(kind, max(0, number))).get(sku, 0)
            comes_to = self._held.get(place, {}).get(sku, 0)
            if has != comes_to:
                yield f"{place} has {has} of SKU {sku}, its movements come to {comes_to}"
                self._hold(place, sku, has)

    def _unbalanced(self, places: Mapping[str, Mapping[int, int]]) -> Iterator[str]:
        """Yield SKUs whose units appeared from nowhere or vanished, by their owner."""
        total = np.zeros(len(self._owners), np.int64)
        full = self._ledger.bin_sku >= 0
        np.add.at(total, self._ledger.bin_sku[full], self._ledger.bin_units[full])
        for held in places.values():
            for sku, units in held.items():
                total[sku] += units
        for sku in np.flatnonzero(total).tolist():
            yield f"all places together have {total[sku]:+} of SKU {sku} of {self._owners[sku]}"

    def _orders_differ(
        self, events: Sequence[Event], flow: Flow, ordered: Callable[[int], Mapping[int, int]]
    ) -> Iterator[str]:
        """Compare parcels with what was ordered; totes of orders that no longer need them are empty."""
        loaded: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for (source, target, sku), units in flow.items():
            if closed := self._parcel_of(source, target):
                loaded[closed][sku] = units
        for event in events:
            if isinstance(event, OrderShipped):
                parcel, wanted = loaded.pop(f"parcel {event.order}", {}), dict(ordered(event.order))
                if parcel != wanted:
                    yield f"order {event.order} left with {_list(parcel)}, ordered were {_list(wanted)}"
            if isinstance(event, OrderShipped | OrderWithdrawn | OrderCancelled) and self._held.get(
                f"tote {event.order}"
            ):
                yield f"tote {event.order} still holds {_list(self._held[f'tote {event.order}'])}"
        for source, parcel in loaded.items():
            yield f"{source} left with {_list(parcel)}, but no order was shipped with it"

    def _parcel_of(self, source: str, target: str) -> str:
        """Return the parcel that a movement closes, or takes off the floor if it is not followed afterwards; or ""."""
        if self._chain:
            kinds = place_of(source).kind, place_of(target).kind
            return target if kinds == (PlaceKind.TOTE, PlaceKind.PARCEL) else ""
        return source if target == PlaceKind.TRUCK and place_of(source).kind == PlaceKind.PARCEL else ""


def _flow(moves: Sequence[StockMoved]) -> Flow:
    flow: Flow = Counter()
    for move in moves:
        flow[_shelf(move.source), _shelf(move.target), move.sku] += move.quantity
    return flow


def _work_differs(events: Sequence[Event], flow: Flow) -> Iterator[str]:
    """Compare what people reported as picked, stowed and taken out with what was moved."""
    reported: Flow = Counter()
    for event in events:
        if isinstance(event, Picked):
            reported[f"pod {event.pod}", f"tote {event.order}", event.sku] += event.quantity
        elif isinstance(event, Stowed):
            reported["dock", f"pod {event.pod}", event.sku] += event.quantity
        elif isinstance(event, TakenOut):
            reported[f"pod {event.pod}", "dock", event.sku] += event.quantity
    work = {key: None for key in flow if _is_work(*key[:2])} | dict.fromkeys(reported)
    for source, target, sku in work:
        moved, done = flow[source, target, sku], reported[source, target, sku]
        if moved != done:
            yield f"{moved} of SKU {sku} went from {source} to {target}, people did {done}"


def _is_work(source: str, target: str) -> bool:
    """Return whether people make such a movement: into or out of a pod, except for the initial stock."""
    return source.startswith("pod ") or (target.startswith("pod ") and source != _SUPPLIER)


def _shelf(place: str) -> str:
    _, number, inner = place_of(place)
    return f"pod {number}" if inner >= 0 else place


def _list(units: Mapping[int, int]) -> str:
    return ", ".join(f"{count} of SKU {sku}" for sku, count in sorted(units.items())) or "nothing"
