"""Faults between the keys of a scenario's way out: promises, boxes and lanes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.scenario import Scenario

Fault = tuple[str, str, str]


def faults_of_outbound(scenario: "Scenario") -> Iterator[Fault]:
    """(place, what is wrong, what would be right) of each fault."""
    chain = scenario.chain
    if chain is None:
        return
    wanted = chain.promise.same_day + chain.promise.next_day
    if wanted > 1.0 + 1e-9:
        yield "[promise]", f"same_day and next_day make {wanted:g}", "together they are at most 1"
    yield from _twice("lane", [lane.name for lane in chain.lanes])
    yield from _twice("box", [box.name for box in chain.boxes])
    if chain.lanes and not any(lane.share for lane in chain.lanes):
        yield "[[lane]]", "no lane has customers", "give at least one a share above 0"


def _twice(table: str, names: Sequence[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"[[{table}]]", f"{times} are called {name}", "give each a name of its own"
