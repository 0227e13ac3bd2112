"""Heat of the shown moment: reads frames within a time budget, and computes levels when the counts have changed."""

from visualizer.scene.heat import HeatView, heat_view, velocity_view
from visualizer.scene.heatmaps import HeatMaps
from visualizer.scene.layers import Heat, Layers
from visualizer.scene.scene import Scene
from visualizer.scene.sources import LiveSource, Source

_MANY_CELLS, _SELDOM = 20_000, 5
"""Number of cells from which levels are computed only every so many ticks: they take one or two milliseconds."""


class HeatViews:
    def __init__(self, source: Source, scene: Scene) -> None:
        self._header = source.header
        self._maps = HeatMaps(source, scene.grid, forgets=isinstance(source, LiveSource))
        self._velocity = velocity_view(source.header)
        self._every = 1 if scene.grid.cells < _MANY_CELLS else _SELDOM
        self._view: HeatView | None = None
        self._view_of: tuple[object, ...] = ()

    def read(self, tick: int, layers: Layers, budget_ms: float) -> bool:
        """Read frames for about `budget_ms`, if needed; a live run is read even without heat."""
        if not (layers.heat.of_robots or self._maps.forgets):
            return False
        return self._maps.read(tick, layers.span, budget_ms)

    def progress(self, layers: Layers) -> float:
        """Return the share of the heat that is read, 0 to 1."""
        return self._maps.progress if layers.heat.of_robots else 1.0

    def view(self, tick: int, layers: Layers) -> HeatView | None:
        """Return the heat after a tick, the same object until it changes; None without heat."""
        if not layers.heat.of_robots:
            return self._velocity if layers.heat is Heat.VELOCITY else None
        key = layers.heat, layers.span, tick // self._every, round(self._maps.progress, 2)
        if key != self._view_of or self._view is None:
            counted = self._maps.counts(tick, layers.span)
            self._view, self._view_of = heat_view(layers.heat, layers.span, counted, self._header.tick_s), key
        return self._view
