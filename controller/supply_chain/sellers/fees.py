"""Fees that sellers pay, by unit and kind of work, and for storage.

The kinds are those of fulfilment for third parties: storage by volume and age, pick, pack, ship, return, and a
commission on each sale. The rates are the scenario's; their defaults are about as high as Amazon's published FBA rates
for small parcels, divided over the three kinds of work by us.
"""

from controller.scenario.supply_chain import Sellers
from controller.supply_chain.state.accounts import FEES, seller_account
from controller.supply_chain.state.supply_chain import SupplyChain

STORAGE, COMMISSION = "storage fee", "commission"
KINDS = ("pick", "pack", "ship", "return")
"""Kinds of work charged by the unit; statements show them as "pick fee" and so on."""
_DAYS_A_MONTH = 30.0


def unit_cents(settings: Sellers, kind: str) -> float:
    """Return the cents a unit. Raises KeyError for an unknown kind."""
    rates = (settings.pick_cents, settings.pack_cents, settings.ship_cents, settings.return_cents)
    return dict(zip(KINDS, rates, strict=True))[kind]


def charge(chain: SupplyChain, tick: int, seller: str, kind: str, units: int, about: str = "") -> None:
    """Charge a fee for work on a seller's units; fractions of a cent are accumulated."""
    cents = units * unit_cents(chain.settings.sellers, kind)
    chain.accounts.post_parts(tick, seller_account(seller), FEES, cents, f"{kind} fee", about)


def charge_sending_back(chain: SupplyChain, tick: int, seller: str, cents: float, about: str) -> None:
    """Charge the cost of sending a returned unit to its seller."""
    chain.accounts.post(tick, seller_account(seller), FEES, round(cents), "send back fee", about)


def charge_commission(chain: SupplyChain, tick: int, seller: str, sales_cents: int, about: str = "") -> None:
    """Charge the retailer's commission on a sale; for a refund, with a negative amount, it is given back."""
    cents = round(sales_cents * chain.settings.sellers.commission)
    chain.accounts.post(tick, seller_account(seller), FEES, cents, COMMISSION, about)


def storage_cents(settings: Sellers, litres: float, days_here: float) -> float:
    """Return the cents of one day's storage of stock that has been here for `days_here`."""
    factor = settings.aged_factor if days_here > settings.aged_days else 1.0
    return litres * factor * settings.storage_cents_l_month / _DAYS_A_MONTH
