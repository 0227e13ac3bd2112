"""The life cycle of a drive unit as the controller follows it, declared once with python-statemachine.

A fleet of thousands moves along `TRANSITIONS`, which is derived from the declaration, and so is the picture in the docs.
"""

from enum import Enum, IntEnum
from typing import TypeVar

from statemachine import StateMachine
from statemachine.states import States

_State = TypeVar("_State", bound=Enum)


class RobotState(IntEnum):
    """Stages of a robot's work."""

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


DRIVING = (
    RobotState.PARKING,
    RobotState.FETCHING,
    RobotState.CARRYING,
    RobotState.STORING,
    RobotState.TO_CHARGER,
)
"""States in which a robot that has not reached its goal wants to move."""


class RobotLifecycle(StateMachine):
    """One trip: fetch, hold, lift, carry, present, store, set down; parking and charging between trips."""

    _ = States.from_enum(RobotState, initial=RobotState.IDLE)

    fetch = _.IDLE.to(_.FETCHING) | _.PARKING.to(_.FETCHING)
    park = _.IDLE.to(_.PARKING)
    reach = _.FETCHING.to(_.HOLDING)
    lift = _.HOLDING.to(_.LIFTING)
    carry = _.LIFTING.to(_.CARRYING) | _.PRESENTING.to(_.CARRYING)
    present = _.CARRYING.to(_.PRESENTING)
    store = _.IDLE.to(_.STORING) | _.PRESENTING.to(_.STORING) | _.CARRYING.to(_.STORING) | _.LIFTING.to(_.STORING)
    set_down = _.STORING.to(_.SETTING_DOWN)
    charge = _.IDLE.to(_.TO_CHARGER) | _.PARKING.to(_.TO_CHARGER)
    plug = _.TO_CHARGER.to(_.CHARGING)
    release = (
        _.PARKING.to(_.IDLE)
        | _.FETCHING.to(_.IDLE)
        | _.HOLDING.to(_.IDLE)
        | _.LIFTING.to(_.IDLE)
        | _.CARRYING.to(_.IDLE)
        | _.PRESENTING.to(_.IDLE)
        | _.SETTING_DOWN.to(_.IDLE)
        | _.TO_CHARGER.to(_.IDLE)
        | _.CHARGING.to(_.IDLE)
    )
    die = _.DEAD.from_(
        *(_.IDLE, _.PARKING, _.FETCHING, _.HOLDING, _.LIFTING, _.CARRYING, _.PRESENTING, _.STORING, _.SETTING_DOWN),
        *(_.TO_CHARGER, _.CHARGING),
    )
    come_back = _.DEAD.to(_.IDLE)


def transition_table(lifecycle: type[StateMachine], states: type[_State]) -> dict[tuple[_State, str], _State]:
    """Return {(state, event): state after it} of a life cycle that is declared from the enumeration `states`."""
    return {
        (states(state.value), transition.event): states(transition.target.value)
        for state in lifecycle.states
        for transition in state.transitions
    }


TRANSITIONS = transition_table(RobotLifecycle, RobotState)
