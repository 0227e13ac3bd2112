"""How a scenario becomes a supply chain at tick 0."""

from controller.chain.accounts import Accounts
from controller.chain.agenda import Agenda
from controller.chain.boxes import boxes_of
from controller.chain.calendar import Calendar
from controller.chain.goods import made_up_goods
from controller.chain.goods_csv import facts_of, with_facts
from controller.chain.inbound import inventory_of, made_up_sourcing, sourcing_of_file
from controller.chain.lanes import lanes_of
from controller.chain.receipts_csv import receipts_of
from controller.chain.receiving_book import receiving_book
from controller.chain.returns_book import ReturnsBook
from controller.chain.returns_wishes import return_file_of
from controller.chain.supply_chain import SupplyChain
from controller.demand import Demand
from controller.pods import Pods
from controller.scenario import Scenario
from controller.slots import Slots
from controller.streams import Streams
from layout.errors import Faults


def supply_chain_of(
    scenario: Scenario, demand: Demand, streams: Streams, pods: Pods, slots: Slots | None
) -> SupplyChain | None:
    """Return the scenario's supply chain at tick 0, None if it has none. InputError for its files' faults, all at once."""
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
