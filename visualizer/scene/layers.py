"""Layers of the picture, and the content of its heat."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeVar

T = TypeVar("T")


class Layer(StrEnum):
    """Layers that can be switched, in the order of the keys 1 to 9."""

    PODS = "pods"
    ROBOTS = "robots"
    LANES = "lanes"
    NAMES = "stations"
    GOALS = "goals"
    ROUTES = "routes"
    NEXT = "next cells"
    IDS = "ids"
    MINIMAP = "minimap"


LAYERS = tuple(Layer)
USUAL = frozenset({Layer.PODS, Layer.ROBOTS, Layer.LANES, Layer.NAMES, Layer.IDS, Layer.MINIMAP})


class Heat(StrEnum):
    """Value that cells or pods are tinted by."""

    NONE = "none"
    OCCUPANCY = "occupancy"
    WAITING = "waiting"
    FLOW = "flow"
    VELOCITY = "velocity"

    @property
    def of_robots(self) -> bool:
        """True if the heat is counted from robots over a span of time."""
        return self in (Heat.OCCUPANCY, Heat.WAITING, Heat.FLOW)


HEATS = tuple(Heat)
SPANS = (1, 5, 15, 0)
"""Spans of the heat in minutes; 0 for the whole run."""


@dataclass(frozen=True, slots=True)
class Layers:
    """State of the layers. on: the layers that are shown. span: minutes of the heat, 0 for the whole run. night: the
    dark palette.

    legend: whether the list of layers is shown if there is room.
    """

    on: frozenset[Layer] = USUAL
    heat: Heat = Heat.NONE
    span: int = 5
    night: bool = False
    legend: bool = True

    def has(self, layer: Layer) -> bool:
        return layer in self.on

    def with_switched(self, layer: Layer) -> Self:
        """Return the layers with one switched."""
        return replace(self, on=self.on ^ {layer})

    def with_next_heat(self) -> Self:
        """Return the layers with the next kind of heat; after the last, none."""
        return replace(self, heat=_after(HEATS, self.heat))

    def with_next_span(self) -> Self:
        """Return the layers with the next span; after the whole run, one minute."""
        return replace(self, span=_after(SPANS, self.span))

    def words(self) -> str:
        """Return the differences from the default layers in words, "" if there are none."""
        more = [str(layer) for layer in LAYERS if layer in self.on - USUAL]
        less = [f"no {layer}" for layer in LAYERS if layer in USUAL - self.on]
        heat = (
            []
            if self.heat is Heat.NONE
            else [f"heat: {self.heat}" + f", {span_words(self.span)}" * self.heat.of_robots]
        )
        return "; ".join([*heat, *more, *less])


AS_USUAL = Layers()


def span_words(span: int) -> str:
    """Return a span of heat in words."""
    return f"{span} min" if span else "all"


def _after(all_of: tuple[T, ...], present: T) -> T:
    return all_of[(all_of.index(present) + 1) % len(all_of)]
