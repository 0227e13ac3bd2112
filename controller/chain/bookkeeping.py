"""The value of goods in the books, as it follows from where they go."""

from collections.abc import Sequence

from controller.chain.supply_chain import SupplyChain
from robots.events import StockMoved


def book(chain: SupplyChain, moves: Sequence[StockMoved]) -> None:
    """Post what a tick's movements of stock mean in money."""
