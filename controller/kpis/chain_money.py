"""Money, energy and emissions, from the journal's entries alone."""

from collections import defaultdict

from controller.kpis.summary import MoneySummary
from controller.supply_chain.state import accounts
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event, EventCall

_SELLER, _PAYABLE = accounts.seller_account(""), accounts.payable("")


class MoneyFigures:
    """Money and energy. balance: {account: cents}, debit less credit. used: {cause: (Wh, grams of CO2e)}."""

    def __init__(self) -> None:
        self.balance: defaultdict[str, int] = defaultdict(int)
        self.used: dict[str, tuple[int, int]] = {}
        self.entries = 0

    def handlers(self) -> dict[type[Event], EventCall[None]]:
        return {ce.MoneyMoved: self._moved, ce.EnergyUsed: self._used}

    def costs(self) -> dict[str, int]:
        """Return {cause: cents}, largest first."""
        return accounts.cost_by_cause(self.balance)

    def summary(self, orders: int, units: int) -> MoneySummary:
        """Return the summary. orders: shipped; units: picked."""
        costs = self.costs()
        whole, grams = sum(costs.values()), sum(amount for _, amount in self.used.values())
        return MoneySummary(
            sales_cents=-self.balance[accounts.SALES],
            refunds_cents=self.balance[accounts.REFUNDS],
            goods_sold_cents=self.balance[accounts.GOODS_SOLD],
            fees_cents=-self.balance[accounts.FEES],
            stock_cents=self.balance[accounts.STOCK],
            payable_cents=-sum(self._of(_PAYABLE).values()),
            owed_to_sellers_cents={
                name.removeprefix(_SELLER): -cents for name, cents in sorted(self._of(_SELLER).items())
            },
            costs_cents=costs,
            cost_per_order_cents=whole / orders if orders else None,
            cost_per_unit_cents=whole / units if units else None,
            energy_wh_by_cause={name: wh for name, (wh, _) in sorted(self.used.items())},
            co2e_g_by_cause={name: grams for name, (_, grams) in sorted(self.used.items())},
            co2e_g_per_order=grams / orders if orders else None,
            books_balance_cents=sum(self.balance.values()),
        )

    def _of(self, prefix: str) -> dict[str, int]:
        return {name: cents for name, cents in self.balance.items() if name.startswith(prefix)}

    def _moved(self, event: ce.MoneyMoved) -> None:
        self.balance[event.debit] += event.cents
        self.balance[event.credit] -= event.cents
        self.entries += 1

    def _used(self, event: ce.EnergyUsed) -> None:
        wh, grams = self.used.get(event.cause, (0, 0))
        self.used[event.cause] = wh + event.wh, grams + event.co2e_g
