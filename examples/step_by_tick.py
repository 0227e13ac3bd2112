"""Step a floor tick by tick, with its events and its robots at each tick.

python examples/step_by_tick.py
"""

from collections import Counter

import numpy as np

from podfleet import Floor, Scenario
from robots.recording.events import OrderShipped
from robots.units.lifecycle import RobotState


def main(ticks: int = 900) -> Counter[str]:
    """Print each order as it leaves, with the number of idle robots, and return the number of events by name."""
    counts: Counter[str] = Counter()
    with Floor(Scenario.shipped("demo"), seed=1, ticks=ticks) as floor:
        for tick in floor:
            counts.update(type(event).__name__ for event in tick.events)
            idle = np.count_nonzero(tick.frame.robots["state"] == RobotState.IDLE)
            for event in tick.events:
                if isinstance(event, OrderShipped):
                    print(f"tick {event.tick}: order {event.order} leaves; {idle} robots are idle")
    return counts


if __name__ == "__main__":
    print(main().most_common(5))
