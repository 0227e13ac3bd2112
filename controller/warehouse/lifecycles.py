"""Lives of orders, tasks and stations, declared once; `advance` moves an object along the derived table.

python-statemachine checks the declarations and draws them; at 0.3 ms an event it is not run once per order line.
"""

from enum import StrEnum
from typing import Any, Protocol

from statemachine import State, StateMachine

from controller.warehouse.orders import OrderState
from robots.units.lifecycle import transition_table


class TaskState(StrEnum):
    CREATED = "created"
    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


class StationState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    """Nobody is on shift; what has come stays."""
    CLOSED = "closed"
    """Out of reach for robots."""


class OrderLifecycle(StateMachine):
    received = State(initial=True)
    released = State()
    picked = State()
    packing = State()
    shipped = State(final=True)
    cancelled = State(final=True)

    release = received.to(released)
    withdraw = released.to(received) | picked.to(received)
    complete = released.to(picked)
    pack = picked.to(packing)
    ship = packing.to(shipped)
    cancel = received.to(cancelled) | released.to(cancelled)


class TaskLifecycle(StateMachine):
    """A failed task is never revived: what it was for is planned anew."""

    created = State(initial=True)
    assigned = State()
    under_way = State()
    done = State(final=True)
    failed = State(final=True)

    assign = created.to(assigned)
    begin = assigned.to(under_way)
    finish = under_way.to(done)
    fail = created.to(failed) | assigned.to(failed) | under_way.to(failed)


class StationLifecycle(StateMachine):
    open = State(initial=True)
    paused = State()
    closed = State()

    pause = open.to(paused)
    resume = paused.to(open)
    close = open.to(closed) | paused.to(closed)
    reopen = closed.to(open)


class _Living(Protocol):
    state: Any


def lifecycle_table(lifecycle: type[StateMachine], states: type[StrEnum]) -> dict[tuple[StrEnum, str], StrEnum]:
    """{(state, event): state after it}, derived from a declaration."""
    return {(states(state), event): states(target) for (state, event), target in transition_table(lifecycle).items()}


ORDER = lifecycle_table(OrderLifecycle, OrderState)
TASK = lifecycle_table(TaskLifecycle, TaskState)
STATION = lifecycle_table(StationLifecycle, StationState)


class LifeError(Exception):
    """An event that can't happen in the object's state: a fault of the program."""


def advance(table: dict[tuple[StrEnum, str], StrEnum], thing: _Living, event: str) -> None:
    """Move `thing.state` along its table. LifeError if the event doesn't belong to the state."""
    try:
        thing.state = table[thing.state, event]
    except KeyError:
        raise LifeError(f"{event} does not follow {thing.state} for {thing}") from None
