"""Choice of supplier: landed cost of each SKU, raised by the supplier's unreliability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.scenario.supply_chain import Supplier
from controller.supply_chain.state.disruption_effects import DisruptionEffects
from controller.supply_chain.state.inbound.purchase_orders import Offers, SourcingState
from controller.supply_chain.state.items import ItemMaster
from controller.warehouse.stock import RETAILER, Catalogue

USUAL = (
    Supplier("Alder & Co", share=0.7),
    Supplier(
        "Birch Trading", share=0.6, price=0.96, freight_cents=6.0, lead_days=4.0, lead_sd_days=1.0, fill_rate=0.94
    ),
    Supplier("Cedar Express", share=0.4, price=1.06, moq=6, pack=3, lead_days=1.0, lead_sd_days=0.2, fill_rate=0.99),
)
"""Suppliers of a scenario that names none: one for every day, one cheap and late, one expensive and fast."""
_MOST = 3
"""Largest number of suppliers of a SKU."""
_SPREAD = 0.03
"""Spread of a supplier's price of single SKUs around its usual level [our own arithmetic]."""


def synthetic_offers(
    suppliers: tuple[Supplier, ...], catalogue: Catalogue, items: ItemMaster, rng: np.random.Generator
) -> Offers:
    """Draw offers at random: each supplier sells its share of own SKUs, and each SKU has one to three suppliers."""
    skus, count = len(catalogue), len(suppliers)
    share = np.array([supplier.share for supplier in suppliers])
    draw = rng.random((skus, count)) / share  # under 1: the supplier sells the SKU
    place = draw.argsort(axis=1).argsort(axis=1)
    sells = ((draw < 1.0) & (place < _MOST)) | (place == 0)
    sells &= np.array([owner == RETAILER for owner in catalogue.owners])[:, None]
    level = np.array([supplier.price for supplier in suppliers]) * rng.lognormal(0.0, _SPREAD, (skus, count))
    cost = np.maximum(1, np.round(items.cost[:, None] * level)).astype(np.int64)
    moq = np.tile(np.array([supplier.moq for supplier in suppliers], np.int64), (skus, 1))
    pack = np.tile(np.array([supplier.pack for supplier in suppliers], np.int64), (skus, 1))
    return Offers(np.where(sells, cost, 0), moq, pack)


def weighed(state: SourcingState, effects: DisruptionEffects, reliability: float) -> NDArray[np.float64]:
    """Return the landed cost of a unit weighted by reliability: float64[skus, suppliers], cents; inf if not available.

    landed × (1 + reliability × (share missing + share damaged + share of orders late)), all from the scorecards.
    """
    state.refused &= effects.suppliers_gone
    freight = np.array([supplier.freight_cents for supplier in state.suppliers])
    doubt = np.array([1.0 - card.fill + card.defects + 1.0 - card.punctual for card in state.cards])
    available = np.array([supplier.name not in state.refused for supplier in state.suppliers])
    weighed = (state.offers.cost + freight) * (1.0 + reliability * doubt)
    return np.where((state.offers.cost > 0) & available, weighed, np.inf)


def chosen(cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the supplier of each SKU: int64[skus], -1 if nobody sells it. cost: from `weighed`."""
    return np.where(np.isfinite(cost).any(axis=1), cost.argmin(axis=1), -1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Reason for a choice of supplier: mean landed costs in cents, its own and those of the next best supplier, if any."""

    landed: float
    next_best: int
    its_landed: float


def compare(state: SourcingState, cost: NDArray[np.float64], supplier: int, skus: list[int]) -> Comparison:
    """Compare the chosen supplier with the one that most of these SKUs would be bought from otherwise."""
    landed = state.offers.cost + np.array([terms.freight_cents for terms in state.suppliers])
    other_costs = cost[skus].copy()
    other_costs[:, supplier] = np.inf
    second = chosen(other_costs)
    if not (second >= 0).any():
        return Comparison(float(landed[skus, supplier].mean()), -1, 0.0)
    next_best = int(np.bincount(second[second >= 0]).argmax())
    shared = np.array(skus)[second == next_best]
    return Comparison(float(landed[shared, supplier].mean()), next_best, float(landed[shared, next_best].mean()))


def in_words(state: SourcingState, supplier: int, comparison: Comparison) -> str:
    """ "Alder & Co: 10.20 a unit landed, 97% of units and 92% on time after 8 orders; next best Birch: …"."""
    terms, card = state.suppliers[supplier], state.cards[supplier]
    text = f"{terms.name}: {comparison.landed / 100:.2f} a unit landed, {card.words()}"
    if comparison.next_best < 0:
        return f"{text}; nobody else sells them"
    next_card = state.cards[comparison.next_best]
    return f"{text}; next best {next_card.terms.name}: {comparison.its_landed / 100:.2f}, {next_card.words()}"
