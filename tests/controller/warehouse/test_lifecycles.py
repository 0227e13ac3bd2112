"""Lives of orders, tasks and stations: the declared machines and the tables that run are the same."""

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
    STATION,
    TASK,
    LifeError,
    OrderLifecycle,
    StationLifecycle,
    StationState,
    TaskLifecycle,
    TaskState,
    advance,
)
from controller.warehouse.orders import OrderState

Table = dict[tuple[StrEnum, str], StrEnum]
LIVES = {
    "order": (OrderLifecycle, ORDER, OrderState.RECEIVED),
    "task": (TaskLifecycle, TASK, TaskState.CREATED),
    "station": (StationLifecycle, STATION, StationState.OPEN),
    "purchase order": (chain.PurchaseOrderLifecycle, chain.PURCHASE_ORDER, chain.PurchaseOrderState.DRAFT),
    "trailer": (chain.TrailerLifecycle, chain.TRAILER, chain.TrailerState.ANNOUNCED),
    "parcel": (chain.ParcelLifecycle, chain.PARCEL, chain.ParcelState.PACKED),
    "return": (chain.ReturnLifecycle, chain.RETURN, chain.ReturnState.AUTHORISED),
    "shipment": (chain.ShipmentLifecycle, chain.SHIPMENT, chain.ShipmentState.ANNOUNCED),
}
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=12)
"""Each step: an event that the state allows, or any; which one."""


@dataclass
class Thing:
    state: StrEnum


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=30)
@given(steps=STEPS)
def test_machine_and_table_go_the_same_way(name: str, steps: list[tuple[bool, int]]) -> None:
    """Whatever is sent: both go to the same state, or both refuse and stay."""
    declared, table, start = LIVES[name]
    life, thing = declared(), Thing(start)
    for allowed_only, number in steps:
        event = _event(table, thing.state, allowed_only, number)
        assert _sent(life, event) == _advanced(table, thing, event)
        assert life.current_state_value == thing.state


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
    except LifeError:
        return False
    return True


def test_an_event_out_of_turn_is_told_with_the_state() -> None:
    """A shipped order is not picked again."""
    with pytest.raises(LifeError, match="complete does not follow shipped for Thing"):
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
