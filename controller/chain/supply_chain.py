"""All state of the supply chain around the floor: one book for each part, and what the parts share."""

from dataclasses import dataclass, field

import numpy as np

from controller.chain.accounts import Accounts
from controller.chain.agenda import Agenda
from controller.chain.calendar import Calendar
from controller.chain.goods import Goods, made_up_goods
from controller.chain.parcels import ParcelBook
from controller.chain.promise_book import PromiseBook
from controller.demand import Demand
from controller.scenario import Scenario
from controller.scenario_chain import Chain


@dataclass(slots=True, eq=False)
class SupplyChain:
    """What `Site.chain` is. rng: {part: its chance}, so that one part's draws don't change another's."""

    settings: Chain
    calendar: Calendar
    agenda: Agenda
    accounts: Accounts
    goods: Goods
    rng: dict[str, np.random.Generator]
    promises: PromiseBook = field(default_factory=PromiseBook)
    parcels: ParcelBook = field(default_factory=ParcelBook)
    begun: bool = False


PARTS = (
    "goods",
    "promise",
    "packing",
    "shipping",
    "last mile",
    "returns",
    "sellers",
    "sourcing",
    "receiving",
    "inventory",
)


def supply_chain_of(scenario: Scenario, demand: Demand, seed: np.random.SeedSequence) -> SupplyChain | None:
    """The scenario's supply chain at tick 0, None if it has none."""
    settings = scenario.chain
    if settings is None:
        return None
    chance = {part: np.random.default_rng(child) for part, child in zip(PARTS, seed.spawn(len(PARTS)), strict=True)}
    return SupplyChain(
        settings=settings,
        calendar=Calendar(demand.start_s, scenario.run.tick_s),
        agenda=Agenda(),
        accounts=Accounts(),
        goods=made_up_goods(len(demand.catalogue), chance["goods"]),
        rng=chance,
    )
