"""Double-entry accounts of the retailer: every cent goes from one account to another in one step, so all balances sum
to 0.

Accounts go by name, with the counterparty behind a colon where there are several: "payable:Alder & Co",
"seller:seller-3", "costs:packaging". Amounts are whole cents. Amounts of less than a cent (the energy of a trip, a
day's storage of one unit) are accumulated and posted once they fill a cent.
"""

from collections import defaultdict
from collections.abc import Mapping

from robots.recording.supply_chain_events import MoneyMoved

CASH = "cash"
CAPITAL = "capital"
"""Capital at the start: the counterpart of the opening stock."""
STOCK = "stock"
"""Own stock at cost, from the dock to the tote, until sold or written off."""
SALES = "sales"
GOODS_SOLD = "cost of goods sold"
REFUNDS = "refunds"
SALVAGE = "salvage"
"""Income from returned items that are not sold as new again."""
WRITE_OFF = "write-off"
PRICE_DIFFERENCE = "purchase price difference"
FEES = "sellers' fees"
COSTS = "costs"

SALE, REFUND, SETTLEMENT = "sale", "refund", "settlement"
"""Causes of entries in sellers' accounts; their fees are named in controller/supply_chain/sellers/fees.py."""
OPENING, RECEIPT, SALVAGED = "opening stock", "receipt", "salvage"

PICKING, STOWING, PACKING = "labour: picking", "labour: stowing", "labour: packing"
RECEIVING, LOADING, INSPECTING = "labour: receiving", "labour: sorting", "labour: returns"
ROBOT_ENERGY, PACKAGING, FREIGHT = "robot energy", "packaging", "inbound freight"
LINE_HAUL, AIR, LAST_MILE, RETURN_FREIGHT = "line haul", "air", "last mile", "return freight"
"""Causes of costs. Each has an account of its own, "costs:" and the cause."""

_STATED = "seller:"


def payable(supplier: str) -> str:
    """Return the account of the balance owed to a supplier."""
    return f"payable:{supplier}"


def seller_account(seller: str) -> str:
    """Return the account of the balance owed to a seller: sales less fees, until the settlement."""
    return f"{_STATED}{seller}"


def cost_by_cause(balance: Mapping[str, int]) -> dict[str, int]:
    """Return {cause: cents} of all costs that are not 0, the largest first, from {account: cents}."""
    cost_accounts = {account: cents for account, cents in balance.items() if _is_cost(account) and cents}
    costs = {account.split(":", 1)[1].strip(): cents for account, cents in cost_accounts.items()}
    return dict(sorted(costs.items(), key=lambda cost: (-cost[1], cost[0])))


def _is_cost(account: str) -> bool:
    return account.startswith(f"{COSTS}:")


class Accounts:
    """Accounts and journal. balance: {account: cents}, debit less credit; the sum of all is 0 after every entry."""

    def __init__(self) -> None:
        self.balance: defaultdict[str, int] = defaultdict(int)
        self._moves: list[MoneyMoved] = []
        self._parts: defaultdict[tuple[str, str, str], float] = defaultdict(float)
        self._statements: dict[str, dict[str, int]] = {}

    def post(self, tick: int, debit: str, credit: str, cents: int, cause: str, about: str = "") -> None:
        """Post an entry; none for 0 cents, and a negative amount goes the other way."""
        if cents < 0:
            debit, credit, cents = credit, debit, -cents
        if cents == 0:
            return
        self.balance[debit] += cents
        self.balance[credit] -= cents
        self._state(debit, cause, -cents)
        self._state(credit, cause, cents)
        self._moves.append(MoneyMoved(tick, debit, credit, cents, cause, about))

    def post_parts(self, tick: int, debit: str, credit: str, cents: float, cause: str, about: str = "") -> None:
        """Post an amount that may be less than a cent. Parts are accumulated by cause; the entry is attributed to the
        part that fills the cent.
        """
        self.post(tick, debit, credit, self._whole((debit, credit, cause), cents), cause, about)

    def spend(self, tick: int, cents: float, cause: str, about: str = "") -> None:
        """Post a cost, paid at once."""
        self.post_parts(tick, f"{COSTS}:{cause}", CASH, cents, cause, about)

    def flush(self, tick: int) -> None:
        """Round the accumulated parts to whole cents at the end of a run: half a cent and more is one."""
        parts, self._parts = self._parts, defaultdict(float)
        for (debit, credit, cause), cents in parts.items():
            self.post(tick, debit, credit, round(cents), cause)

    def statement(self, account: str) -> dict[str, int]:
        """Return {cause: cents} in a seller's favour since the last settlement; the sum is the balance owed to the
        seller.
        """
        return {cause: cents for cause, cents in self._statements.get(account, {}).items() if cents}

    def close_statement(self, account: str) -> None:
        """Start a new statement for a settled account."""
        self._statements.pop(account, None)

    def take_moves(self) -> list[MoneyMoved]:
        """Return the entries since the last call, in order."""
        moves, self._moves = self._moves, []
        return moves

    def _whole(self, key: tuple[str, str, str], cents: float) -> int:
        """Add `cents` to the parts of a key, and return the whole cents; the rest is kept."""
        self._parts[key] += cents
        whole = int(self._parts[key])
        self._parts[key] -= whole
        return whole

    def _state(self, account: str, cause: str, cents: int) -> None:
        if account.startswith(_STATED):
            lines = self._statements.setdefault(account, {})
            lines[cause] = lines.get(cause, 0) + cents
