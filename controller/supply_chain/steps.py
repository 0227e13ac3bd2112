"""The supply chain's part of a tick."""

from collections.abc import Sequence

from controller.site.site import Site
from controller.supply_chain import asn_file
from controller.supply_chain.money import costs, stock_value
from controller.supply_chain.outbound import floor_capacity
from controller.supply_chain.purchasing import daily_review
from controller.supply_chain.receiving import receiving
from controller.supply_chain.returns import returns, returns_from_file, warm_start
from controller.supply_chain.sellers import daily
from controller.supply_chain.shipping import packing, shipping
from controller.supply_chain.state.supply_chain import SupplyChain
from robots.recording.events import StockMoved
from robots.recording.supply_chain_events import MoneyMoved


def advance(site: Site, chain: SupplyChain) -> None:
    """Run every event around the floor that is due by now."""
    begin(site, chain)
    run_due(site, chain)


def run_due(site: Site, chain: SupplyChain) -> None:
    """Run the handlers of all events due by now."""
    for handler, arguments in chain.schedule.due(site.tick):
        handler(site, chain, *arguments)


def begin(site: Site, chain: SupplyChain) -> None:
    """Start every part of the chain, once: set up its staff and schedule its first events."""
    if chain.started:
        return
    chain.started = True
    floor_capacity.begin(site, chain)
    packing.begin(site, chain)
    shipping.begin(site, chain)
    receiving.begin(site, chain)
    asn_file.begin(site, chain)
    daily_review.begin(site, chain)
    daily.begin(site, chain)
    returns.begin(site, chain)
    returns_from_file.begin(site, chain)
    warm_start.begin(site, chain)
    costs.begin(site, chain)


def money_moved(chain: SupplyChain, moves: Sequence[StockMoved]) -> list[MoneyMoved]:
    """Return the journal entries of this tick, including those that follow from stock movements."""
    stock_value.post_moves(chain, moves)
    return chain.accounts.take_moves()
