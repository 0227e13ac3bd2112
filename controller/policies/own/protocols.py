"""Kinds of policies that a user may write, each as a Protocol: a function, or a class whose instances are called.

A policy sees the floor through `FloorView` and returns its choice with its reason, which the record keeps and `podfleet
explain` prints. A class is created once per run, without arguments. With equal seeds a run repeats itself if a policy
depends only on what it sees; random numbers come from `floor.random`.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from controller.policies.own.view import FloorView, StationView, TaskView


class ReleasePolicy(Protocol):
    """Choose the order that gets a free place at a pick station."""

    def __call__(self, floor: FloorView, station: StationView) -> tuple[int, str] | None:
        """Return the number of an order in `floor.backlog` and the reason; None to leave the place free.

        It is called repeatedly while the station has a free place and the answer is an order. An order that free stock
        does not fill is backordered, and the policy is called again.
        """


class PodPolicy(Protocol):
    """Choose the pod that a robot fetches for the open lines of a pick station."""

    def __call__(self, floor: FloorView, station: StationView) -> tuple[int, str] | None:
        """Return a pod of `floor.pods_for(station)` and the reason; None to fetch no pod now."""


class StoragePolicy(Protocol):
    """Choose the storage place of a pod that leaves a station."""

    def __call__(self, floor: FloorView, pod: int, station: StationView) -> tuple[int, str] | None:
        """Return a cell of `floor.free_places` and the reason; None to let the robot wait and ask again."""


class DispatchPolicy(Protocol):
    """Choose which robot does which task."""

    def __call__(
        self, floor: FloorView, tasks: Sequence[TaskView], robots: NDArray[np.intp]
    ) -> Sequence[tuple[int, int, str]]:
        """Return (number of a task, robot, reason) for each task of `tasks`; none twice, and each robot at most once.

        There are never more tasks than robots. robots: intp[free], numbers of the robots that are free.
        """


class ChargingPolicy(Protocol):
    """Choose the robots that go to charge."""

    def __call__(self, floor: FloorView, robots: NDArray[np.intp]) -> tuple[Sequence[int] | NDArray[np.intp], str]:
        """Return those of `robots` that should charge, the most urgent first, and the reason for all of them.

        robots: intp[free], numbers of the robots that are free and can be charged.
        """


class IdlePolicy(Protocol):
    """Choose moves for robots that nothing else needs."""

    def __call__(self, floor: FloorView, robots: int) -> Sequence[tuple[int, int, str]]:
        """Return (stored pod, free storage place, reason) for each move, at most `robots` of them."""
