"""The life of a drive unit as the controller follows it: declared once, run as a table.

python-statemachine draws the picture in the docs and checks the declaration; a fleet of thousands moves along
`TRANSITIONS`, which is derived from the same class.
"""

from enum import IntEnum

from statemachine import State, StateMachine


class RobotState(IntEnum):
    """Where a robot is in its work. The names are those of `RobotLifecycle`."""

    IDLE = 0
    PARKING = 1
    """On its way out of the aisle, to wait under a pod."""
    FETCHING = 2
    """Empty, on its way to a pod or to an outfeed."""
    HOLDING = 3
    """Under its pod or at the outfeed, waiting for a place in the queue lane."""
    LIFTING = 4
    CARRYING = 5
    """Loaded, on its way to a station or in its queue lane."""
    PRESENTING = 6
    STORING = 7
    """Loaded, on its way to a storage place."""
    SETTING_DOWN = 8
    TO_CHARGER = 9
    CHARGING = 10
    DEAD = 11


class RobotLifecycle(StateMachine):
    """One trip: fetch, hold, lift, carry, present, store, set down; parking and charging between trips."""

    idle = State(initial=True)
    parking = State()
    fetching = State()
    holding = State()
    lifting = State()
    carrying = State()
    presenting = State()
    storing = State()
    setting_down = State()
    to_charger = State()
    charging = State()
    dead = State()

    fetch = idle.to(fetching) | parking.to(fetching)
    park = idle.to(parking)
    reach = fetching.to(holding)
    lift = holding.to(lifting)
    carry = lifting.to(carrying) | presenting.to(carrying)
    present = carrying.to(presenting)
    store = idle.to(storing) | presenting.to(storing) | carrying.to(storing) | lifting.to(storing)
    set_down = storing.to(setting_down)
    charge = idle.to(to_charger) | parking.to(to_charger)
    plug = to_charger.to(charging)
    release = (
        parking.to(idle)
        | fetching.to(idle)
        | holding.to(idle)
        | lifting.to(idle)
        | carrying.to(idle)
        | presenting.to(idle)
        | setting_down.to(idle)
        | to_charger.to(idle)
        | charging.to(idle)
    )
    die = dead.from_(
        *(idle, parking, fetching, holding, lifting, carrying, presenting, storing, setting_down, to_charger, charging)
    )
    come_back = dead.to(idle)


def transition_table(lifecycle: type[StateMachine]) -> dict[tuple[str, str], str]:
    """{(state, event): next state} of a declared life cycle, by the names of its attributes."""
    return {
        (state.id, transition.event): transition.target.id
        for state in lifecycle.states
        for transition in state.transitions
    }


TRANSITIONS: dict[tuple[RobotState, str], RobotState] = {
    (RobotState[state.upper()], event): RobotState[target.upper()]
    for (state, event), target in transition_table(RobotLifecycle).items()
}
