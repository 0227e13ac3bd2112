"""What of people's time and robots' energy is in the books already."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class CostBook:
    """tick: up to which all is booked. people: {cause: at the floor's stations since then}. drawn_wh: of the robots' energy
    that is booked. busy: {cause: ticks of a bench's people that are booked}.
    """

    tick: int = 0
    people: dict[str, int] = field(default_factory=dict)
    drawn_wh: float = 0.0
    busy: dict[str, int] = field(default_factory=dict)
