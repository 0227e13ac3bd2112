"""Returns under way, and the lines of the returns file where there is one."""

from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import ReturnState
from controller.supply_chain.state.outbound.return_matching import ReturnFile

BEFORE = -1
"""In place of an order's number: delivered before the run."""


@dataclass(slots=True, eq=False)
class Return:
    """rma: its number. units: {sku: units}. sealed: nobody has opened it, for it was never delivered."""

    rma: int
    order: int
    units: dict[int, int]
    state: ReturnState = ReturnState.AUTHORISED
    sealed: bool = False


@dataclass(slots=True)
class ReturnsState:
    """under_way: {rma: Return} of those that aren't closed. file: of the scenario's CSV, None without one."""

    under_way: dict[int, Return] = field(default_factory=dict)
    file: ReturnFile | None = None
    count: int = 0

    def authorise(self, order: int, units: dict[int, int], *, sealed: bool = False) -> Return:
        """A new return, with the next number from 1."""
        self.count += 1
        one = Return(self.count, order, units, sealed=sealed)
        self.under_way[one.rma] = one
        return one
