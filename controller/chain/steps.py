"""The supply chain's part of a tick."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from controller.chain import bookkeeping
from robots.chain_events import MoneyMoved
from robots.events import StockMoved

if TYPE_CHECKING:
    from controller.site import Site


def advance(site: "Site") -> None:
    """Do what is due around the floor by now."""
    chain = site.chain
    if chain is None:
        return
    if not chain.begun:
        chain.begun = True
        _begin(site)
    chain.agenda.work_off(site)


def _begin(site: "Site") -> None:
    """Each part notes its first steps."""


def money_moved(site: "Site", moves: Sequence[StockMoved]) -> list[MoneyMoved]:
    """The journal's entries of this tick, those that follow from movements of stock included."""
    if site.chain is None:
        return []
    bookkeeping.book(site.chain, moves)
    return site.chain.accounts.take_moves()
