"""The supply chain's part of a tick."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from controller.chain import (
    bookkeeping,
    costs,
    disruptions,
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
from robots.chain_events import MoneyMoved
from robots.events import StockMoved

if TYPE_CHECKING:
    from controller.site import Site


def advance(site: "Site") -> None:
    """Do what is due around the floor by now."""
    chain = site.chain
    if chain is not None and not chain.begun:
        chain.begun = True
        _begin(site)
    disruptions.advance(site)
    if chain is not None:
        run_due(site, chain)


def run_due(site: "Site", chain: SupplyChain) -> None:
    """Run every step of the agenda that is due by now."""
    for step, arguments in chain.agenda.due(site.tick):
        step(site, chain, *arguments)


def _begin(site: "Site") -> None:
    """Each part notes its first steps."""
    assert site.chain is not None  # it has just begun
    floor_pace.begin(site, site.chain)
    packing.begin(site, site.chain)
    shipping.begin(site, site.chain)
    receiving.begin(site, site.chain)
    receipts.begin(site, site.chain)
    purchasing.begin(site, site.chain)
    seller_days.begin(site, site.chain)
    returns.begin(site, site.chain)
    returns_file.begin(site, site.chain)
    returns_start.begin(site, site.chain)
    costs.begin(site, site.chain)


def money_moved(site: "Site", moves: Sequence[StockMoved]) -> list[MoneyMoved]:
    """The journal's entries of this tick, those that follow from movements of stock included."""
    if site.chain is None:
        return []
    bookkeeping.book(site.chain, moves)
    return site.chain.accounts.take_moves()
