"""Figures of a supply chain, accumulated from its events; there are none if a run has no chain."""

from collections.abc import Iterable

from controller.kpis.chain_delivery import DeliveryFigures, ReturnFigures
from controller.kpis.chain_inbound import InboundFigures
from controller.kpis.chain_money import MoneyFigures
from controller.kpis.chain_promises import PromiseFigures
from controller.kpis.summary import ChainSummary
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event, EventCall

Handlers = dict[type[Event], EventCall[None]]


class ChainFigures:
    """Figures of the supply chain. skus: their number. start_s: time of day at tick 0."""

    def __init__(self, skus: int, tick_s: float, start_s: float) -> None:
        self.promises = PromiseFigures(tick_s)
        self.inbound = InboundFigures(skus, tick_s, start_s)
        self.delivery = DeliveryFigures()
        self.returns = ReturnFigures()
        self.money = MoneyFigures()
        self.disrupted: list[ce.Disrupted] = []
        """Starts and ends of disruptions, in order; also reported for a run without a chain."""
        self._tick_s = tick_s

    @property
    def there(self) -> bool:
        """Return whether the run has a supply chain."""
        return bool(self.promises.given or self.money.entries or self.inbound.planned)

    def handlers(self) -> Iterable[Handlers]:
        yield {ce.Disrupted: self.disrupted.append}
        for part in (self.promises, self.inbound, self.delivery, self.returns, self.money):
            yield part.handlers()

    def summary(self, last_tick: int, orders: int, units: int, backlog_most: int) -> ChainSummary:
        """Return the summary. orders: shipped; units: picked; backlog_most: largest sampled backlog, in orders."""
        return ChainSummary(
            promises=self.promises.summary(last_tick),
            backlog_most=backlog_most,
            inbound=self.inbound.summary(),
            delivery=self.delivery.summary(),
            returns=self.returns.summary(self._tick_s),
            money=self.money.summary(orders, units),
        )
