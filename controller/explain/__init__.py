"""Explanations: the history of a robot, an order or a pod in a record, with the reasons the controller gave."""

from collections.abc import Iterator

from controller.explain.orders import explain_order
from controller.explain.robots import explain_pod, explain_robot
from layout.errors import InputError, Problem
from robots.recording.moments import FORMS, tick_of_moment
from robots.recording.record import Record
from robots.wording.event_words import EventWords, floor_of
from robots.wording.formatting import clock


def explain(
    record: Record,
    *,
    robot: int | None = None,
    order: str | None = None,
    pod: int | None = None,
    at: str | None = None,
) -> list[str]:
    """Return the history of each requested thing, up to the moment `at` or the record's end, one line per event.

    An order is named by the customer's number. InputError for what is not in the record.
    """
    tick = record.last_tick if at is None else tick_of_moment(record.header, at)
    problems = list(_faults(record, robot, pod, (at, tick)))
    if robot is None and order is None and pod is None:
        problems.append(Problem("explain", "", "nothing to explain", "give --robot, --order or --pod"))
    if problems or tick is None:
        raise InputError(problems)
    words = EventWords(record.header, floor_of(record.header))
    lines: list[str] = []
    if robot is not None:
        lines += explain_robot(record, words, robot, tick)
    if order is not None:
        lines += explain_order(record, words, order, tick)
    if pod is not None:
        lines += explain_pod(record, words, pod, tick)
    return lines


def _faults(
    record: Record, robot: int | None, pod: int | None, moment: tuple[str | None, int | None]
) -> Iterator[Problem]:
    """Yield the faults of a request. moment: as given, and its tick."""
    first, last = record.first_tick, record.last_tick
    at, tick = moment
    if last < first:
        yield Problem("record", "", "holds no tick yet")
    elif tick is None:
        yield Problem("--at", "", f"{at} is no moment", FORMS)
    elif not first <= tick <= last:
        ends = f"{clock(record.header, first)} to {clock(record.header, last)}"
        yield Problem("--at", "", f"{at} is outside the record", f"it holds ticks {first} to {last}, {ends}")
    for name, number, count in (("robot", robot, record.header.robots), ("pod", pod, record.header.pods)):
        if number is not None and not 0 <= number < count:
            known = f"{name}s are numbered 0 to {count - 1}" if count else f"the record has no {name}"
            yield Problem(f"--{name}", "", f"there is no {name} {number}", known)
