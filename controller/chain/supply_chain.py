"""All state of the supply chain around the floor: one book for each part, and what the parts share."""

from dataclasses import dataclass, field

from controller.chain.accounts import Accounts
from controller.chain.agenda import Agenda
from controller.chain.bench import Bench
from controller.chain.boxes import USUAL as USUAL_BOXES
from controller.chain.boxes import boxes_of
from controller.chain.calendar import Calendar
from controller.chain.costs_book import CostBook
from controller.chain.factors import Factors
from controller.chain.goods import Goods, made_up_goods
from controller.chain.goods_csv import facts_of, with_facts
from controller.chain.inbound import inventory_of, made_up_sourcing, sourcing_of_file
from controller.chain.inventory_book import Inventory
from controller.chain.lanes import USUAL as USUAL_LANES
from controller.chain.lanes import lanes_of
from controller.chain.last_mile_book import LastMileBook
from controller.chain.parcels import ParcelBook
from controller.chain.promise_book import PromiseBook
from controller.chain.receipts_csv import receipts_of
from controller.chain.receiving_book import ReceivingBook, receiving_book
from controller.chain.returns_book import ReturnsBook
from controller.chain.returns_wishes import return_file_of
from controller.chain.sellers_book import SellersBook
from controller.chain.shipping_book import ShippingBook
from controller.chain.sourcing_book import SourcingBook
from controller.demand import Demand
from controller.pods import Pods
from controller.scenario import Scenario
from controller.scenario_chain import Box, Chain, Lane
from controller.slots import Slots
from controller.streams import Streams
from layout.errors import Faults


@dataclass(slots=True, eq=False)
class SupplyChain:
    """What `Site.chain` is. streams: its chance, by source."""

    settings: Chain
    calendar: Calendar
    agenda: Agenda
    accounts: Accounts
    goods: Goods
    streams: Streams
    sourcing: SourcingBook
    receiving: ReceivingBook
    inventory: Inventory
    """The floor's `supply`, too."""
    promises: PromiseBook = field(default_factory=PromiseBook)
    parcels: ParcelBook = field(default_factory=ParcelBook)
    benches: dict[str, Bench] = field(default_factory=dict)
    """{cause of their cost: people at work around the floor}."""
    factors: Factors = field(default_factory=Factors)
    costs: CostBook = field(default_factory=CostBook)
    sellers: SellersBook = field(default_factory=SellersBook)
    last_mile: LastMileBook = field(default_factory=LastMileBook)
    returns: ReturnsBook = field(default_factory=ReturnsBook)
    lanes: tuple[Lane, ...] = USUAL_LANES
    boxes: tuple[Box, ...] = USUAL_BOXES
    """Smallest first."""
    slam: Bench = field(default_factory=lambda: Bench(1))
    shipping: ShippingBook = field(default_factory=ShippingBook)
    begun: bool = False

    def lane(self, name: str) -> Lane:
        """KeyError for a lane that there isn't."""
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise KeyError(name)


def supply_chain_of(
    scenario: Scenario, demand: Demand, streams: Streams, pods: Pods, slots: Slots | None
) -> SupplyChain | None:
    """The scenario's supply chain at tick 0, None if it has none. InputError for its files' faults, all at once."""
    settings = scenario.chain
    if settings is None:
        return None
    faults = Faults()
    with faults:
        facts = facts_of(scenario, settings.items, demand.catalogue)
    with faults:
        sourcing = sourcing_of_file(scenario, demand.catalogue)
    with faults:
        receipts = receipts_of(scenario, demand)
    with faults:
        returned = return_file_of(scenario, demand)
    faults.tell()
    goods = with_facts(made_up_goods(len(demand.catalogue), streams.sequence("goods")), facts)
    return SupplyChain(
        settings=settings,
        calendar=Calendar(demand.start_s, scenario.run.tick_s, demand.first_weekday),
        agenda=Agenda(),
        accounts=Accounts(),
        goods=goods,
        streams=streams,
        sourcing=sourcing or made_up_sourcing(scenario, demand.catalogue, goods, streams.sequence("offers")),
        receiving=receiving_book(settings.receiving.doors, settings.receiving.people, receipts),
        inventory=inventory_of(scenario, demand, pods, slots, streams.sequence("past demand")),
        returns=ReturnsBook(file=returned),
        lanes=lanes_of(settings),
        boxes=boxes_of(settings.boxes),
    )
