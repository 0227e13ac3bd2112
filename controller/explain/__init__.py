"""Why: the history of a robot, an order or a pod in a record, with the reasons that the controller gave."""

from collections.abc import Iterator

from controller.explain.orders import explain_order
from controller.explain.robots import explain_pod, explain_robot
from controller.explain.words import Words, floor_of
from layout.errors import InputError, Problem
from robots.record import Record


def explain(
    record: Record,
    *,
    robot: int | None = None,
    order: str | None = None,
    pod: int | None = None,
    tick: int | None = None,
) -> list[str]:
    """The history of each that is asked for, up to `tick` or the record's end, a line each event.

    An order is asked for by the customer's number. InputError for what isn't in the record.
    """
    at = record.last_tick if tick is None else tick
    problems = list(_faults(record, robot, pod, at))
    if robot is None and order is None and pod is None:
        problems.append(Problem("explain", "", "nothing to explain", "give --robot, --order or --pod"))
    if problems:
        raise InputError(problems)
    words = Words(record.header, floor_of(record.header))
    lines: list[str] = []
    if robot is not None:
        lines += explain_robot(record, words, robot, at)
    if order is not None:
        lines += explain_order(record, words, order, at)
    if pod is not None:
        lines += explain_pod(record, words, pod, at)
    return lines


def _faults(record: Record, robot: int | None, pod: int | None, tick: int) -> Iterator[Problem]:
    first, last = record.first_tick, record.last_tick
    if last < first:
        yield Problem("record", "", "holds no tick yet")
    elif not first <= tick <= last:
        yield Problem("--tick", "", f"{tick} is outside the record", f"it holds ticks {first} to {last}")
    for name, number, count in (("robot", robot, record.header.robots), ("pod", pod, record.header.pods)):
        if number is not None and not 0 <= number < count:
            known = f"{name}s are numbered 0 to {count - 1}" if count else f"the record has no {name}"
            yield Problem(f"--{name}", "", f"there is no {name} {number}", known)
