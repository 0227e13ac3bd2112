"""Life cycles: the declared machines and the tables that are derived from them go the same way."""

from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statemachine import StateMachine
from statemachine.exceptions import TransitionNotAllowed

from controller.supply_chain.state import lifecycles as chain
from controller.warehouse.lifecycles import (
    ORDER,
    TASK,
    LifecycleError,
    OrderLifecycle,
    StationLifecycle,
    TaskLifecycle,
    TaskState,
    advance,
)
from controller.warehouse.orders import OrderState
from robots.recording.kinds import StationState

Table = dict[tuple[StrEnum, str], StrEnum]
LIFECYCLES = {
    "order": (OrderLifecycle, ORDER, OrderState.RECEIVED),
    "task": (TaskLifecycle, TASK, TaskState.CREATED),
    "parcel": (chain.ParcelLifecycle, chain.PARCEL, chain.ParcelState.PACKED),
    "return": (chain.ReturnLifecycle, chain.RETURN, chain.ReturnState.AUTHORISED),
    "shipment": (chain.ShipmentLifecycle, chain.SHIPMENT, chain.ShipmentState.ANNOUNCED),
}
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=12)
"""Each step: an event that the state allows, or any; which one."""


@dataclass
class Thing:
    state: StrEnum


@pytest.mark.parametrize("name", LIFECYCLES)
@settings(max_examples=30)
@given(steps=STEPS)
def test_machine_and_table_go_the_same_way(name: str, steps: list[tuple[bool, int]]) -> None:
    """Whatever is sent: both go to the same state, or both refuse and stay."""
    declared, table, start = LIFECYCLES[name]
    life, thing = declared(), Thing(start)
    for allowed_only, number in steps:
        event = _event(table, thing.state, allowed_only, number)
        assert _sent(life, event) == _advanced(table, thing, event)
        assert life.current_state_value is thing.state


def _event(table: Table, state: StrEnum, allowed_only: bool, number: int) -> str:
    known = sorted({event for _, event in table})
    allowed = [event for event in known if (state, event) in table]
    events = allowed if allowed_only and allowed else known
    return events[number % len(events)]


def _sent(life: StateMachine, event: str) -> bool:
    try:
        life.send(event)
    except TransitionNotAllowed:
        return False
    return True


def _advanced(table: Table, thing: Thing, event: str) -> bool:
    try:
        advance(table, thing, event)
    except LifecycleError:
        return False
    return True


def test_an_event_out_of_turn_is_told_with_the_state() -> None:
    """A shipped order is not picked again."""
    with pytest.raises(LifecycleError, match="complete does not follow shipped for Thing"):
        advance(ORDER, Thing(OrderState.SHIPPED), "complete")


def test_an_order_goes_through_the_floor() -> None:
    """Released, withdrawn, released again, picked, packed and shipped; then nothing more."""
    order, seen = Thing(OrderState.RECEIVED), []
    for event in ("release", "withdraw", "release", "complete", "pack", "ship"):
        advance(ORDER, order, event)
        seen.append(order.state)
    assert seen == ["released", "received", "released", "picked", "packing", "shipped"]
    assert not [event for state, event in ORDER if state in (OrderState.SHIPPED, OrderState.CANCELLED)]


def test_a_failed_task_is_never_revived() -> None:
    """It may fail at any time before it is done, and that is its end."""
    assert {state for state, event in TASK if event == "fail"} == {"created", "assigned", "under_way"}
    assert not [event for state, event in TASK if state in (TaskState.DONE, TaskState.FAILED)]


@pytest.mark.parametrize(
    ("lifecycle", "state", "event"),
    [
        (StationLifecycle, StationState.OPEN, "resume"),
        (chain.PurchaseOrderLifecycle, chain.PurchaseOrderState.RECEIVED, "ship"),
        (chain.TrailerLifecycle, chain.TrailerState.DEPARTED, "load"),
        (chain.TrailerLifecycle, chain.TrailerState.ANNOUNCED, "fly"),
    ],
)
def test_where_a_machine_runs_the_library_refuses_an_illegal_event(
    lifecycle: type[StateMachine], state: StrEnum, event: str
) -> None:
    """It raises its own error, and the state stays."""
    thing = Thing(state)
    with pytest.raises(TransitionNotAllowed):
        lifecycle(thing).send(event)
    assert thing.state is state


def test_a_machine_continues_from_the_state_of_its_thing() -> None:
    """It is made for one event, and only the state remains."""
    trailer = Thing(chain.TrailerState.WAITING)
    for event in ("dock", "unload"):
        chain.TrailerLifecycle(trailer).send(event)
    assert vars(trailer) == {"state": chain.TrailerState.UNLOADED}
