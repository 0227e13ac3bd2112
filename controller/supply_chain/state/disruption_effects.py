"""Effects of disruptions on the scenario's settings while they last. The chain's parts read them at the moment of use."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class DisruptionEffects:
    """Active multipliers and closures; all 1 and empty in normal times.

    fuel_price, labour: multiples of the scenario's values. supplier_lead: {supplier: factor of its lead time}.
    suppliers_gone, lanes_closed: by name.
    """

    fuel_price: float = 1.0
    labour: float = 1.0
    supplier_lead: dict[str, float] = field(default_factory=dict)
    suppliers_gone: set[str] = field(default_factory=set)
    lanes_closed: set[str] = field(default_factory=set)
