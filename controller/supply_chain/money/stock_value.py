"""Book the value of stock as it moves.

Own stock is valued at standard cost while it is in the warehouse's keeping, from the dock to the tote. Invariant after
every tick: the account "stock" equals the sum of cost × units of own SKUs in the places of `HELD`. Sellers' stock has
no value here, only an age.
"""

from collections import Counter
from collections.abc import Sequence

from controller.supply_chain.state import accounts
from controller.supply_chain.state.inbound.sellers import HELD
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.stock import RETAILER
from robots.recording.events import StockMoved
from robots.recording.places import PlaceKind, place_of

UNBILLED = "unbilled receipts"
"""Goods received but not billed yet; a supplier's bill is posted against this account."""
_AGAINST = {
    "supplier": (UNBILLED, accounts.RECEIPT),
    "inbound": (UNBILLED, accounts.RECEIPT),
    "problem": (UNBILLED, accounts.RECEIPT),
    "parcel": (accounts.GOODS_SOLD, "goods sold"),
    "truck": (accounts.GOODS_SOLD, "goods sold"),
    "customer": (accounts.GOODS_SOLD, "goods sold"),
    "return": (accounts.GOODS_SOLD, "restocked"),
    "inspection": (accounts.GOODS_SOLD, "restocked"),
}
"""{kind of place outside the warehouse's keeping: (account that the stock's value comes from or goes to, cause)}."""
_GONE = accounts.WRITE_OFF, "written off"
_WORTHLESS = frozenset(("recycling", "disposal"))

Entry = tuple[str, str, str, str]
"""(debit, credit, cause, about)."""


def post_moves(chain: SupplyChain, moves: Sequence[StockMoved]) -> None:
    """Post the value of a tick's stock movements, and update the age of sellers' stock."""
    if not moves:
        return
    cents: Counter[Entry] = Counter()
    for move in moves:
        if move.owner == RETAILER and (entry := entry_of(move)) is not None:
            cents[entry] += int(chain.items.cost[move.sku]) * move.quantity
    for entry, amount in cents.items():
        debit, credit, cause, about = entry
        chain.accounts.post(moves[0].t, debit, credit, amount, cause, about)
    chain.sellers.follow(moves)


def entry_of(move: StockMoved) -> Entry | None:
    """Return the journal entry of a movement of own stock, or None if its value does not change."""
    source, target = move.from_place.kind, move.to_place.kind
    if (source in HELD) != (target in HELD):
        comes = target in HELD
        place = move.source if comes else move.target
        other, cause = _against(move.t, place_of(place).kind)
        debit, credit = (accounts.STOCK, other) if comes else (other, accounts.STOCK)
        return debit, credit, cause, _about(place)
    if source == "inspection" and target in _WORTHLESS:
        return accounts.WRITE_OFF, accounts.GOODS_SOLD, "written off", ""
    return None


def _against(tick: int, kind: str) -> tuple[str, str]:
    if kind == "supplier" and tick == 0:
        return accounts.CAPITAL, accounts.OPENING
    return _AGAINST.get(kind, _GONE)


def _about(place: str) -> str:
    """Return the order of sold goods, or the trailer of received ones."""
    kind, number, _ = place_of(place)
    subjects: dict[str, str] = {PlaceKind.PARCEL: f"order {number}", PlaceKind.INBOUND: f"trailer {number}"}
    return subjects.get(kind, "")
