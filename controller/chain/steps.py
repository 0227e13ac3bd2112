"""The supply chain's part of a tick."""

from collections.abc import Sequence

from controller.chain import (
    bookkeeping,
    costs,
    floor_pace,
    packing,
    purchasing,
    receipts,
    receiving,
    returns,
    returns_file,
    returns_start,
    seller_days,
    shipping,
)
from controller.chain.supply_chain import SupplyChain
from controller.site import Site
from robots.chain_events import MoneyMoved
from robots.events import StockMoved


def advance(site: Site, chain: SupplyChain) -> None:
    """Do what is due around the floor by now."""
    begin(site, chain)
    run_due(site, chain)


def run_due(site: Site, chain: SupplyChain) -> None:
    """Run every step of the agenda that is due by now."""
    for step, arguments in chain.agenda.due(site.tick):
        step(site, chain, *arguments)


def begin(site: Site, chain: SupplyChain) -> None:
    """Have each part note its first steps, once."""
    if chain.begun:
        return
    chain.begun = True
    floor_pace.begin(site, chain)
    packing.begin(site, chain)
    shipping.begin(site, chain)
    receiving.begin(site, chain)
    receipts.begin(site, chain)
    purchasing.begin(site, chain)
    seller_days.begin(site, chain)
    returns.begin(site, chain)
    returns_file.begin(site, chain)
    returns_start.begin(site, chain)
    costs.begin(site, chain)


def money_moved(chain: SupplyChain, moves: Sequence[StockMoved]) -> list[MoneyMoved]:
    """Return the journal's entries of this tick, those that follow from movements of stock included."""
    bookkeeping.book(chain, moves)
    return chain.accounts.take_moves()
