"""Laws of money: a second set of accounts, kept from the journal alone.

An entry moves cents from one account to another, so all accounts together are 0. The account of own stock equals the
cost of the goods, wherever they are kept, by the movements of stock. A parcel that has left for its customer was sold
once, at its goods' prices; a settlement leaves nothing owed to its seller.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from robots.recording.events import Event, StockMoved
from robots.recording.places import PlaceKind
from robots.recording.supply_chain_events import MoneyMoved, ParcelMoved

_RETAILER = "house"
_STOCK, _SALES, _SELLER = "stock", "sales", "seller:"
_KEPT = frozenset(("dock", "reserve", "bin", "tote", "quarantine"))
"""Places whose own stock has a value in the accounts."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Cost and price of a unit in cents, by SKU."""

    cost: Sequence[int]
    price: Sequence[int]


class MoneyLaws:
    """Laws of money. own: returns {account: cents} of the supply chain's own accounts, read again at each look."""

    def __init__(self, tariff: Tariff, own: Callable[[], Mapping[str, int]]) -> None:
        self._tariff, self._own = tariff, own
        self._balance: defaultdict[str, int] = defaultdict(int)
        self._value = 0
        self._parcel: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._sold: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def look(self, events: Sequence[Event]) -> Iterator[str]:
        """Yield the faults of a tick."""
        accounts: dict[str, None] = {}
        for event in events:
            if isinstance(event, MoneyMoved):
                yield from self._enter(event)
                accounts |= {event.debit: None, event.credit: None}
            elif isinstance(event, StockMoved):
                self._carry(event)
        yield from self._balances_differ(accounts)
        if self._balance[_STOCK] != self._value:
            yield f"goods cost {self._value} cents, account {_STOCK} says {self._balance[_STOCK]}"
            self._value = self._balance[_STOCK]  # so that each difference is reported once
        for event in events:
            if isinstance(event, ParcelMoved) and event.target == "customer":
                yield from self._delivered(event.parcel)

    def compare_all(self) -> Iterator[str]:
        """Compare every account with the supply chain's own, and check that they sum to 0."""
        balances = self._own()
        yield from self._balances_differ(dict.fromkeys([*self._balance, *balances]))
        if total := sum(balances.values()):
            yield f"all accounts together are {total} cents"

    def _enter(self, entry: MoneyMoved) -> Iterator[str]:
        name = f"{entry.cents} cents from {entry.credit} to {entry.debit} ({entry.cause})"
        if entry.cents <= 0:
            yield f"{name} are no entry"
        if entry.debit == entry.credit:
            yield f"{name} stay where they are"
        self._balance[entry.debit] += entry.cents
        self._balance[entry.credit] -= entry.cents
        if entry.cause == "sale" and (order := entry.subject.number_if(PlaceKind.ORDER)) >= 0:
            self._sold[order][entry.credit] += entry.cents
        if entry.cause == "settlement":
            yield from self._settled(entry)

    def _settled(self, entry: MoneyMoved) -> Iterator[str]:
        """Check that nothing is owed afterwards, in either direction."""
        for account in (entry.debit, entry.credit):
            if account.startswith(_SELLER) and self._balance[account]:
                yield f"{account} was settled with {entry.cents} cents, but {-self._balance[account]} are still owed"

    def _carry(self, move: StockMoved) -> None:
        kept = (move.to_place.kind in _KEPT) - (move.from_place.kind in _KEPT)
        if move.owner == _RETAILER:
            self._value += kept * move.quantity * int(self._tariff.cost[move.sku])
        if move.from_place.kind == PlaceKind.TOTE and move.to_place.kind == PlaceKind.PARCEL:
            account = _SALES if move.owner == _RETAILER else f"{_SELLER}{move.owner}"
            self._parcel[int(move.target.split()[1])][account] += move.quantity * int(self._tariff.price[move.sku])

    def _delivered(self, parcel: int) -> Iterator[str]:
        """Check that the parcel's goods were sold once each, at their price."""
        worth, sold = self._parcel.pop(parcel, Counter[str]()), self._sold.pop(parcel, Counter[str]())
        if worth != sold:
            yield f"order {parcel} was sold for {_list(sold)}, its goods' prices are {_list(worth)}"

    def _balances_differ(self, accounts: Mapping[str, None]) -> Iterator[str]:
        balances = self._own()
        for account in accounts:
            has, comes_to = balances.get(account, 0), self._balance[account]
            if has != comes_to:
                yield f"account {account} has {has} cents, its entries come to {comes_to}"
                self._balance[account] = has  # so that each difference is reported once


def _list(cents: Mapping[str, int]) -> str:
    return ", ".join(f"{amount} to {account}" for account, amount in sorted(cents.items())) or "nothing"
