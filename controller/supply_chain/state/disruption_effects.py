"""What disruptions make of the scenario's settings while they last. The parts look here at the moment of use."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class DisruptionEffects:
    """All 1, and nothing gone or closed, in normal times.

    fuel_price, labour: over what the scenario says. supplier_lead: {supplier: factor of its lead time}.
    suppliers_gone, lanes_closed: by name.
    """

    fuel_price: float = 1.0
    labour: float = 1.0
    supplier_lead: dict[str, float] = field(default_factory=dict)
    suppliers_gone: set[str] = field(default_factory=set)
    lanes_closed: set[str] = field(default_factory=set)
