"""Returns under way, and the returns file if there is one."""

from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import ReturnState
from controller.supply_chain.state.outbound.return_matching import ReturnFile

BEFORE = -1
"""Stands for the order number of units delivered before the run."""


@dataclass(slots=True, eq=False)
class Return:
    """A customer return. rma: its number. units: {sku: units}. sealed: unopened, because it was never delivered."""

    rma: int
    order: int
    units: dict[int, int]
    state: ReturnState = ReturnState.AUTHORISED
    sealed: bool = False


@dataclass(slots=True)
class ReturnsState:
    """State of returns. under_way: {rma: Return} not closed yet. file: the scenario's CSV, None without one."""

    under_way: dict[int, Return] = field(default_factory=dict)
    file: ReturnFile | None = None
    count: int = 0

    def authorise(self, order: int, units: dict[int, int], *, sealed: bool = False) -> Return:
        """Create a return with the next number, starting at 1."""
        self.count += 1
        customer_return = Return(self.count, order, units, sealed=sealed)
        self.under_way[customer_return.rma] = customer_return
        return customer_return
