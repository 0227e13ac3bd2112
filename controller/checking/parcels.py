"""Laws of parcels: where each is, kept from the events alone.

A parcel exists once its order has left the pack station. It goes from place to place until it is with its customer, on
its way back, or with the seller it belongs to; its units are in the ledger for exactly that time. A vehicle is on one
route at a time, with parcels that are in the warehouse.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from robots.recording.events import Event, OrderShipped, StockMoved
from robots.recording.places import PlaceKind
from robots.recording.supply_chain_events import EtaChanged, ParcelMoved, ParcelPacked, RoutePlanned, TrailerMoved
from robots.wording.formatting import count

_PACK = "pack"
_ENDS = ("customer", "seller", "return")
Places = Mapping[int, str]
"""{parcel: place}."""


class ParcelLaws:
    """Laws of parcels.

    own: returns the places of all parcels under way in the supply chain's state, read again at each look.
    """

    def __init__(self, own: Callable[[], Places]) -> None:
        self._own = own
        self._where: dict[int, str] = {}
        self._end: dict[int, str] = {}
        self._units: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._went: dict[int, str] = {}
        self._out_until: dict[str, int] = {}
        self._trailers: dict[str, str] = {}
        self._hears: dict[type[Event], Callable[..., Iterator[str]]] = {
            OrderShipped: self._pack,
            ParcelPacked: self._box,
            ParcelMoved: self._move,
            EtaChanged: self._expect,
            RoutePlanned: self._drive,
            StockMoved: self._carry,
            TrailerMoved: self._pull,
        }

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """Yield the faults of a tick."""
        touched: dict[int, None] = {}
        for event in events:
            hear = self._hears.get(type(event))
            if hear is not None:
                yield from hear(event)
                touched |= dict.fromkeys(_parcels_of(event))
        yield from self._units_differ(touched)
        yield from self._places_differ(touched)

    def compare_all(self, rows: Iterable[tuple[str, Iterable[int]]] = ()) -> Iterator[str]:
        """Compare every parcel under way, by events or by the supply chain's state.

        rows: (place, parcels there) of sorter, chutes and trailers, which have lists of their own.
        """
        everything = dict.fromkeys([*self._where, *self._own()])
        yield from self._units_differ(everything)
        yield from self._places_differ(everything)
        listed: dict[int, str] = {}
        for place, parcels in rows:
            for parcel in parcels:
                if parcel in listed:
                    yield f"parcel {parcel} is listed in {listed[parcel]} and in {place}"
                if self._where.get(parcel) != place:
                    yield f"parcel {parcel} is listed in {place}, but it {self._is(parcel)}"
                listed[parcel] = place

    def _pack(self, event: OrderShipped) -> Iterator[str]:
        if event.order in self._where or event.order in self._end:
            yield f"parcel {event.order} was packed twice"
        self._where[event.order] = _PACK

    def _box(self, event: ParcelPacked) -> Iterator[str]:
        name = f"parcel {event.parcel}"
        if self._where.get(event.parcel) != _PACK:
            yield f"{name} was put into a box, but it {self._is(event.parcel)}"
        if event.boxes < 1 or not 0 <= event.void <= 1 or event.weight_g <= 0:
            yield f"{name} is {count(event.boxes, 'box', 'boxes')} of {event.weight_g} g with a void of {event.void}"

    def _move(self, event: ParcelMoved) -> Iterator[str]:
        text = f"parcel {event.parcel} went from {event.source} to {event.target}"
        place = self._where.get(event.parcel)
        if place != event.source:
            yield f"{text}, but it {self._is(event.parcel)}"
        if event.source == event.target:
            yield f"{text}, which is no move"
        if event.to_place.kind == PlaceKind.TRAILER and self._trailers.get(event.target) != "loading":
            yield f"{text}, which is {self._trailers.get(event.target, 'nowhere')}"
        if event.from_place.kind == PlaceKind.TRAILER and self._trailers.get(event.source) == "loading":
            yield f"{text}, but its trailer hasn't left yet"
        if place is None:
            return
        if event.to_place.kind in _ENDS:
            del self._where[event.parcel]
            self._end[event.parcel] = event.target
        else:
            self._where[event.parcel] = event.target

    def _pull(self, event: TrailerMoved) -> Iterator[str]:
        """Note a trailer's state: loaded at the dock, unloaded where it has gone."""
        if event.kind == "outbound":
            self._trailers[f"trailer {event.trailer}"] = event.state
        yield from ()

    def _expect(self, event: EtaChanged) -> Iterator[str]:
        if event.parcel in self._end:
            yield f"parcel {event.parcel} is expected at tick {event.eta}, but it {self._is(event.parcel)}"

    def _drive(self, event: RoutePlanned) -> Iterator[str]:
        until = self._out_until.get(event.vehicle, -1)
        if event.t < until:
            yield f"{event.vehicle} set out at tick {event.t}, but it is on a route until {until}"
        self._out_until[event.vehicle] = event.back
        if event.back < event.t:
            yield f"{event.vehicle} set out at tick {event.t} and was to be back at {event.back}"
        for parcel, times in Counter(event.parcels).items():
            if parcel not in self._where:
                yield f"{event.vehicle} was to deliver parcel {parcel}, which {self._is(parcel)}"
            if times > 1:
                yield f"{event.vehicle} was to deliver parcel {parcel} {times} times"

    def _carry(self, event: StockMoved) -> Iterator[str]:
        """Units in the ledger's places that are called as the parcel is."""
        if (parcel := event.to_place.number_if(PlaceKind.PARCEL)) >= 0:
            self._units[parcel][event.sku] += event.quantity
            if event.from_place.kind != PlaceKind.TOTE:
                yield f"{event.quantity} of SKU {event.sku} came into parcel {parcel} from {event.source}"
        if (parcel := event.from_place.number_if(PlaceKind.PARCEL)) >= 0:
            self._units[parcel][event.sku] -= event.quantity
            self._went[parcel] = event.target

    def _units_differ(self, parcels: Mapping[int, None]) -> Iterator[str]:
        """There are units exactly while there is a parcel, and they went where it went."""
        for parcel in parcels:
            units = +self._units.get(parcel, Counter[int]())
            if parcel in self._where and not units:
                yield f"parcel {parcel} {self._is(parcel)}, with nothing in it"
            elif parcel not in self._where and units:
                yield f"parcel {parcel} {self._is(parcel)}, but {count(units.total(), 'unit is', 'units are')} still in it"
            if parcel in self._end and self._went.get(parcel) != self._end[parcel]:
                yield f"parcel {parcel} {self._is(parcel)}, but its units went to {self._went.get(parcel, 'nowhere')}"
            if not units:
                self._units.pop(parcel, None)

    def _places_differ(self, parcels: Mapping[int, None]) -> Iterator[str]:
        state = self._own() if parcels else {}
        for parcel in parcels:
            book, events = state.get(parcel), self._where.get(parcel)
            if book != events:
                says = "has none" if book is None else f"says {book}"
                yield f"parcel {parcel} {self._is(parcel)} by its events, the supply chain's state {says}"

    def _is(self, parcel: int) -> str:
        if parcel in self._where:
            return f"is at {self._where[parcel]}"
        return f"went to {self._end[parcel]}" if parcel in self._end else "was never packed"


def _parcels_of(event: Event) -> Sequence[int]:
    """Return the parcels whose place or units an event changes."""
    if isinstance(event, OrderShipped):
        return (event.order,)
    if isinstance(event, ParcelMoved):
        return (event.parcel,)
    if isinstance(event, StockMoved):
        return [
            parcel
            for parcel in (event.from_place.number_if(PlaceKind.PARCEL), event.to_place.number_if(PlaceKind.PARCEL))
            if parcel >= 0
        ]
    return ()
