"""Build the supply chain of a scenario at tick 0."""

from controller.demand.demand import Demand
from controller.random_streams import Streams
from controller.scenario.scenario import Scenario
from controller.supply_chain.items_csv import item_data_of, with_item_data
from controller.supply_chain.outbound.lanes import lanes_of
from controller.supply_chain.purchasing.build import inventory_of, sourcing_of_file, synthetic_sourcing
from controller.supply_chain.receiving.asn_csv import receipts_of
from controller.supply_chain.returns.read_returns import return_file_of
from controller.supply_chain.shipping.boxes import boxes_of
from controller.supply_chain.state.accounts import Accounts
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.inbound.dock import receiving_state
from controller.supply_chain.state.items import synthetic_items
from controller.supply_chain.state.outbound.returns import ReturnsState
from controller.supply_chain.state.schedule import Schedule
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.pods import Pods
from controller.warehouse.slot_assignments import Slots
from layout.errors import Faults


def supply_chain_of(
    scenario: Scenario, demand: Demand, streams: Streams, pods: Pods, slots: Slots | None
) -> SupplyChain | None:
    """Return the scenario's supply chain at tick 0, or None if it has none.

    Raises InputError with the faults of all its files.
    """
    settings = scenario.chain
    if settings is None:
        return None
    faults = Faults()
    with faults:
        item_data = item_data_of(scenario, settings.items, demand.catalogue)
    with faults:
        sourcing = sourcing_of_file(scenario, settings, demand.catalogue)
    with faults:
        receipts = receipts_of(scenario, demand)
    with faults:
        returned = return_file_of(scenario, demand)
    faults.raise_all()
    items = with_item_data(synthetic_items(len(demand.catalogue), streams.sequence("goods")), item_data)
    return SupplyChain(
        settings=settings,
        calendar=Calendar(demand.start_s, scenario.run.tick_s, demand.first_weekday),
        schedule=Schedule(),
        accounts=Accounts(),
        items=items,
        streams=streams,
        sourcing=sourcing or synthetic_sourcing(settings, demand.catalogue, items, streams.sequence("offers")),
        receiving=receiving_state(settings.receiving.doors, settings.receiving.people, receipts),
        inventory=inventory_of(scenario, settings, demand, pods, slots, streams.sequence("past demand")),
        returns=ReturnsState(file=returned),
        lanes=lanes_of(settings),
        boxes=boxes_of(settings.boxes),
    )
