"""Every so many days a seller is paid what he is owed: sales less refunds, fees and commissions."""

from typing import TYPE_CHECKING

from controller.chain.accounts import CASH, SETTLEMENT, seller_account
from controller.chain.agenda import step
from controller.chain.supply_chain import SupplyChain
from layout.time_units import DAY_S

if TYPE_CHECKING:
    from controller.site import Site


def begin(site: "Site", chain: SupplyChain) -> None:
    """Sellers' first settlements come at any time of their period, for the run begins in the middle of things."""
    for seller in chain.sellers.skus:
        days = float(chain.streams.of("settlement", seller).uniform(0.0, chain.settings.sellers.settle_days))
        chain.agenda.at(site.tick + chain.calendar.ticks(days * DAY_S), settle, seller)


@step
def settle(site: "Site", seller: str) -> None:
    """A step: pay a seller, and note when he is paid next. One who owes more than he sold pays the house."""
    chain = site.chain
    assert chain is not None  # it was noted by a chain
    account = seller_account(seller)
    owed = sum(chain.accounts.statement(account).values())
    chain.accounts.post(site.tick, account, CASH, owed, SETTLEMENT, seller)
    chain.accounts.close_statement(account)
    chain.agenda.at(site.tick + chain.calendar.ticks(chain.settings.sellers.settle_days * DAY_S), settle, seller)
