"""Laws of the supply chain around the floor: parcels, money, purchases, and their life cycles."""

from collections.abc import Iterator, Mapping, Sequence

from controller.checking.lifecycles import LifecycleLaws
from controller.checking.money import MoneyLaws, Tariff
from controller.checking.parcels import ParcelLaws
from controller.checking.purchases import PurchaseLaws
from controller.checking.returns import ReturnLaws
from controller.supply_chain.state.supply_chain import SupplyChain
from robots.recording.events import Alarm, Event


class ChainLaws:
    """Laws of the supply chain. Create it before the first tick. Its alarms are of kind "chain"."""

    def __init__(self, chain: SupplyChain) -> None:
        self._chain = chain
        self._lifecycles = LifecycleLaws()
        self._parcels = ParcelLaws(self._places)
        items = chain.items
        price: list[int] = items.price.tolist()
        self._money = MoneyLaws(Tariff(items.cost.tolist(), price), self._accounts)
        self._purchases = PurchaseLaws()
        self._returns = ReturnLaws(price)

    def look(self, tick: int, events: Sequence[Event]) -> Iterator[Alarm]:
        """Yield the faults of the tick."""
        if not events:
            return
        for laws in (self._lifecycles, self._parcels, self._purchases, self._returns, self._money):
            for text in laws.look(events):
                yield Alarm(tick, "chain", text)

    def compare_all(self, tick: int) -> Iterator[Alarm]:
        """Yield every difference between the events and the supply chain's own state."""
        parcels = self._parcels.compare_all(_loaded(self._chain))
        for text in (*self._lifecycles.compare_all(_open(self._chain)), *parcels, *self._money.compare_all()):
            yield Alarm(tick, "chain", text)

    def _places(self) -> Mapping[int, str]:
        return {number: parcel.place for number, parcel in self._chain.parcels.under_way.items()}

    def _accounts(self) -> Mapping[str, int]:
        return self._chain.accounts.balance


def _open(chain: SupplyChain) -> dict[tuple[str, int], str]:
    """Return {(kind, number): state} of what is open in the supply chain's own state."""
    outbound = [trailer for departure in chain.shipping.departures.values() for trailer in departure.trailers]
    return {
        **{("po", number): str(order.state) for number, order in chain.sourcing.orders.items()},
        **{("inbound trailer", number): str(one.state) for number, one in chain.receiving.trailers.items()},
        **{("outbound trailer", one.number): str(one.state) for one in outbound},
        **{("return", number): str(one.state) for number, one in chain.returns.under_way.items()},
        **{("shipment", number): str(one.state) for number, one in chain.sellers.under_way.items()},
    }


def _loaded(chain: SupplyChain) -> Iterator[tuple[str, list[int]]]:
    """Yield (place, parcels there) from the sorter's lists."""
    for departure in chain.shipping.departures.values():
        yield f"chute {departure.chute}", list(departure.waiting)
        yield "sorter", [parcel.id for parcel in departure.recirculating]
        for trailer in departure.trailers:
            yield f"trailer {trailer.number}", [parcel.id for parcel in trailer.parcels]
