"""Free bins and free places where things can be parked during moves."""

from collections.abc import Callable, Collection

from layout.slotting.moves.stowage import Move, Spot, Stowage


class Holes:
    """Free bins by pod, and free places, updated with every move. trip: {pod} and {place}: cost of going there."""

    def __init__(
        self,
        stowage: Stowage,
        bins: int,
        places: Collection[Spot],
        trip_of: Callable[[int], float],
        trip_from: Callable[[Spot], float],
    ) -> None:
        self._stowage, self._trip_of, self._trip_from = stowage, trip_of, trip_from
        used = stowage.bins
        pods = range(len(stowage.place))
        self._bins = [{number for number in range(bins) if Spot("bin", pod, number) not in used} for pod in pods]
        self._places = set(places) - stowage.pods.keys()
        self._best: dict[str, Spot | None] = {}

    def update(self, move: Move) -> None:
        """Update the free bins and places after a move."""
        self._best.clear()
        for spot in (move.source, move.target):
            if spot is None:
                continue
            if spot.kind == "place":
                (self._places.discard if spot in self._stowage.pods else self._places.add)(spot)
            else:
                free = self._bins[spot.one]
                (free.discard if spot in self._stowage.bins else free.add)(spot.two)

    def near(self, spot: Spot) -> Spot | None:
        """Return a free spot for the content of a bin or place: in its own pod if possible, because that costs nothing."""
        if spot.kind == "bin" and self._bins[spot.one]:
            return Spot("bin", spot.one, min(self._bins[spot.one]))
        return self.best(spot.kind)

    def best(self, kind: str) -> Spot | None:
        """Return the free bin in the pod with the best place, or the best free place."""
        if kind not in self._best:
            self._best[kind] = self._best_place() if kind == "place" else self._best_bin()
        return self._best[kind]

    def _best_bin(self) -> Spot | None:
        pods = (pod for pod, free in enumerate(self._bins) if free)
        pod = min(pods, key=lambda pod: (self._trip_of(pod), pod), default=None)
        return None if pod is None else Spot("bin", pod, min(self._bins[pod]))

    def _best_place(self) -> Spot | None:
        return min(self._places, key=lambda place: (self._trip_from(place), place), default=None)
