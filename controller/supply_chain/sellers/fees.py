"""What sellers pay the house, a unit and kind of work, and for the room their stock takes.

The kinds are those of fulfilment for third parties: storage by volume and age, pick, pack, ship, return, and a commission
on each sale. The rates are the scenario's; their defaults are of the size that Amazon's published FBA rates have for small
parcels, divided over the three kinds of work by us.
"""

from controller.scenario.supply_chain import Sellers
from controller.supply_chain.state.accounts import FEES, seller_account
from controller.supply_chain.state.supply_chain import SupplyChain

STORAGE, COMMISSION = "storage fee", "commission"
KINDS = ("pick", "pack", "ship", "return")
"""Kinds that go by the unit; in statements they read "pick fee" and so on."""
_DAYS_A_MONTH = 30.0


def unit_cents(settings: Sellers, kind: str) -> float:
    """Cents a unit. KeyError for a kind that there isn't."""
    rates = (settings.pick_cents, settings.pack_cents, settings.ship_cents, settings.return_cents)
    return dict(zip(KINDS, rates, strict=True))[kind]


def charge(chain: SupplyChain, tick: int, seller: str, kind: str, units: int, about: str = "") -> None:
    """A fee for work on units of a seller; one of less than a cent a unit adds up, too."""
    cents = units * unit_cents(chain.settings.sellers, kind)
    chain.accounts.post_parts(tick, seller_account(seller), FEES, cents, f"{kind} fee", about)


def charge_sending_back(chain: SupplyChain, tick: int, seller: str, cents: float, about: str) -> None:
    """What it costs the house to send a unit that came back on to its seller."""
    chain.accounts.post(tick, seller_account(seller), FEES, round(cents), "send back fee", about)


def charge_commission(chain: SupplyChain, tick: int, seller: str, sales_cents: int, about: str = "") -> None:
    """The house's part of a sale; of a refund, negative, it is given back."""
    cents = round(sales_cents * chain.settings.sellers.commission)
    chain.accounts.post(tick, seller_account(seller), FEES, cents, COMMISSION, about)


def storage_cents(settings: Sellers, litres: float, days_here: float) -> float:
    """Storage of one day, for goods that have been here for so long."""
    factor = settings.aged_factor if days_here > settings.aged_days else 1.0
    return litres * factor * settings.storage_cents_l_month / _DAYS_A_MONTH
