"""All state of the supply chain around the floor: one book for each part, and what the parts share."""

from dataclasses import dataclass, field

from controller.chain.accounts import Accounts
from controller.chain.agenda import Agenda
from controller.chain.bench import Bench
from controller.chain.boxes import USUAL as USUAL_BOXES
from controller.chain.calendar import Calendar
from controller.chain.factors import Factors
from controller.chain.goods import Goods
from controller.chain.inventory_book import Inventory
from controller.chain.lanes import USUAL as USUAL_LANES
from controller.chain.last_mile_book import LastMileBook
from controller.chain.parcels import ParcelBook
from controller.chain.promise_book import PromiseBook
from controller.chain.receiving_book import ReceivingBook
from controller.chain.returns_book import ReturnsBook
from controller.chain.sellers_book import SellersBook
from controller.chain.shipping_book import ShippingBook
from controller.chain.sourcing_book import SourcingBook
from controller.scenario_chain import Box, Chain, Lane
from controller.streams import Streams


@dataclass(slots=True)
class CostBook:
    """Hours of people and energy of robots that are in the accounts already.

    tick: up to which all is booked. people: {cause: at the floor's stations since then}. drawn_wh: of the robots' energy
    that is booked. busy: {cause: ticks of a bench's people that are booked}.
    """

    tick: int = 0
    people: dict[str, int] = field(default_factory=dict)
    drawn_wh: float = 0.0
    busy: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class SupplyChain:
    """The supply chain around one floor. streams: its chance, by source."""

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
