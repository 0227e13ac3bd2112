"""All state of the supply chain around the floor: one class for each part, and the state they share."""

from dataclasses import dataclass, field

from controller.random_streams import Streams
from controller.scenario.supply_chain import DEFAULT_BOXES, DEFAULT_LANES, Box, Chain, Lane
from controller.supply_chain.state.accounts import Accounts
from controller.supply_chain.state.calendar import Calendar
from controller.supply_chain.state.disruption_effects import DisruptionEffects
from controller.supply_chain.state.inbound.dock import ReceivingState
from controller.supply_chain.state.inbound.inventory import Inventory
from controller.supply_chain.state.inbound.purchase_orders import SourcingState
from controller.supply_chain.state.inbound.sellers import SellersState
from controller.supply_chain.state.items import ItemMaster
from controller.supply_chain.state.outbound.delivery import LastMileState
from controller.supply_chain.state.outbound.departures import ShippingState
from controller.supply_chain.state.outbound.parcels import ParcelsState
from controller.supply_chain.state.outbound.promises import PromisesState
from controller.supply_chain.state.outbound.returns import ReturnsState
from controller.supply_chain.state.schedule import Schedule
from controller.supply_chain.state.staff import WorkerPool


@dataclass(slots=True)
class CostState:
    """Labour and robot energy already booked.

    tick: up to which everything is booked. people: {cause: people at the floor's stations since then}. drawn_wh: robot
    energy booked. busy: {cause: person-ticks of staff booked}.
    """

    tick: int = 0
    people: dict[str, int] = field(default_factory=dict)
    drawn_wh: float = 0.0
    busy: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class SupplyChain:
    """The supply chain around one floor. streams: its random generators, by source."""

    settings: Chain
    calendar: Calendar
    schedule: Schedule
    accounts: Accounts
    items: ItemMaster
    streams: Streams
    sourcing: SourcingState
    receiving: ReceivingState
    inventory: Inventory
    """Also the floor's `supply`."""
    promises: PromisesState = field(default_factory=PromisesState)
    parcels: ParcelsState = field(default_factory=ParcelsState)
    staff: dict[str, WorkerPool] = field(default_factory=dict)
    """{cost cause: worker pool around the floor}."""
    effects: DisruptionEffects = field(default_factory=DisruptionEffects)
    costs: CostState = field(default_factory=CostState)
    sellers: SellersState = field(default_factory=SellersState)
    last_mile: LastMileState = field(default_factory=LastMileState)
    returns: ReturnsState = field(default_factory=ReturnsState)
    lanes: tuple[Lane, ...] = DEFAULT_LANES
    boxes: tuple[Box, ...] = DEFAULT_BOXES
    """Smallest first."""
    slam: WorkerPool = field(default_factory=lambda: WorkerPool(1))
    shipping: ShippingState = field(default_factory=ShippingState)
    started: bool = False

    def lane(self, name: str) -> Lane:
        """Return a lane by name. Raises KeyError if there is none."""
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise KeyError(name)
