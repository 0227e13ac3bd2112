"""The house's books: every cent goes from one account to another in one step, so that all accounts together are nothing.

Accounts go by name; those of many have the other party behind a colon: "payable:Alder & Co", "seller:seller-3". Amounts are
whole cents. Costs that are less than a cent each (the energy of a trip, say) are gathered and posted when they are due.
"""

from collections import defaultdict

from robots.chain_events import MoneyMoved

CASH = "cash"
STOCK = "stock"
"""Goods of the house at what they cost, wherever they are until they are sold or written off."""
SALES = "sales"
GOODS_SOLD = "cost of goods sold"
REFUNDS = "refunds"
WRITE_OFF = "write-off"
PRICE_DIFFERENCE = "purchase price difference"
FEES = "sellers' fees"
COSTS = "costs"


def payable(supplier: str) -> str:
    """What is owed to a supplier."""
    return f"payable:{supplier}"


def seller_account(seller: str) -> str:
    """What is owed to a seller: sales less fees, until the settlement."""
    return f"seller:{seller}"


class Accounts:
    """balance: {account: cents}, debit less credit. moves: the entries since `take_moves`, in order."""

    def __init__(self) -> None:
        self.balance: defaultdict[str, int] = defaultdict(int)
        self._moves: list[MoneyMoved] = []
        self._pence: defaultdict[tuple[str, str, str], float] = defaultdict(float)

    def post(self, tick: int, debit: str, credit: str, cents: int, cause: str, about: str = "") -> None:
        """Move money; nothing for 0 cents, and a negative amount goes the other way."""
        if cents < 0:
            debit, credit, cents = credit, debit, -cents
        if cents == 0:
            return
        self.balance[debit] += cents
        self.balance[credit] -= cents
        self._moves.append(MoneyMoved(tick, debit, credit, cents, cause, about))

    def spend(self, tick: int, cents: float, cause: str, about: str = "") -> None:
        """Costs, paid at once. Parts of a cent are kept for the next time."""
        key = COSTS, cause, ""
        self._pence[key] += cents
        whole = int(self._pence[key])
        self._pence[key] -= whole
        self.post(tick, f"{COSTS}:{cause}", CASH, whole, cause, about)

    def take_moves(self) -> list[MoneyMoved]:
        moves, self._moves = self._moves, []
        return moves
