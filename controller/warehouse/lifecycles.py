"""Life cycles of orders, tasks and stations, declared once with python-statemachine.

Orders and tasks are many: `advance` moves them along the table that is derived from the declaration, for the library takes
0.1 ms an event. A station's events are rare, so its machine itself runs: `StationLifecycle(station).send(event)`.
"""

from enum import StrEnum
from typing import Protocol, TypeVar

from statemachine import StateMachine
from statemachine.states import States

from controller.warehouse.orders import OrderState
from robots.recording.kinds import StationState
from robots.units.lifecycle import transition_table


class TaskState(StrEnum):
    CREATED = "created"
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


class OrderLifecycle(StateMachine):
    _ = States.from_enum(OrderState, initial=OrderState.RECEIVED, final={OrderState.SHIPPED, OrderState.CANCELLED})

    release = _.RECEIVED.to(_.RELEASED)
    withdraw = _.RELEASED.to(_.RECEIVED) | _.PICKED.to(_.RECEIVED)
    complete = _.RELEASED.to(_.PICKED)
    pack = _.PICKED.to(_.PACKING)
    ship = _.PACKING.to(_.SHIPPED)
    cancel = _.RECEIVED.to(_.CANCELLED) | _.RELEASED.to(_.CANCELLED)


class TaskLifecycle(StateMachine):
    """Life cycle of a task. A failed task is never revived; its work is planned again as a new task."""

    _ = States.from_enum(TaskState, initial=TaskState.CREATED, final={TaskState.DONE, TaskState.FAILED})

    assign = _.CREATED.to(_.ASSIGNED)
    begin = _.ASSIGNED.to(_.UNDER_WAY)
    finish = _.UNDER_WAY.to(_.DONE)
    fail = _.CREATED.to(_.FAILED) | _.ASSIGNED.to(_.FAILED) | _.UNDER_WAY.to(_.FAILED)


class StationLifecycle(StateMachine):
    _ = States.from_enum(StationState, initial=StationState.OPEN)

    pause = _.OPEN.to(_.PAUSED)
    resume = _.PAUSED.to(_.OPEN)
    close = _.OPEN.to(_.CLOSED) | _.PAUSED.to(_.CLOSED)
    reopen = _.CLOSED.to(_.OPEN)


_State = TypeVar("_State", bound=StrEnum)


class _Stateful(Protocol[_State]):
    state: _State


ORDER = transition_table(OrderLifecycle, OrderState)
TASK = transition_table(TaskLifecycle, TaskState)


class LifecycleError(Exception):
    """An event that is not allowed in the object's state: a fault of the program."""


def advance(table: dict[tuple[_State, str], _State], thing: _Stateful[_State], event: str) -> None:
    """Move `thing.state` along its table. LifecycleError for an event that is not allowed in that state."""
    try:
        thing.state = table[thing.state, event]
    except KeyError:
        raise LifecycleError(f"{event} does not follow {thing.state} for {thing}") from None
