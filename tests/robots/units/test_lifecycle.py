"""The life of a robot: the declared machine and the table that the fleet runs on are the same."""

from hypothesis import given, settings
from hypothesis import strategies as st
from statemachine.exceptions import TransitionNotAllowed

from robots.units.lifecycle import TRANSITIONS, RobotLifecycle, RobotState

EVENTS = sorted({event for _, event in TRANSITIONS})
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=25)
"""Each step: an event that the state allows, or any; which one."""


@settings(max_examples=40)
@given(STEPS)
def test_machine_and_table_go_the_same_way(steps: list[tuple[bool, int]]) -> None:
    """Whatever is sent: both go to the same state, or both refuse."""
    life, state = RobotLifecycle(), RobotState.IDLE
    for allowed_only, number in steps:
        allowed = [event for event in EVENTS if (state, event) in TRANSITIONS]
        events = allowed if allowed_only and allowed else EVENTS
        event = events[number % len(events)]
        try:
            life.send(event)
        except TransitionNotAllowed:
            assert (state, event) not in TRANSITIONS
        else:
            state = TRANSITIONS[state, event]
        assert life.current_state_value is state


def test_a_trip_goes_from_the_pod_to_the_station_and_home() -> None:
    """The way of a pick task, event by event."""
    trip = {
        "fetch": "fetching",
        "reach": "holding",
        "lift": "lifting",
        "carry": "carrying",
        "present": "presenting",
        "store": "storing",
        "set_down": "setting_down",
        "release": "idle",
    }
    state = RobotState.IDLE
    for event, name in trip.items():
        state = TRANSITIONS[state, event]
        assert state.name.lower() == name


def test_a_robot_may_die_at_any_time_but_only_once() -> None:
    """Death is possible in every state but death itself; afterwards only an operator can bring the robot back."""
    dying = {state for (state, event), after in TRANSITIONS.items() if event == "die" and after == RobotState.DEAD}
    assert dying == set(RobotState) - {RobotState.DEAD}
    assert [event for state, event in TRANSITIONS if state == RobotState.DEAD] == ["come_back"]
