"""Moves of stock and pods, and their effect on a plan. Each keeps one SKU to a bin and one pod to a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from layout.slotting.plan import Plan, plan_of


class Spot(NamedTuple):
    """A bin of a pod, or the place (row, column) of a pod."""

    kind: Literal["bin", "place"]
    one: int
    two: int

    def __str__(self) -> str:
        return f"bin {self.one}.{self.two}" if self.kind == "bin" else f"place {self.one},{self.two}"


@dataclass(frozen=True, slots=True)
class Move:
    """A move. kind: sku (units from bin to bin), pod (from place to place), take (units out of a bin to the dock, or
    into a tote) or bring (back, or from the dock).

    pod: of a pod's move, else -1. parked: out of the way for now, and moved again later. group: moves that belong
    together. visits, travel: pod visits and cells of driving saved a day, negative for a cost; None: not computed.
    """

    kind: Literal["sku", "pod", "bring", "take"]
    source: Spot | None
    target: Spot | None
    sku: str = ""
    units: int = 0
    pod: int = -1
    parked: bool = False
    group: int = 0
    visits: float | None = None
    travel: float | None = None


class IllegalMove(ValueError):
    """A move that the floor's state does not allow; its text gives the reason."""


class Stowage:
    """Content of the bins and places of the pods. bins: {bin: (SKU, units)}. pods: {place: pod}. place: of each pod."""

    def __init__(self, plan: Plan) -> None:
        self.bins = {Spot("bin", *key): held for key, held in plan.contents().items()}
        self.place = [Spot("place", *at) for at in plan.place.tolist()]
        self.pods = {place: pod for pod, place in enumerate(self.place)}

    def do(self, move: Move) -> None:
        """Make a move. Raises IllegalMove, without any change."""
        if move.kind == "pod":
            self._do_pod(move)
            return
        if move.units <= 0:
            raise IllegalMove(f"{move.units} units are nothing to move")
        if move.source is not None and self._units(move.source, move.sku) < move.units:
            raise IllegalMove(f"{move.source} holds {self.bins.get(move.source)}, not {move.units} of {move.sku}")
        if move.target is not None and self.bins.get(move.target, (move.sku, 0))[0] != move.sku:
            raise IllegalMove(f"{move.target} holds {self.bins[move.target]}, there is no room for {move.sku}")
        self._add(move.source, move.sku, -move.units)
        self._add(move.target, move.sku, move.units)

    def _do_pod(self, move: Move) -> None:
        if move.source is None or move.target is None or self.pods.get(move.source) != move.pod:
            raise IllegalMove(f"pod {move.pod} is not at {move.source}")
        if move.target in self.pods:
            raise IllegalMove(f"pod {self.pods[move.target]} is at {move.target} already")
        del self.pods[move.source]
        self.pods[move.target] = move.pod
        self.place[move.pod] = move.target

    def _units(self, spot: Spot, sku: str) -> int:
        held = self.bins.get(spot, ("", 0))
        return held[1] if held[0] == sku else 0

    def _add(self, spot: Spot | None, sku: str, units: int) -> None:
        if spot is None:
            return
        remaining = self.bins.get(spot, (sku, 0))[1] + units
        if remaining:
            self.bins[spot] = (sku, remaining)
        else:
            del self.bins[spot]

    def plan(self) -> Plan:
        contents = {(spot.one, spot.two): held for spot, held in self.bins.items()}
        place = np.array([(at.one, at.two) for at in self.place], np.int32).reshape(-1, 2)
        return plan_of(contents, place)


def after(plan: Plan, moves: Iterable[Move]) -> Plan:
    """Return the plan after some moves. Raises IllegalMove."""
    stowage = Stowage(plan)
    for move in moves:
        stowage.do(move)
    return stowage.plan()
